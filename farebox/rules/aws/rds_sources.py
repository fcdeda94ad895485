"""What a database takes over from another: a replica's source, a restored snapshot's.

An input that the program leaves out is then the source's, where the stack has it.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
"""

from typing import Any

from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.rules.shapes import field

INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCES = frozenset((INSTANCE,))
CLUSTERS = frozenset((CLUSTER,))
SNAPSHOTS = {
    "aws:rds/snapshot:Snapshot": "dbInstanceIdentifier",
    "aws:rds/clusterSnapshot:ClusterSnapshot": "dbClusterIdentifier",
}
"""Type of a snapshot to the input that names what it was taken of."""

RESTORED = {
    INSTANCE: "sourceDbInstanceIdentifier",
    CLUSTER: "sourceClusterIdentifier",
}
"""Type to the field of `restoreToPointInTime` that names its source."""

REPLICATED = {
    INSTANCE: "replicateSourceDb",
    CLUSTER: "replicationSourceIdentifier",
}


def told(
    resource: Resource,
    graph: ResourceGraph,
    name: str,
    seen: tuple[str, ...] = (),
) -> Any:
    """An input of a database, or its source's where it has none of its own.

    None where neither says it; UNKNOWN where the source is not in the stack, or is
    one of several that differ.
    """
    value = resource.input(name)
    if value is not None:
        return value
    found = _sources(resource, graph)
    if found is None:
        return None
    values = [
        told(item, graph, name, (*seen, item.urn))
        for item in found
        if item.urn not in seen
    ]
    if not values or any(value != values[0] for value in values):
        return UNKNOWN
    return values[0]


def is_replica(resource: Resource) -> bool:
    """Whether it follows another database, all of whose facts it has by default."""
    return resource.input(REPLICATED[resource.type]) not in (None, "")


def _sources(resource: Resource, graph: ResourceGraph) -> tuple[Resource, ...] | None:
    """What a database is made from, None for one that is made empty."""
    types = frozenset((resource.type,))
    name = REPLICATED[resource.type]
    value = resource.input(name)
    if value not in (None, ""):
        return graph.references(resource, name, value, types)
    value = resource.input("snapshotIdentifier")
    if value not in (None, ""):
        snapshots = graph.references(resource, "snapshotIdentifier", value, SNAPSHOTS)
        return tuple(
            item
            for snapshot in snapshots
            for item in graph.references(
                snapshot,
                SNAPSHOTS[snapshot.type],
                snapshot.input(SNAPSHOTS[snapshot.type]),
                types,
            )
        )
    value = resource.input("restoreToPointInTime")
    if value is None:
        return None
    name = RESTORED[resource.type]
    source = field(value, name)
    return graph.references(resource, "restoreToPointInTime", source, types)
