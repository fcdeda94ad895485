"""Checks of component arguments: a bad one is refused before anything is built.

A message names the argument, its value, the limit and where the limit comes from.
"""

import re
from collections.abc import Collection, Mapping


class BadArgument(ValueError):
    """An argument that AWS, or the design of the stack, would refuse."""


def require(true: bool, argument: str, value: object, limit: str, source: str) -> None:
    """Raise BadArgument unless `true`; `limit` reads "must be …"."""
    if not true:
        raise BadArgument(f"{argument} is {value!r}: it {limit}. Source: {source}")


def require_between(
    argument: str, value: int, low: int, high: int, unit: str, source: str
) -> None:
    """Raise BadArgument unless `low` <= `value` <= `high`, both in `unit`."""
    limit = f"must be from {low:,} to {high:,} {unit}"
    require(low <= value <= high, argument, value, limit, source)


ZONE_ID = re.compile(r"[a-z]{2,5}\d-az\d")
ZONE_ID_SOURCE = (
    "https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"
)


def require_zone_ids(argument: str, zone_ids: Collection[str], at_least: int) -> None:
    """Raise BadArgument unless they are different zones of one region."""
    for zone_id in zone_ids:
        require(
            bool(ZONE_ID.fullmatch(zone_id)),
            argument,
            zone_id,
            "must be a zone id such as use1-az1, because zone names differ per account",
            ZONE_ID_SOURCE,
        )
    require(
        len(set(zone_ids)) == len(zone_ids),
        argument,
        tuple(zone_ids),
        "must name each zone once",
        ZONE_ID_SOURCE,
    )
    require(
        len({zone_id.split("-")[0] for zone_id in zone_ids}) <= 1,
        argument,
        tuple(zone_ids),
        "must stay in one region: a VPC does not span regions",
        "https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html",
    )
    require(
        len(zone_ids) >= at_least,
        argument,
        tuple(zone_ids),
        f"must name at least {at_least} zones",
        "docs/stack.md",
    )


REGION = re.compile(r"[a-z]{2}-[a-z]+-\d")


def require_region(argument: str, region: str) -> None:
    """Raise BadArgument unless it looks like a region of the commercial partition."""
    require(
        bool(REGION.fullmatch(region)) and not region.startswith("cn-"),
        argument,
        region,
        "must be a commercial AWS region such as us-east-1",
        "https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html",
    )


RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096)


def require_log_days(argument: str, days: int) -> None:
    """Raise BadArgument unless CloudWatch keeps logs for that many days."""
    require(
        days in RETENTION_DAYS,
        argument,
        days,
        f"must be one of {', '.join(map(str, RETENTION_DAYS))}",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    )


GENERATED_SUFFIX = 8
"""Characters that Pulumi appends to a name: a hyphen and seven hex digits.

Source: https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""


def require_name(name: str, longest_child: str, limit: int, source: str) -> None:
    """Raise BadArgument unless every generated name stays within AWS's limit."""
    longest = len(f"{name}{longest_child}") + GENERATED_SUFFIX
    require(
        bool(re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", name)) and longest <= limit,
        "name",
        name,
        "must be lower-case letters, digits and hyphens, at most "
        f"{limit - len(longest_child) - GENERATED_SUFFIX} of them, so that "
        f"{name}{longest_child} and Pulumi's suffix stay within {limit} characters",
        source,
    )


TAG_SOURCE = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"


def require_tags(argument: str, tags: Mapping[str, str]) -> None:
    """Raise BadArgument unless AWS takes the tags, with room for the component's."""
    require(
        all(
            0 < len(key) <= 128
            and len(value) <= 256
            and not key.lower().startswith("aws:")
            for key, value in tags.items()
        ),
        argument,
        dict(tags),
        "must have keys of 1 to 128 characters that do not start with aws:, and "
        "values of at most 256",
        TAG_SOURCE,
    )
    require(
        len(tags) <= 40,
        argument,
        f"{len(tags)} tags",
        "must have at most 40, because AWS takes 50 and the components add theirs",
        TAG_SOURCE,
    )


def tags_of(tags: Mapping[str, str], component: str, **more: str) -> dict[str, str]:
    """The stack's tags with the component's own."""
    return {**tags, "Component": component, **more}
