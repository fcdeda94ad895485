"""What a rule may say of a resource: a metered charge, a gap, or that it is free."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar, cast

from msgspec import Struct

from farebox.bill.assumptions import LevelInForce
from farebox.bill.statement import FreeCode, GapCode, UsageStatus
from farebox.bill.terms import Terms
from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN_REGION, Resource, ResourceGraph
from farebox.prices import PriceBook, PriceKey, Purchase
from farebox.prices.values import GLOBAL

ONE = Decimal(1)

Found = TypeVar("Found")


class Metered(Struct, frozen=True, gc=False):
    """A quantity of one AWS usage type in a month, in the price list's unit."""

    key: PriceKey
    quantity: Decimal
    unit: str
    description: str
    because: str
    usage: UsageStatus = "given"


class Gap(Struct, frozen=True, gc=False):
    """A charge, or a whole resource, that cannot be given a figure, and why."""

    code: GapCode
    reason: str
    key: PriceKey | None = None
    unit: str = ""
    usage_key: str = ""


class NoCharge(Struct, frozen=True, gc=False):
    """The resource costs nothing by itself, and why."""

    reason: str
    code: FreeCode = "no-charge"


Charge = Metered | Gap | NoCharge


class Circumstances:
    """What holds for a whole estimate: the graph, the prices, the terms, the level.

    Of the terms, rules read the hours of the month, the day, and whether a missing
    spot price may be the on-demand one.
    """

    def __init__(
        self,
        graph: ResourceGraph,
        book: PriceBook,
        terms: Terms,
        *,
        level: LevelInForce | None = None,
    ) -> None:
        self.graph = graph
        self.book = book
        self.hours_per_month = terms.hours_per_month
        self.on = terms.on
        self.on_demand_fallback = terms.on_demand_fallback
        self.level = level or LevelInForce()
        self.notes: dict[str, None] = {}
        self._once: dict[object, Any] = {}

    def once(self, name: object, work: Callable[[], Found]) -> Found:
        """What `work` finds in the graph, worked out once for the whole estimate.

        For figures that no level changes, such as an index over all volumes.
        """
        if name not in self._once:
            self._once[name] = work()
        return cast(Found, self._once[name])

    def note(self, sentence: str) -> None:
        """Tell the reader of the statement something that the rule noticed."""
        self.notes[sentence] = None


def by_program(*said: object) -> UsageStatus:
    """`given` where the program says all of it, else `assumed`: AWS chooses the rest."""
    return "assumed" if None in said else "given"


Rule = Callable[[Resource, Usage, Circumstances], Iterable[Charge]]


def key_of(
    resource: Resource,
    service: str,
    usage_type: str,
    operation: str = "",
    *,
    purchase: Purchase = "on-demand",
    zone_id: str = "",
) -> PriceKey:
    """The price key of a charge in the resource's own region."""
    region = resource.region or UNKNOWN_REGION
    return PriceKey(service, region, usage_type, operation, purchase, zone_id)


OWN_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
"""How regions begin that AWS runs as a cloud, a price list and a bill of its own.

Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""


def global_key(
    resource: Resource, service: str, usage_type: str, operation: str = ""
) -> PriceKey:
    """The price key of a charge that is the same in every region.

    The commercial list's `global` prices hold for its own regions only. Elsewhere
    (China, GovCloud, the European Sovereign Cloud) the key has the resource's region,
    for which a book has a price only if it was read from that partition's own list.
    """
    region = resource.region or UNKNOWN_REGION
    if not region.startswith(OWN_PARTITIONS):
        region = GLOBAL
    return PriceKey(service, region, usage_type, operation)


def hours(
    key: PriceKey,
    circumstances: Circumstances,
    *,
    description: str,
    because: str,
    count: Decimal = ONE,
    unit: str = "Hrs",
    usage: UsageStatus = "given",
) -> Metered:
    """A charge for each hour of the month that `count` things exist."""
    return Metered(
        key,
        circumstances.hours_per_month * count,
        unit,
        description,
        because,
        usage,
    )


def used(
    key: PriceKey,
    usage: Usage,
    usage_key: str,
    *,
    unit: str,
    description: str,
    factor: Decimal = ONE,
) -> Metered | Gap:
    """A charge by use: what the usage file gives, else a `no-usage` gap.

    `factor` turns the usage key's unit into the price list's.
    """
    given = usage.quantity(*usage_key.split("."))
    if given is None:
        return Gap(
            "no-usage",
            f"{description}: the cost depends on use, and no {usage_key} is given",
            key,
            unit,
            usage_key,
        )
    return metered_use(key, given, unit, description, factor=factor)


def metered_use(
    key: PriceKey,
    given: Given,
    unit: str,
    description: str,
    *,
    factor: Decimal = ONE,
) -> Metered:
    """A charge for a quantity that came with its own status and source."""
    because = given.source or f"{given.quantity.normalize():f} a month as given"
    if factor != 1:
        because += f" x {factor.normalize():f}"
    return Metered(
        key, given.quantity * factor, unit, description, because, given.status
    )


__all__ = [
    "Charge",
    "Circumstances",
    "Gap",
    "Metered",
    "NoCharge",
    "Rule",
    "global_key",
    "hours",
    "key_of",
    "metered_use",
    "used",
]
