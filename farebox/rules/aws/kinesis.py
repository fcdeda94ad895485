"""Amazon Kinesis: data streams by the shard or on demand, and video streams.

Source: https://aws.amazon.com/kinesis/data-streams/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.kinesis_meters import (
    CONSUMER,
    CONSUMER_DATA,
    EXTENDED,
    LONG_TERM,
    LONG_TERM_READ,
    METRICS,
    ON_DEMAND,
    ON_DEMAND_EFO,
    ON_DEMAND_EXTENDED,
    ON_DEMAND_IN,
    ON_DEMAND_LONG_TERM,
    ON_DEMAND_OUT,
    OTHER_CONSUMERS,
    OTHER_CONSUMERS_DATA,
    PUTS,
    SHARDS,
    VIDEO_USES,
)
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_amount, known_length, known_text, unknown
from farebox.rules.service import Key, Type, free
from farebox.rules.shapes import field, text, values_of

SOURCE = "https://aws.amazon.com/kinesis/data-streams/pricing/"
VIDEO_SOURCE = "https://aws.amazon.com/kinesis/video-streams/pricing/"

STREAM_TYPES = frozenset(("aws:kinesis/stream:Stream",))
SETTINGS_TYPE = "aws:kinesis/accountSettings:AccountSettings"

RETENTION_HOURS = Decimal(24)
EXTENDED_HOURS = Decimal(168)
"""Hours that a stream keeps at no extra charge, and until which a shard-hour is charged.

Source: https://aws.amazon.com/kinesis/data-streams/pricing/
"""

SHARD_METRICS = Decimal(7)
"""Metrics that `ALL` stands for in shardLevelMetrics.

Source: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
"""


def stream(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Shards by the hour, or a stream on demand; what is written, read and kept."""
    mode = known_text(
        field(resource.input("streamModeDetails"), "streamMode"),
        "streamModeDetails.streamMode",
        "PROVISIONED",
    )
    if isinstance(mode, Gap):
        yield mode
        return
    kept = known_amount(
        resource,
        resource.input("retentionPeriod"),
        "retentionPeriod",
        RETENTION_HOURS,
    )
    if mode == "ON_DEMAND":
        yield from _on_demand(resource, usage, circumstances, kept)
    else:
        yield from _provisioned(resource, usage, circumstances, kept)


def _provisioned(
    resource: Resource, usage: Usage, circumstances: Circumstances, kept: Decimal | Gap
) -> Iterator[Charge]:
    shards = _shards(resource)
    if isinstance(shards, Gap):
        yield SHARDS.gap(resource, shards.reason)
    else:
        yield SHARDS.all_month(
            resource, circumstances, count=shards, because=f"{shards:f} shards"
        )
        yield from _metrics(resource, circumstances, shards)
    yield PUTS.charge(resource, usage)
    if isinstance(kept, Gap):
        yield EXTENDED.gap(resource, kept.reason)
    elif kept > RETENTION_HOURS:
        if isinstance(shards, Decimal):
            yield EXTENDED.all_month(
                resource,
                circumstances,
                count=shards,
                because=f"{shards:f} shards keep records for {kept:f} hours",
            )
        if kept > EXTENDED_HOURS:
            yield LONG_TERM.charge(resource, usage)
    for use in (LONG_TERM_READ, OTHER_CONSUMERS, OTHER_CONSUMERS_DATA):
        yield from use.where_given(resource, usage)


def _shards(resource: Resource) -> Decimal | Gap:
    return known_amount(resource, resource.input("shardCount"), "shardCount")


def _metrics(
    resource: Resource, circumstances: Circumstances, shards: Decimal
) -> Iterator[Charge]:
    """Enhanced monitoring: each metric of each shard is one of CloudWatch's."""
    said = resource.input("shardLevelMetrics")
    names = known_length(said, "shardLevelMetrics")
    if isinstance(names, Gap) or UNKNOWN in values_of(said):
        yield METRICS.gap(resource, unknown("shardLevelMetrics").reason)
    elif names:
        each = SHARD_METRICS if "ALL" in values_of(said) else names
        yield METRICS.all_month(
            resource,
            circumstances,
            count=shards * each,
            because=f"{shards:f} shards x {each:f} metrics",
        )


def _on_demand(
    resource: Resource, usage: Usage, circumstances: Circumstances, kept: Decimal | Gap
) -> Iterator[Charge]:
    if _has_commitment(resource, circumstances):
        yield Gap(
            "no-price",
            "on-demand Advantage, which the account's settings may turn on, has rates of "
            "its own and no charge by the stream",
        )
        return
    yield ON_DEMAND.all_month(resource, circumstances)
    yield ON_DEMAND_IN.charge(resource, usage)
    yield ON_DEMAND_OUT.charge(resource, usage)
    yield from ON_DEMAND_EFO.where_given(resource, usage)
    if isinstance(kept, Gap):
        yield ON_DEMAND_EXTENDED.gap(resource, kept.reason)
    elif kept > RETENTION_HOURS:
        yield ON_DEMAND_EXTENDED.charge(resource, usage)
        if kept > EXTENDED_HOURS:
            yield ON_DEMAND_LONG_TERM.charge(resource, usage)


