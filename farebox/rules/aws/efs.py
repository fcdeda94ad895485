"""Amazon EFS: what a file system holds by class, and the throughput beside it.

Source: https://aws.amazon.com/efs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free
from farebox.rules.shapes import amount, block, blocks, or_default, text

SOURCE = "https://aws.amazon.com/efs/pricing/"
SERVICE = "AmazonEFS"
BACKUP_POLICY = "aws:efs/backupPolicy:BackupPolicy"
GB_PER_MIBPS = Decimal(20)
"""Each GB in the Standard class brings 50 KiB/s: 20 GB (20.48 in all) bring 1 MiB/s.

AWS writes 50 KiB/s a GiB and counts 1 MiB/s for 20 GiB in its examples.
"""

STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="TimedStorage-{zone}ByteHrs",
    unit="GB-Mo",
    says="files in the Standard class",
    metrics=(
        Metric(
            namespace="AWS/EFS",
            names=("StorageBytes",),
            dimensions={"FileSystemId": "id", "StorageClass": "=Standard"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
INFREQUENT = Use(
    key="infrequent_access_storage_gb",
    service=SERVICE,
    usage_type="IATimedStorage-{zone}ByteHrs",
    unit="GB-Mo",
    says="files in the Infrequent Access class",
    metrics=(
        Metric(
            namespace="AWS/EFS",
            names=("StorageBytes",),
            dimensions={"FileSystemId": "id", "StorageClass": "=IA"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
ARCHIVED = Use(
    key="archive_storage_gb",
    service=SERVICE,
    usage_type="ArchiveTimedStorage-ET-ByteHrs",
    unit="GB-Mo",
    says="files in the Archive class",
    metrics=(
        Metric(
            namespace="AWS/EFS",
            names=("StorageBytes",),
            dimensions={"FileSystemId": "id", "StorageClass": "=Archive"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
INFREQUENT_ACCESS = tuple(
    Use(
        key=f"monthly_infrequent_access_{verb}_gb",
        service=SERVICE,
        usage_type="IADataAccess-Bytes",
        operation=verb.title(),
        unit="GB",
        says=f"{what} the Infrequent Access class",
        optional=True,
    )
    for verb, what in (("read", "reads from"), ("write", "writes and moves to"))
)
ELASTIC = tuple(
    Use(
        key=f"monthly_elastic_throughput_{verb}_gb",
        service=SERVICE,
        usage_type="ETDataAccess-Bytes",
        operation=verb.title(),
        unit="GB",
        says=f"{verb}s at elastic throughput",
    )
    for verb in ("read", "write")
)
PROVISIONED = Meter(
    service=SERVICE,
    usage_type="ProvisionedTP-MiBpsHrs",
    unit="MiBps-Mo",
    says="provisioned throughput",
)
BACKED_UP = Use(
    key="backup_storage_gb",
    service="AWSBackup",
    usage_type="WarmStorage-ByteHrs-EFS",
    operation="Storage",
    unit="GB-Mo",
    says="automatic backups of the file system",
)


TO_IA, TO_ARCHIVE = "transitionToIa", "transitionToArchive"
"""What a policy of a file system may move files by, in its inputs."""


def file_system(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What each class holds, then what the throughput mode adds."""
    mode = or_default(text(resource.input("throughputMode")), "bursting")
    zone = "" if resource.input("availabilityZoneName") in (None, "") else "Z-"
    elastic = "ET-" if mode == "elastic" and not zone else zone
    yield STORED.charge(resource, usage, zone=zone)
    moved = _moved(resource.input("lifecyclePolicies"))
    for use, name in ((INFREQUENT, TO_IA), (ARCHIVED, TO_ARCHIVE)):
        if name in moved:
            yield use.charge(resource, usage, zone=elastic)
        else:
            yield from use.where_given(resource, usage, zone=elastic)
    yield from _accessed(resource, usage, moved)
    if mode is UNKNOWN:
        yield Gap("unknown-input", "throughputMode is not known before deployment")
    elif mode == "elastic":
        for use in ELASTIC:
            yield use.charge(resource, usage)
    elif mode == "provisioned":
        yield _provisioned(resource, usage)
    if resource.input("backupPolicy") is not None:
        yield from backup_policy(resource, usage, circumstances)


def _moved(policies: Any) -> set[str]:
    """The moves between classes that policies ask for, or may ask for."""
    if policies is UNKNOWN:
        return {TO_IA, TO_ARCHIVE}
    return {
        name
        for each in blocks(policies)
        for name, after in each.items()
        if after not in (None, "")
    }


