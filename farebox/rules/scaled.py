"""What Application Auto Scaling makes of a capacity: a range, and where it is found.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html
"""

from collections.abc import Collection, Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.shapes import amount

TARGET = "aws:appautoscaling/target:Target"
TARGET_TYPES = frozenset((TARGET,))


def targets_of(
    resource: Resource, graph: ResourceGraph, dimension: str, paths: Collection[str]
) -> Iterator[Resource]:
    """The scaling targets of a dimension (`ecs:service:DesiredCount`) of a resource.

    A target names what it scales by a path, one of `paths`; where that is not known
    before deployment it is found by its reference.
    """
    if TARGET not in graph.by_type:
        return
    referring = {item.urn for item in graph.referrers(resource, TARGET_TYPES)}
    for target in graph.by_type[TARGET]:
        if target.input("scalableDimension") != dimension:
            continue
        said = target.input("resourceId")
        if target.urn in referring if said is UNKNOWN else said in paths:
            yield target


def scaled(
    asked: Decimal | None, targets: Collection[Resource], unit: str
) -> Assumption | None:
    """The range that targets allow; None where their limits are not known.

    Low is the least and high the most of them; likely is what the program asks for,
    or the limit next to it: there scaling takes it at once. Raises InvalidInput.
    """
    limits = [
        amount(target, target.input(name), "a capacity of")
        for target in targets
        for name in ("minCapacity", "maxCapacity")
    ]
    return between(asked, limits, unit)


def between(
    asked: Decimal | None, limits: Collection[Decimal | Unknown | None], unit: str
) -> Assumption | None:
    """The range from the least to the most of `limits`, all of which must be known."""
    known = [limit for limit in limits if isinstance(limit, Decimal)]
    if not known or len(known) < len(limits):
        return None
    least, most = min(known), max(known)
    likely = least if asked is None else min(max(asked, least), most)
    status: UsageStatus = "given" if likely == asked else "assumed"
    return Assumption(least, likely, most, unit, status=status)
