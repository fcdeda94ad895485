"""The store's refreshes as a list: when, by what, the book's id, and what moved."""

from collections.abc import Iterator, Sequence
from typing import Any

from farebox.prices.store.records import DeliveryRecord, Pin, RefreshRecord
from farebox.reports.closing import SHORT_ID
from farebox.reports.page.fitting import cells, clip

SCHEMA = "farebox.prices-refreshes/1"
DEFAULT_WIDTH = 80
COUNT = 8
"""Columns of a count, with a space before it."""


def refreshes_text(
    store: str,
    found: Sequence[RefreshRecord],
    pins: Sequence[Pin],
    *,
    width: int = DEFAULT_WIDTH,
) -> str:
    """The refreshes, newest first, in `width` columns."""
    return "".join(f"{line}\n" for line in _lines(store, found, pins, width))


def _lines(
    store: str, found: Sequence[RefreshRecord], pins: Sequence[Pin], width: int
) -> Iterator[str]:
    pinned = {pin.book_id: pin.why for pin in pins}
    yield clip(store, width)
    counts = "".join(f"{name:>{COUNT}}" for name in ("new", "changed", "gone"))
    yield _row(f"{'seen at':20} {'book':{SHORT_ID}} by", counts, width)
    for refresh in found:
        moved = "".join(
            f"{_sum(refresh.deliveries, name):>{COUNT},}"
            for name in ("new_count", "changed_count", "gone_count")
        )
        label = f"{refresh.seen_at:20} {refresh.book_id[:SHORT_ID]} {refresh.by}"
        yield _row(label, moved, width)
        if refresh.book_id in pinned:
            why = pinned[refresh.book_id]
            yield clip(f"  pinned: {why}" if why else "  pinned", width)
        failed = [one.name for one in refresh.deliveries if one.outcome == "failed"]
        if failed:
            yield clip(f"  failed: {', '.join(failed)}", width)


def _sum(deliveries: Sequence[DeliveryRecord], name: str) -> int:
    return sum(getattr(one, name) for one in deliveries)


def _row(label: str, figures: str, width: int) -> str:
    label = clip(label, width - len(figures) - 1)
    return f"{label}{' ' * (width - cells(label) - len(figures))}{figures}"


def refreshes_json(
    store: str, found: Sequence[RefreshRecord], pins: Sequence[Pin]
) -> bytes:
    """The refreshes as one JSON document, UTF-8, with a newline."""
    from msgspec import to_builtins
    from msgspec.json import encode, format

    pinned = {pin.book_id: pin.why for pin in pins}
    document: dict[str, Any] = {
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
    return bytes(format(encode(document), indent=1)) + b"\n"
