"""Limits of Auto Scaling and EKS."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.engine.plugin.known import Inputs, known
from tests.engine.plugin.schema import Failure

SPOT_STRATEGIES = {
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "lowest-price",
    "price-capacity-optimized",
}
ON_DEMAND_STRATEGIES = {"lowest-price", "prioritized"}


def check_group(inputs: Inputs) -> Iterator[Failure]:
    """Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html"""
    yield from _sizes(inputs, "minSize", "desiredCapacity", "maxSize")
    launched = [name for name in LAUNCHED_FROM if inputs.get(name)]
    if len(launched) != 1:
        found = ", ".join(launched) or "none"
        yield Failure("launchTemplate", f"a group launches from one thing, not {found}")
    if not inputs.get("vpcZoneIdentifiers") and not inputs.get("availabilityZones"):
        yield Failure("vpcZoneIdentifiers", "a group needs subnets or zones")
    for tag in inputs.get("tags") or []:
        if tag.get("propagateAtLaunch") is None:
            yield Failure("tags", "a group's tag needs propagateAtLaunch")
    policy = inputs.get("mixedInstancesPolicy")
    if isinstance(policy, dict):
        yield from _mixed(policy)


LAUNCHED_FROM = ("launchTemplate", "launchConfiguration", "mixedInstancesPolicy")


def _mixed(policy: Inputs) -> Iterator[Failure]:
    place = "mixedInstancesPolicy"
    template = policy.get("launchTemplate") or {}
    given = template.get("launchTemplateSpecification") or {}
    if not (given.get("launchTemplateId") or given.get("launchTemplateName")):
        yield Failure(place, "the launch template is named by neither id nor name")
    if given.get("launchTemplateId") and given.get("launchTemplateName"):
        yield Failure(place, "the launch template is named by id or by name, not both")
    overrides = template.get("overrides") or []
    if len(overrides) > 40:
        yield Failure(place, f"there are {len(overrides)} overrides and AWS takes 40")
    types = [known(item, "instanceType") for item in overrides]
    if len(set(types)) != len(types):
        yield Failure(place, "an instance type is named twice")
    weighted = [item.get("weightedCapacity") is not None for item in overrides]
    if any(weighted) and not all(weighted):
        yield Failure(place, "either all overrides have a weight or none")
    yield from _spread(policy.get("instancesDistribution") or {}, place)


def _spread(spread: Inputs, place: str) -> Iterator[Failure]:
    """How a group divides its instances between on demand and spot."""
    percent = known(spread, "onDemandPercentageAboveBaseCapacity")
    if percent is not None and not 0 <= percent <= 100:
        yield Failure(place, f"the on-demand percentage is 0 to 100, not {percent}")
    base = known(spread, "onDemandBaseCapacity")
    if base is not None and base < 0:
        yield Failure(place, f"the on-demand base is not negative, as {base} is")
    strategy = known(spread, "spotAllocationStrategy")
    if strategy is not None and strategy not in SPOT_STRATEGIES:
        yield Failure(place, f"{strategy!r} is none of {sorted(SPOT_STRATEGIES)}")
    if spread.get("spotInstancePools") and strategy not in (None, "lowest-price"):
        yield Failure(place, f"{strategy} takes no number of spot pools")
    strategy = known(spread, "onDemandAllocationStrategy")
    if strategy is not None and strategy not in ON_DEMAND_STRATEGIES:
        yield Failure(place, f"{strategy!r} is none of {sorted(ON_DEMAND_STRATEGIES)}")


def check_node_group(inputs: Inputs) -> Iterator[Failure]:
    """Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    scaling = inputs.get("scalingConfig")
    if isinstance(scaling, dict):
        yield from _sizes(scaling, "minSize", "desiredSize", "maxSize")
        if known(scaling, "maxSize") == 0:
            yield Failure("scalingConfig", "the most nodes of a group is at least 1")
    if inputs.get("launchTemplate"):
        for name in ("diskSize", "remoteAccess"):
            if inputs.get(name) is not None:
                yield Failure(name, "with a launch template this belongs there")
    types = inputs.get("instanceTypes")
    if isinstance(types, list):
        yield from _node_types(inputs, types)


def _node_types(inputs: Inputs, types: list[object]) -> Iterator[Failure]:
    """The instance types of a node group: how many, and whether its image fits them."""
    if known(inputs, "capacityType") != "SPOT" and len(types) > 20:
        yield Failure("instanceTypes", "a node group takes 20 types at most")
    image = known(inputs, "amiType")
    if isinstance(image, str):
        for name in types:
            if isinstance(name, str) and _is_arm(name) != ("ARM_64" in image):
                yield Failure("amiType", f"{name} does not start from {image}")


def _is_arm(instance_type: str) -> bool:
    family = re.match(r"[a-z]+\d+([a-z]*)", instance_type)
    return bool(family and "g" in family[1]) or instance_type.startswith("a1.")


def _sizes(inputs: Inputs, *names: str) -> Iterator[Failure]:
    """The least, the wanted and the most are in order; the wanted may be absent."""
    found = [(name, known(inputs, name)) for name in names]
    values = [(name, int(value)) for name, value in found if value is not None]
    for name, value in values:
        if value < 0:
            yield Failure(name, f"{value} is negative")
    for (low, first), (high, second) in pairwise(values):
        if first > second:
            yield Failure(low, f"{low} is {first} and {high} is {second}")


def check_cluster(inputs: Inputs) -> Iterator[Failure]:
    version = known(inputs, "version")
    if version is not None and not re.fullmatch(r"1\.\d\d", str(version)):
        yield Failure("version", f"{version!r} is no Kubernetes version such as 1.34")
    subnets = (inputs.get("vpcConfig") or {}).get("subnetIds")
    if isinstance(subnets, list) and len(subnets) < 2:
        yield Failure("vpcConfig", "a cluster needs subnets in two zones")
