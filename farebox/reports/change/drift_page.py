"""A drift as a page: old, new and move of each charge, biggest move first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from farebox.diff.drift import Drift, DriftLine
from farebox.prices import PriceKey
from farebox.prices.timeline import Timeline
from farebox.reports.change.drift_view import (
    DriftRow,
    book_sentence,
    drift_rows,
    notes,
    share_text,
)
from farebox.reports.figures import (
    count,
    dollars,
    per_user,
    signed_dollars,
    signed_per_user,
)
from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)
from farebox.reports.sparkline import dated_sparkline

USD = 13
"""Columns of a figure, with a space before it."""
WIDE = 32
"""Columns of a price over time."""

MONEY = (Column("old", USD), Column("new", USD), Column("move", USD))
UNTITLED = (Column(""), *(Column("", USD) for _ in MONEY))
DETAILED = (
    Column("resource", align="left"),
    Column("charge", align="left"),
    Column("quantity"),
    Column("USD/unit"),
    *MONEY,
    Column("%"),
)

ONLY_OLD, ONLY_NEW = "Priced at the old book only", "Priced at the new book only"
NOTHING = "No charge moved."


Histories = Mapping[PriceKey, Timeline]


def drift_page(
    drift: Drift, now: datetime | None = None, histories: Histories | None = None
) -> Page:
    """The drift; every figure is rounded here. `histories` are of prices until `now`."""
    return Page((*_narrow(drift, now, histories or {}), *_document(drift)))


def _narrow(
    drift: Drift, now: datetime | None, histories: Histories
) -> Iterator[Block]:
    """What a terminal shows: a line a charge, its arithmetic below."""
    yield Title(_title(drift), where="terminal")
    for name, side in (("old", drift.old), ("new", drift.new)):
        said = f"{name}: {book_sentence(side)}"
        yield Sentence(said, where="terminal", follows=True, hanging=2)
    columns = (Column("USD a month"), *MONEY)
    rows = tuple(
        _moved(row, _price_over_time(row, now, histories))
        for row in drift_rows(drift.moved)
    )
    yield Table(columns, rows, where="terminal")
    if not rows:
        yield Sentence(NOTHING, where="terminal", follows=True)
    if drift.same_count:
        what = "charge costs" if drift.same_count == 1 else "charges cost"
        said = f"{drift.same_count:,} other {what} the same."
        yield Sentence(said, mark="dim", where="terminal", follows=True)
    yield Table(UNTITLED, tuple(_total(drift)), where="terminal")
    yield from _missing(ONLY_OLD, drift.only_old)
    yield from _missing(ONLY_NEW, drift.only_new)
    for note in notes(drift):
        yield Sentence(note, where="terminal")


def _title(drift: Drift) -> str:
    side = drift.new
    title = f"{side.project}/{side.stack}" if side.project else "stack"
    return f"{title} · {count(side.users)} users" if side.users else title


def _price_over_time(row: DriftRow, now: datetime | None, histories: Histories) -> str:
    """The price as a line of bars, where all of the row have one that moved."""
    found = histories.get(next(iter(row.keys))) if len(row.keys) == 1 else None
    if now is None or found is None or len(found.steps) < 2:
        return ""
    return dated_sparkline(found, now, width=WIDE)


def _moved(row: DriftRow, over_time: str) -> Row:
    charge = row.charge
    share = f" ({row.percent})" if row.percent else ""
    arithmetic = f"{charge.quantity} at {charge.rate} USD{share}"
    return Row(
        (
            (row.label, ": ", charge.description),
            dollars(charge.usd_base),
            dollars(charge.usd_head),
            signed_dollars(charge.usd),
        ),
        notes=tuple(
            Sentence(said, mark="dim", indent=4, cut=True)
            for said in (arithmetic, over_time)
            if said
        ),
    )


def _total(drift: Drift) -> Iterator[Row]:
    share = share_text(drift)
    old, new = dollars(drift.usd_old), dollars(drift.usd_new)
    label = f"Total ({share})" if share else "Total"
    yield Row((label, old, new, signed_dollars(drift.usd)), mark="total")
    each = _each(drift)
    if each:
        yield Row(("per user", *each), level=1)


def _each(drift: Drift) -> tuple[str, ...]:
    """US dollars per user at each book, and the move; empty without users."""
    users, change = drift.new.users, drift.usd_per_user
    if not users or change is None:
        return ()
    old, new = (per_user(usd, users) for usd in (drift.usd_old, drift.usd_new))
    return old, new, signed_per_user(change)


def _missing(title: str, lines: Sequence[DriftLine]) -> Iterator[Block]:
    if lines:
        yield Title(title, level=2, where="terminal")
        rows = tuple(_unknown(row) for row in drift_rows(lines))
        yield Table(UNTITLED, rows, where="terminal")


def _unknown(row: DriftRow) -> Row:
    charge = row.charge
    old, new = (
        dollars(usd) if usd else "?" for usd in (charge.usd_base, charge.usd_head)
    )
    return Row(((row.label, ": ", charge.description), old, new, "?"), level=1)


def _document(drift: Drift) -> Iterator[Block]:
    """What a document shows: the whole move, then a table of charges."""
    side = drift.new
    name = f"{side.project}/{side.stack}" if side.project else "stack"
    share = share_text(drift)
    moved = f": the market moved it by {signed_dollars(drift.usd)} USD a month"
    yield Title((name, moved, f" ({share})" if share else ""), where="document")
    rows = [
        Row(
            (
                Cell("USD a month", "total"),
                dollars(drift.usd_old),
                dollars(drift.usd_new),
                Cell(signed_dollars(drift.usd), "total"),
            )
        )
    ]
    each = _each(drift)
    if each:
        rows.append(Row(("USD per user", *each)))
    columns = (Column("", align="left"), *MONEY)
    yield Table(columns, tuple(rows), where="document")
    for note in notes(drift):
        yield Sentence(note, mark="warning", where="document")
    if not drift.moved:
        yield Sentence(NOTHING, where="document")
    yield from _table("What moved", drift.moved)
    yield from _table(ONLY_OLD, drift.only_old)
    yield from _table(ONLY_NEW, drift.only_new)
    for title, of_side in (("Old", drift.old), ("New", drift.new)):
        said = f"{title}: {book_sentence(of_side)}"
        follows = title == "New"
        yield Sentence(said, listed=True, where="document", follows=follows)


def _table(title: str, lines: Sequence[DriftLine]) -> Iterator[Block]:
    if lines:
        yield Title(title, level=2, where="document")
        missing = lines[0].change.base is None or lines[0].change.head is None
        rows = tuple(_detailed(row, missing=missing) for row in drift_rows(lines))
        yield Table(DETAILED, rows, where="document")


def _detailed(row: DriftRow, *, missing: bool) -> Row:
    charge = row.charge
    return Row(
        (
            row.label,
            charge.description,
            charge.quantity,
            charge.rate,
            dollars(charge.usd_base),
            dollars(charge.usd_head),
            "" if missing else signed_dollars(charge.usd),
            "" if missing else row.percent,
        )
    )
