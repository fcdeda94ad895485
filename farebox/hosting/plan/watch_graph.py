"""What of watching a tier is charged: alarms, metrics of its log, scaling, a dashboard.

`plan_graph` writes these down beside the rest; names and inputs are those of
`components/watching.py`, as far as a charge depends on them.
"""

from collections.abc import Iterator
from typing import Any

from farebox.hosting.plan.store_graph import Planned
from farebox.hosting.plan_values import TierPlan

STATE_METRICS = (
    "FreePlaces",
    "UsersRunning",
    "UsersWaiting",
    "UsersFailed",
    "MachinesSilent",
    "MachinesWithProblems",
)
BALANCED = ("proxy", "relay")
ALARMS = ("failed", "waiting", "silent", "problems", "free-places")
HOURLY_ALARMS = ("spot", "snapshots")
LOG_DAYS = 30
TRACKING: dict[str, Any] = {"policyType": "TargetTrackingScaling"}
CONNECTIONS: dict[str, Any] = {
    **TRACKING,
    "targetTrackingConfiguration": {
        "customizedMetricSpecification": {
            "metrics": [
                {"id": "each", "expression": "open / machines"},
                {"id": "open", "metricStat": {"stat": "Average"}},
                {"id": "machines", "metricStat": {"stat": "Maximum"}},
            ]
        }
    },
}
"""The proxies' policy: one metric by another, so its alarms look at two."""

POLICY = "aws:autoscaling/policy:Policy"
LOG = "aws:cloudwatch/logGroup:LogGroup"
MACHINES_LOG = "watch-machines-log"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def watched(plan: TierPlan, pool: str) -> Iterator[Planned]:
    """The charged resources of `Watching` for a plan, whose component is `watch`."""
    yield Planned("aws:sns/topic:Topic", "watch-topic", {})
    for kind in BALANCED:
        yield Planned(ALARM, f"watch-{kind}-unhealthy", {"period": 300})
    if plan.hosted:
        yield from _hosting(plan)
    yield Planned(
        "aws:cloudwatch/dashboard:Dashboard",
        "watch-dashboard",
        {"dashboardName": pool},
    )


def _hosting(plan: TierPlan) -> Iterator[Planned]:
    yield Planned(LOG, "watch-log", {"retentionInDays": LOG_DAYS})
    if plan.machine_logs is not None:
        days = {"retentionInDays": plan.machine_logs.days}
        yield Planned(LOG, MACHINES_LOG, days)
    zones = [zone.zone_id for zone in plan.zones]
    metrics = (*STATE_METRICS, *(f"PlacesUsedPercent-{zone}" for zone in zones))
    for metric in metrics:
        yield Planned(
            "aws:cloudwatch/logMetricFilter:LogMetricFilter",
            f"watch-{metric}",
            {"metricTransformation": {"name": metric}},
        )
    for alarms, period in ((ALARMS, 300), (HOURLY_ALARMS, 3_600)):
        for alarm in alarms:
            yield Planned(ALARM, f"watch-{alarm}", {"period": period})
    for zone in zones:
        yield Planned(POLICY, f"watch-places-{zone}", TRACKING)