def _accessed(resource: Resource, usage: Usage, moved: set[str]) -> Iterator[Charge]:
    """What is read from, and moved to, the classes that a policy moves files to."""
    for use in INFREQUENT_ACCESS:
        if TO_IA in moved:
            yield use.charge(resource, usage)
        else:
            yield from use.where_given(resource, usage)
    if TO_ARCHIVE in moved:
        yield Gap(
            "no-price",
            "reads from and moves to the Archive class are charged by the GB, and Farebox "
            "knows no price for them",
        )


def _provisioned(resource: Resource, usage: Usage) -> Charge:
    """What is provisioned above what the Standard class brings by itself."""
    wanted = amount(
        resource, resource.input("provisionedThroughputInMibps"), "throughput"
    )
    if wanted is UNKNOWN or not isinstance(wanted, Decimal):
        return PROVISIONED.gap(
            resource, "provisionedThroughputInMibps is not known before deployment"
        )
    stored = STORED.given(usage)
    if stored is None:
        return PROVISIONED.metered(
            resource,
            wanted,
            f"{wanted} MiB/s; what the stored files bring is not taken off, as no "
            f"{STORED.key} is given",
            usage="assumed",
        )
    included = stored.quantity / GB_PER_MIBPS
    return PROVISIONED.metered(
        resource,
        max(wanted - included, Decimal(0)),
        f"{wanted} MiB/s less {included.normalize():f} that the stored files bring",
        usage=stored.status,
    )


def replication(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The copy, where the replication makes its file system itself."""
    destination = resource.input("destination")
    if destination is UNKNOWN:
        yield Gap("unknown-input", "destination is not known before deployment")
        return
    there = block(destination)
    if there.get("fileSystemId") is not None:
        yield NoCharge("the copy is charged on the file system that takes it")
        return
    region = or_default(there.get("region"), resource.region)
    if region is UNKNOWN:
        yield Gap("unknown-input", "the copy's region is not known before deployment")
        return
    zone = "" if there.get("availabilityZoneName") in (None, "") else "Z-"
    yield STORED.charge(replace(resource, region=str(region)), usage, zone=zone)


def backup_policy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Daily backups of the file system, which AWS Backup keeps and charges."""
    policy = resource.input("backupPolicy")
    status = UNKNOWN if policy is UNKNOWN else block(policy).get("status")
    if status is UNKNOWN:
        yield Gap("unknown-input", "backupPolicy is not known before deployment")
    elif status == "ENABLED":
        yield BACKED_UP.charge(resource, usage)
    elif resource.type == BACKUP_POLICY:
        yield NoCharge("automatic backups are off")


TYPES = {
    "aws:efs/fileSystem:FileSystem": Type(
        billed="A file system is billed by the GB-month in each class, and by throughput.",
        source=SOURCE,
        meters=(PROVISIONED,),
        uses=(
            *(STORED, INFREQUENT, ARCHIVED, *INFREQUENT_ACCESS, *ELASTIC),
            BACKED_UP,
        ),
        rule=file_system,
        terraform="aws_efs_file_system",
        notes="""
A file system with `availabilityZoneName` has the rates of One Zone. Bursting throughput is
free. Of provisioned throughput only what is above 1 MiB/s for 20 GB in the Standard class is
charged; without `storage_gb` all of it is counted, and marked as assumed. Elastic throughput
is charged by the GB, and has a rate of its own for the Infrequent Access class.
""",
        not_modelled="traffic of copies to other regions",
    ),
    "aws:efs/replicationConfiguration:ReplicationConfiguration": Type(
        billed="A copy is billed as a file system, in the region that it is in.",
        source=SOURCE,
        uses=(STORED,),
        rule=replication,
        terraform="aws_efs_replication_configuration",
        notes="Traffic to another region is the account's.",
    ),
    BACKUP_POLICY: Type(
        billed="Automatic backups are billed by AWS Backup, by the GB-month.",
        notes="Give them here or on the vault that keeps them, not on both.",
        source="https://aws.amazon.com/backup/pricing/",
        uses=(BACKED_UP,),
        rule=backup_policy,
        terraform="aws_efs_backup_policy",
    ),
}

FREE = free(
    "efs",
    {
        "a way into a file system, which is charged by what it holds": (
            "AccessPoint FileSystemPolicy MountTarget"
        )
    },
)
