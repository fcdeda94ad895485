"""Pools of instances: which (zone, type) a group launches from, on spot and on demand.

A pool is one instance type in one zone. What AWS picks follows from the allocation
strategy; the cheapest and the dearest pool bound what it can cost.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import TypeVar

from msgspec import Struct, structs

from farebox.graph import Resource
from farebox.prices import Price, PriceKey
from farebox.rules.charges import ONE, Circumstances
from farebox.rules.machines.instances import on_demand_key, spot_key
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.places import Place

ZERO = Decimal(0)
TINY = Decimal("1E-9")
PoolT = TypeVar("PoolT")

CHEAPEST = frozenset(("lowestprice",))
BALANCED = frozenset(("pricecapacityoptimized",))
EQUAL = frozenset(("capacityoptimized", "diversified"))
FIRST = frozenset(("capacityoptimizedprioritized",))
STRATEGIES = CHEAPEST | BALANCED | EQUAL | FIRST
"""Spot strategies, spelt without hyphens and in lower case (fleets write them so).

Which pools have capacity is not public. A strategy that goes by capacity alone is rated
at the mean of its pools, one that goes by price alone at the cheapest. The balanced one
looks for capacity first and takes the cheapest pool that has it: it is rated at the
mean of the pools within `PRICE_BAND`, each as likely as the other.
"""

PRICE_BAND = 2
"""How many times the cheapest pool's price a pool may cost to be in the band (assumed).

A pool dearer than this is hardly ever the cheapest that has capacity. EC2 draws its own
line alike: it leaves out types that cost too much above the cheapest, and left out those
at more than twice its price before it set the line by itself.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceRequirements.html
"""


def plain(strategy: str) -> str:
    """A strategy's name without hyphens and capitals: groups and fleets spell both."""
    return strategy.replace("-", "").lower()


class Pool(Struct, frozen=True, cache_hash=True):
    """An instance type of a group; `weight` is the capacity that one of it counts.

    `launch` is what an instance of this pool is where it has a template of its own,
    else None for the group's.
    """

    instance_type: str
    weight: Decimal = ONE
    launch: Launch | None = None

    def instances(self, units: Decimal) -> Decimal:
        """How many instances give `units` of capacity; whole ones where it weighs.

        Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-instance-weighting.html
        """
        if self.weight == ONE:
            return units
        # Thirds of a group do not add up exactly in decimals: 3.0000…01 is 3.
        whole = (units / self.weight).quantize(TINY)
        return whole.to_integral_value(ROUND_CEILING)


class Offer(Struct, frozen=True, cache_hash=True):
    """A pool in a zone at a price; `usd_per_hour` is None where the book has none.

    `assumed` says that capacity decides whether AWS takes this pool or another.
    """

    pool: Pool
    key: PriceKey
    usd_per_hour: Decimal | None
    because: str
    assumed: bool = False

    @property
    def usd_per_unit_hour(self) -> Decimal:
        """US dollars for an hour of one unit of capacity; 0 where it has no price."""
        return (self.usd_per_hour or ZERO) / self.pool.weight


class Spread(Struct, frozen=True):
    """How spot capacity spreads over offers: shares that add up to 1.

    `low` and `high` put all priced capacity into the cheapest and the dearest pool.
    `left_out` names the pools that have no price where others of their zone do.
    """

    likely: tuple[tuple[Offer, Decimal], ...]
    low: tuple[tuple[Offer, Decimal], ...]
    high: tuple[tuple[Offer, Decimal], ...]
    left_out: tuple[str, ...] = ()


def on_demand_pool(
    resource: Resource,
    circumstances: Circumstances,
    pools: Sequence[Pool],
    *,
    cheapest: bool,
) -> Pool:
    """The pool that on-demand capacity comes from: the first, or the cheapest."""
    if not cheapest or len(pools) == 1:
        return pools[0]
    priced = []
    for pool in pools:
        price = circumstances.book.find(on_demand_key(resource, pool.instance_type))
        if price is not None:
            priced.append((price.usd_per_unit / pool.weight, pool))
    return min(priced, key=lambda pair: pair[0])[1] if priced else pools[0]


def spot_spread(
    resource: Resource,
    circumstances: Circumstances,
    pools: tuple[Pool, ...],
    places: tuple[Place, ...],
    *,
    strategy: str,
    pools_per_zone: int,
) -> Spread:
    """How a group's spot capacity spreads; worked out once for groups that are alike.

    Pools without a price that others of their zone stand in for are noted.
    """
    spread = circumstances.once(
        ("spread", resource.region, pools, places, strategy, pools_per_zone),
        lambda: _spread(
            resource, circumstances, pools, places, strategy, pools_per_zone
        ),
    )
    if spread.left_out:
        circumstances.note(
            f"{resource.name}: no spot price for {', '.join(spread.left_out)}; "
            "it is priced from the other pools of the zone"
        )
    return spread


