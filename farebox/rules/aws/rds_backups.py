"""Amazon RDS: snapshots, copies of backups, and snapshots written to S3.

Source: https://aws.amazon.com/rds/pricing/
"""

from farebox.rules.service import Type, Use

SOURCE = "https://aws.amazon.com/rds/pricing/"
AURORA_SOURCE = "https://aws.amazon.com/rds/aurora/pricing/"

SNAPSHOT = Use(
    key="storage_gb",
    service="AmazonRDS",
    usage_type="RDS:ChargedBackupUsage",
    unit="GB-Mo",
    says="what the snapshot stores beyond the free backups",
)
AURORA_SNAPSHOT = Use(
    key="storage_gb",
    service="AmazonRDS",
    usage_type="Aurora:BackupUsage",
    unit="GB-Mo",
    says="what the snapshot stores beyond the free backups",
)
EXPORT = Use(
    key="snapshot_export_size_gb",
    service="AmazonRDS",
    usage_type="RDS:SnapshotExportToS3",
    unit="GB",
    says="snapshot written to S3",
)

TYPES = {
    "aws:rds/snapshot:Snapshot": Type(
        billed="A snapshot is billed by the GB-month beyond the free backups.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_db_snapshot",
    ),
    "aws:rds/snapshotCopy:SnapshotCopy": Type(
        billed="A copy is billed by the GB-month beyond the free backups of its region.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_db_snapshot_copy",
        not_modelled="what leaves the region when the copy is made",
    ),
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": Type(
        billed="Backups kept in a second region are billed by the GB-month there.",
        source=SOURCE,
        uses=(SNAPSHOT,),
        terraform="aws_db_instance_automated_backups_replication",
        not_modelled="what leaves the region when backups are copied",
    ),
    "aws:rds/exportTask:ExportTask": Type(
        billed="A snapshot that is written to S3 is billed by the GB.",
        source=SOURCE,
        uses=(EXPORT,),
        terraform="aws_rds_export_task",
    ),
    "aws:rds/clusterSnapshot:ClusterSnapshot": Type(
        billed="A snapshot of a cluster is billed by the GB-month beyond the free backups.",
        source=AURORA_SOURCE,
        uses=(AURORA_SNAPSHOT,),
        terraform="aws_db_cluster_snapshot",
        not_modelled="snapshots of Multi-AZ clusters, which are at the rate of RDS",
    ),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": Type(
        billed="A copy is billed by the GB-month beyond the free backups of its region.",
        source=AURORA_SOURCE,
        uses=(AURORA_SNAPSHOT,),
        terraform="aws_rds_cluster_snapshot_copy",
        not_modelled="what leaves the region when the copy is made",
    ),
}
