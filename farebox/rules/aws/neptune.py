"""Amazon Neptune: clusters, their instances, snapshots, and graphs for analytics.

Source: https://aws.amazon.com/neptune/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.aws.addresses import USED as PUBLIC_ADDRESS
from farebox.rules.aws.cluster_databases import (
    Family,
    cluster_charges,
    instance_charges,
)
from farebox.rules.aws.opensearch_serverless import ENDPOINT
from farebox.rules.aws.rds import public_address
from farebox.rules.charges import Charge, Circumstances, by_program
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free
from farebox.rules.shapes import amount

SOURCE = "https://aws.amazon.com/neptune/pricing/"
SERVICE = "AmazonNeptune"
OPERATION = "CreateDBInstance:0022"

_use = partial(Use, service=SERVICE)
_meter = partial(Meter, service=SERVICE)

SNAPSHOT = _use(
    key="storage_gb",
    infracost="backup_storage_gb",
    usage_type="BackupUsage",
    unit="GB-Mo",
    says="what the snapshot stores beyond the free backups",
)
STORED = (
    Metric(
        namespace="AWS/Neptune",
        names=("VolumeBytesUsed",),
        dimensions={"DBClusterIdentifier": "clusterIdentifier"},
        counts="level",
        stat="Average",
        unit=GIB,
    ),
)
FAMILY = Family.sold_as(
    SERVICE,
    OPERATION,
    cluster_type="aws:neptune/cluster:Cluster",
    copied_by="global database",
    stored=_use(
        key="storage_gb",
        usage_type="StorageUsage",
        unit="GB-Mo",
        says="data of the cluster",
        metrics=STORED,
    ),
    serverless=_meter(
        usage_type="ServerlessUsage",
        operation=OPERATION,
        unit="NCU-Hr",
        says="serverless capacity",
    ),
)
GRAPH = Meter(
    service=SERVICE,
    usage_type="MemoryOptimizedGraphUsage:{UNITS}-m-NCU",
    unit="Hrs",
    says="graph of {UNITS} units of memory",
)


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed by the hour of its class, or by its cluster's capacity."""
    yield from instance_charges(FAMILY, resource, usage, circumstances)
    month = circumstances.hours_per_month
    yield from public_address(resource, circumstances, month)


def graph(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A graph is billed by the hour of its memory, once more for each replica.

    Source: https://aws.amazon.com/neptune/pricing/ (Neptune Analytics)
    """
    units = amount(resource, resource.input("provisionedMemory"), "memory of")
    replicas = amount(resource, resource.input("replicaCount"), "replicas of")
    if not isinstance(units, Decimal) or isinstance(replicas, Unknown):
        reason = "its memory or its replicas are not known before deployment"
        yield GRAPH.gap(resource, reason, UNITS="")
        return
    # One replica is AWS's default (API_CreateGraph).
    copies = 1 + (Decimal(1) if replicas is None else replicas)
    yield GRAPH.metered(
        resource,
        copies * circumstances.hours_per_month,
        f"{copies:f} copies all month",
        usage=by_program(replicas),
        UNITS=f"{units.normalize():f}",
    )


TYPES = {
    "aws:neptune/cluster:Cluster": Type(
        billed="A cluster is billed for what it stores, requests to it, and backups.",
        source=SOURCE,
        meters=FAMILY.cluster_meters,
        uses=FAMILY.cluster_uses,
        rule=partial(cluster_charges, FAMILY),
        terraform="aws_neptune_cluster",
        notes=(
            "`read_requests_per_sec` and `write_requests_per_sec` go on all month. What "
            "an I/O-Optimized cluster stores is a gap: no list that was read names it."
        ),
    ),
    "aws:neptune/clusterInstance:ClusterInstance": Type(
        billed="An instance is billed by the hour of its class, or by its capacity units.",
        source=SOURCE,
        meters=(*FAMILY.instance_meters, PUBLIC_ADDRESS),
        uses=FAMILY.instance_uses,
        rule=instance,
        terraform="aws_neptune_cluster_instance",
    ),
    "aws:neptune/clusterSnapshot:ClusterSnapshot": Type(
        billed="A snapshot is billed by the GB-month beyond the free backups.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_neptune_cluster_snapshot",
    ),
    "aws:neptunegraph/graph:Graph": Type(
        billed="A graph is billed by the hour of its memory, once more for each replica.",
        source=SOURCE,
        meters=(GRAPH,),
        rule=graph,
        terraform="aws_neptunegraph_graph",
        not_modelled="graphs that are paused, at a tenth of the rate",
    ),
    "aws:neptunegraph/privateGraphEndpoint:PrivateGraphEndpoint": ENDPOINT,
}

FREE = free(
    "neptune",
    {
        "a setting of clusters, which are charged": (
            "ClusterEndpoint ClusterParameterGroup ParameterGroup SubnetGroup"
        ),
        "events cost nothing here; Amazon SNS charges what it delivers": (
            "EventSubscription"
        ),
        "a global database costs what its clusters do; they carry what it replicates": (
            "GlobalCluster"
        ),
    },
)
