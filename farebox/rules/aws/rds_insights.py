"""What watching a database costs: Performance Insights and Database Insights.

Performance Insights' long retention was charged until 2026-06-30; since then Database
Insights keeps what is older than a week, in its advanced mode, which CloudWatch charges.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.html
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Use
from farebox.rules.shapes import amount, text

ENDED = date(2026, 7, 1)
"""The first day on which AWS charges no retention of Performance Insights."""

FREE_DAYS = Decimal(7)

RETENTION = Meter(
    service="AmazonRDS",
    usage_type="PI_LTR:{FAMILY}",
    unit="vCPU-Months",
    says="Performance Insights kept longer than a week",
)
REQUESTS = Use(
    key="monthly_additional_performance_insights_requests",
    service="AmazonRDS",
    usage_type="PI_API",
    unit="API Calls",
    says="requests to Performance Insights beyond a million",
    optional=True,
)


def insights_charges(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    instance_class: str,
    vcpus: Decimal | None,
) -> Iterator[Charge]:
    """What is kept longer than a week of an instance's load, and extra requests."""
    yield from advanced_mode(resource)
    yield from REQUESTS.where_given(resource, usage)
    enabled = flag(resource.input("performanceInsightsEnabled"))
    value = resource.input("performanceInsightsRetentionPeriod")
    days = amount(resource, value, "a retention of")
    if circumstances.on >= ENDED or enabled is None or enabled is False:
        return
    if UNKNOWN in (enabled, days):
        reason = "whether Performance Insights keeps more than a week is not known"
        yield Gap("unknown-input", reason)
    elif isinstance(days, Decimal) and days > FREE_DAYS:
        family = instance_class.split(".")[1].upper() if "." in instance_class else ""
        if vcpus is None:
            yield RETENTION.gap(resource, "its vCPU are not known", FAMILY=family)
        else:
            because = f"{vcpus:f} vCPU, kept {days:f} days"
            yield RETENTION.metered(resource, vcpus, because, FAMILY=family)


def advanced_mode(resource: Resource) -> Iterator[Charge]:
    """The gap for Database Insights' advanced mode, where it is on or may be."""
    mode = text(resource.input("databaseInsightsMode"))
    if isinstance(mode, Unknown):
        yield Gap("unknown-input", "databaseInsightsMode is not known")
    elif mode == "advanced":
        yield Gap(
            "no-price",
            "Database Insights' advanced mode is charged by CloudWatch for each vCPU "
            "and hour, and Farebox knows no price for it",
        )
