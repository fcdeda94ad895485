"""Amazon EC2 Auto Scaling: a group carries what it launches; itself it is free.

Source: https://aws.amazon.com/autoscaling/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.fleets import (
    HUNDRED,
    ZERO,
    Fleet,
    fleet_charges,
)
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.overrides import pools_of
from farebox.rules.machines.places import DEFAULT_VPC, Place, places_of
from farebox.rules.machines.pools import CHEAPEST, STRATEGIES, plain
from farebox.rules.machines.sizes import group_size
from farebox.rules.machines.templates import configuration_of, template_of
from farebox.rules.machines.uses import GROUP_KEYS, INSTANCE_METERS
from farebox.rules.service import Type, free
from farebox.rules.shapes import (
    amount,
    block,
    blocks,
    holds_unknown,
    text,
    values_of,
)

SCHEDULE_TYPES = frozenset(("aws:autoscaling/schedule:Schedule",))

LOWEST_PRICE_POOLS = Decimal(2)
"""Pools in each zone that `lowest-price` spreads over where none are named.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
"""


def group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An Auto Scaling group is billed as the instances, volumes and addresses it launches.

    Source: https://aws.amazon.com/autoscaling/pricing/
    """
    # What it asks for is the same at every level; only how much of it runs is not.
    fleet = circumstances.once(
        resource.urn, lambda: group_of(resource, usage, circumstances)
    )
    if isinstance(fleet, Gap):
        yield fleet
        return
    yield from fleet_charges(resource, usage, circumstances, fleet)
    _tell_schedules(resource, circumstances)
    if resource.input("warmPool") is not None:
        yield Gap(
            "no-rule",
            "its warm pool is not priced: stopped instances pay for their volumes and "
            "running ones in full",
        )


def _tell_schedules(resource: Resource, circumstances: Circumstances) -> None:
    """Note that scheduled actions change how many run, which is no input of the group."""
    found = circumstances.graph.referrers(resource, SCHEDULE_TYPES)
    if found:
        names = ", ".join(sorted(item.name for item in found))
        circumstances.note(
            f"{resource.name} is resized by {names}: the usage keys instances and "
            "monthly_hrs say how many run, and how long"
        )


def group_of(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Fleet | Gap:
    """The group as its inputs and its template ask for it, or why that is not known."""
    said = resource.input("mixedInstancesPolicy")
    policy = block(said)
    template = policy.get("launchTemplate")
    mixed = block(template)
    distribution = policy.get("instancesDistribution")
    overrides = mixed.get("overrides")
    if UNKNOWN in (said, template, distribution) or holds_unknown(overrides):
        return Gap(
            "unknown-input",
            "its instance types or their split between on demand and spot are not "
            "known before deployment",
        )
    launch = _launch(resource, circumstances, mixed)
    if isinstance(launch, Gap):
        return launch
    pools = pools_of(circumstances.graph, resource, launch, blocks(overrides))
    if isinstance(pools, Gap):
        return pools
    capacity = group_size(
        resource,
        usage,
        circumstances,
        (resource.input("minSize"), "minSize"),
        (resource.input("desiredCapacity"), "desiredCapacity"),
        (resource.input("maxSize"), "maxSize"),
    )
    if isinstance(capacity, Gap):
        return capacity
    market = spot_of(resource, launch, block(distribution))
    if isinstance(market, Gap):
        return market
    base, percent, strategy, pools_per_zone, cheapest = market
    return Fleet(
        launch=launch,
        pools=pools,
        places=_places(resource, circumstances, launch),
        capacity=capacity,
        on_demand_base=base,
        on_demand_percent=percent,
        on_demand_cheapest=cheapest,
        strategy=strategy,
        pools_per_zone=pools_per_zone,
    )


def _launch(
    resource: Resource, circumstances: Circumstances, mixed: dict[str, Any]
) -> Launch | Gap:
    graph = circumstances.graph
    if mixed:
        specification = mixed.get("launchTemplateSpecification")
        return template_of(graph, resource, "mixedInstancesPolicy", specification)
    for name in ("mixedInstancesPolicy", "launchTemplate"):
        reference = resource.input(name)
        if reference is not None:
            return template_of(graph, resource, name, reference)
    configuration = resource.input("launchConfiguration")
    if configuration is not None:
        return configuration_of(graph, resource, configuration)
    return Gap("unknown-input", "nothing says what it launches: give a launch template")


def spot_of(
    resource: Resource, launch: Launch, distribution: dict[str, Any]
) -> tuple[Decimal, Decimal, str, int, bool] | Gap:
    """On-demand base and percentage, spot strategy and pools, on demand by price.

    Without a distribution all is on demand, or all on spot if the launch says so.
    Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """
    base = amount(resource, distribution.get("onDemandBaseCapacity"), "a base of")
    name = "onDemandPercentageAboveBaseCapacity"
    percent = amount(resource, distribution.get(name), "a percentage of")
    strategy = text(distribution.get("spotAllocationStrategy"))
    count = amount(resource, distribution.get("spotInstancePools"), "pools of")
    on_demand = text(distribution.get("onDemandAllocationStrategy"))
    for value in (base, percent, strategy, count, on_demand):
        if isinstance(value, Unknown):
            return Gap(
                "unknown-input",
                "its split between on demand and spot is not known before deployment",
            )
    if percent is None:
        percent = ZERO if launch.market == "spot" else HUNDRED
    assert isinstance(percent, Decimal)
    assert not isinstance(base, Unknown)
    assert not isinstance(strategy, Unknown)
    assert not isinstance(count, Unknown)
    assert not isinstance(on_demand, Unknown)
    if percent > HUNDRED:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has {percent:f} % on demand: give 0 "
            "to 100"
        )
    plain_strategy = plain(strategy or "lowest-price")
    if plain_strategy not in STRATEGIES:
        return Gap(
            "unknown-input", f"Farebox does not know its spot strategy {strategy}"
        )
    return (
        base or ZERO,
        percent,
        plain_strategy,
        int(min(count or LOWEST_PRICE_POOLS, HUNDRED)),
        plain(on_demand or "") in CHEAPEST,
    )


def _places(
    resource: Resource, circumstances: Circumstances, launch: Launch
) -> tuple[Place, ...]:
    """The group's subnets, else its template's, else its zones' default subnets."""
    subnets = resource.input("vpcZoneIdentifiers")
    if subnets is not None and subnets != []:
        name = "vpcZoneIdentifiers"
        return places_of(circumstances.graph, resource, name, subnets)
    if launch.places:
        return launch.places
    zones = [z for z in values_of(resource.input("availabilityZones")) if z]
    known = [
        Place(public=True, name=zone, zone=zone, guessed=True)
        for zone in zones
        if isinstance(zone, str)
    ]
    return tuple(known) or (DEFAULT_VPC,)


TYPES = {
    "aws:autoscaling/group:Group": Type(
        billed="An Auto Scaling group is billed as the instances, volumes and addresses it launches.",
        source="https://aws.amazon.com/autoscaling/pricing/",
        meters=INSTANCE_METERS,
        uses=GROUP_KEYS,
        rule=group,
        terraform="aws_autoscaling_group",
    ),
}

FREE = free(
    "autoscaling",
    {
        "Auto Scaling costs nothing; the group carries what it launches": (
            "Attachment LifecycleHook Notification Schedule Tag TrafficSourceAttachment"
        )
    },
) | free(
    "autoscalingplans",
    {
        "a scaling plan costs nothing; the groups that it scales are charged": "ScalingPlan"
    },
)
