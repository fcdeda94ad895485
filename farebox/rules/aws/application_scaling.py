"""Scaling policies: the alarms that they make for groups and for other services.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.cloudwatch import ALARM
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.scaled import TARGET
from farebox.rules.service import Type
from farebox.rules.shapes import blocks, field, holds_unknown, text

SOURCE = "https://aws.amazon.com/autoscaling/pricing/"

ALARMS, ALARMS_OF_A_TABLE = Decimal(2), Decimal(4)
"""One that scales out and one that scales in; two more of provisioned capacity.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html;
eight alarms of a table that scales reads and writes: aws-samples/aws-sdk-unity-samples issue 24
"""


def policy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A policy that tracks a target makes alarms; other kinds use alarms of one's own."""
    kind = resource.input("policyType")
    namespace = resource.input("serviceNamespace")
    if kind is UNKNOWN or namespace is UNKNOWN:
        yield ALARM.gap(resource, "the policy's kind is not known before deployment")
    elif kind == "TargetTrackingScaling":
        of_a_table = namespace in ("dynamodb", "cassandra")
        count = ALARMS_OF_A_TABLE if of_a_table else ALARMS
        because = f"{count} alarms that tracking a target makes, each for a month"
        metrics = _metrics(resource)
        if isinstance(metrics, Unknown):
            reason = "what metrics it computes with is not known before deployment"
            yield ALARM.gap(resource, reason)
            return
        if metrics > 1:
            count *= metrics
            because += f", of {metrics} metrics each"
        yield ALARM.metered(resource, count, because, usage="assumed")
    else:
        yield NoCharge("the policy makes no alarms; what it scales is charged")


def _metrics(resource: Resource) -> int | Unknown:
    """Metrics that the policy's alarms look at: more than one where it computes."""
    tracked: Any = resource.input("targetTrackingConfiguration")
    if tracked is None:
        tracked = resource.input("targetTrackingScalingPolicyConfiguration")
    own = field(tracked, "customizedMetricSpecification")
    queries = field(own, "metrics")
    if holds_unknown(queries):
        return UNKNOWN
    said = [query.get("metricStat") for query in blocks(queries)]
    return UNKNOWN if UNKNOWN in said else sum(map(bool, said))


_POLICY = Type(
    billed=(
        "Scaling costs nothing; a policy that tracks a target makes alarms, which are "
        "billed as any other."
    ),
    source=SOURCE,
    meters=(ALARM,),
    rule=policy,
    terraform="aws_autoscaling_policy aws_appautoscaling_policy",
    notes=(
        "Two alarms, four where it scales a table; each counts the metrics it looks at. AWS makes them after deployment, so "
        "their number is assumed. Ten alarms are free for the account."
    ),
)

READ_BY_RULES = frozenset(
    (
        "dynamodb:index:ReadCapacityUnits",
        "dynamodb:index:WriteCapacityUnits",
        "dynamodb:table:ReadCapacityUnits",
        "dynamodb:table:WriteCapacityUnits",
        "ecs:service:DesiredCount",
        "sagemaker:variant:DesiredInstanceCount",
    )
)
"""Dimensions whose limits the rule of what they scale reads."""


def target(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Free where the rule of what it scales has the range; else what it adds is a gap."""
    dimension = text(resource.input("scalableDimension"))
    if isinstance(dimension, Unknown):
        yield Gap("unknown-input", "what it scales is not known before deployment")
    elif dimension is None or dimension in READ_BY_RULES:
        yield NoCharge("says how far a service scales, which is charged")
    else:
        yield Gap(
            "no-usage",
            f"it scales {dimension} by itself, and what that adds is charged: what it "
            "scales is counted as the program asks for it",
        )


def schedule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Free; what runs is counted as if nothing changed it by the clock, and said so."""
    circumstances.note(
        f"{resource.name} changes by the clock how much runs: what it scales is counted "
        "as if it did not; the usage key tasks of a service gives the mean"
    )
    yield NoCharge("a schedule costs nothing; what it scales is charged")


TYPES = {
    "aws:appautoscaling/policy:Policy": _POLICY,
    "aws:autoscaling/policy:Policy": _POLICY,
    TARGET: Type(
        billed="A target costs nothing; what scaling adds is billed on what it scales.",
        source=SOURCE,
        rule=target,
        notes=(
            "Tables, indexes, services of ECS and variants of SageMaker have the range of "
            "their targets. Of "
            "other dimensions what scaling adds is `no-usage`."
        ),
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": Type(
        billed="A schedule costs nothing; what it scales is counted without it.",
        source=SOURCE,
        rule=schedule,
    ),
}
