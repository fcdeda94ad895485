"""Amazon Data Firehose: GB in steps of 5 KB, and what is done with them on the way.

Source: https://aws.amazon.com/firehose/pricing/
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered
from farebox.rules.known import known_flag, known_length, known_text, unknown
from farebox.rules.service import GIB, KIB, Key, Meter, Metric, Type, Use
from farebox.rules.shapes import block, blocks, field, holds_unknown

SOURCE = "https://aws.amazon.com/firehose/pricing/"
SERVICE = "AmazonKinesisFirehose"

STEP_KB = Decimal(5)
"""Each record is rounded up to the next 5 KB.

Source: https://aws.amazon.com/firehose/pricing/
"""

OWN_RATES = {
    "iceberg": "what goes to Iceberg tables has a rate of its own by the GB",
    "snowflake": "what goes to Snowflake has a rate of its own by the GB",
}
"""Destinations whose GB are not billed as the others' are."""

IN_A_VPC = (
    "elasticsearchConfiguration",
    "opensearchConfiguration",
    "opensearchserverlessConfiguration",
)
"""Destinations that a stream may reach inside of a VPC."""


def _use(
    key: str,
    usage_type: str,
    unit: str,
    says: str,
    operation: str = "",
    *,
    optional: bool = False,
    metrics: tuple[Metric, ...] = (),
) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        optional=optional,
        metrics=metrics,
    )


INGESTED = _use(
    "monthly_data_ingested_gb",
    "{source}BilledBytes",
    "GB",
    "taken in, each record rounded up to 5 KB",
    "{operation}",
    metrics=(
        Metric(
            namespace="AWS/Firehose",
            names=("IncomingBytes",),
            dimensions={"DeliveryStreamName": "name"},
            unit=GIB,
        ),
    ),
)
RECORD_SIZE = Key(
    key="record_size_kb",
    says="size of a record; each is rounded up to the next 5 KB",
    unit="KB",
    metrics=(
        Metric(
            namespace="AWS/Firehose",
            names=("IncomingBytes",),
            per=("IncomingRecords",),
            dimensions={"DeliveryStreamName": "name"},
            counts="level",
            unit=KIB,
        ),
    ),
)
CONVERTED = Meter(
    service=SERVICE,
    usage_type="DFCBilledBytes",
    operation="DataFormatConversion",
    unit="GB",
    says="converted to Parquet or ORC",
)
PARTITIONED = _use(
    "monthly_data_delivered_gb", "DPBytesDelivered", "GB", "delivered in partitions"
)
OBJECTS = _use(
    "monthly_delivered_objects",
    "S3DeliveryObjectCount",
    "Objects",
    "partitions' objects",
)
JQ_HOURS = _use(
    "monthly_jq_processing_hrs",
    "MetadataProcessingDuration",
    "Hours",
    "hours in which keys are read out of records",
    optional=True,
)
VPC_HOURS = Meter(
    service=SERVICE,
    usage_type="Firehose-VpcDelivery-Hours",
    operation="RunVpcInstance",
    unit="Hrs",
    says="delivery into a VPC, by zone",
    per="hour",
)
VPC_DATA = _use(
    "monthly_vpc_delivered_gb",
    "Firehose-VpcDelivery-Bytes",
    "GB",
    "delivered into a VPC",
    "VpcBandwidth",
)


