"""Amazon MemoryDB: clusters by the hour of each node, and what is written to them.

Source: https://aws.amazon.com/memorydb/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, by_program
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import amount, text

SOURCE = "https://aws.amazon.com/memorydb/pricing/"
SERVICE = "AmazonMemoryDB"

OPERATIONS = {"redis": "CreateCluster", "valkey": "CreateCluster:Valkey"}
"""Engine to its operation; Valkey's as ElastiCache has it, for no list of it was seen."""

NODES = Meter(
    service=SERVICE,
    usage_type="NodeUsage:{TYPE}",
    operation="{OPERATION}",
    unit="Hrs",
    says="{TYPE} nodes of {ENGINE}",
    per="hour",
)
WRITTEN = Use(
    key="monthly_data_written_gb",
    service=SERVICE,
    usage_type="DataWritten",
    operation="{OPERATION}",
    unit="GB",
    says="data written",
)
SNAPSHOTS = Use(
    key="snapshot_storage_size_gb",
    service=SERVICE,
    usage_type="SnapshotUsage",
    operation="CreateSnapshot",
    unit="GB-Mo",
    says="snapshots beyond the free one",
)


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for each hour of each node, and for the GB written.

    Source: https://aws.amazon.com/memorydb/pricing/
    """
    engine = text(resource.input("engine"))
    kind = text(resource.input("nodeType"))
    if isinstance(engine, Unknown) or not isinstance(kind, str):
        what = "engine" if isinstance(engine, Unknown) else "type of node"
        yield Gap("unknown-input", f"its {what} is not known before deployment")
        return
    name = engine or "redis"
    operation = OPERATIONS.get(name)
    if operation is None:
        yield Gap("no-price", f"Farebox knows no list that has nodes of {name}")
        return
    shards = amount(resource, resource.input("numShards"), "shards of")
    replicas = amount(resource, resource.input("numReplicasPerShard"), "replicas of")
    if isinstance(shards, Unknown) or isinstance(replicas, Unknown):
        reason = "how many nodes it has is not known before deployment"
        yield NODES.gap(resource, reason, TYPE=kind, OPERATION=operation, ENGINE=name)
    else:
        # One shard and one replica are AWS's defaults (API_CreateCluster).
        count = (Decimal(1) if shards is None else shards) * (
            1 + (Decimal(1) if replicas is None else replicas)
        )
        yield NODES.metered(
            resource,
            count * circumstances.hours_per_month,
            f"{count:f} nodes all month",
            usage=by_program(engine, shards, replicas),
            TYPE=kind,
            OPERATION=operation,
            ENGINE=name,
        )
    yield WRITTEN.charge(resource, usage, OPERATION=operation)
    days = amount(resource, resource.input("snapshotRetentionLimit"), "a retention of")
    if isinstance(days, Unknown) or (days is not None and days > 1):
        yield SNAPSHOTS.charge(resource, usage)
    else:
        yield from SNAPSHOTS.where_given(resource, usage)


TYPES = {
    "aws:memorydb/cluster:Cluster": Type(
        billed="A cluster is billed for each hour of each node, and for the GB written.",
        source=SOURCE,
        meters=(NODES,),
        uses=(WRITTEN, SNAPSHOTS),
        rule=cluster,
        terraform="aws_memorydb_cluster",
        notes=(
            "`numShards` x (1 + `numReplicasPerShard`) nodes, one of each where they are "
            "not given. No engine means Redis OSS, marked assumed. A day's snapshot is free."
        ),
        not_modelled="traffic between regions",
    ),
    "aws:memorydb/snapshot:Snapshot": Type(
        billed="A snapshot is billed by the GB-month.",
        source=SOURCE,
        uses=(SNAPSHOTS,),
        terraform="aws_memorydb_snapshot",
    ),
}

FREE = free(
    "memorydb",
    {
        "a setting of clusters; their nodes are charged": (
            "Acl ParameterGroup SubnetGroup User"
        )
    },
)

UNPRICED = unpriced(
    "memorydb",
    {
        "its clusters are charged, and each GB that is copied to another region": (
            "MultiRegionCluster"
        )
    },
)
