"""What passes from a source to the store, counted on its way, and what is held back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from farebox.prices.aliases import usual_name
from farebox.prices.deliveries import DatedPrice
from farebox.prices.laws import SPOT_CEILING, SPOT_FLOOR
from farebox.prices.prefixes import without_prefix
from farebox.prices.reading import FREE
from farebox.prices.values import Price, PriceKey

OnDemand = Callable[[str], Mapping[str, Decimal]]
"""A region's Linux instance types with their price on demand, USD an hour."""

NO_ON_DEMAND = "spot of types that have no on-demand price in the store"
"""Why a spot price is left out that nothing can vouch for."""

OUT_OF_BOUNDS = f"outside {SPOT_FLOOR} to {SPOT_CEILING} of on demand"
"""Why a region's own spot figure is left out; a zone's is held against its source."""

ZERO_UNSAID = "at 0 without the source's word that it is free"
"""Why a price of 0 is left out."""


class Tally:
    """Counts the rows of a delivery on their way to the store, and holds some back.

    A spot price is held against on demand here, whether it changed or not. One whose
    instance type has no price on demand is left out, for nothing can vouch for it. So
    is a figure of a whole region, at which nothing is rated, when it is out of bounds,
    and a price of 0 whose source does not say that it is free.
    """

    def __init__(
        self, on_demand: OnDemand | None = None, left_out: Counter[str] | None = None
    ) -> None:
        self.families: Counter[str] = Counter()
        self.count = 0
        self.out_of_bounds: list[tuple[Price, Decimal]] = []
        """Spot prices that cannot be true, with their price on demand."""
        self.zeros: set[PriceKey] = set()
        """Keys whose price of 0 was left out."""
        self._on_demand = on_demand
        self._left_out: Counter[str] = Counter() if left_out is None else left_out

    def through(self, prices: Iterable[DatedPrice]) -> Iterator[DatedPrice]:
        """The prices that may be compared, counted as they pass."""
        count = 0
        families: Counter[str] = Counter()
        on_demand = self._on_demand
        for dated in prices:
            price = dated.price
            key = price.key
            if not price.tiers[0].usd_per_unit and not price.source.note.startswith(
                FREE
            ):
                self._left_out[ZERO_UNSAID] += 1
                self.zeros.add(key)
                continue
            if key.purchase == "spot" and on_demand is not None:
                listed = on_demand(key.region).get(_instance_type(key))
                if listed is None:
                    self._left_out[NO_ON_DEMAND] += 1
                    continue
                usd = price.tiers[0].usd_per_unit
                if not SPOT_FLOOR * listed <= usd <= SPOT_CEILING * listed:
                    if key.zone_id:
                        self.out_of_bounds.append((price, listed))
                    else:
                        self._left_out[OUT_OF_BOUNDS] += 1
                    continue
            count += 1
            families[family_of(key)] += 1
            yield dated
        self.count += count
        self.families.update(families)


def family_of(key: PriceKey) -> str:
    """The kind of charge: the usage type up to its colon, without region and size."""
    return usual_name(key.service, key.region, key.usage_type).partition(":")[0]


def on_demand_type(key: PriceKey) -> str:
    """The instance type of a Linux price on demand; empty for every other key."""
    if (key.service, key.operation, key.purchase) != (
        "AmazonEC2",
        "RunInstances",
        "on-demand",
    ):
        return ""
    usage_type = without_prefix(key.usage_type, key.region)
    return usage_type[9:] if usage_type.startswith("BoxUsage:") else ""


def _instance_type(key: PriceKey) -> str:
    return without_prefix(key.usage_type, key.region).removeprefix("SpotUsage:")
