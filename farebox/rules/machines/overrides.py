"""The instance types that a group may launch, by the overrides of its template.

Source: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
"""

from typing import Any

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.charges import ONE, Gap
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.instances import ANY_TYPE, UNKNOWN_TYPE
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.templates import template_of
from farebox.rules.shapes import amount, text

NO_TYPE = "nothing names its instance type: give the launch template an instanceType"


def pools_of(
    graph: ResourceGraph,
    resource: Resource,
    launch: Launch,
    overrides: list[dict[str, Any]],
) -> tuple[Pool, ...] | Gap:
    """The instance types that a group may launch, in the order of its overrides.

    An override without a type means the template's; one with a template of its own
    launches from that instead. Raises InvalidInput for a weight of 0 or less.
    """
    pools: dict[str, Pool] = {}
    for item in overrides or [{}]:
        pool = _pool(graph, resource, launch, item)
        if isinstance(pool, Gap):
            return pool
        pools.setdefault(pool.instance_type, pool)
    return tuple(pools.values())


def _pool(
    graph: ResourceGraph, resource: Resource, launch: Launch, item: dict[str, Any]
) -> Pool | Gap:
    """What one override launches, or why that is not known."""
    if item.get("instanceRequirements") is not None:
        return Gap("unknown-input", ANY_TYPE)
    own: Launch | None = None
    specification = item.get("launchTemplateSpecification")
    if specification not in (None, {}, []):
        found = template_of(graph, resource, "mixedInstancesPolicy", specification)
        if isinstance(found, Gap):
            return found
        own = found
    base = own or launch
    kind = text(item.get("instanceType")) or base.instance_type
    if item.get("instanceType") is UNKNOWN or isinstance(kind, Unknown):
        return Gap("unknown-input", UNKNOWN_TYPE)
    if kind is None:
        return Gap("unknown-input", ANY_TYPE if base.requirements else NO_TYPE)
    weight = amount(resource, item.get("weightedCapacity"), "a weight of")
    if isinstance(weight, Unknown):
        return Gap("unknown-input", f"the weight of {kind} is not known yet")
    if weight is not None and weight <= 0:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) weighs {kind} with {weight}: give "
            "a weight from 1 on"
        )
    return Pool(kind, ONE if weight is None else weight, own)
