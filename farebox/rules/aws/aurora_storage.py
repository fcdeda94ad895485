"""What an Aurora cluster stores: data, requests, backups, backtrack, exports, copies.

Source: https://aws.amazon.com/rds/aurora/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph, Unknown
from farebox.rules.aws.rds_sources import told
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import GIB, Key, Meter, Metric, Use
from farebox.rules.shapes import amount, text

SERVICE = "AmazonRDS"
SECONDS_PER_HOUR = Decimal(3600)

STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="Aurora:StorageUsage",
    unit="GB-Mo",
    says="data of the cluster",
    metrics=(
        Metric(
            namespace="AWS/RDS",
            names=("VolumeBytesUsed",),
            dimensions={"DBClusterIdentifier": "clusterIdentifier"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
STORED_OPTIMIZED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="Aurora:IO-OptimizedStorageUsage",
    unit="GB-Mo",
    says="data of the cluster, I/O-Optimized",
    metrics=(
        Metric(
            namespace="AWS/RDS",
            names=("VolumeBytesUsed",),
            dimensions={"DBClusterIdentifier": "clusterIdentifier"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
REQUESTS = Meter(
    service=SERVICE,
    usage_type="Aurora:StorageIOUsage",
    unit="IOs",
    says="requests to the storage",
)
READS = Key(
    key="read_requests_per_sec",
    says="reads from storage",
    unit="per second",
    metrics=(
        Metric(
            namespace="AWS/RDS",
            names=("VolumeReadIOPs",),
            dimensions={"DBClusterIdentifier": "clusterIdentifier"},
            counts="rate",
        ),
    ),
)
WRITES = Key(
    key="write_requests_per_sec",
    says="writes to storage",
    unit="per second",
    metrics=(
        Metric(
            namespace="AWS/RDS",
            names=("VolumeWriteIOPs",),
            dimensions={"DBClusterIdentifier": "clusterIdentifier"},
            counts="rate",
        ),
    ),
)
DAILY_BACKUP = Key(
    key="backup_snapshot_size_gb", says="size of one day's backup", unit="GB"
)
BACKUPS = Meter(
    service=SERVICE,
    usage_type="Aurora:BackupUsage",
    unit="GB-Mo",
    says="backups beyond the first day",
)
STATEMENTS = Key(
    key="average_statements_per_hr", says="statements that change data", unit="per hour"
)
RECORDS = Key(
    key="change_records_per_statement",
    says="change records that a statement writes",
    unit="records",
)
WINDOW = Key(
    key="backtrack_window_hrs",
    says="hours that backtrack goes back; the cluster's own where none is given",
    unit="hours",
)
BACKTRACK = Meter(
    service=SERVICE,
    usage_type="Aurora:BacktrackUsage",
    unit="CR-Hr",
    says="change records kept for backtrack",
)
EXPORT = Use(
    key="snapshot_export_size_gb",
    service=SERVICE,
    usage_type="Aurora:SnapshotExportToS3",
    unit="GB",
    says="snapshots written to S3",
    optional=True,
)
REPLICATED = Use(
    key="monthly_replicated_write",
    service=SERVICE,
    usage_type="Aurora:ReplicatedWriteIO",
    unit="IOs",
    says="writes that the global database replicates",
)

METERS = (REQUESTS, BACKUPS, BACKTRACK)
USES = (
    STORED,
    READS,
    WRITES,
    DAILY_BACKUP,
    STATEMENTS,
    RECORDS,
    WINDOW,
    EXPORT,
    REPLICATED,
)


OPTIMIZED = "aurora-iopt1"


def is_optimized(resource: Resource, graph: ResourceGraph) -> bool | Gap:
    """Whether a cluster is I/O-Optimized, which changes every rate of it."""
    kind = text(told(resource, graph, "storageType"))
    if isinstance(kind, Unknown):
        return Gap("unknown-input", "its storage type is not known before deployment")
    return kind == OPTIMIZED


def cluster_storage(
    resource: Resource, usage: Usage, circumstances: Circumstances, optimized: bool
) -> Iterator[Charge]:
    """Data by the GB-month; each request too, unless the cluster is I/O-Optimized."""
    yield (STORED_OPTIMIZED if optimized else STORED).charge(resource, usage)
    if not optimized:
        yield _requests(resource, usage, circumstances)
    yield from _backups(resource, usage)
    yield from _backtrack(resource, usage, circumstances)
    yield from EXPORT.where_given(resource, usage)
    if resource.input("globalClusterIdentifier") in (None, ""):
        yield from REPLICATED.where_given(resource, usage)
    else:
        yield REPLICATED.charge(resource, usage)


def _requests(resource: Resource, usage: Usage, circumstances: Circumstances) -> Charge:
    reads, writes = READS.given(usage), WRITES.given(usage)
    given = [one for one in (reads, writes) if one is not None]
    if not given:
        reason = (
            f"{REQUESTS.says}: the cost depends on use, and no {WRITES.key} is given"
        )
        key = REQUESTS.price_key(resource)
        return Gap("no-usage", reason, key, REQUESTS.unit, WRITES.key)
    rate = sum((one.quantity for one in given), Decimal(0))
    month = circumstances.hours_per_month * SECONDS_PER_HOUR
    because = f"{rate:f} a second, all month"
    return REQUESTS.metered(resource, rate * month, because, usage=given[0].status)


def _backups(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The first day's backup is free, for it is as large as the cluster."""
    days = amount(resource, resource.input("backupRetentionPeriod"), "a retention of")
    if days is None or days == 1 or days == 0:
        return
    size = DAILY_BACKUP.given(usage)
    if isinstance(days, Unknown):
        yield BACKUPS.gap(resource, "how long backups are kept is not known")
    elif size is None:
        reason = f"{BACKUPS.says}: no {DAILY_BACKUP.key} is given"
        key = BACKUPS.price_key(resource)
        yield Gap("no-usage", reason, key, BACKUPS.unit, DAILY_BACKUP.key)
    else:
        because = f"{days - 1:f} days of {size.quantity:f} GB"
        quantity = size.quantity * (days - 1)
        yield BACKUPS.metered(resource, quantity, because, usage=size.status)


def _backtrack(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Change records by the hour that they are kept, where the cluster keeps any."""
    seconds = amount(resource, resource.input("backtrackWindow"), "a window of")
    given = WINDOW.given(usage)
    if given is not None:
        hours = given.quantity
    elif isinstance(seconds, Unknown):
        yield BACKTRACK.gap(resource, "how far backtrack goes is not known")
        return
    else:
        hours = (seconds or Decimal(0)) / SECONDS_PER_HOUR
    if not hours:
        return
    statements, records = STATEMENTS.given(usage), RECORDS.given(usage)
    if statements is None or records is None:
        missing = STATEMENTS if statements is None else RECORDS
        reason = f"{BACKTRACK.says}: no {missing.key} is given"
        key = BACKTRACK.price_key(resource)
        yield Gap("no-usage", reason, key, BACKTRACK.unit, missing.key)
        return
    kept = statements.quantity * records.quantity * hours
    yield BACKTRACK.metered(
        resource,
        kept * circumstances.hours_per_month,
        f"{kept:f} change records kept at any time",
        usage=statements.status,
    )
