"""What the market did to a stack's bill: one graph, estimated at two books.

Nothing but prices differs between the two statements, so each change of a charge is
the market's. A charge whose price only one of the books has tells nothing of the
market: it stands apart and is in neither sum.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.budget import NOISE
from farebox.bill.statement import Statement, Subject, Unpriced
from farebox.diff.lines import same_key
from farebox.diff.statements import LineChange, diff_statements, exact_sum
from farebox.diff.values import EXACT
from farebox.prices import PriceKey

ZERO = Decimal(0)


class DriftLine(Struct, frozen=True, gc=False):
    """One charge of one resource at the old and at the new prices."""

    subject: Subject
    change: LineChange


class Drift(Struct, frozen=True, gc=False):
    """A stack's bill at two books, in US dollars a month.

    `usd_old` and `usd_new` are exact sums of what both books price. `moved` are the
    charges that cost something else now, biggest change first; `only_old` and
    `only_new` those whose price the other book lacks; `same_count` charges stayed.
    `notes` are what is to be said of the new prices.
    """

    old: Statement
    new: Statement
    usd_old: Decimal
    usd_new: Decimal
    moved: tuple[DriftLine, ...]
    only_old: tuple[DriftLine, ...]
    only_new: tuple[DriftLine, ...]
    same_count: int
    notes: tuple[str, ...] = ()

    @property
    def usd(self) -> Decimal:
        """US dollars a month that the market adds, or takes where negative."""
        return EXACT.subtract(self.usd_new, self.usd_old)

    @property
    def percent(self) -> Decimal | None:
        """The move in percent of the old bill; None where that is 0 and this is not."""
        if abs(self.usd) <= NOISE:
            return ZERO
        return self.usd / self.usd_old * 100 if self.usd_old else None

    @property
    def usd_per_user(self) -> Decimal | None:
        """US dollars per user and month of the move; None without users."""
        return self.usd / self.new.users if self.new.users else None

    def alarms(self, threshold_percent: Decimal) -> bool:
        """Whether an alert must not stay silent: over the threshold, or without a price.

        What a charge costs whose price is gone nobody knows, so no threshold holds it.
        """
        return bool(self.only_old) or self.over(threshold_percent)

    def over(self, threshold_percent: Decimal) -> bool:
        """Whether the bill moved, up or down, by more than the threshold."""
        percent = self.percent
        return percent is None or abs(percent) > threshold_percent + NOISE


def drift(old: Statement, new: Statement) -> Drift:
    """What differs between two estimates of one graph at two books."""
    diff = diff_statements(old, new, head_at_base_prices=old)
    moved, only_old, only_new, compared = [], [], [], []
    for item in diff.resources:
        for change in item.lines:
            line = DriftLine(item.subject, change)
            if change.head is None and _lacks(item.unpriced_head, change.key):
                only_old.append(line)
            elif change.base is None and _lacks(item.unpriced_base, change.key):
                only_new.append(line)
            else:
                compared.append(change)
                if abs(change.usd) > NOISE:
                    moved.append(line)
    return Drift(
        old,
        new,
        exact_sum(change.usd_base for change in compared),
        exact_sum(change.usd_head for change in compared),
        _biggest_first(moved),
        _biggest_first(only_old),
        _biggest_first(only_new),
        len(compared) - len(moved),
    )


def _biggest_first(lines: list[DriftLine]) -> tuple[DriftLine, ...]:
    return tuple(sorted(lines, key=lambda line: -abs(line.change.usd)))


def _lacks(gaps: Iterable[Unpriced], key: PriceKey) -> bool:
    """Whether a charge without a figure is this one, or its spot price in any zone."""
    for gap in gaps:
        if gap.code != "no-price" or gap.key is None:
            continue
        wanted = gap.key if gap.key.zone_id else replace(gap.key, zone_id=key.zone_id)
        if same_key(wanted, key):
            return True
    return False
