"""Aurora's capacity units: how many a serverless cluster or instance runs.

Source: https://aws.amazon.com/rds/aurora/pricing/ (Aurora Serverless)
"""

from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Gap
from farebox.rules.service import Key, Meter
from farebox.rules.shapes import amount, block

SERVICE = "AmazonRDS"
ZERO = Decimal(0)

CAPACITY = Key(
    key="capacity_units_per_hr",
    says="capacity units that run as a rule; a range stands for the least and the most",
    unit="ACU",
)
V1 = Meter(
    service=SERVICE,
    usage_type="Aurora:ServerlessUsage",
    operation="{OPERATION}",
    unit="ACU-Hr",
    says="Aurora Serverless v1 capacity",
)
V2 = Meter(
    service=SERVICE,
    usage_type="Aurora:ServerlessV2Usage",
    operation="{OPERATION}",
    unit="ACU-Hr",
    says="Aurora Serverless v2 capacity",
)
V2_OPTIMIZED = Meter(
    service=SERVICE,
    usage_type="Aurora:ServerlessV2IOOptimizedUsage",
    operation="{OPERATION}",
    unit="ACU-Hr",
    says="Aurora Serverless v2 capacity, I/O-Optimized",
)

V1_LEAST, V1_MOST = Decimal(1), Decimal(16)
"""Capacity of a v1 cluster that names none.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ScalingConfiguration.html
"""


def v1_capacity(resource: Resource, usage: Usage) -> Assumption | Gap:
    """Capacity units of a v1 cluster: none while it pauses, its maximum at most."""
    scaling = block(resource.input("scalingConfiguration"))
    if isinstance(resource.input("scalingConfiguration"), Unknown):
        return Gap("unknown-input", "its scaling is not known before deployment")
    pauses = flag(scaling.get("autoPause"))
    least = amount(resource, scaling.get("minCapacity"), "a capacity of")
    most = amount(resource, scaling.get("maxCapacity"), "a capacity of")
    least = V1_LEAST if least is None else least
    floor = least if pauses is False else ZERO
    return _capacity(usage, least, V1_MOST if most is None else most, floor)


def v2_capacity(
    resource: Resource, cluster: Resource, usage: Usage
) -> Assumption | Gap:
    """Capacity units of a serverless instance, between what its cluster allows."""
    value = cluster.input("serverlessv2ScalingConfiguration")
    scaling = block(value)
    if isinstance(value, Unknown):
        return _capacity(usage, value, value, value)
    least = amount(cluster, scaling.get("minCapacity"), "a capacity of")
    most = amount(cluster, scaling.get("maxCapacity"), "a capacity of")
    return _capacity(usage, least, most, least)


def _capacity(
    usage: Usage,
    least: Decimal | Unknown | None,
    most: Decimal | Unknown | None,
    floor: Decimal | Unknown | None,
) -> Assumption | Gap:
    """What the usage file gives, else at least and as a rule the least that is set.

    How much runs depends on the load: without a figure of it the likely one is a guess.
    """
    given = usage.assumption(CAPACITY.key)
    if given is not None:
        return given
    if not (
        isinstance(least, Decimal)
        and isinstance(most, Decimal)
        and isinstance(floor, Decimal)
    ):
        reason = f"its capacity is not known before deployment: give {CAPACITY.key}"
        return Gap("unknown-input", reason)
    most = max(least, most)
    return Assumption(min(floor, least), least, most, "ACU", status="assumed")
