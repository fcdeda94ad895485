"""Who is told when the stack is not as it should be, and where to look at it.

Proxies know the users' record; what they tell once a minute lies in a log, and metrics
are made of it. Load balancers, spot interruptions and snapshots are counted by AWS.
"""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arguments import tags_of
from components.target_tracking import places_policy
from components.watching_args import (
    HostingWatch,
    WatchingArgs,
    machine_log,
    state_log,
)

__all__ = ["HostingWatch", "Watching", "WatchingArgs"]

STATE_METRICS = (
    "FreePlaces",
    "UsersRunning",
    "UsersWaiting",
    "UsersFailed",
    "MachinesSilent",
    "MachinesWithProblems",
)
"""Figures of the whole stack, as `passepartout/proxy/report.py` tells them."""
ZONE_FIGURE = "PlacesUsedPercent"
"""The figure of each zone; it is a metric a zone."""
INTERRUPTED_PERCENT = 5
"""Of a stack's machines within an hour: more than the spare ones stand for."""
EVENTS: Mapping[str, dict[str, Any]] = {
    "spot-warning": {
        "source": ["aws.ec2"],
        "detail-type": ["EC2 Spot Instance Interruption Warning"],
    },
}
"""What is counted of AWS's own events, in the whole account and region.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
"""
KEPT_EVENTS: Mapping[str, dict[str, Any]] = {
    "gp3": {
        "source": ["aws.ec2"],
        "detail-type": ["EBS Snapshot Notification"],
        "detail": {"event": ["createSnapshot"], "result": ["succeeded"]},
    },
    "efs": {
        "source": ["aws.backup"],
        "detail-type": ["Backup Job State Change"],
        "detail": {"resourceType": ["EFS"], "state": ["COMPLETED"]},
    },
}
"""Of these two the one that says that users' data were kept once more, by storage.

Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
"""


def used_metric(zone_id: str) -> str:
    """The metric of a zone's places that users have, in percent."""
    return f"{ZONE_FIGURE}-{zone_id}"


