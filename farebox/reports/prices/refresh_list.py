"""The store's refreshes as a list: when, by what, the book's id, and what moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from farebox.prices.store.records import DeliveryRecord, Pin, RefreshRecord
from farebox.reports.closing import SHORT_ID
from farebox.reports.page.page import Column, Page, Row, Sentence, Table

SCHEMA = "farebox.prices-refreshes/1"
COUNT = 8
"""Columns of a count, with a space before it."""


COLUMNS = (
    Column(f"{'seen at':20} {'book':{SHORT_ID}} by", heading="Refresh", align="left"),
    *(Column(name, COUNT) for name in ("new", "changed", "gone")),
)


class RefreshesReport(Struct, frozen=True):
    """The refreshes of a store, newest first, and which of them are pinned."""

    store: str
    found: tuple[RefreshRecord, ...]
    pins: tuple[Pin, ...]

    def page(self) -> Page:
        """A row a refresh: when, the book's id, by what, and what moved."""
        pinned = {pin.book_id: pin.why for pin in self.pins}
        rows = tuple(_row(refresh, pinned) for refresh in self.found)
        table = Table(COLUMNS, rows, follows=True, head="", held=True)
        return Page((Sentence(self.store, cut=True), table))

    def document(self) -> dict[str, Any]:
        """The contract `farebox.prices-refreshes/1`."""
        return document(self.store, self.found, self.pins)


def _row(refresh: RefreshRecord, pinned: Mapping[str, str]) -> Row:
    notes = []
    if refresh.book_id in pinned:
        why = pinned[refresh.book_id]
        notes.append(f"pinned: {why}" if why else "pinned")
    failed = [one.name for one in refresh.deliveries if one.outcome == "failed"]
    if failed:
        notes.append(f"failed: {', '.join(failed)}")
    counts = (
        f"{_sum(refresh.deliveries, name):,}"
        for name in ("new_count", "changed_count", "gone_count")
    )
    label = f"{refresh.seen_at:20} {refresh.book_id[:SHORT_ID]} {refresh.by}"
    return Row(
        (label, *counts),
        notes=tuple(Sentence(note, indent=2, cut=True) for note in notes),
    )


def _sum(deliveries: Sequence[DeliveryRecord], name: str) -> int:
    return sum(getattr(one, name) for one in deliveries)


def document(
    store: str, found: Sequence[RefreshRecord], pins: Sequence[Pin]
) -> dict[str, Any]:
    """The contract `farebox.prices-refreshes/1` (docs/json.md)."""
    from msgspec import to_builtins

    pinned = {pin.book_id: pin.why for pin in pins}
    return {
        "schema": SCHEMA,
        "store": store,
        "refreshes": [
            {
                "seen_at": refresh.seen_at,
                "by": refresh.by,
                "book": refresh.book_id,
                "pinned": refresh.book_id in pinned,
                "why": pinned.get(refresh.book_id) or None,
                "sources": [to_builtins(one) for one in refresh.deliveries],
            }
            for refresh in found
        ],
    }
