"""CloudWatch beside logs and alarms: Contributor Insights, metric streams, monitors.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/cloudwatch/pricing/"
SERVICE = "AmazonCloudWatch"

RULE = Meter(
    service=SERVICE,
    usage_type="CW:ContributorInsightRules",
    unit="Rule",
    says="a rule of Contributor Insights",
    per="month",
    because="the rule exists all month",
)
MATCHED = Use(
    key="monthly_matched_events",
    service=SERVICE,
    usage_type="CW:ContributorInsightEvents",
    unit="Events",
    says="events of logs that the rule matches",
)
MANAGED_RULE = Meter(
    service=SERVICE,
    usage_type="CW:ContributorRulesManaged",
    unit="Rule",
    says="a rule that a service keeps",
    per="month",
    because="the rule exists all month",
)
MANAGED_MATCHED = Use(
    key="monthly_matched_events",
    service=SERVICE,
    usage_type="CW:ContributorEventsManaged",
    unit="Events",
    says="events of the service that the rule matches",
)
UPDATES = Use(
    key="monthly_metric_updates",
    service=SERVICE,
    usage_type="CW:MetricStreamUsage",
    unit="MetricUpdate",
    says="metric updates streamed",
)


def insight_rule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A rule by the month and the event that it matches; one that is off is free."""
    yield from _rule(
        resource, usage, circumstances, resource.input("ruleState"), (RULE, MATCHED)
    )


def managed_rule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A rule that a service keeps, by the month and the event that it matches."""
    yield from _rule(
        resource,
        usage,
        circumstances,
        resource.input("state"),
        (MANAGED_RULE, MANAGED_MATCHED),
    )


def _rule(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    given: object,
    charged: tuple[Meter, Use],
) -> Iterator[Charge]:
    state = text(given)
    rule, events = charged
    if state == "DISABLED":
        yield NoCharge("the rule is disabled: it matches nothing")
    elif state is UNKNOWN:
        yield rule.gap(resource, "whether the rule is on is not known yet")
    else:
        yield rule.all_month(resource, circumstances)
        yield events.charge(resource, usage)


def internet_monitor(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A monitor is charged by what it watches; one that is off is free."""
    if text(resource.input("status")) == "INACTIVE":
        yield NoCharge("it is inactive: it watches nothing")
    else:
        yield Gap(
            "no-price",
            "each resource and city network that it watches is charged, and Farebox "
            "knows no price for them",
        )


TYPES = {
    "aws:cloudwatch/contributorInsightRule:ContributorInsightRule": Type(
        billed="A rule is billed by the month and by the event that it matches.",
        source=SOURCE,
        meters=(RULE,),
        uses=(MATCHED,),
        rule=insight_rule,
        terraform="aws_cloudwatch_contributor_insight_rule",
        notes="One rule and a million matched events a month are free for the account.",
    ),
    "aws:cloudwatch/contributorManagedInsightRule:ContributorManagedInsightRule": Type(
        billed="A rule is billed by the month and by the event that it matches.",
        source=SOURCE,
        meters=(MANAGED_RULE,),
        uses=(MANAGED_MATCHED,),
        rule=managed_rule,
        terraform="aws_cloudwatch_contributor_managed_insight_rule",
        notes="The prices are those of DynamoDB's rules, which the list keeps by their kind.",
    ),
    "aws:cloudwatch/metricStream:MetricStream": Type(
        billed="A stream is billed by the metric update.",
        source=SOURCE,
        uses=(UPDATES,),
        terraform="aws_cloudwatch_metric_stream",
        notes="A metric is updated once a minute: 43,800 times in a month of 730 hours.",
        not_modelled="additional statistics, the delivery stream that takes it (on it)",
    ),
    "aws:cloudwatch/internetMonitor:InternetMonitor": Type(
        billed="A monitor is charged by the resource and the city network.",
        source=SOURCE,
        rule=internet_monitor,
        terraform="aws_internetmonitor_monitor",
    ),
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": Type(
        billed="Logs that a policy looks through are charged by the GB.",
        source=SOURCE,
        no_price=(
            "logs that it looks through for data are charged by the GB, and Farebox "
            "knows no price for it"
        ),
        terraform="aws_cloudwatch_log_data_protection_policy",
    ),
}
