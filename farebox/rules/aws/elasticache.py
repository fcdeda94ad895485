"""Amazon ElastiCache: clusters and replication groups, by the hour of each node.

Serverless caches are in `elasticache_serverless`.
Source: https://aws.amazon.com/elasticache/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.aws.db_support import extended
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import unknown
from farebox.rules.machines.uses import RESERVED_TERM
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import amount, blocks, text, values_of

SOURCE = "https://aws.amazon.com/elasticache/pricing/"
SERVICE = "AmazonElastiCache"
GROUPS = frozenset(("aws:elasticache/replicationGroup:ReplicationGroup",))
GLOBAL_GROUPS = frozenset(
    ("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",)
)

OPERATIONS = {
    "memcached": "CreateCacheCluster:0001",
    "redis": "CreateCacheCluster:0002",
    "valkey": "CreateCacheCluster:Valkey",
}
"""Engine to the operation of its nodes' hours.

Sources: the operations of the price list, 2022-09-29; Valkey's in the offer of 2025-06-24.
"""

NODES = Meter(
    service=SERVICE,
    usage_type="NodeUsage:{TYPE}",
    operation="{OPERATION}",
    unit="Hrs",
    says="{TYPE} nodes of {ENGINE}",
    per="hour",
)
EXTENDED = Meter(
    service=SERVICE,
    usage_type="ExtendedSupport{YEARS}-NodeUsage:{TYPE}",
    unit="Hrs",
    says="extended support of {TYPE} nodes",
)
DURABLE = Meter(
    service=SERVICE,
    usage_type="SyncDurability-NodeUsage:{TYPE}",
    unit="Hrs",
    says="synchronous durability of {TYPE} nodes",
)
SNAPSHOTS = Use(
    key="snapshot_storage_size_gb",
    service=SERVICE,
    usage_type="ElastiCache:BackupUsage",
    operation="CreateCacheSnapshot",
    unit="GB-Mo",
    says="snapshots beyond the free one",
)


class Nodes(Struct, frozen=True):
    """What a cluster or a group runs: its engine, its type of node, its version."""

    engine: str | Unknown | None
    kind: str | Unknown | None
    version: object
    status: UsageStatus = "given"


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for each hour of each node; one of a group is the group's.

    Source: https://aws.amazon.com/elasticache/pricing/
    """
    graph = circumstances.graph
    value = resource.input("replicationGroupId")
    nodes = _nodes_of(resource, graph)
    if value is not None:
        found = graph.references(resource, "replicationGroupId", value, GROUPS)
        if len(found) == 1:
            nodes = _nodes_of(found[0], graph)
    count = amount(resource, resource.input("numCacheNodes"), "nodes of")
    if count is None:
        # A member of a group is one node; how many a cluster has AWS chooses.
        count = Decimal(1)
        nodes = nodes if value is not None else replace(nodes, status="assumed")
    yield from _charges(resource, circumstances, nodes, count)
    yield from _snapshots(resource, usage)


def group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A replication group is billed for each hour of each node of its shards.

    Source: https://aws.amazon.com/elasticache/pricing/
    """
    nodes = _nodes_of(resource, circumstances.graph)
    count = nodes_of_group(resource)
    if isinstance(count, Decimal) and not _is_counted(resource):
        nodes = replace(nodes, status="assumed")
    yield from _charges(resource, circumstances, nodes, count)
    yield from _durability(resource, circumstances, count)
    yield from _snapshots(resource, usage)


def nodes_of_group(resource: Resource) -> Decimal | Unknown:
    """Nodes of a group: shards with their replicas, or the clusters that it names.

    What the program counts in goes before what AWS answered in the other way.
    """
    shards = amount(resource, resource.input("numNodeGroups"), "node groups of")
    replicas = amount(resource, resource.input("replicasPerNodeGroup"), "replicas of")
    clusters = amount(resource, resource.input("numCacheClusters"), "clusters of")
    ways = ("numNodeGroups", "replicasPerNodeGroup")
    by_shard = any(resource.asked(name) is not None for name in ways)
    if clusters is not None and not by_shard:
        return clusters
    value = resource.input("nodeGroupConfigurations")
    groups = blocks(value)
    if UNKNOWN in values_of(value) and not by_shard:
        return UNKNOWN
    if groups and not by_shard:
        total = Decimal(0)
        for one in groups:
            count = amount(resource, one.get("replicaCount"), "replicas of")
            if isinstance(count, Unknown):
                return UNKNOWN
            total += 1 + (count or Decimal(0))
        return total
    if isinstance(shards, Unknown) or isinstance(replicas, Unknown):
        return UNKNOWN
    return (Decimal(1) if shards is None else shards) * (1 + (replicas or Decimal(0)))


def _is_counted(resource: Resource) -> bool:
    """Whether the program, or AWS's answer, says how many nodes a group has."""
    groups = blocks(resource.input("nodeGroupConfigurations"))
    ways = ("numNodeGroups", "replicasPerNodeGroup")
    return (
        resource.input("numCacheClusters") is not None
        or all(resource.input(name) is not None for name in ways)
        or (bool(groups) and all(one.get("replicaCount") is not None for one in groups))
    )


