"""What Amazon Kinesis meters of streams, and which usage keys fill it.

Source: https://aws.amazon.com/kinesis/data-streams/pricing/
"""

from decimal import Decimal

from farebox.rules.service import GIB, Meter, Metric, Use

SERVICE = "AmazonKinesis"
VIDEO = "AmazonKinesisVideo"

SHARDS = Meter(
    service=SERVICE,
    usage_type="Storage-ShardHour",
    operation="shardHourStorage",
    unit="ShardHour",
    says="shards",
    per="hour",
)
EXTENDED = Meter(
    service=SERVICE,
    usage_type="Extended-ShardHour",
    unit="ShardHour",
    says="retention over 24 hours",
    per="hour",
)
ON_DEMAND = Meter(
    service=SERVICE,
    usage_type="OnDemand-StreamHour",
    operation="OnDemandStreamHr",
    unit="StreamHr",
    says="stream on demand",
    per="hour",
    because="exists all month",
)
METRICS = Meter(
    service="AmazonCloudWatch",
    usage_type="CW:MetricMonitorUsage",
    unit="Metrics",
    says="metrics of shards",
    per="month",
)
CONSUMER = Meter(
    service=SERVICE,
    usage_type="EnhancedFanoutHour",
    operation="ConsumerHour",
    unit="ConsumerShardHour",
    says="consumer with enhanced fan-out",
    per="hour",
)


def _use(
    key: str,
    usage_type: str,
    operation: str,
    unit: str,
    says: str,
    *,
    optional: bool = False,
) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        optional=optional,
        metrics=_counted(key),
    )


COUNTED = {
    "monthly_provisioned_put_units": ("IncomingRecords", Decimal(1)),
    "monthly_on_demand_data_in_gb": ("IncomingBytes", GIB),
    "monthly_on_demand_data_out_gb": ("GetRecords.Bytes", GIB),
}
"""Keys of a stream, to the metric that counts them and how many are one."""


def _counted(key: str) -> tuple[Metric, ...]:
    name, unit = COUNTED.get(key, ("", Decimal(1)))
    dimensions = {"StreamName": "name"}
    metric = Metric(
        namespace="AWS/Kinesis", names=(name,), dimensions=dimensions, unit=unit
    )
    return (metric,) if name else ()


PUTS = _use(
    "monthly_provisioned_put_units",
    "PutRequestPayloadUnits",
    "PutRequest",
    "PutRequest",
    "PUT payload units, 25 KB of a record each",
)
LONG_TERM = _use(
    "monthly_provisioned_long_term_retention_gb",
    "LongTermRetention-ByteHrs",
    "LongTermRetentionByteHrs",
    "GB-Mo",
    "records kept longer than seven days",
)
LONG_TERM_READ = _use(
    "monthly_provisioned_long_term_retrieval_gb",
    "LongTermRetention-ReadBytes",
    "LongTermRetentionDataRetrieval",
    "GB",
    "records read after seven days",
    optional=True,
)
OTHER_CONSUMERS = _use(
    "monthly_provisioned_efo_consumer_hours",
    "EnhancedFanoutHour",
    "ConsumerHour",
    "ConsumerShardHour",
    "consumer-shard-hours of consumers outside of the stack",
    optional=True,
)
OTHER_CONSUMERS_DATA = _use(
    "monthly_provisioned_efo_data_out_gb",
    "ReadBytes",
    "EnhancedFanoutDataRetrieval",
    "GB",
    "read by consumers outside of the stack with enhanced fan-out",
    optional=True,
)
CONSUMER_DATA = _use(
    "monthly_efo_data_out_gb",
    "{kind}",
    "{operation}",
    "GB",
    "read by the consumer",
)
ON_DEMAND_IN = _use(
    "monthly_on_demand_data_in_gb",
    "OnDemand-BilledIncomingBytes",
    "OnDemandDataIngested",
    "GB",
    "written, each record rounded up to 1 KB",
)
ON_DEMAND_OUT = _use(
    "monthly_on_demand_data_out_gb",
    "OnDemand-BilledOutgoingBytes",
    "OnDemandDataRetrieval",
    "GB",
    "read",
)
ON_DEMAND_EFO = _use(
    "monthly_on_demand_efo_data_out_gb",
    "OnDemand-BilledOutgoingEFOBytes",
    "OnDemandEFODataRetrieval",
    "GB",
    "read by consumers outside of the stack with enhanced fan-out",
    optional=True,
)
ON_DEMAND_EXTENDED = _use(
    "monthly_on_demand_extended_retention_gb",
    "OnDemand-ExtendedRetention-ByteHrs",
    "OnDemandExtendedRetentionByteHrs",
    "GB-Mo",
    "records kept from one to seven days",
)
ON_DEMAND_LONG_TERM = _use(
    "monthly_on_demand_long_term_retention_gb",
    "OnDemand-LongTermRetention-ByteHrs",
    "OnDemandLongTermRetentionByteHrs",
    "GB-Mo",
    "records kept longer than seven days",
)

VIDEO_USES = tuple(
    Use(key=key, service=VIDEO, usage_type=usage_type, unit=unit, says=says)
    for key, usage_type, unit, says in (
        ("monthly_data_in_gb", "BytesIn", "GB", "video written"),
        ("monthly_data_out_gb", "BytesOut", "GB", "video read"),
        ("storage_gb", "BytesHr", "GB-Mo", "video kept"),
    )
)
