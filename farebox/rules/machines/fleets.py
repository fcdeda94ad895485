"""A group of instances of one or more types: what it costs at each level.

Auto Scaling groups, node groups, fleets and single spot requests are all read into
one `Fleet` and priced here.

Source: https://aws.amazon.com/ec2/spot/pricing/
Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered, NoCharge
from farebox.rules.machines.addresses import group_addresses
from farebox.rules.machines.extras import Running, extra_charges
from farebox.rules.machines.instances import (
    DEDICATED_SPOT,
    attached_charges,
    on_demand_key,
    region_fee,
    running_hours,
    tenancy_gap,
)
from farebox.rules.machines.launch import DEDICATED, Launch, in_places
from farebox.rules.machines.places import Place, by_zone
from farebox.rules.machines.pools import (
    Pool,
    instances_of,
    on_demand_pool,
    spot_spread,
)
from farebox.rules.machines.systems import (
    LINUX,
    named,
    system_given,
    tell_of_guess,
)

ZERO = Decimal(0)
HUNDRED = Decimal(100)
IMAGED = ("aws:autoscaling/", "aws:ec2/")
"""How types begin whose images the program names; others know what they run."""


class Fleet(Struct, frozen=True, kw_only=True):
    """A group as its resource asks for it.

    `capacity` is in units of the pools' weights. On demand are the first
    `on_demand_base` units and `on_demand_percent` of the rest, rounded up.
    `pools_per_zone` counts for the strategy lowest-price only. `usage` is `assumed`
    where AWS chooses the instance type.
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
    usage: UsageStatus = "given"

    def launch_of(self, pool: Pool) -> Launch:
        """What an instance of a pool is: by its own template, else by the group's."""
        return pool.launch or self.launch


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
    if not fleet.capacity.high:
        yield NoCharge("it asks for no instances, and nothing runs")
        return
    hours, hours_status = running_hours(usage, circumstances)
    apart = next(filter(None, (place.apart() for place in fleet.places)), None)
    if apart is not None:
        yield Gap("no-price", apart)
        return
    given = system_given(resource, usage)
    if resource.type.startswith(IMAGED):
        tell_of_guess(circumstances, given or fleet.launch.operation)
    if given is not None:
        fleet = _with_system(fleet, given)
    if any(place.dedicated is not False for place in fleet.places):
        fleet = _in_its_vpc(fleet)
    units = circumstances.level.pick(fleet.capacity)
    status = _status(fleet.capacity.status, hours_status, fleet.usage)
    gaps = _gaps(fleet)
    yield from gaps
    counts: dict[Launch, Decimal] = {}
    if gaps or fleet.launch.tenancy == "host":
        pool = fleet.pools[0]
        counts[fleet.launch_of(pool)] = pool.instances(units)
    else:
        pairs = list(_hours(resource, circumstances, fleet, units, hours, status))
        yield from (metered for _, _, metered in pairs)
        counts = _counts(fleet, units, pairs)
        if any(launch.tenancy == DEDICATED for launch in counts):
            yield from region_fee(resource, circumstances)
        yield from _extras(resource, usage, circumstances, fleet, hours, pairs)
    for launch, instances in counts.items():
        yield from attached_charges(
            resource,
            launch,
            usage,
            instances=instances,
            hours=hours,
            circumstances=circumstances,
            usage=fleet.capacity.status,
        )
        yield from group_addresses(
            resource,
            launch,
            fleet.places,
            instances,
            hours,
            status,
            circumstances,
        )


def _with_system(fleet: Fleet, operation: str) -> Fleet:
    """The group with the system that the usage file gives, for all of its pools."""
    pools = tuple(
        pool
        if pool.launch is None
        else replace(pool, launch=replace(pool.launch, operation=operation))
        for pool in fleet.pools
    )
    return replace(
        fleet, pools=pools, launch=replace(fleet.launch, operation=operation)
    )