def _has_commitment(resource: Resource, circumstances: Circumstances) -> bool:
    """Whether the stack may turn on-demand Advantage on in the stream's region."""
    return any(
        item.region == resource.region and _commitment(item) not in ("", "DISABLED")
        for item in circumstances.graph.by_type.get(SETTINGS_TYPE, ())
    )


def _commitment(settings: Resource) -> str:
    block = settings.input("minimumThroughputBillingCommitment")
    said = text(field(block, "status"))
    return "UNKNOWN" if said is UNKNOWN else str(said or "")


def account_settings(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A commitment to a least throughput is charged; without it nothing is."""
    status = _commitment(resource)
    if status == "UNKNOWN":
        yield unknown("minimumThroughputBillingCommitment.status")
    elif status == "ENABLED":
        yield Gap(
            "no-price",
            "on-demand Advantage charges at least 25 MiB/s in the region, at rates of "
            "its own",
        )
    else:
        yield NoCharge("without a commitment the settings cost nothing")


def consumer(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A consumer pays for each shard of its stream by the hour, and for what it reads."""
    value = resource.input("streamArn")
    graph = circumstances.graph
    found = graph.references(resource, "streamArn", value, STREAM_TYPES)
    if len(found) != 1:
        yield CONSUMER.gap(
            resource, "the stream of the consumer, and so its shards, is not known"
        )
        return
    mode = known_text(
        field(found[0].input("streamModeDetails"), "streamMode"),
        "the mode of its stream",
        "PROVISIONED",
    )
    if isinstance(mode, Gap):
        yield mode
        return
    if mode == "ON_DEMAND":
        yield CONSUMER_DATA.charge(
            resource,
            usage,
            kind="OnDemand-BilledOutgoingEFOBytes",
            operation="OnDemandEFODataRetrieval",
        )
        return
    shards = _shards(found[0])
    if isinstance(shards, Gap):
        yield CONSUMER.gap(resource, f"its stream's {shards.reason}")
    else:
        because = f"{shards:f} shards of {found[0].name}"
        yield CONSUMER.all_month(resource, circumstances, count=shards, because=because)
    yield CONSUMER_DATA.charge(
        resource, usage, kind="ReadBytes", operation="EnhancedFanoutDataRetrieval"
    )


TYPES = {
    "aws:kinesis/stream:Stream": Type(
        billed=(
            "A stream is billed by the shard-hour and the 25 KB that are put, or on "
            "demand by the hour and the GB; what it keeps over 24 hours costs more."
        ),
        source=SOURCE,
        meters=(SHARDS, EXTENDED, ON_DEMAND, METRICS),
        uses=(
            Key(
                key="monthly_provisioned_extended_retention_gb",
                says="records kept from one to seven days",
                unused="a shard's retention is charged by the hour, whatever it keeps",
            ),
            PUTS,
            LONG_TERM,
            LONG_TERM_READ,
            OTHER_CONSUMERS,
            OTHER_CONSUMERS_DATA,
            ON_DEMAND_IN,
            ON_DEMAND_OUT,
            ON_DEMAND_EFO,
            ON_DEMAND_EXTENDED,
            ON_DEMAND_LONG_TERM,
        ),
        rule=stream,
        terraform="aws_kinesis_stream",
        notes=(
            "A record of 35 KB is two PUT payload units. Consumers of the stack with "
            "enhanced fan-out are charged by themselves."
        ),
    ),
    "aws:kinesis/streamConsumer:StreamConsumer": Type(
        billed=(
            "A consumer with enhanced fan-out is billed for each shard-hour of its "
            "stream and by the GB that it reads; on demand by the GB alone."
        ),
        source=SOURCE,
        meters=(CONSUMER,),
        uses=(CONSUMER_DATA,),
        rule=consumer,
        terraform="aws_kinesis_stream_consumer",
    ),
    SETTINGS_TYPE: Type(
        billed="A commitment to a least throughput is charged; the settings are not.",
        source=SOURCE,
        rule=account_settings,
    ),
    "aws:kinesis/videoStream:VideoStream": Type(
        billed="A video stream is billed by the GB that is written, read and kept.",
        source=VIDEO_SOURCE,
        uses=VIDEO_USES,
        terraform="aws_kinesis_video_stream",
        not_modelled="signalling and TURN of WebRTC, images taken from the video",
    ),
}

FREE = free("kinesis", {"a right of a stream, which is charged": "ResourcePolicy"})
