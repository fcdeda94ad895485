"""Amazon CloudWatch: log groups, alarms and dashboards.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import number
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    global_key,
    key_of,
    metered_use,
    used,
)
from farebox.rules.service import Type, free
from farebox.rules.shapes import block, blocks, text

SERVICE = "AmazonCloudWatch"

HIGH_RESOLUTION_BELOW_SECONDS = 60
ANOMALY_METRICS = Decimal(3)
"""An anomaly alarm counts as three metrics: the measured one and two bounds.

Source: https://aws.amazon.com/cloudwatch/pricing/ (alarms)
"""

ANOMALY_OPERATORS = frozenset(
    {
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    }
)


def log_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A log group is billed by the GB that comes in and by the GB-month that stays.

    Queries are billed by the GB that they scan, where the usage file says how many.
    Source: https://aws.amazon.com/cloudwatch/pricing/ (logs)
    """
    kind = text(resource.input("logGroupClass")) or "STANDARD"
    if isinstance(kind, Unknown):
        yield Gap("unknown-input", "logGroupClass is not known before deployment")
        return
    if kind == "DELIVERY":
        yield NoCharge("a delivery group only hands on logs that are charged as vended")
        return
    infrequent = kind == "INFREQUENT_ACCESS"
    yield used(
        resource,
        usage,
        "monthly_data_ingested_gb",
        SERVICE,
        "DataProcessingIA-Bytes" if infrequent else "DataProcessing-Bytes",
        "PutLogEvents",
        unit="GB",
        description="logs ingested",
    )
    yield used(
        resource,
        usage,
        "storage_gb",
        SERVICE,
        "TimedStorage-IA-ByteHrs" if infrequent else "TimedStorage-ByteHrs",
        unit="GB-Mo",
        description="logs stored",
    )
    scanned = usage.quantity("monthly_data_scanned_gb")
    if scanned is not None:
        key = key_of(resource, SERVICE, "DataScanned-Bytes")
        yield metered_use(key, scanned, "GB", "logs scanned by queries")


def metric_alarm(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An alarm is billed by the month and metric; below 60 seconds at a higher rate.

    Source: https://aws.amazon.com/cloudwatch/pricing/ (alarms)
    """
    queries = blocks(resource.input("metricQueries"))
    metrics = [block(query.get("metric")) for query in queries if query.get("metric")]
    periods = [number(resource.input("period"))]
    periods += [number(metric.get("period")) for metric in metrics]
    if any(period is UNKNOWN for period in periods):
        yield Gap("unknown-input", "the alarm's period is not known before deployment")
        return
    count = Decimal(max(len(metrics), 1))
    because = f"{count} metric{'s' if count > 1 else ''} for a month"
    if text(resource.input("comparisonOperator")) in ANOMALY_OPERATORS:
        count *= ANOMALY_METRICS
        because += ", three each for anomaly detection"
    fast = any(
        isinstance(period, Decimal) and period < HIGH_RESOLUTION_BELOW_SECONDS
        for period in periods
    )
    yield Metered(
        key_of(
            resource,
            SERVICE,
            "CW:HighResAlarmMonitorUsage" if fast else "CW:AlarmMonitorUsage",
        ),
        count,
        "Alarms",
        "alarm below 60 seconds" if fast else "alarm",
        because,
    )


def log_metric_filter(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The filter is free; the custom metric that it writes is billed by the month.

    Hours without data are not charged, so one metric a month is the most; the usage
    key `monthly_metrics` says otherwise, and how many there are with dimensions.
    Source: https://aws.amazon.com/cloudwatch/pricing/ (metrics)
    """
    key = key_of(resource, SERVICE, "CW:MetricMonitorUsage")
    given = usage.quantity("monthly_metrics")
    transformation = block(resource.input("metricTransformation"))
    if given is not None:
        yield metered_use(key, given, "Metrics", "custom metric of the log filter")
    elif transformation.get("dimensions"):
        yield Gap(
            "no-usage",
            "each value of a dimension is a custom metric, and no monthly_metrics are "
            "given",
            key,
            "Metrics",
            "monthly_metrics",
        )
    else:
        yield Metered(
            key,
            ONE,
            "Metrics",
            "custom metric of the log filter",
            "one metric, at most: hours without data are not charged",
            "assumed",
        )


def composite_alarm(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A composite alarm is billed by the month.

    Source: https://aws.amazon.com/cloudwatch/pricing/ (alarms)
    """
    yield Metered(
        key_of(resource, SERVICE, "CW:CompositeAlarmMonitorUsage"),
        ONE,
        "Alarms",
        "composite alarm",
        "one alarm for a month",
    )


def dashboard(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A dashboard is billed by the month, after the account's first three.

    Source: https://aws.amazon.com/cloudwatch/pricing/ (dashboards)
    """
    yield Metered(
        global_key(resource, SERVICE, "DashboardsUsageHour", "DashboardHour"),
        ONE,
        "Dashboards",
        "dashboard",
        "one dashboard for a month",
    )


TYPES = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Type(
        billed="A composite alarm is billed by the month.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=composite_alarm,
    ),
    "aws:cloudwatch/dashboard:Dashboard": Type(
        billed="A dashboard is billed by the month, after the account's first three.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=dashboard,
    ),
    "aws:cloudwatch/logGroup:LogGroup": Type(
        billed="A log group is billed by the GB that comes in and by the GB-month that stays.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=log_group,
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Type(
        billed="The filter is free; the custom metric that it writes is billed by the month.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=log_metric_filter,
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Type(
        billed="An alarm is billed by the month and metric; below 60 seconds at a higher rate.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=metric_alarm,
    ),
}

FREE = free(
    "cloudwatch",
    {
        "part of a log group, which is charged by what goes in and stays": (
            "LogStream LogResourcePolicy LogSubscriptionFilter LogDestination "
            "LogDestinationPolicy LogIndexPolicy LogAccountPolicy LogTransformer "
            "QueryDefinition LogDelivery LogDeliveryDestination "
            "LogDeliveryDestinationPolicy LogDeliverySource"
        ),
        "muting alarms is not charged": "AlarmMuteRule",
    },
)
