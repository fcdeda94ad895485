"""Scaling policies: the alarms that they make for groups and for other services.

Source: https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.cloudwatch import ALARM
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Type, free
from farebox.rules.shapes import blocks, field, holds_unknown

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

TYPES = {
    "aws:appautoscaling/policy:Policy": _POLICY,
    "aws:autoscaling/policy:Policy": _POLICY,
}

FREE = free(
    "appautoscaling",
    {"says how far a service scales, which is charged": "ScheduledAction Target"},
)
