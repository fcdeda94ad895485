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
FINEST = Decimal("1e-12")
"""US dollars to which a share is told: what a bill's own figures are told to."""

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
    estimated = quantity_of(own)
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
    bought = _bought(own, sum((c.amount for c in charges), ZERO))
    expected = estimated_usd
    for cause, of, whole in _scales(own[0].unit, month):
        scaled = expected * of / whole
        yield cause, scaled - expected
        expected = scaled
    yield "quantity", bought.listed + bought.committed + bought.discounted - expected
    based = sum((_base(c, month.cost) for c in charges), ZERO)
    yield "price", based - bought.listed
    # What the estimate expects of plans and discounts is held against what they took off.
    yield "commitment", -bought.committed
    yield "discount", -bought.discounted
    for charge in charges:
        yield from from_list(charge, month.cost)


class _Bought(Struct, frozen=True):
    """What a billed quantity costs by the estimate, in US dollars.

    At list prices, and what its commitments and its discounts add to that (below 0).
    """

    listed: Decimal
    committed: Decimal
    discounted: Decimal


def _bought(own: Sequence[LineItem], billed: Decimal) -> _Bought:
    """The billed quantity, bought as the estimate buys its own."""
    lines = [line for line in own if not _is_discount(line)]
    listed = _at_rates(lines, billed)
    whole = sum((line.quantity * _listed(line) for line in lines), ZERO)
    if not whole:
        return _Bought(listed, ZERO, ZERO)
    paid = sum((line.usd_per_month for line in lines), ZERO)
    off = sum((line.usd_per_month for line in own if _is_discount(line)), ZERO)
    parts = (listed * (paid - whole) / whole, listed * off / whole)
    return _Bought(listed, *(usd.quantize(FINEST) for usd in parts))


def quantity_of(lines: Iterable[LineItem]) -> Decimal:
    """The quantity of lines; a discount's is that of the line that it is off."""
    return sum((line.quantity for line in lines if not _is_discount(line)), ZERO)


def _is_discount(line: LineItem) -> bool:
    return line.usd_per_unit < 0


def _listed(line: LineItem) -> Decimal:
    """A line's rate on demand; a commitment's own is another."""
    own = line.list_usd_per_unit
    return line.usd_per_unit if own is None else own


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
    """What a quantity costs at the estimate's list rates: tier by tier, then at the last."""
    rate = _listed(own[0])
    if all(_listed(line) == rate for line in own):
        return billed * rate
    left, usd = billed, ZERO
    for line in own:
        taken = min(left, line.quantity)
        usd += taken * _listed(line)
        left -= taken
    return usd + left * _listed(own[-1])


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