class Watching(pulumi.ComponentResource):
    """A log, its metrics, alarms, the machines' scaling by them, and a dashboard.

    Outputs: `topic_arn`, to which alarms are sent.
    """

    topic_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: WatchingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Watch a stack; `name` starts the names of everything in it."""
        super().__init__("passepartout:hosting:Watching", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = tags_of(args.tags, "Watching")
        self._namespace = f"Passepartout/{args.pool}"
        self._topic = aws.sns.Topic(f"{name}-topic", tags=self._tags, opts=self._child)
        if args.alarm_email is not None:
            aws.sns.TopicSubscription(
                f"{name}-mail",
                topic=self._topic.arn,
                protocol="email",
                endpoint=args.alarm_email,
                opts=self._child,
            )
        for kind, balancer in args.balancers.items():
            self._alarm(
                f"{kind}-unhealthy",
                f"Machines of the {kind} do not answer their load balancer",
                ("AWS/NetworkELB", "UnHealthyHostCount"),
                dict((balancer.dimension, balancer.targets_dimension)),
                over=0,
            )
        if args.hosting is not None:
            self._hosting(args.hosting)
        aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.pool,
            dashboard_body=self._dashboard(),
            opts=self._child,
        )
        self.topic_arn = self._topic.arn
        self.register_outputs({"topic_arn": self.topic_arn})

    def _hosting(self, hosting: HostingWatch) -> None:
        self._state_metrics(hosting)
        if hosting.machine_log_days:
            log = machine_log(self._args.pool)
            self._log("machines-log", log, hosting.machine_log_days)
        for what, sentence, metric, over in (
            ("failed", "Users' containers do not start", "UsersFailed", 0),
            (
                "waiting",
                "More users than one machine holds have no machine",
                "UsersWaiting",
                hosting.places,
            ),
            ("silent", "Hosting machines do not speak", "MachinesSilent", 0),
            (
                "problems",
                "Hosting machines have problems: volumes that others hold, disks",
                "MachinesWithProblems",
                0,
            ),
        ):
            self._alarm(what, sentence, (self._namespace, metric), {}, over=over)
        self._alarm(
            "free-places",
            "New users will soon have no place",
            (self._namespace, "FreePlaces"),
            {},
            under=hosting.free_places,
        )
        rules = {
            event: aws.cloudwatch.EventRule(
                f"{self._name}-{event}",
                description=f"Counts {event.replace('-', ' ')} events; it tells nobody",
                event_pattern=json.dumps(pattern),
                tags=self._tags,
                opts=self._child,
            )
            for event, pattern in {
                **EVENTS,
                "snapshot-made": KEPT_EVENTS[hosting.storage],
            }.items()
        }
        self._alarm(
            "spot",
            "Spot takes back more machines in an hour than stand by",
            ("AWS/Events", "TriggeredRules"),
            {"RuleName": rules["spot-warning"].name},
            over=max(1, hosting.machines * INTERRUPTED_PERCENT // 100),
            hours=1,
        )
        self._alarm(
            "snapshots",
            "No snapshot or backup of users' data was made when two should have been",
            ("AWS/Events", "TriggeredRules"),
            {"RuleName": rules["snapshot-made"].name},
            under=1,
            hours=2 * hosting.snapshot_hours,
        )
        for zone_id, group_name in hosting.group_names.items():
            places_policy(
                f"{self._name}-places-{zone_id}",
                group_name,
                (self._namespace, used_metric(zone_id)),
                hosting.used_percent,
                self._child,
            )

    def _state_metrics(self, hosting: HostingWatch) -> None:
        """The log of what proxies tell, and a metric of each figure."""
        log = self._log("log", state_log(self._args.pool), self._args.log_days)
        told = [(metric, metric, f"$.{metric} >= 0") for metric in STATE_METRICS]
        told += [
            (used_metric(zone_id), ZONE_FIGURE, f'$.Zone = "{zone_id}"')
            for zone_id in hosting.group_names
        ]
        for metric, figure, pattern in told:
            aws.cloudwatch.LogMetricFilter(
                f"{self._name}-{metric}",
                log_group_name=log.name,
                pattern=f"{{ {pattern} }}",
                metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                    namespace=self._namespace, name=metric, value=f"$.{figure}"
                ),
                opts=self._child,
            )

    def _log(self, what: str, name: str, days: int) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{self._name}-{what}",
            name=name,
            retention_in_days=days,
            tags=self._tags,
            opts=self._child,
        )

    def _alarm(
        self,
        what: str,
        description: str,
        metric: tuple[str, str],
        dimensions: Mapping[str, pulumi.Input[str]],
        *,
        over: int | None = None,
        under: int | None = None,
        hours: int = 0,
    ) -> None:
        """Tell of a quarter of an hour, or of `hours`, over or under a figure.

        Nothing said is as bad as too little, and no worse than not too much.
        """
        low = under is not None
        largest = "Minimum" if low else "Maximum"
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{what}",
            alarm_description=description,
            namespace=metric[0],
            metric_name=metric[1],
            dimensions=dimensions or None,
            statistic="Sum" if hours else largest,
            period=3_600 if hours else 300,
            evaluation_periods=hours or 3,
            comparison_operator="LessThanThreshold" if low else "GreaterThanThreshold",
            threshold=under if low else over,
            treat_missing_data="breaching" if low else "notBreaching",
            alarm_actions=[self._topic.arn],
            ok_actions=[self._topic.arn],
            tags=self._tags,
            opts=self._child,
        )

    def _dashboard(self) -> pulumi.Output[str]:
        """What to look at first: users, places, connections."""
        balancers = self._args.balancers
        known = pulumi.Output.all(
            **{kind: one.dimension[1] for kind, one in balancers.items()}
        )
        hosted = self._args.hosting is not None
        zones = list(self._args.hosting.group_names) if self._args.hosting else []
        own, region = self._namespace, self._args.region

        def body(suffixes: Mapping[str, str]) -> str:
            rows: list[tuple[str, list[list[str]]]] = [
                (
                    "Open connections",
                    [
                        ["AWS/NetworkELB", "ActiveFlowCount_TLS", "LoadBalancer", one]
                        for one in suffixes.values()
                    ],
                )
            ]
            if hosted:
                rows += [
                    ("Users", [[own, one] for one in STATE_METRICS[1:4]]),
                    ("Places", [[own, "FreePlaces"]]),
                    ("Places taken, %", [[own, used_metric(z)] for z in zones]),
                    ("Machines", [[own, one] for one in STATE_METRICS[4:]]),
                ]
            widgets = [
                {
                    "type": "metric",
                    "x": 12 * (place % 2),
                    "y": 6 * (place // 2),
                    "width": 12,
                    "height": 6,
                    "properties": {
                        "title": title,
                        "metrics": metrics,
                        "stat": "Maximum",
                        "period": 300,
                        "region": region,
                        "view": "timeSeries",
                    },
                }
                for place, (title, metrics) in enumerate(rows)
            ]
            return json.dumps({"widgets": widgets})

        return known.apply(body)
