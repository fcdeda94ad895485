"""What a price is: AWS's own billing key, its tiers, its unit and its source."""

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from farebox.prices.errors import UnitMismatch

Purchase = Literal["on-demand", "spot", "savings-plan", "reserved"]

ZERO = Decimal(0)

GLOBAL = "global"
"""The region of what AWS sells without one."""

# A book is thousands of the values below. They are frozen and never part of a cycle,
# so they stay out of the garbage collector's sight (gc=False): a third less to load.


class PriceKey(Struct, frozen=True, gc=False, cache_hash=True):
    """AWS's own key of a charge, as in the price list and on the bill.

    `region` is a region code, or `global`. `usage_type` may carry the region's
    prefix (`EU-EBS:VolumeUsage.gp3`) or not: rules leave it out, a book has it.
    `zone_id` is set for spot prices only (`use1-az1`); a spot price without one is
    AWS's own figure for a whole region, which no zone's pool is ever rated at.
    `term` names the commitment of a savings plan (`compute-1yr-no-upfront`) or of a
    reservation (`standard-3yr-all-upfront`).
    """

    service: str
    region: str
    usage_type: str
    operation: str = ""
    purchase: Purchase = "on-demand"
    zone_id: str = ""
    term: str = ""

    def __str__(self) -> str:
        parts = (self.service, self.region, self.usage_type, self.operation)
        text = " ".join(part for part in parts if part)
        if self.purchase != "on-demand":
            term = f" {self.term}" if self.term else ""
            zone = f" in {self.zone_id}" if self.zone_id else ""
            text += f" ({self.purchase}{term}{zone})"
        return text


class Tier(Struct, frozen=True, gc=False):
    """US dollars per unit from a quantity on, up to the next tier."""

    from_quantity: Decimal
    usd_per_unit: Decimal


class Source(Struct, frozen=True, gc=False):
    """Where a figure was read and the day (or only the year) it was true.

    `as_of` is `2026-09-03`, `2026-07-20T13:44:30Z`, or `2026` where only the year
    is known. `version` is the revision of what was read; `note` says how it was read.
    """

    url: str
    as_of: str
    version: str = ""
    note: str = ""


class Price(Struct, frozen=True, gc=False):
    """US dollars for a unit of one key, in tiers that start at quantity 0."""

    key: PriceKey
    tiers: tuple[Tier, ...]
    unit: str
    source: Source

    @property
    def usd_per_unit(self) -> Decimal:
        """US dollars per unit of the first tier."""
        return self.tiers[0].usd_per_unit

    def rate(self, quantity: Decimal, unit: str) -> Decimal:
        """US dollars for `quantity`, walked through the tiers, unrounded.

        Raises UnitMismatch when `unit` is not the price's own.
        """
        self.check_unit(unit)
        return sum(
            (taken * tier.usd_per_unit for tier, taken in self.walk(quantity)), ZERO
        )

    def check_unit(self, unit: str) -> None:
        """Raise UnitMismatch unless `unit` is the price's own."""
        if unit != self.unit:
            raise UnitMismatch(
                f"{self.key} is priced per {self.unit}, but the quantity is in {unit}"
            )

    def walk(self, quantity: Decimal) -> list[tuple[Tier, Decimal]]:
        """The part of `quantity` that falls into each tier that it reaches."""
        return walk_tiers(self.tiers, quantity)


@lru_cache(maxsize=16384)
def tiers_of(dollars: str) -> tuple[Tier, ...]:
    """The tiers of a book's text, `0.08` or `0:0.09 10240:0.085`, that was checked."""
    if ":" not in dollars:
        return (Tier(ZERO, Decimal(dollars)),)
    parts = (part.partition(":") for part in dollars.split(" "))
    return tuple(Tier(Decimal(start), Decimal(usd)) for start, _, usd in parts)


def walk_tiers(
    tiers: tuple[Tier, ...], quantity: Decimal
) -> list[tuple[Tier, Decimal]]:
    """The part of `quantity` that falls into each tier; at least the first tier."""
    parts = []
    for index, tier in enumerate(tiers):
        if index and quantity <= tier.from_quantity:
            break
        last = index + 1 == len(tiers)
        end = quantity if last else min(quantity, tiers[index + 1].from_quantity)
        parts.append((tier, end - tier.from_quantity))
    return parts