def delivery_stream(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What is taken in, and each thing that is done with it before it is delivered."""
    destination = known_text(resource.input("destination"), "destination")
    if isinstance(destination, Gap):
        yield destination
        return
    special = OWN_RATES.get(destination)
    if special is None and resource.input("mskSourceConfiguration") is not None:
        special = "what comes from Apache Kafka has a rate of its own by the GB"
    if special is not None:
        yield Gap("no-price", special)
    else:
        yield from _ingested(resource, usage)
    for name in IN_A_VPC:
        yield from _into_vpc(resource, usage, circumstances, name)


def _ingested(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The GB that are taken in, and their conversion and partitions in S3."""
    of_stream = resource.input("kinesisSourceConfiguration") is not None
    charge = INGESTED.charge(
        resource,
        usage,
        factor=_rounding(usage),
        source="StreamsSource" if of_stream else "",
        operation="GetKinesisRecords" if of_stream else "PutRecord",
    )
    yield charge
    s3 = resource.input("extendedS3Configuration")
    yield from _converted(resource, s3, charge)
    yield from _partitioned(resource, usage, s3)
    if _unknown_processors(s3):
        yield Gap("unknown-input", "what works on the records is not known yet")
    if _processors(s3, "Decompression"):
        reason = "taking logs of CloudWatch out of their archives is charged by the GB"
        yield Gap("no-price", reason)


def _rounding(usage: Usage) -> Decimal:
    """How many GB are billed for one that is sent, by the size of a record."""
    size = RECORD_SIZE.given(usage)
    if size is None or not size.quantity:
        return ONE
    steps = (size.quantity / STEP_KB).to_integral_value(ROUND_CEILING)
    return steps * STEP_KB / size.quantity


def _converted(resource: Resource, s3: Any, ingested: Charge) -> Iterator[Charge]:
    """Conversion is charged for the same GB as what is taken in."""
    conversion = field(s3, "dataFormatConversionConfiguration")
    if conversion is None:
        return
    enabled = known_flag(field(conversion, "enabled"), "format conversion", True)
    if isinstance(enabled, Gap):
        yield CONVERTED.gap(resource, enabled.reason)
    elif enabled:
        if isinstance(ingested, Gap):
            reason = f"{CONVERTED.says}: {ingested.reason}"
            key = CONVERTED.price_key(resource)
            yield Gap(ingested.code, reason, key, "GB", ingested.usage_key)
        elif isinstance(ingested, Metered):
            yield CONVERTED.metered(
                resource,
                ingested.quantity,
                ingested.because,
                usage=ingested.usage,
            )


def _partitioned(resource: Resource, usage: Usage, s3: Any) -> Iterator[Charge]:
    partitions = field(s3, "dynamicPartitioningConfiguration")
    if partitions is None:
        return
    enabled = known_flag(field(partitions, "enabled"), "dynamic partitioning")
    if isinstance(enabled, Gap):
        yield PARTITIONED.gap(resource, enabled.reason)
    elif enabled:
        yield PARTITIONED.charge(resource, usage)
        yield OBJECTS.charge(resource, usage)
        if _processors(s3, "MetadataExtraction"):
            yield JQ_HOURS.charge(resource, usage)


def _unknown_processors(s3: Any) -> bool:
    """Whether it is not known what works on the records."""
    said = field(field(s3, "processingConfiguration"), "processors")
    kinds = [item.get("type") for item in blocks(said)]
    return holds_unknown(said) or UNKNOWN in kinds


def _processors(s3: Any, kind: str) -> bool:
    """Whether a processor of that kind works on the records."""
    said = block(field(s3, "processingConfiguration")).get("processors")
    return any(item.get("type") == kind for item in blocks(said))


def _into_vpc(
    resource: Resource, usage: Usage, circumstances: Circumstances, name: str
) -> Iterator[Charge]:
    """An hour for each zone of the VPC, which has a subnet each, and the GB."""
    vpc = field(resource.input(name), "vpcConfig")
    if vpc is None:
        return
    if vpc is UNKNOWN:
        yield VPC_HOURS.gap(resource, unknown(f"{name}.vpcConfig").reason)
        return
    if not block(vpc):
        return
    subnets = known_length(field(vpc, "subnetIds"), f"{name}.vpcConfig.subnetIds")
    if isinstance(subnets, Gap):
        yield VPC_HOURS.gap(resource, subnets.reason)
    else:
        yield VPC_HOURS.all_month(
            resource,
            circumstances,
            count=subnets,
            because=f"{subnets:f} subnets, a zone each",
        )
    yield VPC_DATA.charge(resource, usage)


TYPES = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Type(
        billed=(
            "A delivery stream is billed by the GB that it takes in, and by the GB that "
            "it converts, partitions or delivers into a VPC."
        ),
        source=SOURCE,
        meters=(CONVERTED, VPC_HOURS),
        uses=(INGESTED, RECORD_SIZE, PARTITIONED, OBJECTS, JQ_HOURS, VPC_DATA),
        rule=delivery_stream,
        terraform="aws_kinesis_firehose_delivery_stream",
        notes="Functions that change records are charged by Lambda.",
        not_modelled="logs that AWS services send directly, which have a rate of their own",
    )
}
