"""A drift arranged for reading: alike charges as one row, biggest move first."""

from collections.abc import Hashable, Iterable
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.diff.drift import Drift, DriftLine
from farebox.diff.statements import LineChange, exact_sum
from farebox.prices import PriceKey
from farebox.reports.change.diff_view import ChargeChange, charge_change
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import dollars, per_user, signed_dollars
from farebox.reports.page.fitting import clip
from farebox.reports.statement.view import label_of, shared_names

ZERO = Decimal(0)
HUNDRED = Decimal(100)

NAMED = 3
"""How many rows a sentence names."""

LONGEST_NAME = 60


class DriftRow(Struct, frozen=True, gc=False):
    """One charge of one resource, or of several that moved alike."""

    label: str
    charge: ChargeChange
    keys: frozenset[PriceKey]

    @property
    def percent(self) -> str:
        """The move in percent of the old charge, empty where that is 0."""
        if not self.charge.usd_base:
            return ""
        return signed_percent(self.charge.usd / self.charge.usd_base * HUNDRED)


def drift_rows(lines: Iterable[DriftLine]) -> list[DriftRow]:
    """The rows of these lines, biggest move first."""
    lines = list(lines)
    shared = shared_names(line.subject for line in lines)
    alike: dict[Hashable, list[DriftLine]] = {}
    for line in lines:
        alike.setdefault(_shape(line), []).append(line)
    rows = [
        DriftRow(
            label_of(
                [line.subject.name for line in group], group[0].subject.type, shared
            ),
            charge_change([line.change for line in group]),
            frozenset(line.change.key for line in group),
        )
        for group in alike.values()
    ]
    return sorted(rows, key=lambda row: -abs(row.charge.usd))


def _shape(line: DriftLine) -> Hashable:
    change = line.change
    return (
        line.subject.type,
        line.subject.component,
        change.description,
        change.unit,
        *_figures(change),
    )


def _figures(change: LineChange) -> Iterable[object]:
    for side in (change.base, change.head):
        yield side and (side.quantity, side.usd_per_unit, side.usd_low, side.usd_high)


def signed_percent(share: Decimal) -> str:
    """Percent with its sign, to a hundredth."""
    return f"{share:+.2f} %" if round(share, 2) else "0.00 %"


def share_text(drift: Drift) -> str:
    """The whole move in percent; empty where the old bill is 0 and the new is not."""
    return "" if drift.percent is None else signed_percent(drift.percent)


def book_sentence(side: Statement) -> str:
    """Which book a side stands on, and how old its prices are."""
    book = side.book
    stale = f", {book.stale_used:,} of {book.used:,} used are stale"
    return (
        f"{book.kind} book {book.id[:SHORT_ID]}, newest of {book.as_of}"
        f"{stale if book.stale_used else ''}"
    )


def notes(drift: Drift) -> list[str]:
    """What the reader must know: equal books, missing prices, lower bounds."""
    found = list(drift.notes)
    if said := _same_day(drift):
        found.append(said)
    for lines, which, other in (
        (drift.only_old, "old", "new"),
        (drift.only_new, "new", "old"),
    ):
        if lines:
            usd = exact_sum(abs(line.change.usd) for line in lines)
            what = "1 charge has" if len(lines) == 1 else f"{len(lines):,} charges have"
            found.append(
                f"{what} a price at the {which} book only ({dollars(usd)} USD a month)"
                f": the {other} book lacks it, so nothing is known of its move and it "
                "is in neither total."
            )
    hidden = [
        sum(entry.hides_cost for entry in side.unpriced)
        for side in (drift.old, drift.new)
    ]
    if any(hidden):
        found.append(
            f"The totals are lower bounds: {hidden[0]:,} charges at the old book and "
            f"{hidden[1]:,} at the new one have no figure."
        )
    return found


def _same_day(drift: Drift) -> str:
    """Empty, or why two books of one day do not tell what the market did."""
    old, new = drift.old.book, drift.new.book
    day = old.as_of[:10]
    if drift.moved or day != new.as_of[:10]:
        return ""
    both = "the same book" if old.id == new.id else "books of the same day"
    return (
        f"Both sides are {both} ({day}): whether the market moved since cannot be "
        "known from them. Give --since and --until books or days that differ."
    )


def alarm(drift: Drift, threshold_percent: Decimal) -> str:
    """Why `--threshold` is not kept, in a sentence; empty while it is.

    A charge that lost its price is in neither total, and the alert says it all the same.
    """
    parts = (_over(drift, threshold_percent), _without_price(drift))
    return "; ".join(part for part in parts if part)


def _without_price(drift: Drift) -> str:
    lost = drift.only_old
    if not lost:
        return ""
    rows = drift_rows(lost)
    named = ", ".join(
        f"{clip(row.label, LONGEST_NAME)} {row.charge.description} "
        f"({dollars(row.charge.usd_base)} USD a month before)"
        for row in rows[:NAMED]
    )
    more = ", ..." if len(rows) > NAMED else ""
    charges = "1 charge has" if len(lost) == 1 else f"{len(lost):,} charges have"
    return (
        f"{charges} no price at the new book, so that what the market did to the bill "
        f"is not known (--threshold): {named}{more}"
    )


def _over(drift: Drift, threshold_percent: Decimal) -> str:
    if not drift.over(threshold_percent):
        return ""
    way = "adds" if drift.usd > 0 else "takes"
    share = (
        f"{abs(drift.percent):.2f} % of the old total"
        if drift.percent is not None
        else "and the old total is 0"
    )
    users = drift.new.users
    per = (
        f", {per_user(abs(drift.usd), users)} USD per user" if users is not None else ""
    )
    rows = [
        f"{clip(row.label, LONGEST_NAME)} {row.charge.description} "
        f"({signed_dollars(row.charge.usd)})"
        for row in drift_rows(drift.moved)[:NAMED]
    ]
    return (
        f"the market {way} {dollars(abs(drift.usd))} USD a month{per}: {share}, more "
        f"than the threshold of {threshold_percent:f} %, up or down (--threshold). Most "
        f"moved {', '.join(rows)}"
    )
