"""Amazon CloudWatch: log groups, alarms and dashboards.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import number
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free, unpriced
from farebox.rules.shapes import (
    block,
    blocks,
    holds_unknown,
    or_default,
    text,
)

SOURCE = "https://aws.amazon.com/cloudwatch/pricing/"
SERVICE = "AmazonCloudWatch"

INGESTED = Use(
    key="monthly_data_ingested_gb",
    service=SERVICE,
    usage_type="DataProcessing{kind}-Bytes",
    operation="PutLogEvents",
    unit="GB",
    says="logs ingested",
    metrics=(
        Metric(
            namespace="AWS/Logs",
            names=("IncomingBytes",),
            dimensions={"LogGroupName": "name"},
            unit=GIB,
        ),
    ),
)
STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="TimedStorage-{kind}ByteHrs",
    unit="GB-Mo",
    says="logs stored",
)
SCANNED = Use(
    key="monthly_data_scanned_gb",
    service=SERVICE,
    usage_type="DataScanned-Bytes",
    unit="GB",
    says="logs scanned by queries",
    optional=True,
)
METRICS = Use(
    key="monthly_metrics",
    service=SERVICE,
    usage_type="CW:MetricMonitorUsage",
    unit="Metrics",
    says="custom metric of the log filter",
)
ALARM = Meter(
    service=SERVICE, usage_type="CW:AlarmMonitorUsage", unit="Alarms", says="alarm"
)
FAST_ALARM = Meter(
    service=SERVICE,
    usage_type="CW:HighResAlarmMonitorUsage",
    unit="Alarms",
    says="alarm below 60 seconds",
)
COMPOSITE_ALARM = Meter(
    service=SERVICE,
    usage_type="CW:CompositeAlarmMonitorUsage",
    unit="Alarms",
    says="composite alarm",
    per="month",
    because="one alarm for a month",
)
DASHBOARD = Meter(
    service=SERVICE,
    usage_type="DashboardsUsageHour",
    operation="DashboardHour",
    unit="Dashboards",
    says="dashboard",
    region="global",
    per="month",
    because="one dashboard for a month",
)

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
    """What comes in, stays and is scanned, at the rates of the group's class."""
    kind = or_default(text(resource.input("logGroupClass")), "STANDARD")
    if isinstance(kind, Unknown):
        yield Gap("unknown-input", "logGroupClass is not known before deployment")
        return
    if kind == "DELIVERY":
        yield NoCharge("a delivery group only hands on logs that are charged as vended")
        return
    infrequent = kind == "INFREQUENT_ACCESS"
    yield INGESTED.charge(resource, usage, kind="IA" if infrequent else "")
    yield STORED.charge(resource, usage, kind="IA-" if infrequent else "")
    yield from SCANNED.where_given(resource, usage)


def metric_alarm(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One alarm a metric; below 60 seconds at a higher rate, anomalies count three."""
    found, operator = (
        resource.input(name) for name in ("metricQueries", "comparisonOperator")
    )
    asked = [query.get("metric") for query in blocks(found)]
    expressions = [text(query.get("expression")) for query in blocks(found)]
    if holds_unknown(found) or UNKNOWN in (operator, *asked, *expressions):
        yield Gap(
            "unknown-input",
            "the alarm's metricQueries or comparisonOperator is not known yet",
        )
        return
    if any(str(each).upper().startswith("SELECT ") for each in expressions):
        yield Gap(
            "no-usage",
            "an alarm on a query of Metrics Insights is charged for each metric that the "
            "query looks at",
            ALARM.price_key(resource),
            ALARM.unit,
        )
        return
    metrics = [block(metric) for metric in asked if metric]
    periods = [number(resource.input("period"))]
    periods += [number(metric.get("period")) for metric in metrics]
    if any(period is UNKNOWN for period in periods):
        yield Gap("unknown-input", "the alarm's period is not known before deployment")
        return
    count = Decimal(max(len(metrics), 1))
    because = f"{count} metric{'s' if count > 1 else ''} for a month"
    if text(operator) in ANOMALY_OPERATORS:
        count *= ANOMALY_METRICS
        because += ", three each for anomaly detection"
    fast = any(
        isinstance(period, Decimal) and period < HIGH_RESOLUTION_BELOW_SECONDS
        for period in periods
    )
    yield (FAST_ALARM if fast else ALARM).metered(resource, count, because)


def log_metric_filter(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The custom metric that it writes: at most one a month, more with dimensions."""
    transformation = block(resource.input("metricTransformation"))
    if METRICS.given(usage) is not None:
        yield METRICS.charge(resource, usage)
    elif transformation.get("dimensions"):
        yield Gap(
            "no-usage",
            "each value of a dimension is a custom metric, and no monthly_metrics are "
            "given",
            METRICS.price_key(resource),
            METRICS.unit,
            METRICS.key,
        )
    else:
        yield METRICS.metered(
            resource,
            ONE,
            "one metric, at most: hours without data are not charged",
            usage="assumed",
        )


TYPES = {
    "aws:cloudwatch/logGroup:LogGroup": Type(
        billed="A log group is billed by the GB that comes in and by the GB-month that stays.",
        source=SOURCE,
        uses=(INGESTED, STORED, SCANNED),
        rule=log_group,
        terraform="aws_cloudwatch_log_group",
        notes=(
            "The infrequent access class has `DataProcessingIA-Bytes` and "
            "`TimedStorage-IA-ByteHrs`. A delivery group is free: it only hands on logs "
            "that are charged as vended."
        ),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Type(
        billed="The filter is free; the custom metric that it writes is billed by the month.",
        source=SOURCE,
        uses=(METRICS,),
        rule=log_metric_filter,
        terraform="aws_cloudwatch_log_metric_filter",
        notes=(
            "Hours without data are not charged, so one metric a month is the most, and "
            "marked `assumed`; `monthly_metrics` says otherwise. With dimensions the "
            "number is `no-usage` until that key says it."
        ),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Type(
        billed="An alarm is billed by the month and metric; below 60 seconds at a higher rate.",
        source=SOURCE,
        meters=(ALARM, FAST_ALARM),
        rule=metric_alarm,
        terraform="aws_cloudwatch_metric_alarm",
        notes=(
            "An anomaly counts three metrics: the measured one and two bounds. An alarm on "
            "a query (`SELECT ...`) is `no-usage`."
        ),
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": Type(
        billed="A composite alarm is billed by the month.",
        source=SOURCE,
        meters=(COMPOSITE_ALARM,),
        terraform="aws_cloudwatch_composite_alarm",
    ),
    "aws:cloudwatch/dashboard:Dashboard": Type(
        billed="A dashboard is billed by the month, after the account's first three.",
        source=SOURCE,
        meters=(DASHBOARD,),
        terraform="aws_cloudwatch_dashboard",
        not_modelled="the cheaper rate of small dashboards",
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

UNPRICED = unpriced(
    "cloudwatch",
    {
        "the tables that it fills in S3 are charged by what they hold": (
            "LogS3TableIntegrationSource"
        ),
        "whether AWS charges it beside what comes in and stays is not known to Farebox": (
            "LogAnomalyDetector LogStorageTierPolicy OtelEnrichment "
            "ResourceMetricsConfiguration"
        ),
    },
)