def _spread(
    resource: Resource,
    circumstances: Circumstances,
    pools: Sequence[Pool],
    places: Sequence[Place],
    strategy: str,
    pools_per_zone: int,
) -> Spread:
    """Spreads capacity evenly over zones, by the strategy in each.

    A zone id that is not known is every zone of the region that has a price, with
    equal chances. A pool without a price is left out of its zone, with a note; where
    none of a zone's pools has a price, that zone's share stays without one, or is on
    demand where the user asked for that.
    """
    chances = ONE / len(places)
    likely: dict[Offer, Decimal] = {}
    priced: dict[Offer, None] = {}
    unpriced: list[str] = []
    for place in places:
        zones = place.zone_ids or _zones_with_a_price(resource, circumstances, pools)
        why = _why(place, zones)
        for zone_id in zones:
            offers = _offers(resource, circumstances, pools, zone_id, why)
            missing = [offer for offer in offers if offer.usd_per_hour is None]
            found = [offer for offer in offers if offer.usd_per_hour is not None]
            by_order = strategy in FIRST
            if not found or (by_order and offers[0].usd_per_hour is None):
                found = [_fallback(resource, circumstances, offers[0])]
            elif missing:
                names = " and ".join(o.pool.instance_type for o in missing)
                unpriced.append(f"{names} in {zone_id}")
            priced.update(dict.fromkeys(o for o in found if o.usd_per_hour is not None))
            picked = _picked(found, strategy, pools_per_zone)
            share = chances / len(zones) / len(picked)
            for one in picked:
                offer = _with_chances(one, len(picked), strategy)
                likely[offer] = likely.get(offer, ZERO) + share
    low, high = _bounds(likely, list(priced))
    return Spread(tuple(likely.items()), low, high, tuple(dict.fromkeys(unpriced)))


def _bounds(
    likely: dict[Offer, Decimal], priced: list[Offer]
) -> Iterator[tuple[tuple[Offer, Decimal], ...]]:
    """All priced capacity in the cheapest and in the dearest pool; gaps stay gaps."""
    missing = [pair for pair in likely.items() if pair[0].usd_per_hour is None]
    share = ONE - sum((part for _, part in missing), ZERO)
    for choose in (min, max):
        if not priced:
            yield tuple(missing)
            continue
        chosen = choose(priced, key=lambda offer: offer.usd_per_unit_hour)
        yield ((chosen, share), *missing)


def _picked(
    offers: Sequence[Offer], strategy: str, pools_per_zone: int
) -> Sequence[Offer]:
    """The pools of one zone that share its capacity, by the strategy."""
    if strategy in FIRST:
        return offers[:1]
    if strategy in EQUAL or len(offers) == 1:
        return offers
    if strategy in BALANCED:
        return in_price_band({offer: offer.usd_per_unit_hour for offer in offers})
    # The stable order keeps the first of equally cheap pools.
    by_price = sorted(offers, key=lambda offer: offer.usd_per_unit_hour)
    return by_price[:pools_per_zone]


def in_price_band(usd: Mapping[PoolT, Decimal]) -> list[PoolT]:
    """The pools of a zone that cost at most `PRICE_BAND` times its cheapest, in order.

    `usd` is the price of an hour of one unit of capacity, by pool; it is not empty.
    """
    dearest = PRICE_BAND * min(usd.values())
    return [pool for pool, price in usd.items() if price <= dearest]


def _with_chances(offer: Offer, pools: int, strategy: str) -> Offer:
    """The offer; where capacity decides which pool is taken, with the assumption."""
    if pools == 1 or strategy not in BALANCED | EQUAL:
        return offer
    band = f" up to {PRICE_BAND} times the cheapest price" * (strategy in BALANCED)
    chances = f"one of {pools} pools of the zone{band}, each as likely (assumed)"
    because = f"{offer.because}; {chances}" if offer.because else chances
    return structs.replace(offer, because=because, assumed=True)


def _zones_with_a_price(
    resource: Resource, circumstances: Circumstances, pools: Sequence[Pool]
) -> tuple[str, ...]:
    """The region's zones where any of the pools has a spot price; `("",)` if none."""
    book, region = circumstances.book, resource.region or ""
    found = {
        zone for pool in pools for zone in book.spot_zones(region, pool.instance_type)
    }
    return tuple(sorted(found)) or ("",)


def _offers(
    resource: Resource,
    circumstances: Circumstances,
    pools: Sequence[Pool],
    zone_id: str,
    why: str,
) -> list[Offer]:
    offers = []
    for pool in pools:
        key = spot_key(resource, pool.instance_type, zone_id)
        price = circumstances.book.find(key)
        offers.append(Offer(pool, key, _usd(price), why))
    return offers


def _usd(price: Price | None) -> Decimal | None:
    return None if price is None else price.usd_per_unit


def _fallback(resource: Resource, circumstances: Circumstances, offer: Offer) -> Offer:
    """The offer on demand where the user asked for that, else without a price."""
    if not circumstances.on_demand_fallback:
        return offer
    key = on_demand_key(resource, offer.pool.instance_type)
    price = circumstances.book.find(key)
    where = offer.key.zone_id or "the region"
    because = f"no spot price in {where}: on demand instead, as asked"
    return Offer(offer.pool, key, _usd(price), because)


def _why(place: Place, zones: Sequence[str]) -> str:
    if len(zones) == 1:
        return ""
    if place.zone_ids:
        return f"in one of {' and '.join(zones)}, with equal chances"
    return f"the zone id is not known: the mean of {len(zones)} zones with a price"


def instances_of(
    shares: Iterable[tuple[Offer, Decimal]], units: Decimal
) -> list[tuple[Offer, Decimal]]:
    """Instances in each pool for `units` of capacity spread by shares.

    Shares of zones stay fractions (10 over 3 zones is 10/3 in each). Weighted types
    are rounded up once over all zones, for AWS launches whole instances.
    """
    pairs = list(shares)
    of_type: dict[Pool, Decimal] = {}
    for offer, share in pairs:
        of_type[offer.pool] = of_type.get(offer.pool, ZERO) + share
    found = []
    for offer, share in pairs:
        whole = of_type[offer.pool]
        if offer.pool.weight == ONE:
            instances = units * share
        else:
            instances = offer.pool.instances(units * whole) * share / whole
        found.append((offer, instances))
    return found