def _nodes_of(resource: Resource, graph: ResourceGraph) -> Nodes:
    """Engine, type and version; of a group in a global one the first group's."""
    source = resource
    value = resource.input("globalReplicationGroupId")
    if value not in (None, ""):
        whole = graph.references(
            resource, "globalReplicationGroupId", value, GLOBAL_GROUPS
        )
        found = [
            item
            for one in whole
            for item in graph.references(
                one,
                "primaryReplicationGroupId",
                one.input("primaryReplicationGroupId"),
                GROUPS,
            )
        ]
        source = found[0] if len(found) == 1 else resource
    engine = text(resource.input("engine")) or text(source.input("engine"))
    return Nodes(
        engine if engine is not None else "redis",
        text(resource.input("nodeType")) or text(source.input("nodeType")),
        resource.input("engineVersion") or source.input("engineVersion"),
        "given" if engine is not None else "assumed",
    )


def _charges(
    resource: Resource,
    circumstances: Circumstances,
    nodes: Nodes,
    count: Decimal | Unknown,
) -> Iterator[Charge]:
    engine, kind = nodes.engine, nodes.kind
    if not isinstance(engine, str) or not isinstance(kind, str):
        what = "type of node" if isinstance(engine, str) else "engine"
        yield Gap("unknown-input", f"its {what} is not known before deployment")
        return
    operation = OPERATIONS.get(engine)
    if operation is None:
        yield Gap("no-price", f"Farebox knows no list that has nodes of {engine}")
        return
    if isinstance(count, Unknown):
        reason = "how many nodes it has is not known before deployment"
        yield NODES.gap(resource, reason, TYPE=kind, OPERATION=operation, ENGINE=engine)
        return
    yield NODES.metered(
        resource,
        count * circumstances.hours_per_month,
        f"{count:f} node{'s' if count != 1 else ''} all month",
        usage=nodes.status,
        TYPE=kind,
        OPERATION=operation,
        ENGINE=engine,
    )
    if engine == "redis":
        yield from _support(resource, circumstances, nodes.version, kind, count)


def _support(
    resource: Resource,
    circumstances: Circumstances,
    version: object,
    kind: str,
    count: Decimal,
) -> Iterator[Charge]:
    """Extended support of Redis OSS: a fee on each node's hour, by its type."""
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
        return
    found = extended("redis", str(version), circumstances.on)
    if found is not None:
        yield EXTENDED.metered(
            resource,
            count * circumstances.hours_per_month,
            f"standard support of {version} is over; {count:f} nodes",
            TYPE=kind,
            YEARS="Yr3" if found.is_dearer else "Yr1_Yr2",
        )


def _durability(
    resource: Resource, circumstances: Circumstances, count: Decimal | Unknown
) -> Iterator[Charge]:
    """Synchronous durability of a group of Valkey, a fee on each node's hour."""
    mode, kind = text(resource.input("durability")), text(resource.input("nodeType"))
    if mode is UNKNOWN:
        yield unknown("durability")
    elif mode == "sync" and isinstance(kind, str) and isinstance(count, Decimal):
        yield DURABLE.metered(
            resource,
            count * circumstances.hours_per_month,
            f"{count:f} nodes write synchronously all month",
            TYPE=kind,
        )


def _snapshots(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The first snapshot is free; more are kept where they are kept for days."""
    days = amount(resource, resource.input("snapshotRetentionLimit"), "a retention of")
    if isinstance(days, Unknown) or (days is not None and days > 1):
        yield SNAPSHOTS.charge(resource, usage)
    else:
        yield from SNAPSHOTS.where_given(resource, usage)


TYPES = {
    "aws:elasticache/cluster:Cluster": Type(
        billed="A cluster is billed for each hour of each node, by its engine.",
        source=SOURCE,
        meters=(NODES, EXTENDED),
        uses=(SNAPSHOTS, *RESERVED_TERM),
        rule=cluster,
        terraform="aws_elasticache_cluster",
        not_modelled="traffic between zones",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Type(
        billed="A replication group is billed for each hour of each node of its shards.",
        source=SOURCE,
        meters=(NODES, EXTENDED, DURABLE),
        uses=(SNAPSHOTS, *RESERVED_TERM),
        rule=group,
        terraform="aws_elasticache_replication_group",
        notes=(
            "`numNodeGroups` x (1 + `replicasPerNodeGroup`) nodes, or "
            "`numCacheClusters`. No engine means Redis OSS, marked assumed. A group of a "
            "global one has the first group's engine and type of node."
        ),
        not_modelled="traffic between zones and regions",
    ),
}

FREE = free(
    "elasticache",
    {
        "a setting of caches; their nodes are charged": (
            "ParameterGroup SubnetGroup User UserGroup UserGroupAssociation"
        ),
        "the groups in it are charged, and what goes between regions as transfer": (
            "GlobalReplicationGroup"
        ),
    },
)

UNPRICED = unpriced(
    "elasticache",
    {
        "a reservation is paid by its offering, whose terms only AWS can tell by its id": (
            "ReservedCacheNode"
        )
    },
)
