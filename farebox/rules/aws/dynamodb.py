"""Amazon DynamoDB: tables on demand or provisioned, with replicas and backups.

Source: https://aws.amazon.com/dynamodb/pricing/
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.dynamodb_capacity import (
    READ,
    WRITE,
    Index,
    capacity_of,
    indexes_of,
)
from farebox.rules.aws.dynamodb_meters import (
    BACKUPS,
    CAPACITY,
    CONTINUOUS,
    IMPORTED,
    READS,
    REPLICATED,
    REPLICATED_WRITES,
    RESTORED,
    STORED,
    STREAMED,
    WRITES,
)
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
)
from farebox.rules.known import known_blocks, unknown
from farebox.rules.service import Type, free, unpriced
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/dynamodb/pricing/"
TABLE = "aws:dynamodb/table:Table"
TABLES = frozenset((TABLE,))
REPLICAS = frozenset(("aws:dynamodb/tableReplica:TableReplica",))

RESTORED_FROM = ("restoreSourceName", "restoreSourceTableArn", "restoreBackupArn")
"""Inputs that fill a table from a backup, which is charged by the GB."""

INFREQUENT = "STANDARD_INFREQUENT_ACCESS"


class Kind(Struct, frozen=True):
    """How a table is charged: by request or by capacity, which class, replicated or not.

    `infix` is what the usage types of its class begin with.
    """

    by_request: bool
    infix: str
    replicated: bool


def table(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A table is billed for requests or capacity, for what it stores, and for backups.

    A global table writes replicated units in each of its regions.
    Source: https://aws.amazon.com/dynamodb/pricing/
    """
    replicas = _replicas(resource)
    kind = kind_of(resource, circumstances, bool(replicas))
    for found in (replicas, kind):
        if isinstance(found, Gap):
            yield found
            return
    assert isinstance(replicas, dict)
    assert isinstance(kind, Kind)
    yield from throughput(resource, resource, usage, circumstances, kind)
    yield STORED.charge(resource, usage, IA=kind.infix)
    yield from backups(resource, usage)
    yield from BACKUPS.where_given(resource, usage)
    if any(resource.input(name) not in (None, "") for name in RESTORED_FROM):
        yield RESTORED.charge(resource, usage)
    else:
        yield from RESTORED.where_given(resource, usage)
    streams = flag(resource.input("streamEnabled"))
    if streams is UNKNOWN:
        yield STREAMED.gap(resource, "whether it has a stream is not known")
    elif streams and not kind.replicated:
        yield STREAMED.charge(resource, usage)
    else:
        yield from STREAMED.where_given(resource, usage)
    if resource.input("importTable") is not None:
        yield IMPORTED.charge(resource, usage)
    for region, recovery in replicas.items():
        copy = replace(resource, region=region)
        yield from throughput(copy, resource, usage, circumstances, kind)
        yield from _continuous(copy, usage, recovery)
        size = STORED.given(usage)
        if size is None:
            yield STORED.charge(copy, usage, IA=kind.infix)
            continue
        because = f"{size.quantity:f} kept in {region} too"
        yield STORED.metered(
            copy, size.quantity, because, usage=size.status, IA=kind.infix
        )


def kind_of(
    resource: Resource, circumstances: Circumstances, replicated: bool
) -> Kind | Gap:
    """How a table is charged, or why that is not known before deployment."""
    mode = text(resource.input("billingMode"))
    tables = text(resource.input("tableClass"))
    if UNKNOWN in (mode, tables):
        reason = "its billing mode or class is not known before deployment"
        return Gap("unknown-input", reason)
    others = circumstances.graph.referrers(resource, REPLICAS)
    return Kind(
        by_request=mode == "PAY_PER_REQUEST",
        infix="IA-" if tables == INFREQUENT else "",
        replicated=replicated or bool(others),
    )


