"""What is true of AWS's prices: the laws that catch a wrong row before it is used.

* On demand, a family's prices are linear in size but for AWS's rounding of each size:
  r6a.4xlarge is four r6a.xlarge. It catches the commonest error of price files, rows at
  the Dedicated rate (+6 or +10 %). No price is ever made by it: a price is what is listed.
* Spot is at least a tenth of on demand (0.09, with rounding) and at most on demand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from farebox.prices.prefixes import without_prefix
from farebox.prices.values import Price, PriceKey

TOLERANCE = Decimal("0.005")
"""How far a price may lie from its family's line; rounding to 4 digits stays inside."""

ROUNDING = Decimal("0.0001")
"""US dollars an hour by which AWS's own rounding may move a size off the line.

AWS rounds each size by itself to four digits, so both a size and the line through its
family may be half a digit off: t4g.nano is 0.0049 in ap-east-2 (0.00486 on the line).
Of the 17,141 Linux prices of the pricing page's feed of 2025-11-04 none lies further.
"""

ROUNDED_TOLERANCE = Decimal("0.016")
"""The same for ROUNDED families, whose prices AWS rounds to a tenth of a cent."""

SPOT_FLOOR = Decimal("0.09")
"""Spot over on demand, at least. Observed floor: exactly 0.1 (r8g, ap-east-1, 2026)."""

SPOT_CEILING = Decimal(1)
"""Spot over on demand, at most. Observed: r6a.48xlarge in cac1-az2 at just 1, 2026."""

ROUNDED = frozenset({"c4", "m1", "m3", "m5a", "r5a", "t2"})
"""Families with small sizes rounded to a tenth of a cent: by up to 1.15 % before 2017.

t2.small and t2.medium of eu-west-2 are 1.52 % under t2.large, m5a.large and r5a.large
of ap-south-1 0.8 % over their families (feed of 2025-11-04).
"""

_ACCELERATED = (
    *("g4ad", "g4dn", "g5", "g5g", "g6", "g6e", "g6f", "g7", "g7e", "gr6"),
    *("inf1", "inf2", "p5"),
)

NOT_LINEAR: dict[str, str] = {
    **dict.fromkeys(_ACCELERATED, "the price follows the accelerators, not the size"),
    "hpc7a": "every size is a whole host with fewer cores in use, at one price",
    "hpc7g": "every size is a whole host with fewer cores in use, at one price",
    "u-6tb1": "both sizes have the same memory, which is what is paid for",
    "x8i.96xlarge": "listed 16 % over the line on 2026-07-20, Shared (Dedicated is +10 %)",
    "x8i.metal-96xl": "priced as x8i.96xlarge",
}
"""Families and single types that AWS does not price linearly, each with the reason."""

_SMALL = {"nano": "0.25", "micro": "0.5", "small": "1", "medium": "2", "large": "4"}
_XLARGE = Decimal(8)
_WHOLE_HOSTS = tuple(_XLARGE * size for size in (4, 12, 16, 18, 24, 32, 48))
"""What a size named only `metal` can be: every host of today's linear families."""

_NO_SIZE = re.compile(r"(?:metal-)?0+xl(?:arge)?", re.ASCII)
_SIZE = re.compile(r"(?:metal-)?(\d*)xl(?:arge)?", re.ASCII)


@lru_cache(maxsize=256)
def size_factor(size: str) -> Decimal | None:
    """The size in units of `small`: large is 4, xlarge 8, metal-24xl 192.

    None for `metal`, whose name does not say its size, and for sizes unknown here.
    """
    if size in _SMALL:
        return Decimal(_SMALL[size])
    match = _SIZE.fullmatch(size)
    times = int(match[1] or "1") if match else 0
    return _XLARGE * times if times else None


def check_laws(prices: Sequence[Price]) -> tuple[int, str] | None:
    """The index of a price that breaks a law and why, or None when all hold."""
    return next(broken_laws(prices), None)


