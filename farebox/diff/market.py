"""The head's quantities at the prices that the base's own lines paid.

For a side that is a statement's file there is no graph to estimate again: the prices
are those that its lines and its unpriced charges name.
"""

from collections.abc import Hashable, Iterable
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.diff.lines import bare_key

ZERO = Decimal(0)

Rates = dict[Hashable, list[Decimal]]


def prices_of_base(base: Statement, head: Statement) -> Statement:
    """The head with each line rated as the base rates the same key and tier.

    A key or a tier that the base does not name keeps the head's rate.
    """
    of_base, of_head = rates_of(base), rates_of(head)
    lines = []
    for line in head.lines:
        key = bare_key(line.key), line.unit
        before = of_base.get(key)
        rate = line.usd_per_unit
        if before is not None:
            rate = _same_tier(rate, of_head[key], before)
        if rate == line.usd_per_unit:
            lines.append(line)
        else:
            lines.append(replace(line, usd_per_unit=rate))
    return replace(head, lines=tuple(lines))


def rates_of(statement: Statement) -> Rates:
    """US dollars per unit by key and unit, tier by tier as the lines come."""
    found: Rates = {}

    def keep(pairs: Iterable[tuple[Hashable, Decimal]]) -> None:
        for key, rate in pairs:
            rates = found.setdefault(key, [])
            if rate not in rates:
                rates.append(rate)

    keep(((bare_key(x.key), x.unit), x.usd_per_unit) for x in statement.lines)
    keep(
        ((bare_key(gap.key), gap.unit), gap.usd_per_unit)
        for gap in statement.unpriced
        if gap.key is not None and gap.usd_per_unit is not None
    )
    return found


def _same_tier(rate: Decimal, own: list[Decimal], others: list[Decimal]) -> Decimal:
    """The rate of the same tier among the other side's, else the rate itself.

    A free allowance is a tier at 0, which only one of the sides may have.
    """
    if (ZERO in own) != (ZERO in others) and max(len(own), len(others)) > 1:
        if rate == ZERO:
            return rate
        own = [x for x in own if x]
        others = [x for x in others if x]
    place = own.index(rate)
    return others[place] if place < len(others) else rate
