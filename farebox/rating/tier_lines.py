"""Tiers walked: how much of a key's sum, and of each lot, falls into which tier."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem, Subject, Unpriced
from farebox.prices import Price, Tier
from farebox.prices.values import walk_tiers
from farebox.rules.charges import Metered

ZERO = Decimal(0)

FREE = Tier(ZERO, ZERO)
"""What stands in a walk for the account's free allowance; known by identity."""


class Lot(Struct, frozen=True, gc=False):
    """What one subject uses of one usage type in a month, at each level."""

    subject: Subject
    metered: Metered
    low: Decimal
    likely: Decimal
    high: Decimal


def sums_of(lots: Iterable[Lot]) -> list[Decimal]:
    """What the lots use together at the low, the likely and the high level."""
    sums = [ZERO, ZERO, ZERO]
    for lot in lots:
        for level, quantity in enumerate((lot.low, lot.likely, lot.high)):
            sums[level] += quantity
    return sums


def paid_tiers(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """The tiers without one for an account's allowance, which some lists begin with.

    us-east-1's list of SNS does; the table of allowances has it for every region.
    """
    if len(tiers) == 1 or tiers[0].usd_per_unit:
        return tiers
    start = tiers[1].from_quantity
    return tuple(
        Tier(tier.from_quantity - start, tier.usd_per_unit) for tier in tiers[1:]
    )


def walk(
    tiers: tuple[Tier, ...], quantity: Decimal, whole: Decimal, allowance: Decimal
) -> list[tuple[Tier, Decimal]]:
    """The quantity in each tier, behind its share of the account's free allowance."""
    if not allowance:
        return walk_tiers(tiers, quantity)
    share = quantity / whole if whole and whole != quantity else Decimal(1)
    free = min(quantity, allowance * share)
    return [(FREE, free), *walk_tiers(tiers, quantity - free)]


class Walked(Struct, frozen=True):
    """A price and the sum of its key, walked through its tiers at each level.

    `end` is where the price's tiers end before its list's do: then the last of `tiers`
    stands for all that the book does not know.
    """

    price: Price
    tiers: tuple[Tier, ...]
    end: Decimal | None
    walks: list[list[tuple[Tier, Decimal]]]
    sums: list[Decimal]


def entries_of(lot: Lot, walked: Walked) -> Iterable[LineItem | Unpriced]:
    """The lot's share of each tier that the key's sum reaches: lines, or a gap."""
    for number in range(max(len(walk) for walk in walked.walks)):
        tier = next(walk[number][0] for walk in walked.walks if number < len(walk))
        taken = _taken(lot, walked, number)
        if not any(taken) and number:
            continue
        if walked.end is not None and tier is walked.tiers[-1]:
            yield _beyond(lot, walked.price, walked.end, taken)
        else:
            yield _tier_line(lot, walked, tier, taken)


def _taken(lot: Lot, walked: Walked, number: int) -> list[Decimal]:
    """The lot's share of a tier at the low, the likely and the high level."""
    levels = (lot.low, lot.likely, lot.high)
    taken = [ZERO, ZERO, ZERO]
    for level, walk in enumerate(walked.walks):
        whole = walked.sums[level]
        if number < len(walk) and whole:
            in_tier = walk[number][1]
            all_of_it = levels[level] == whole
            taken[level] = in_tier if all_of_it else in_tier * levels[level] / whole
    return taken


def _tier_line(lot: Lot, walked: Walked, tier: Tier, taken: list[Decimal]) -> LineItem:
    metered, price = lot.metered, walked.price
    free = tier is FREE
    return LineItem(
        lot.subject,
        price.key,
        f"{metered.description}, free" if free else metered.description,
        taken[1],
        metered.unit,
        tier.usd_per_unit,
        f"{metered.because}; {_tier_name(tier, walked.tiers, price.unit)}",
        metered.usage,
        price.source,
        taken[0] * tier.usd_per_unit,
        taken[2] * tier.usd_per_unit,
    )


def _beyond(lot: Lot, price: Price, end: Decimal, taken: list[Decimal]) -> Unpriced:
    """What lies where the list has a rate that the book lacks: said, never guessed."""
    quantity = taken[1] or taken[2]
    most = "" if taken[1] else "up to "
    unit = lot.metered.unit
    reason = (
        f"{lot.metered.description}: {most}{quantity:,f} {unit} lie beyond {end:,f} "
        f"{unit}, from where the list has another rate, which the price book lacks"
    )
    return Unpriced(lot.subject, "no-price", reason, price.key, unit)


def _tier_name(tier: Tier, tiers: tuple[Tier, ...], unit: str) -> str:
    if tier is FREE:
        return "free allowance of the account"
    if len(tiers) == 1:
        return "after the free allowance"
    return f"tier from {tier.from_quantity:,f} {unit}"
