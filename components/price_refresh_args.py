"""What a scheduled refresh of the prices is asked for, and what of it AWS refuses."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.arguments import (
    BadArgument,
    require,
    require_between,
    require_log_days,
    require_region,
    require_tags,
    require_zone_ids,
)

SIZES_SOURCE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html"
SIZES = {
    256: (512, 1_024, 2_048),
    512: tuple(range(1_024, 4_097, 1_024)),
    1_024: tuple(range(2_048, 8_193, 1_024)),
    2_048: tuple(range(4_096, 16_385, 1_024)),
}
"""CPU units to the MiB of memory that Fargate takes with them."""
IMAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._:/-]*?)(:(?P<tag>\w[\w.-]{0,127}))?(@sha256:[0-9a-f]{64})?"
)
REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[a-z0-9][a-z0-9._/-]*?)([:@].*)?"
)
"""An image in a private registry of ECR."""
SECRET = re.compile(
    r"arn:aws:secretsmanager:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):secret:[\w/+=.@-]+"
)
KEY = re.compile(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+")
SCHEDULE_SOURCE = (
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html"
)
SCHEDULE = re.compile(
    r"rate\(1 (hour|day)\)|rate\(([2-9]|[1-9]\d+) (minutes|hours|days)\)"
    r"|cron\([^\s()]+( [^\s()]+){5}\)"
)
ZONE = re.compile(r"[A-Za-z][\w+-]*(/[\w+-]+)*")
EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")
ALARM_SOURCE = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
HOURS_AT_MOST = 7 * 24
"""An alarm with a period of an hour looks back seven days at most (ALARM_SOURCE)."""
SOURCES = (
    "lists",
    "spot",
    "spot-feed",
    "spot-history",
    "advisor",
    "plans",
    "plan-rates",
    "facts",
    "instance-types",
    "quotas",
    "scores",
)
"""What `fare refresh --only` takes."""
CONFIG = {
    "image": ("image", str),
    "storeSecretArn": ("store_secret_arn", str),
    "storeSecretKeyArn": ("store_secret_key_arn", str),
    "storeCidrs": ("store_cidrs", list),
    "storePort": ("store_port", int),
    "schedule": ("schedule", str),
    "timezone": ("timezone", str),
    "regions": ("regions", list),
    "sources": ("sources", list),
    "alarmEmail": ("alarm_email", str),
    "staleAfterHours": ("stale_after_hours", int),
    "cpu": ("cpu", int),
    "memoryMib": ("memory_mib", int),
    "logDays": ("log_days", int),
}
"""Keys of `passepartout:priceRefresh` to the argument and its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRefreshArgs:
    """Where and when the prices are refreshed, and who is told when they are not.

    `family` names the task definition, the cluster, the log and the schedule. The
    secret holds the store's URL, which a PostgreSQL server in `store_cidrs` answers.
    `regions` are those whose prices are asked for, `sources` what `fare refresh --only`
    takes; subnets are keyed by zone id.
    """

    family: str
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    public_addresses: bool
    image: str
    store_secret_arn: str
    store_cidrs: tuple[str, ...]
    store_secret_key_arn: str | None = None
    store_port: int = 5_432
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    schedule: str = "cron(15 6 * * ? *)"
    timezone: str = "UTC"
    cpu: int = 512
    memory_mib: int = 1_024
    log_days: int = 30
    stale_after_hours: int = 36
    alarm_email: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse, or what would run something unnamed."""
        require(
            bool(re.fullmatch(r"[A-Za-z][\w-]{0,63}", self.family)),
            "family",
            self.family,
            "must be 1 to 64 letters, digits, hyphens and underscores, a letter first",
            "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html",
        )
        require_region("region", self.region)
        require_zone_ids("subnet_ids", tuple(self.subnet_ids), at_least=1)
        self._check_image()
        self._check_store()
        for region in self.regions:
            require_region("regions", region)
        require(
            len(set(self.regions)) == len(self.regions),
            "regions",
            self.regions,
            "must name each region once",
            "docs/scheduling.md",
        )
        require(
            set(self.sources) <= set(SOURCES),
            "sources",
            self.sources,
            f"must be among {', '.join(SOURCES)}",
            "docs/scheduling.md",
        )
        require(
            bool(SCHEDULE.fullmatch(self.schedule)),
            "schedule",
            self.schedule,
            "must be rate(12 hours) or cron(15 6 * * ? *): six fields, one of the two "
            "day fields a question mark",
            SCHEDULE_SOURCE,
        )
        require(
            bool(ZONE.fullmatch(self.timezone)),
            "timezone",
            self.timezone,
            "must be UTC or the name of a time zone such as Europe/Berlin",
            SCHEDULE_SOURCE,
        )
        require(
            self.memory_mib in SIZES.get(self.cpu, ()),
            "cpu and memory_mib",
            (self.cpu, self.memory_mib),
            "must be a pair that Fargate has: "
            + "; ".join(f"{cpu} with {m[0]} to {m[-1]}" for cpu, m in SIZES.items()),
            SIZES_SOURCE,
        )
        require_log_days("log_days", self.log_days)
        require_between(
            "stale_after_hours",
            self.stale_after_hours,
            1,
            HOURS_AT_MOST,
            "hours, and longer than the schedule waits",
            ALARM_SOURCE,
        )
        require(
            self.alarm_email is None or bool(EMAIL.fullmatch(self.alarm_email)),
            "alarm_email",
            self.alarm_email,
            "must be an e-mail address",
            "https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
        )
        require_tags("tags", self.tags)

    @property
    def account(self) -> str:
        """The account that all of it is in, as the secret's name says."""
        match = SECRET.fullmatch(self.store_secret_arn)
        assert match is not None
        return match["account"]

    def _check_image(self) -> None:
        match = IMAGE.fullmatch(self.image)
        require(
            match is not None
            and ("@sha256:" in self.image or match["tag"] not in (None, "latest")),
            "image",
            self.image,
            "must name a version: a tag other than latest, or better a digest",
            "docs/scheduling.md",
        )

    def _check_store(self) -> None:
        secret = SECRET.fullmatch(self.store_secret_arn)
        require(
            secret is not None and secret["region"] == self.region,
            "store_secret_arn",
            self.store_secret_arn,
            f"must be the whole ARN of a Secrets Manager secret in {self.region}",
            "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
        )
        require(
            self.store_secret_key_arn is None
            or bool(KEY.fullmatch(self.store_secret_key_arn)),
            "store_secret_key_arn",
            self.store_secret_key_arn,
            "must be the ARN of the KMS key that encrypts the secret",
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
        )
        require(
            bool(self.store_cidrs) and all(map(_is_network, self.store_cidrs)),
            "store_cidrs",
            self.store_cidrs,
            "must name at least one IPv4 range in which the store's server is",
            "docs/scheduling.md",
        )
        require_between("store_port", self.store_port, 1, 65_535, "", "RFC 6335")


