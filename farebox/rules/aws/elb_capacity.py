"""Capacity units of load balancers: the dimension that is used most is billed.

Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (LCU, NLCU, GLCU details)
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.service import GIB, Key, Meter, Metric

CAPACITY = Meter(
    service="AWSELB",
    usage_type="LCUUsage",
    operation="LoadBalancing:{kind}",
    unit="LCU-Hrs",
    says="{name} capacity units ({units})",
)


KINDS = {
    "AWS/ApplicationELB": ("application", ""),
    "AWS/NetworkELB": ("network",),
    "AWS/GatewayELB": ("gateway",),
}
"""Namespaces of CloudWatch, by what `loadBalancerType` may be."""
PER_MINUTE = ONE / Decimal(60)


def _metric(
    namespace: str,
    name: str,
    *,
    counts: Literal["sum", "level", "rate"],
    unit: Decimal = ONE,
) -> Metric:
    return Metric(
        namespace=namespace,
        names=(name,),
        dimensions={"LoadBalancer": "arnSuffix"},
        when={"loadBalancerType": KINDS[namespace]},
        counts=counts,
        stat="Average" if counts == "level" else "",
        unit=unit,
    )


NEW_CONNECTIONS = Key(
    key="new_connections",
    says="new connections, on average",
    unit="per second",
    metrics=(
        _metric("AWS/ApplicationELB", "NewConnectionCount", counts="rate"),
        _metric("AWS/NetworkELB", "NewFlowCount", counts="rate"),
        _metric("AWS/GatewayELB", "NewFlowCount", counts="rate"),
    ),
)
ACTIVE_CONNECTIONS = Key(
    key="active_connections",
    says="active connections, on average",
    unit="connections",
    metrics=(
        # Each node of an application balancer tells its own, every minute.
        _metric(
            "AWS/ApplicationELB",
            "ActiveConnectionCount",
            counts="rate",
            unit=PER_MINUTE,
        ),
        _metric("AWS/NetworkELB", "ActiveFlowCount", counts="level"),
        _metric("AWS/GatewayELB", "ActiveFlowCount", counts="level"),
    ),
)
PROCESSED = Key(
    key="processed_bytes_gb",
    says="bytes processed in the month",
    unit="GB",
    metrics=tuple(
        _metric(namespace, "ProcessedBytes", counts="sum", unit=GIB)
        for namespace in KINDS
    ),
)
# CloudWatch's RuleEvaluations count the free ones too, so no metric tells these.
RULE_EVALUATIONS = Key(
    key="rule_evaluations",
    says="rules evaluated beyond the ten free ones, application balancers only",
    unit="per second",
)
KEYS = (NEW_CONNECTIONS, ACTIVE_CONNECTIONS, PROCESSED, RULE_EVALUATIONS)

LISTENER_TYPES = frozenset(
    {
        "aws:lb/listener:Listener",
        "aws:alb/listener:Listener",
        "aws:elasticloadbalancingv2/listener:Listener",
        "aws:applicationloadbalancing/listener:Listener",
    }
)


class CapacityUnit(Struct, frozen=True):
    """What one capacity unit carries; None where the balancer has no such dimension."""

    new_connections_per_second: Decimal
    active_connections: Decimal
    rule_evaluations_per_second: Decimal | None = None


APPLICATION_UNIT = CapacityUnit(Decimal(25), Decimal(3000), Decimal(1000))
GATEWAY_UNIT = CapacityUnit(Decimal(600), Decimal(60_000))
NETWORK_UNITS = {
    "TLS": CapacityUnit(Decimal(50), Decimal(3000)),
    "UDP": CapacityUnit(Decimal(400), Decimal(50_000)),
    "TCP": CapacityUnit(Decimal(800), Decimal(100_000)),
}
"""By protocol, the dearest first. Every unit also carries 1 GB an hour.

Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (LCU, NLCU, GLCU details)
"""


def network_unit(
    resource: Resource, circumstances: Circumstances
) -> tuple[CapacityUnit, str] | Gap:
    """The unit of the dearest protocol that its listeners speak, and why."""
    listeners = circumstances.graph.referrers(resource, LISTENER_TYPES)
    protocols = [item.input("protocol") for item in listeners]
    spoken = {str(protocol or "").upper() for protocol in protocols}
    if UNKNOWN in protocols and not any("TLS" in name for name in spoken):
        return Gap(
            "unknown-input",
            "what protocol a listener speaks, which decides the capacity units, is not "
            "known before deployment",
        )
    for protocol, unit in NETWORK_UNITS.items():
        if any(protocol in name for name in spoken):
            return unit, f"{protocol} listener"
    return NETWORK_UNITS["TCP"], "no listener in the stack, counted as TCP"


def capacity(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    unit: CapacityUnit,
    *,
    kind: str,
    name: tuple[str, str],
    note: str,
) -> Charge:
    """Capacity unit-hours: the largest dimension of those that the usage file gives.

    Connections and rules are rates and last all hours; bytes are the month's.
    """
    dimensions: list[tuple[Key, str, Decimal | None]] = [
        (NEW_CONNECTIONS, "new connections/s", unit.new_connections_per_second),
        (ACTIVE_CONNECTIONS, "active connections", unit.active_connections),
        (PROCESSED, "GB a month", None),
    ]
    if unit.rule_evaluations_per_second is not None:
        per_second = unit.rule_evaluations_per_second
        dimensions.append((RULE_EVALUATIONS, "rules/s", per_second))
    largest: tuple[Decimal, Given, str] | None = None
    for key, what, carried in dimensions:
        given = key.given(usage)
        if given is None:
            continue
        text = f"{given.quantity:f} {what}"
        if carried is None:
            unit_hours = given.quantity
            because = f"{text} at 1 GB per unit-hour"
        else:
            unit_hours = given.quantity / carried * circumstances.hours_per_month
            because = f"{text} / {carried:f} x {circumstances.hours_per_month:f} hours"
        if largest is None or unit_hours > largest[0]:
            largest = (unit_hours, given, f"{key.key} binds: {because}")
    if largest is None:
        return Gap(
            "no-usage",
            f"{name[0]} capacity units ({name[1]}): the cost depends on use, and "
            "none of "
            f"{', '.join(key.key for key, _, _ in dimensions)} is given",
            CAPACITY.price_key(resource, kind=kind),
            CAPACITY.unit,
            PROCESSED.key,
        )
    quantity, given, because = largest
    if note:
        because = f"{because} ({note})"
    return CAPACITY.metered(
        resource,
        quantity,
        because,
        usage=given.status,
        kind=kind,
        name=name[0],
        units=name[1],
    )