def _in_its_vpc(fleet: Fleet) -> Fleet:
    """The group as a VPC of dedicated tenancy has it, for all of its pools."""
    pools = tuple(
        pool
        if pool.launch is None
        else replace(pool, launch=in_places(pool.launch, fleet.places))
        for pool in fleet.pools
    )
    return replace(fleet, pools=pools, launch=in_places(fleet.launch, fleet.places))


def _gaps(fleet: Fleet) -> list[Gap]:
    """Why the hours of the group have no price, each reason once."""
    launches = dict.fromkeys([fleet.launch_of(pool) for pool in fleet.pools])
    found = [tenancy_gap(launch) for launch in launches]
    dedicated = any(launch.tenancy == DEDICATED for launch in launches)
    if dedicated and fleet.on_demand_percent < HUNDRED:
        found.append(Gap("no-price", DEDICATED_SPOT))
    systems = {launch.operation or LINUX for launch in launches}
    if systems != {LINUX} and fleet.on_demand_percent < HUNDRED:
        reason = "spot prices are those of Linux; a book has none of other systems"
        found.append(Gap("no-price", reason))
    return list(dict.fromkeys([gap for gap in found if gap is not None]))


def _counts(
    fleet: Fleet, units: Decimal, pairs: list[tuple[Pool, Decimal, Metered]]
) -> dict[Launch, Decimal]:
    """How many instances there are of each launch, over all pools."""
    counts: dict[Launch, Decimal] = {}
    for pool, count, _ in pairs:
        launch = fleet.launch_of(pool)
        counts[launch] = counts.get(launch, ZERO) + count
    if len(counts) == 1 and all(pool.weight == ONE for pool in fleet.pools):
        # Shares of zones do not add up exactly in decimals; units do.
        return dict.fromkeys(counts, units)
    return counts


def _extras(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    fleet: Fleet,
    hours: Decimal,
    pairs: list[tuple[Pool, Decimal, Metered]],
) -> Iterator[Charge]:
    """What options add to the hours of each type, over all of its zones."""
    types: dict[Pool, Decimal] = {}
    for pool, count, _ in pairs:
        types[pool] = types.get(pool, ZERO) + count
    for pool, count in types.items():
        launch = fleet.launch_of(pool)
        running = Running(pool.instance_type, count, hours, launch.operation or LINUX)
        yield from extra_charges(resource, usage, circumstances, launch.extras, running)


def _status(*statuses: UsageStatus) -> UsageStatus:
    """The first status that is not `given`: what made the figure one of use."""
    for status in statuses:
        if status != "given":
            return status
    return "given"


def _hours(
    resource: Resource,
    circumstances: Circumstances,
    fleet: Fleet,
    units: Decimal,
    hours: Decimal,
    status: UsageStatus,
) -> Iterator[tuple[Pool, Decimal, Metered]]:
    """Each pool with its instances and their hours in the month."""
    on_demand = on_demand_units(units, fleet.on_demand_base, fleet.on_demand_percent)
    all_on_demand = fleet.on_demand_percent >= HUNDRED
    if on_demand or all_on_demand or fleet.on_demand_base:
        pool = on_demand_pool(
            resource, circumstances, fleet.pools, cheapest=fleet.on_demand_cheapest
        )
        count = pool.instances(on_demand)
        launch = fleet.launch_of(pool)
        operation = launch.operation or LINUX
        yield (
            pool,
            count,
            Metered(
                on_demand_key(resource, pool.instance_type, operation, launch.tenancy),
                count * hours,
                "Hrs",
                f"{pool.instance_type} on demand{named(operation)}",
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
            offer.pool,
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


def _because(count: Decimal, hours: Decimal) -> str:
    rounded = count.quantize(Decimal("0.01")) if count % 1 else count
    return f"{rounded.normalize():f} instances x {hours:f} hours"


def capacity_gap(what: str) -> Gap:
    """The gap of a group whose size is not known."""
    return Gap(
        "unknown-input",
        f"{what} is not known before deployment; the usage key `instances` gives it",
    )