def _is_network(cidr: str) -> bool:
    try:
        ipaddress.IPv4Network(cidr)
    except ValueError:
        return False
    return True


def refresh_arguments(config: object) -> dict[str, Any]:
    """The stack's `passepartout:priceRefresh` as arguments of PriceRefreshArgs.

    Raises BadArgument for what is no map, an unknown key or a value of another type.
    """
    if not isinstance(config, Mapping):
        raise BadArgument(f"priceRefresh is {config!r}: it must be a map of settings")
    arguments: dict[str, Any] = {}
    for key, value in config.items():
        if key not in CONFIG:
            raise BadArgument(
                f"priceRefresh has {key!r}: its keys are {', '.join(sorted(CONFIG))}"
            )
        name, kind = CONFIG[key]
        fits = isinstance(value, kind) and not isinstance(value, bool)
        if kind is list:
            fits = fits and all(isinstance(item, str) for item in value)
        require(
            fits,
            f"priceRefresh.{key}",
            value,
            f"must be {'a list of texts' if kind is list else f'of type {kind.__name__}'}",
            "docs/scheduling.md",
        )
        arguments[name] = tuple(value) if kind is list else value
    for key in ("image", "storeSecretArn", "storeCidrs"):
        if CONFIG[key][0] not in arguments:
            raise BadArgument(f"priceRefresh lacks {key}. Source: docs/scheduling.md")
    return arguments


__all__ = ["REGISTRY", "PriceRefreshArgs", "refresh_arguments"]
