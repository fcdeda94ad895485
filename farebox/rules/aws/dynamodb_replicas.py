"""Amazon DynamoDB: replicas, indexes, exports and streams that stand by themselves.

Source: https://aws.amazon.com/dynamodb/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.dynamodb import (
    INFREQUENT,
    SOURCE,
    TABLES,
    UNITS,
    backups,
    kind_of,
    throughput,
)
from farebox.rules.aws.dynamodb_capacity import (
    READ,
    WRITE,
)
from farebox.rules.aws.dynamodb_meters import (
    CAPACITY,
    CAPTURED,
    EXPORTED,
    REPLICATED,
    REPLICATED_WRITES,
    STORED,
)
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    NoCharge,
)
from farebox.rules.service import Type
from farebox.rules.shapes import amount, block, text


def replica(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A replica is billed as its table is, at the replicated rate of writes.

    Source: https://aws.amazon.com/dynamodb/pricing/ (global tables)
    """
    value = resource.input("globalTableArn")
    found = circumstances.graph.references(resource, "globalTableArn", value, TABLES)
    if len(found) != 1:
        yield Gap("unknown-input", "its table is not in the stack")
        return
    kind = kind_of(found[0], circumstances, replicated=True)
    if isinstance(kind, Gap):
        yield kind
        return
    override = text(resource.input("tableClassOverride"))
    if isinstance(override, Unknown):
        yield Gap("unknown-input", "its class is not known before deployment")
        return
    if isinstance(override, str):
        kind = replace(kind, infix="IA-" if override == INFREQUENT else "")
    yield from throughput(resource, found[0], usage, circumstances, kind)
    yield STORED.charge(resource, usage, IA=kind.infix)
    yield from backups(resource, usage)


def index(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An index is billed for its capacity; on demand it is a part of its table's use.

    Source: https://aws.amazon.com/dynamodb/pricing/provisioned/
    """
    value = resource.input("provisionedThroughput")
    if value is UNKNOWN:
        yield Gap("unknown-input", "its capacity is not known before deployment")
        return
    given = block(value)
    if not given:
        yield NoCharge("what is read and written through it is its table's use")
        return
    name = resource.input("tableName")
    found = circumstances.graph.references(resource, "tableName", name, TABLES)
    infix = ""
    if len(found) == 1 and found[0].input("tableClass") == INFREQUENT:
        infix = "IA-"
    for way in (READ, WRITE):
        units = _units(resource, given, way)
        if isinstance(units, Unknown):
            yield Gap("unknown-input", f"its {way.lower()} capacity is not known")
            continue
        yield CAPACITY[way].metered(
            resource,
            units * circumstances.hours_per_month,
            f"{units:f} units all month",
            IA=infix,
            WHAT="the index",
        )


def _units(resource: Resource, given: dict[str, Any], way: str) -> Decimal | Unknown:
    units = amount(resource, given.get(f"{way.lower()}CapacityUnits"), "a capacity of")
    return UNKNOWN if units is None else units


def export(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A whole export is billed by the size of the table, an incremental one otherwise."""
    kind = text(resource.input("exportType"))
    if isinstance(kind, Unknown):
        yield Gap("unknown-input", "its kind is not known before deployment")
    elif kind == "INCREMENTAL_EXPORT":
        yield Gap("no-price", "an incremental export is charged by what has changed")
    else:
        yield EXPORTED.charge(resource, usage)


TYPES = {
    "aws:dynamodb/tableReplica:TableReplica": Type(
        billed="A replica is billed as its table is, at the replicated rate of writes.",
        source=SOURCE,
        meters=(*CAPACITY.values(), REPLICATED, REPLICATED_WRITES),
        uses=UNITS,
        rule=replica,
        terraform="aws_dynamodb_table_replica",
    ),
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": Type(
        billed="An index is billed for its capacity; on demand it is its table's use.",
        source=SOURCE,
        meters=tuple(CAPACITY.values()),
        rule=index,
    ),
    "aws:dynamodb/tableExport:TableExport": Type(
        billed="An export to S3 is billed by the GB of the table.",
        source=SOURCE,
        uses=(EXPORTED,),
        rule=export,
        terraform="aws_dynamodb_table_export",
    ),
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": Type(
        billed="Changes that are sent to Kinesis are billed by the unit of 1 KB.",
        source=SOURCE,
        uses=(CAPTURED,),
        terraform="aws_dynamodb_kinesis_streaming_destination",
    ),
}
