"""One estimated charge beside what was billed for it: their difference, by cause.

From the estimate to the bill in a fixed order: the part of the month that is billed yet,
its hours, the quantity, the list price, then commitments, allowances and discounts from
the list price down. What one step leaves is the next one's, so the sum is exact.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.statement import LineItem
from farebox.billed.charges import GROSS, Charge, Cost
from farebox.billed.places import Key
from farebox.billed.says import Cause

ZERO = Decimal(0)
HOURLY = re.compile(r"(?i)(hrs?|hours?|hourly)$")
"""Units of what is charged for each hour of a month, long or short."""

AT_ONCE = ("HostedZone",)
"""Units of what is billed for a whole month on its first day, or the day it is made."""

COMMITTED = ("savings-plan", "reserved")
SPOT: Literal["spot"] = "spot"


class Month(Struct, frozen=True):
    """A bill's month: its hours, how much of it is billed yet, and how it is counted.

    `part` is 1 for a month that is over; `estimated_hours` are those of an estimate.
    """

    hours: Decimal
    estimated_hours: Decimal
    cost: Cost
    part: Decimal = Decimal(1)


class Pair(Struct, frozen=True):
    """What was estimated and what was billed under one key for one resource.

    Quantities and US dollars of the month; `causes` say where the difference comes from
    and add up to `billed_usd - estimated_usd`. `urn` is empty for the account, and
    where several resources share what the bill names no resource of.
    """

    urn: str
    name: str
    key: Key
    estimated_usd: Decimal
    billed_usd: Decimal
    estimated: Decimal
    billed: Decimal
    unit: str
    causes: tuple[tuple[Cause, Decimal], ...]


def pair(
    urn: str,
    name: str,
    key: Key,
    own: Sequence[LineItem],
    charges: Sequence[Charge],
    month: Month,
) -> Pair:
    """The lines of one place beside its charges; without charges nothing was billed."""
    estimated = sum((line.quantity for line in own), ZERO)
    estimated_usd = sum((line.usd_per_month for line in own), ZERO)
    if charges:
        causes = list(_apart(own, estimated_usd, charges, month))
    else:
        causes = [("not on the bill", -estimated_usd)]
    return Pair(
        urn=urn,
        name=name,
        key=key,
        estimated_usd=estimated_usd,
        billed_usd=sum((c.usd(month.cost) for c in charges), ZERO),
        estimated=estimated,
        billed=sum((c.amount for c in charges), ZERO),
        unit=own[0].unit,
        causes=added_up(causes),
    )


def _apart(
    own: Sequence[LineItem],
    estimated_usd: Decimal,
    charges: Sequence[Charge],
    month: Month,
) -> Iterator[tuple[Cause, Decimal]]:
    """The difference step by step; each step starts where the one before has come to."""
    expected = estimated_usd
    for cause, of, whole in _scales(own[0].unit, month):
        scaled = expected * of / whole
        yield cause, scaled - expected
        expected = scaled
    at_rate = _at_rates(own, sum((c.amount for c in charges), ZERO))
    yield "quantity", at_rate - expected
    based = sum((_base(c, month.cost) for c in charges), ZERO)
    yield "price", based - at_rate
    for charge in charges:
        yield from from_list(charge, month.cost)


def added_up(
    causes: Iterable[tuple[Cause, Decimal]],
) -> tuple[tuple[Cause, Decimal], ...]:
    """The sum of each cause, without those that are nothing."""
    sums: dict[Cause, Decimal] = {}
    for cause, usd in causes:
        sums[cause] = sums.get(cause, ZERO) + usd
    return tuple((cause, usd) for cause, usd in sums.items() if usd)


def _scales(unit: str, month: Month) -> Iterator[tuple[Cause, Decimal, Decimal]]:
    """By what an estimate of a whole month of 730 hours becomes one of this month."""
    if month.part != 1 and unit not in AT_ONCE:
        yield "open month", month.part, Decimal(1)
    if HOURLY.search(unit) and month.estimated_hours:
        yield "hours", month.hours, month.estimated_hours


def _at_rates(own: Sequence[LineItem], billed: Decimal) -> Decimal:
    """What a quantity costs at the estimate's rates: tier after tier, then at the last."""
    rate = own[0].usd_per_unit
    if all(line.usd_per_unit == rate for line in own):
        return billed * rate
    left, usd = billed, ZERO
    for line in own:
        taken = min(left, line.quantity)
        usd += taken * line.usd_per_unit
        left -= taken
    return usd + left * own[-1].usd_per_unit


def _base(charge: Charge, cost: Cost) -> Decimal:
    """What a charge's price is held against: the list, or what spot or no list has."""
    if charge.purchase == SPOT:
        return charge.unblended
    return charge.listed or charge.usd(GROSS[cost])


def from_list(charge: Charge, cost: Cost) -> Iterator[tuple[Cause, Decimal]]:
    """From the list price to what it cost; nothing where the bill has no list price."""
    based = _base(charge, cost)
    if cost == "listed":
        yield SPOT, charge.listed - based
        return
    gross = charge.usd(GROSS[cost])
    if charge.purchase in COMMITTED:
        yield "commitment", gross - based
    else:
        below = gross - based
        free = -charge.free if charge.listed and charge.purchase != SPOT else ZERO
        yield "free allowance", free
        rest: Cause = "discount" if below - free < 0 else "price"
        yield rest, below - free
    yield "discount", charge.usd(cost) - gross
