"""A group of instances of one or more types: what it costs at each level.

Auto Scaling groups, node groups, fleets and single spot requests are all read into
one `Fleet` and priced here.

Source: https://aws.amazon.com/ec2/spot/pricing/
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered
from farebox.rules.machines.instances import (
    address_charge,
    address_gap,
    attached_charges,
    on_demand_key,
    running_hours,
    tenancy_gap,
)
from farebox.rules.machines.launch import ASSUMED_ROOT, Launch
from farebox.rules.machines.places import Place, by_zone
from farebox.rules.machines.pools import (
    Pool,
    instances_of,
    on_demand_pool,
    spot_spread,
)
from farebox.rules.machines.volumes import VolumeSpec

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class Fleet(Struct, frozen=True, kw_only=True):
    """A group as its resource asks for it.

    `capacity` is in units of the pools' weights. On demand are the first
    `on_demand_base` units and `on_demand_percent` of the rest, rounded up.
    `pools_per_zone` counts for the strategy lowest-price only. `assumed_root` is the
    image's own volume where the launch does not name one.
    """

    launch: Launch
    pools: tuple[Pool, ...]
    places: tuple[Place, ...]
    capacity: Assumption
    on_demand_base: Decimal = ZERO
    on_demand_percent: Decimal = HUNDRED
    on_demand_cheapest: bool = False
    strategy: str = "lowestprice"
    pools_per_zone: int = 1
    operation: str = "RunInstances"
    assumed_root: VolumeSpec = ASSUMED_ROOT


def on_demand_units(units: Decimal, base: Decimal, percent: Decimal) -> Decimal:
    """Units of capacity on demand: the base, and a share of the rest, rounded up.

    Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """
    above = max(units - base, ZERO)
    share = (above * percent / HUNDRED).to_integral_value(ROUND_CEILING)
    return min(units, min(units, base) + share)


def fleet_charges(
    resource: Resource, usage: Usage, circumstances: Circumstances, fleet: Fleet
) -> Iterator[Charge]:
    """Hours per pool, and what the instances bring: volumes, metrics, addresses."""
    hours, hours_status = running_hours(usage, circumstances)
    units = circumstances.level.pick(fleet.capacity)
    status = _status(fleet.capacity.status, hours_status)
    gap = tenancy_gap(fleet.launch)
    instances = fleet.pools[0].instances(units)
    if gap is not None:
        yield gap
    elif fleet.launch.tenancy != "host":
        counts = ZERO
        for count, metered in _hours(
            resource, circumstances, fleet, units, hours, status
        ):
            counts += count
            yield metered
        if any(pool.weight != ONE for pool in fleet.pools):
            instances = counts
    yield from attached_charges(
        resource,
        fleet.launch,
        instances=instances,
        hours=hours,
        circumstances=circumstances,
        assumed_root=fleet.assumed_root,
        usage=fleet.capacity.status,
    )
    yield from _addresses(resource, fleet, instances, hours, status)


def _status(*statuses: UsageStatus) -> UsageStatus:
    """The first status that is not `given`: what made the figure one of use."""
    return next((status for status in statuses if status != "given"), "given")


def _hours(
    resource: Resource,
    circumstances: Circumstances,
    fleet: Fleet,
    units: Decimal,
    hours: Decimal,
    status: UsageStatus,
) -> Iterator[tuple[Decimal, Metered]]:
    """Instances in each pool, and their hours in the month."""
    on_demand = on_demand_units(units, fleet.on_demand_base, fleet.on_demand_percent)
    all_on_demand = fleet.on_demand_percent >= HUNDRED
    if on_demand or all_on_demand or fleet.on_demand_base:
        pool = on_demand_pool(
            resource, circumstances, fleet.pools, cheapest=fleet.on_demand_cheapest
        )
        count = pool.instances(on_demand)
        yield (
            count,
            Metered(
                on_demand_key(resource, pool.instance_type, fleet.operation),
                count * hours,
                "Hrs",
                f"{pool.instance_type} on demand{_system(fleet)}",
                _because(count, hours),
                status,
            ),
        )
    if all_on_demand:
        return
    level = circumstances.level
    spread = spot_spread(
        resource,
        circumstances,
        fleet.pools,
        by_zone(fleet.places) or (Place(),),
        strategy=fleet.strategy,
        pools_per_zone=fleet.pools_per_zone,
    )
    level.differs_low |= spread.low != spread.likely
    level.differs_high |= spread.high != spread.likely
    shares = {"low": spread.low, "likely": spread.likely, "high": spread.high}
    for offer, count in instances_of(shares[level.level], units - on_demand):
        zone = offer.key.zone_id
        market = "spot" if offer.key.purchase == "spot" else "on demand for spot"
        where = f" in {zone}" if zone else ""
        because = _because(count, hours)
        if level.level != "likely":
            because = f"0 instances as a rule, {because} at the {level.level} level"
        yield (
            count,
            Metered(
                offer.key,
                count * hours,
                "Hrs",
                f"{offer.pool.instance_type} {market}{where}",
                f"{because}; {offer.because}" if offer.because else because,
                _status(status, "assumed" if offer.assumed else "given"),
            ),
        )


def _system(fleet: Fleet) -> str:
    return "" if fleet.operation == "RunInstances" else ", Windows"


def _because(count: Decimal, hours: Decimal) -> str:
    rounded = count.quantize(Decimal("0.01")) if count % 1 else count
    return f"{rounded.normalize():f} instances x {hours:f} hours"


def _addresses(
    resource: Resource,
    fleet: Fleet,
    instances: Decimal,
    hours: Decimal,
    status: UsageStatus,
) -> Iterator[Charge]:
    """Public addresses: what the launch says, else what each subnet gives."""
    said = fleet.launch.public_address
    if said is False:
        return
    if said is True:
        share, because = ONE, "each instance has a public address"
    elif isinstance(said, Unknown):
        reason = "associatePublicIpAddress is not known before deployment"
        yield address_gap(resource, reason)
        return
    else:
        zones = by_zone(fleet.places)
        unclear = [place.name for place in zones if isinstance(place.public, Unknown)]
        if unclear or not zones:
            yield address_gap(resource, unclear_subnets(unclear))
            return
        public = sum(1 for place in zones if place.public)
        if not public:
            return
        share = Decimal(public) / len(zones)
        because = f"{public} of {len(zones)} zones have subnets that give addresses"
    yield address_charge(
        resource,
        addresses=instances * share,
        hours=hours,
        because=because,
        usage=status,
    )


def unclear_subnets(names: Sequence[str]) -> str:
    """Why a subnet does not say whether instances in it get a public address."""
    named = " and ".join(names) or "its subnets"
    return (
        f"{named} cannot be read here, so whether instances get one is not known; "
        "associatePublicIpAddress says it"
    )


def read_keys(usage: Usage) -> None:
    """Read a group's usage keys, so that a gap in its inputs leaves none unread.

    A key that nothing reads is an error of the usage file, not of the group.
    """
    usage.value("instances")
    usage.value("monthly_hrs")


def capacity_gap(what: str) -> Gap:
    """The gap of a group whose size is not known."""
    return Gap(
        "unknown-input",
        f"{what} is not known before deployment; the usage key `instances` gives it",
    )