def _replicas(resource: Resource) -> dict[str, Any] | Gap:
    """The other regions that a table is kept in, and whether each has backups."""
    replicas = known_blocks(resource.input("replicas"), "replicas")
    if isinstance(replicas, Gap):
        return replicas
    found: dict[str, Any] = {}
    for item in replicas:
        region = text(item.get("regionName"))
        if not isinstance(region, str):
            return unknown("replicas.regionName")
        found[region] = item.get("pointInTimeRecovery")
    return found


def throughput(
    where: Resource,
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    kind: Kind,
) -> Iterator[Charge]:
    """Reads and writes in the region of `where`, of the table that `resource` declares."""
    if kind.by_request:
        writes = REPLICATED_WRITES if kind.replicated else WRITES
        yield writes.charge(where, usage, IA=kind.infix)
        if where is resource:
            yield READS.charge(where, usage, IA=kind.infix)
        return
    indexes = indexes_of(resource)
    if isinstance(indexes, Gap):
        yield indexes
        return
    for index in indexes:
        for way in (READ, WRITE):
            yield _provisioned(where, resource, circumstances, kind, index, way)


def _provisioned(
    where: Resource,
    resource: Resource,
    circumstances: Circumstances,
    kind: Kind,
    index: Index,
    way: str,
) -> Charge:
    """Capacity by the hour; writes to an index are never at the replicated rate."""
    capacity = capacity_of(resource, circumstances.graph, index, way)
    if isinstance(capacity, Gap):
        return capacity
    units = circumstances.level.pick(capacity)
    replicated = kind.replicated and way == WRITE and not index.name
    meter = REPLICATED if replicated else CAPACITY[way]
    return meter.metered(
        where,
        units * circumstances.hours_per_month,
        f"{units:f} units all month",
        usage=capacity.status,
        IA=kind.infix,
        WHAT=f"index {index.name}" if index.name else "the table",
    )


def backups(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Continuous backups are as large as the table, where no size of theirs is given."""
    recovery = resource.input("pointInTimeRecovery")
    enabled = recovery if isinstance(recovery, bool) else field(recovery, "enabled")
    yield from _continuous(resource, usage, enabled)
    if flag(enabled) is False or flag(enabled) is None:
        yield from CONTINUOUS.where_given(resource, usage)


def _continuous(resource: Resource, usage: Usage, enabled: Any) -> Iterator[Charge]:
    """What continuous backups keep in a region, where they are on there."""
    if flag(enabled) is UNKNOWN:
        yield CONTINUOUS.gap(resource, "whether it has continuous backups is not known")
    elif flag(enabled):
        size = STORED.given(usage)
        if size is None or CONTINUOUS.given(usage) is not None:
            yield CONTINUOUS.charge(resource, usage)
        else:
            because = "as large as the table, where no size is given"
            yield CONTINUOUS.metered(
                resource, size.quantity, because, usage=size.status
            )


UNITS = (READS, WRITES, STORED, CONTINUOUS)

TYPES = {
    TABLE: Type(
        billed=(
            "A table is billed for requests or for provisioned capacity, for what it "
            "stores, and for its backups."
        ),
        source=SOURCE,
        meters=(*CAPACITY.values(), REPLICATED, REPLICATED_WRITES),
        uses=(*UNITS, BACKUPS, RESTORED, STREAMED, IMPORTED),
        rule=table,
        terraform="aws_dynamodb_table",
        notes=(
            "Capacity that a scaling target changes is a range from its least to its "
            "most. A table with replicas writes replicated units in each region, its "
            "own too, and stores its data in each; reads on demand are those of its own "
            "region. Continuous backups are as large as the table where no size is given. "
            "25 GB, 25 units each of reads and writes and 2.5 million reads of streams "
            "are free in each region of the account."
        ),
        not_modelled="reserved capacity, transfer between regions, warm throughput",
    ),
}

FREE = free(
    "dynamodb",
    {
        "a setting of a table, or one of its items; the table is charged": (
            "ResourcePolicy TableItem Tag"
        )
    },
)

UNPRICED = unpriced(
    "dynamodb",
    {
        "a global table of the version of 2017 replicates writes at a rate of its own": (
            "GlobalTable"
        ),
    },
)
