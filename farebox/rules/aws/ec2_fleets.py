"""EC2 Fleet and Spot Fleet: a target capacity over launch templates and overrides.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Fleets.html
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.assumptions import exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.machines.extras import Extras
from farebox.rules.machines.fleets import (
    HUNDRED,
    ZERO,
    Fleet,
    capacity_gap,
    fleet_charges,
)
from farebox.rules.machines.launch import Launch, block_devices
from farebox.rules.machines.overrides import pools_of
from farebox.rules.machines.places import DEFAULT_VPC, Place, places_of
from farebox.rules.machines.pools import CHEAPEST, STRATEGIES, Pool, plain
from farebox.rules.machines.systems import system_of_image
from farebox.rules.machines.templates import template_of
from farebox.rules.machines.uses import GROUP_KEYS, INSTANCE_METERS
from farebox.rules.service import Type
from farebox.rules.shapes import (
    amount,
    block,
    blocks,
    holds_unknown,
    text,
    values_of,
)

SPOT_FLEET_TYPE = "aws:ec2/spotFleetRequest:SpotFleetRequest"

MIXED = (
    "its launch specifications ask for one type with different volumes, addresses or "
    "systems, and AWS decides which of them it launches"
)


class Target(Struct, frozen=True):
    """What a fleet is to reach: units in all and on demand, and how it picks pools."""

    total: Decimal | Unknown | None
    on_demand: Decimal | Unknown | None
    strategy: Any
    pool_count: Any
    on_demand_strategy: Any


def fleet(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A fleet is billed as the instances that its target capacity launches.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-configuration-strategies.html
    """
    yield from _charges(resource, usage, circumstances)