def broken_laws(prices: Sequence[Price]) -> Iterator[tuple[int, str]]:
    """The index of each price that breaks a law, and why."""
    families: dict[tuple[str, str], list[tuple[str, Decimal, int]]] = {}
    on_demand: dict[tuple[str, str], Decimal] = {}
    for number, price in enumerate(prices):
        region, usd = price.key.region, price.tiers[0].usd_per_unit
        instance_type = _linux_type(price.key)
        if not instance_type:
            continue
        on_demand[region, instance_type] = usd
        family, _, size = instance_type.partition(".")
        if family not in NOT_LINEAR and instance_type not in NOT_LINEAR:
            members = families.setdefault((region, family), [])
            members.append((size, usd, number))
    for (region, family), members in families.items():
        yield from _off_line(region, family, members)
    yield from _spot_beside(prices, on_demand)


def _linux_type(key: PriceKey) -> str:
    """The instance type of a Linux on-demand price; empty for every other price."""
    if key.service != "AmazonEC2" or key.purchase != "on-demand":
        return ""
    usage_type = without_prefix(key.usage_type, key.region)
    is_linux = key.operation == "RunInstances" and usage_type.startswith("BoxUsage:")
    return usage_type.removeprefix("BoxUsage:") if is_linux else ""


def _spot_beside(
    prices: Sequence[Price], on_demand: Mapping[tuple[str, str], Decimal]
) -> Iterator[tuple[int, str]]:
    """The spot prices that no on-demand price of (region, type) holds, and why."""
    for number, price in enumerate(prices):
        key, usd = price.key, price.tiers[0].usd_per_unit
        if key.service != "AmazonEC2" or key.purchase != "spot":
            continue
        region = key.region
        usage_type = without_prefix(key.usage_type, region)
        instance_type = usage_type.removeprefix("SpotUsage:")
        listed = on_demand.get((region, instance_type))
        if not listed:
            yield (
                number,
                f"a spot price of {instance_type} in {region}, but the book has no "
                "on-demand price to hold it against; add that or drop this",
            )
        elif not SPOT_FLOOR * listed <= usd <= SPOT_CEILING * listed:
            yield (
                number,
                f"spot {usd} is {usd / listed:.3f} of the on-demand price {listed} of "
                f"{instance_type} in {region}; outside {SPOT_FLOOR} to {SPOT_CEILING} "
                "it cannot be true, so look at its source",
            )


def _off_line(
    region: str, family: str, members: list[tuple[str, Decimal, int]]
) -> Iterator[tuple[int, str]]:
    """The members of a family that lie off the line through its median."""
    tolerance = ROUNDED_TOLERANCE if family in ROUNDED else TOLERANCE
    sized = [
        (usd / factor, size, usd, number)
        for size, usd, number in members
        if (factor := size_factor(size)) is not None
    ]
    prices = sorted(unit_price for unit_price, _, _, _ in sized)
    line = prices[len(prices) // 2] if prices else Decimal(0)
    least, most = line - tolerance * line, line + tolerance * line
    for unit_price, size, usd, number in sized:
        if least <= unit_price <= most:
            continue
        on_line = line * usd / unit_price if unit_price else None
        if on_line is None or abs(usd - on_line) > ROUNDING:
            ratio = unit_price / line if line else None
            yield number, _reason(region, family, size, usd, ratio)
    for size, usd, number in members:
        if _NO_SIZE.fullmatch(size):
            yield number, f"{family}.{size} in {region}: no machine has that size"
        if size == "metal" and not any(
            least * host <= usd <= most * host for host in _WHOLE_HOSTS
        ):
            yield number, _reason(region, family, size, usd, None)


def _reason(
    region: str, family: str, size: str, usd: Decimal, ratio: Decimal | None
) -> str:
    how_far = "fits no host size" if ratio is None else f"is {ratio:.4f} times its part"
    return (
        f"{family}.{size} at {usd} in {region} {how_far} of the family's prices, which "
        "are linear in size; a Dedicated or reserved rate looks like this, so look at "
        "its source"
    )
