"""Amazon DocumentDB: clusters, their instances, snapshots and elastic clusters.

Source: https://aws.amazon.com/documentdb/pricing/
"""

from collections.abc import Iterator
from functools import partial

from farebox.bill.usage import Usage
from farebox.graph import Resource, Unknown
from farebox.rules.aws.cluster_databases import (
    Family,
    cluster_charges,
    cluster_of,
    instance_charges,
)
from farebox.rules.aws.db_support import extended
from farebox.rules.aws.managed_secrets import SECRET, managed_secret
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/documentdb/pricing/"
SERVICE = "AmazonDocDB"
OPERATION = "CreateDBInstance:0023"
CLUSTER = "aws:docdb/cluster:Cluster"

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
        namespace="AWS/DocDB",
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
    cluster_type=CLUSTER,
    copied_by="global cluster",
    stored=_use(
        key="storage_gb",
        usage_type="StorageUsage",
        unit="GB-Mo",
        says="data of the cluster",
        metrics=STORED,
    ),
    stored_optimized=_use(
        key="storage_gb",
        usage_type="IO-OptimizedStorageUsage",
        unit="GB-Mo",
        says="data of the cluster, I/O-Optimized",
        metrics=STORED,
    ),
    serverless=_meter(
        usage_type="DocumentDB:ServerlessUsage",
        operation=OPERATION,
        unit="DCU-Hr",
        says="serverless capacity",
    ),
    serverless_optimized=_meter(
        usage_type="DocumentDB:ServerlessIOOptimizedUsage",
        operation=OPERATION,
        unit="DCU-Hr",
        says="serverless capacity, I/O-Optimized",
    ),
)


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for what it stores, for requests to it, and for backups."""
    yield from cluster_charges(FAMILY, resource, usage, circumstances)
    yield from managed_secret(resource, circumstances, "manageMasterUserPassword")


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed by the hour of its class, and more in extended support.

    Source: https://aws.amazon.com/documentdb/pricing/
    """
    yield from instance_charges(FAMILY, resource, usage, circumstances)
    owner = cluster_of(FAMILY, resource, circumstances.graph)
    version = owner.input("engineVersion") if owner else None
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
    elif extended("docdb", str(version), circumstances.on) is not None:
        yield Gap(
            "no-price",
            f"standard support of {version} is over: extended support is charged by the "
            "vCPU and hour, and Farebox knows no price for it",
        )


TYPES = {
    CLUSTER: Type(
        billed="A cluster is billed for what it stores, requests to it, and backups.",
        source=SOURCE,
        meters=(*FAMILY.cluster_meters, SECRET),
        uses=FAMILY.cluster_uses,
        rule=cluster,
        terraform="aws_docdb_cluster",
        notes=(
            "`read_requests_per_sec` and `write_requests_per_sec` go on all month; an "
            "I/O-Optimized cluster pays more for data and instances, and for no requests."
        ),
    ),
    "aws:docdb/clusterInstance:ClusterInstance": Type(
        billed="An instance is billed by the hour of its class, or by its capacity units.",
        source=SOURCE,
        meters=FAMILY.instance_meters,
        uses=FAMILY.instance_uses,
        rule=instance,
        terraform="aws_docdb_cluster_instance",
        notes=(
            "`db.serverless` runs its cluster's least capacity as a rule, marked assumed, "
            "and its most at the high end."
        ),
        not_modelled="extended support of version 3.6 (a gap)",
    ),
    "aws:docdb/clusterSnapshot:ClusterSnapshot": Type(
        billed="A snapshot is billed by the GB-month beyond the free backups.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_docdb_cluster_snapshot",
    ),
}

FREE = free(
    "docdb",
    {
        "a setting of clusters, which are charged": "ClusterParameterGroup SubnetGroup",
        "events cost nothing here; Amazon SNS charges what it delivers": (
            "EventSubscription"
        ),
        "a global cluster costs what its clusters do; they carry what it replicates": (
            "GlobalCluster"
        ),
    },
)

UNPRICED = unpriced(
    "docdb",
    {
        "an elastic cluster is charged by the vCPU of its shards, at a rate that no facts have": (
            "ElasticCluster"
        )
    },
)