def spot_fleet_request(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A spot fleet is billed as the instances that its target capacity launches.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-allocation-strategy.html
    """
    yield from _charges(resource, usage, circumstances)


def _charges(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    asked = fleet_of(resource, usage, circumstances)
    if isinstance(asked, Gap):
        yield asked
        return
    yield from fleet_charges(resource, usage, circumstances, asked)


def fleet_of(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Fleet | Gap:
    """The fleet of either type as its inputs ask for it, or why that is not known."""
    spot_fleet = resource.type == SPOT_FLEET_TYPE
    target = _spot_fleet_target(resource) if spot_fleet else _fleet_target(resource)
    read = _specifications(resource, circumstances)
    if isinstance(read, Gap):
        return read
    launch, pools, places = read
    capacity = usage.assumption("instances")
    if capacity is None and isinstance(target.total, Decimal):
        capacity = exactly(target.total)
    on_demand = target.on_demand
    if capacity is None or not isinstance(on_demand, Decimal):
        return capacity_gap("its target capacity")
    spelt = plain(str(target.strategy or "lowestPrice"))
    count = amount(resource, target.pool_count, "pools of")
    known = target.strategy is not UNKNOWN and spelt in STRATEGIES
    if isinstance(count, Unknown) or not known:
        return Gap("unknown-input", "its spot allocation strategy is not known")
    all_on_demand = on_demand >= capacity.likely and on_demand > 0
    return Fleet(
        launch=launch,
        pools=pools,
        places=places or (DEFAULT_VPC,),
        capacity=capacity,
        on_demand_base=on_demand,
        on_demand_percent=HUNDRED if all_on_demand else ZERO,
        on_demand_cheapest=plain(str(target.on_demand_strategy or "lowestPrice"))
        in CHEAPEST,
        strategy=spelt,
        pools_per_zone=int(min(max(count or Decimal(1), Decimal(1)), HUNDRED)),
    )


def _fleet_target(resource: Resource) -> Target:
    target = block(resource.input("targetCapacitySpecification"))
    total = amount(resource, target.get("totalTargetCapacity"), "a capacity of")
    kind = text(target.get("defaultTargetCapacityType"))
    spot = block(resource.input("spotOptions"))
    return Target(
        total,
        _on_demand_of_target(resource, target, total, kind),
        spot.get("allocationStrategy"),
        spot.get("instancePoolsToUseCount"),
        block(resource.input("onDemandOptions")).get("allocationStrategy"),
    )


def _spot_fleet_target(resource: Resource) -> Target:
    on_demand = amount(
        resource, resource.input("onDemandTargetCapacity"), "on-demand capacity of"
    )
    return Target(
        amount(resource, resource.input("targetCapacity"), "a capacity of"),
        ZERO if on_demand is None else on_demand,
        resource.input("allocationStrategy"),
        resource.input("instancePoolsToUseCount"),
        resource.input("onDemandAllocationStrategy"),
    )


def _on_demand_of_target(
    resource: Resource,
    target: dict[str, Any],
    total: Decimal | Unknown | None,
    kind: str | Unknown | None,
) -> Decimal | Unknown | None:
    """Units on demand: named, or what is left beside spot, by the default market."""
    named = amount(resource, target.get("onDemandTargetCapacity"), "on demand of")
    spot = amount(resource, target.get("spotTargetCapacity"), "spot capacity of")
    if isinstance(named, Unknown) or isinstance(kind, Unknown):
        return UNKNOWN
    if kind == "spot":
        return named or ZERO
    if not isinstance(total, Decimal) or isinstance(spot, Unknown):
        return UNKNOWN
    return max(total - (spot or ZERO), ZERO) if named is None or not spot else named


def _specifications(
    resource: Resource, circumstances: Circumstances
) -> tuple[Launch, tuple[Pool, ...], tuple[Place, ...]] | Gap:
    """What is launched, of which types and where, over all specifications."""
    kinds: dict[Launch, None] = {}
    found: list[Pool] = []
    places: dict[Place, None] = {}
    given = [
        *_of_templates(resource, circumstances),
        *_of_specifications(resource, circumstances),
    ]
    for input_name, launch, items in given:
        if isinstance(launch, Gap):
            return launch
        pools = pools_of(circumstances.graph, resource, launch, items)
        if isinstance(pools, Gap):
            return pools
        # The type is the pools' matter: what is told apart is all the rest.
        kind = _without_type(launch)
        kinds[kind] = None
        found += [replace(pool, launch=kind) for pool in pools]
        for place in _places(resource, circumstances, input_name, launch, items):
            places[place] = None
    if not kinds:
        return Gap("unknown-input", "nothing says what it launches")
    first = next(iter(kinds))
    if len(kinds) == 1:
        found = [replace(pool, launch=None) for pool in found]
    pools_by_type: dict[str, Pool] = {}
    for pool in found:
        known = pools_by_type.setdefault(pool.instance_type, pool)
        if known.launch != pool.launch:
            return Gap("unknown-input", MIXED)
    return first, tuple(pools_by_type.values()), tuple(places)


def _places(
    resource: Resource,
    circumstances: Circumstances,
    input_name: str,
    launch: Launch,
    items: list[dict[str, Any]],
) -> Iterator[Place]:
    """Where one specification launches: its subnets, its zones, its template's."""
    named = False
    for item in items:
        for subnet in values_of(item.get("subnetId")):
            named = True
            yield from places_of(circumstances.graph, resource, input_name, subnet)
        zone = text(item.get("availabilityZone"))
        if isinstance(zone, str) and item.get("subnetId") is None:
            named = True
            yield Place(public=True, name=zone, zone=zone)
    if not named:
        yield from launch.places


def _without_type(launch: Launch) -> Launch:
    """The launch but for what the pools and the fleet itself decide."""
    return replace(
        launch, instance_type=None, requirements=False, market="spot", places=()
    )


def _of_templates(
    resource: Resource, circumstances: Circumstances
) -> Iterator[tuple[str, Launch | Gap, list[dict[str, Any]]]]:
    name = "launchTemplateConfigs"
    for config in blocks(resource.input(name)):
        reference = config.get("launchTemplateSpecification")
        launch = template_of(circumstances.graph, resource, name, reference)
        overrides = config.get("overrides")
        if holds_unknown(overrides):
            launch = Gap(
                "unknown-input", "its overrides are not known before deployment"
            )
        yield name, launch, blocks(overrides)


def _of_specifications(
    resource: Resource, circumstances: Circumstances
) -> Iterator[tuple[str, Launch | Gap, list[dict[str, Any]]]]:
    name = "launchSpecifications"
    for item in blocks(resource.input(name)):
        volumes, unknowns = block_devices(
            resource, item.get("rootBlockDevices"), item.get("ebsBlockDevices")
        )
        launch = Launch(
            text(item.get("instanceType")),
            None,
            text(item.get("placementTenancy")),
            flag(item.get("monitoring")),
            flag(item.get("associatePublicIpAddress")),
            volumes,
            False,
            unknowns,
            (),
            system_of_image(
                circumstances.graph,
                resource,
                name,
                item.get("ami"),
                item.get("userData"),
            ),
            Extras(ebs_optimized=flag(item.get("ebsOptimized"))),
        )
        yield name, launch, [item]


TYPES = {
    "aws:ec2/fleet:Fleet": Type(
        billed="A fleet is billed as the instances that its target capacity launches.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-configuration-strategies.html",
        meters=INSTANCE_METERS,
        uses=GROUP_KEYS,
        rule=fleet,
        terraform="aws_ec2_fleet",
    ),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": Type(
        billed="A spot fleet is billed as the instances that its target capacity launches.",
        source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-allocation-strategy.html",
        meters=INSTANCE_METERS,
        uses=GROUP_KEYS,
        rule=spot_fleet_request,
        terraform="aws_spot_fleet_request",
    ),
}
