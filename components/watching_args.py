"""What is watched, and from where on somebody is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.arguments import (
    require,
    require_between,
    require_log_days,
    require_name,
    require_region,
    require_tags,
)
from components.balancers import Balancer
from components.machines import Statement

ALARM_SOURCE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
WEEK_HOURS = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingWatch:
    """What a stack that hosts users is watched for besides.

    `group_names` are the machines' groups by zone id; each keeps `used_percent` of its
    places taken. `machines` run as a rule, with `places` for users each. Somebody is
    told below `free_places`, and when two snapshots in a row are missing, or with
    `storage` in a file system two backups. Machines' journals are kept for
    `machine_log_days`, 0 where they stay on the machines.
    """

    group_names: Mapping[str, pulumi.Input[str]]
    machines: int
    places: int
    used_percent: float
    free_places: int
    snapshot_hours: int
    storage: str = "gp3"
    machine_log_days: int = 0

    def __post_init__(self) -> None:
        """Refuse what no metric could reach, or CloudWatch would refuse."""
        require(
            0 < self.used_percent <= 100,
            "used_percent",
            self.used_percent,
            "must be above 0 and at most 100 percent",
            "docs/operating.md",
        )
        if self.machine_log_days:
            require_log_days("machine_log_days", self.machine_log_days)
        for argument in ("machines", "places", "free_places"):
            require_between(
                argument,
                getattr(self, argument),
                1,
                10**9,
                "of them",
                "docs/operating.md",
            )
        require_between(
            "snapshot_hours",
            self.snapshot_hours,
            1,
            WEEK_HOURS // 2,
            "hours: an alarm looks back a week at most, and two intervals are missed",
            ALARM_SOURCE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchingArgs:
    """`pool` names the stack, `balancers` what clients come in by."""

    pool: str
    region: str
    balancers: Mapping[str, Balancer]
    hosting: HostingWatch | None = None
    alarm_email: str | None = None
    log_days: int = 30
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what CloudWatch would refuse."""
        require_region("region", self.region)
        require_name(self.pool, "", 200, ALARM_SOURCE)
        require_log_days("log_days", self.log_days)
        require_tags("tags", self.tags)
        require(
            self.alarm_email is None or "@" in self.alarm_email,
            "alarm_email",
            self.alarm_email,
            "must be an email address",
            "https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
        )


def state_log(pool: str) -> str:
    """The log group in which proxies tell how a stack is."""
    return f"/passepartout/{pool}/state"


def machine_log(pool: str) -> str:
    """The log group that machines' journals go to."""
    return f"/passepartout/{pool}/machines"


def may_write(region: str, log: str) -> Statement:
    """Leave to add to one log group: to make streams in it and to write to them."""
    return {
        "Sid": "WriteToOneLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:{region}:*:log-group:{log}:*",
    }
