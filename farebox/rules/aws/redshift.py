"""Amazon Redshift: clusters by the hour of each node, with what they store and scan.

Serverless workgroups are in `redshiftserverless`.
Source: https://aws.amazon.com/redshift/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import USED as PUBLIC_ADDRESS
from farebox.rules.aws.managed_secrets import SECRET, managed_secret
from farebox.rules.aws.rds import public_address
from farebox.rules.charges import Charge, Circumstances, Gap, by_program
from farebox.rules.service import Meter, Type, Use, free, unpriced
from farebox.rules.shapes import amount, text

SOURCE = "https://aws.amazon.com/redshift/pricing/"
SERVICE = "AmazonRedshift"

NODES = Meter(
    service=SERVICE,
    usage_type="Node:{TYPE}",
    operation="RunComputeNode:0001",
    unit="Hrs",
    says="{TYPE} nodes",
    per="hour",
)
STORED = Use(
    key="managed_storage_gb",
    service=SERVICE,
    usage_type="RMS:{TYPE}",
    unit="GB-Mo",
    says="managed storage",
)
BURSTS = Use(
    key="excess_concurrency_scaling_secs",
    service=SERVICE,
    usage_type="CS:{TYPE}",
    unit="seconds",
    says="concurrency scaling beyond the free hour a day",
    optional=True,
)
SCANNED = Use(
    key="spectrum_data_scanned_tb",
    service=SERVICE,
    usage_type="DataScanned",
    unit="TB",
    says="data that Spectrum scans",
    optional=True,
)
SNAPSHOTS = Use(
    key="backup_storage_gb",
    service=SERVICE,
    usage_type="Redshift:PaidSnapshots",
    unit="GB-Mo",
    says="snapshots taken by hand",
    optional=True,
)
SNAPSHOT = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="Redshift:PaidSnapshots",
    unit="GB-Mo",
    says="what the snapshot stores",
)

MANAGED = ("ra3.", "rg.")
"""How types begin whose data is in managed storage, charged by itself."""


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed for each hour of each node, twice over in two zones.

    Source: https://aws.amazon.com/redshift/pricing/
    """
    kind = text(resource.input("nodeType"))
    count = amount(resource, resource.input("numberOfNodes"), "nodes of")
    zones = flag(resource.input("multiAz"))
    if not isinstance(kind, str):
        yield Gap("unknown-input", "its node type is not known before deployment")
        return
    nodes = Decimal(1) if count is None else count
    if not isinstance(nodes, Decimal) or zones is UNKNOWN:
        reason = "how many nodes it has is not known before deployment"
        yield NODES.gap(resource, reason, TYPE=kind)
    else:
        nodes = nodes * 2 if zones else nodes
        because = f"{nodes:f} node{'s' if nodes != 1 else ''} all month"
        yield NODES.metered(
            resource,
            nodes * circumstances.hours_per_month,
            because,
            usage=by_program(count),
            TYPE=kind,
        )
        if BURSTS.given(usage) is not None:
            yield BURSTS.charge(resource, usage, factor=nodes, TYPE=kind)
    if kind.startswith(MANAGED):
        yield STORED.charge(resource, usage, TYPE=kind)
    yield from SCANNED.where_given(resource, usage)
    yield from SNAPSHOTS.where_given(resource, usage)
    yield from managed_secret(resource, circumstances, "manageMasterPassword")
    if resource.input("elasticIp") in (None, ""):
        month = circumstances.hours_per_month
        yield from public_address(resource, circumstances, month)


TYPES = {
    "aws:redshift/cluster:Cluster": Type(
        billed=(
            "A cluster is billed for each hour of each node; RA3 and RG for what they "
            "store, too."
        ),
        source=SOURCE,
        meters=(NODES, PUBLIC_ADDRESS, SECRET),
        uses=(STORED, BURSTS, SCANNED, SNAPSHOTS),
        rule=cluster,
        terraform="aws_redshift_cluster",
        notes=(
            "No number of nodes means one. In two zones (`multiAz`) each node runs twice. "
            "Seconds of concurrency scaling are charged for each node."
        ),
        not_modelled="clusters that are paused or resized on a schedule",
    ),
    "aws:redshift/clusterSnapshot:ClusterSnapshot": Type(
        billed="A snapshot taken by hand is billed by the GB-month.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_redshift_cluster_snapshot",
    ),
}

FREE = free(
    "redshift",
    {
        "a setting of clusters, which are charged": (
            "AuthenticationProfile ClusterIamRoles DataShareAuthorization "
            "EndpointAuthorization HsmClientCertificate HsmConfiguration IdcApplication "
            "NamespaceRegistration ParameterGroup Partner ResourcePolicy "
            "ScheduledAction SnapshotCopyGrant SnapshotSchedule "
            "SnapshotScheduleAssociation SubnetGroup UsageLimit"
        ),
        "events cost nothing here; Amazon SNS charges what it delivers": (
            "EventSubscription"
        ),
        "logs cost nothing here; S3 or CloudWatch charges what is kept": "Logging",
        "the integration has no fee; what it reads and fills is charged there": (
            "Integration"
        ),
    },
) | free(
    "redshiftdata",
    {"a statement costs nothing; what it runs on is charged": "Statement"},
)

UNPRICED = unpriced(
    "redshift",
    {
        "snapshots that are copied are stored, and charged, in the other region": (
            "SnapshotCopy"
        ),
        "data read from a share of another region is charged by the GB": (
            "DataShareConsumerAssociation"
        ),
        "what an endpoint of Redshift in another network costs stands on no page that was read": (
            "EndpointAccess"
        ),
    },
)
