"""Amazon FSx: storage, throughput and operations of managed file systems.

All figures but backups and what is tiered away are provisioned, and in the document.

Sources: https://aws.amazon.com/fsx/windows/pricing/, .../lustre/pricing/,
.../openzfs/pricing/ and .../netapp-ontap/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.fsx_parts import (
    BACKUP,
    IOPS,
    METADATA_GAP,
    POOL,
    POOL_REQUESTS,
    STORAGE,
    THROUGHPUT,
    backups,
    iops_above_free,
    provisioned,
)
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Type, free
from farebox.rules.shapes import amount, block, blocks, or_default, text

WINDOWS_PAGE = "https://aws.amazon.com/fsx/windows/pricing/"
LUSTRE_PAGE = "https://aws.amazon.com/fsx/lustre/pricing/"
OPENZFS_PAGE = "https://aws.amazon.com/fsx/openzfs/pricing/"
ONTAP_PAGE = "https://aws.amazon.com/fsx/netapp-ontap/pricing/"
CACHE_PAGE = "https://aws.amazon.com/filecache/pricing/"

WINDOWS_STORAGE = {
    ("single", "SSD"): "Storage",
    ("single", "HDD"): "Storage:HDD",
    ("multi", "SSD"): "Storage.MultiAZ:SSD",
    ("multi", "HDD"): "Storage.MultiAZ:HDD",
}
LUSTRE_SSD = {
    "PERSISTENT_1": ("50", "100", "200"),
    "PERSISTENT_2": ("125", "250", "500", "1000"),
}
LUSTRE_HDD = ("12", "40")
ONTAP_KINDS = {"SINGLE_AZ_1": "SAZ_2N", "MULTI_AZ_1": "MAZ"}
FILE_SYSTEMS = {
    "aws:fsx/windowsFileSystem:WindowsFileSystem": "Windows",
    "aws:fsx/lustreFileSystem:LustreFileSystem": "Lustre",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "OpenZFS",
    "aws:fsx/ontapFileSystem:OntapFileSystem": "ONTAP",
    "aws:fsx/openZfsVolume:OpenZfsVolume": "OpenZFS",
    "aws:fsx/ontapVolume:OntapVolume": "ONTAP",
}


def windows(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Storage by its kind, throughput, operations above the free ones, backups."""
    deployment = resource.input("deploymentType")
    disk = or_default(text(resource.input("storageType")), "SSD")
    if deployment is UNKNOWN or disk is UNKNOWN:
        yield Gap(
            "unknown-input",
            "deploymentType or storageType is not known before deployment",
        )
        return
    multi = str(deployment or "").startswith("MULTI")
    kind = WINDOWS_STORAGE.get(("multi" if multi else "single", str(disk)))
    if kind is None:
        yield Gap("no-price", f"FSx for Windows has no storage of the type {disk}")
        return
    yield provisioned(resource, STORAGE, "storageCapacity", kind=kind, system="Windows")
    yield provisioned(
        resource,
        THROUGHPUT,
        "throughputCapacity",
        kind=".MultiAZ" if multi else "",
        system="Windows",
    )
    yield from iops_above_free(
        resource, kind="MAZ" if multi else "SAZ", system="Windows"
    )
    yield from backups(
        resource,
        usage,
        "Windows",
        kept_by_default=True,
        kind=".MultiAZ" if multi else "",
    )


def lustre(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Storage at the rate of its throughput; backups of persistent file systems."""
    deployment = or_default(text(resource.input("deploymentType")), "SCRATCH_1")
    disk = or_default(text(resource.input("storageType")), "SSD")
    per_tib = resource.input("perUnitStorageThroughput")
    if UNKNOWN in (deployment, disk, per_tib, resource.input("driveCacheType")):
        yield Gap(
            "unknown-input",
            "deploymentType, storageType, driveCacheType or perUnitStorageThroughput is "
            "not known before deployment",
        )
        return
    kind = _lustre_storage(resource, str(deployment), str(disk), per_tib)
    if kind is None:
        yield Gap(
            "no-price",
            f"FSx for Lustre, {deployment} on {disk} with {per_tib} MB/s a TiB: Farebox "
            "knows no price for it",
        )
        return
    yield provisioned(resource, STORAGE, "storageCapacity", kind=kind, system="Lustre")
    if block(resource.input("metadataConfiguration")).get("mode") == "USER_PROVISIONED":
        yield METADATA_GAP
    if str(deployment).startswith("PERSISTENT"):
        yield from backups(resource, usage, "Lustre", kept_by_default=False)


def _lustre_storage(
    resource: Resource, deployment: str, disk: str, per_tib: object
) -> str | None:
    if deployment.startswith("SCRATCH"):
        return "Storage"
    figure = amount(resource, per_tib, "perUnitStorageThroughput")
    speed = f"{figure.normalize():f}" if isinstance(figure, Decimal) else ""
    if disk == "HDD" and deployment == "PERSISTENT_1" and speed in LUSTRE_HDD:
        cached = resource.input("driveCacheType") == "READ"
        return f"Storage.HDD.{speed}" + (".RC20" if cached else "")
    if disk == "SSD" and speed in LUSTRE_SSD.get(deployment, ()):
        return f"Storage.SSD.{speed}"
    return None


def openzfs(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Storage, throughput and operations of the first single-zone kind."""
    deployment = resource.input("deploymentType")
    disk = or_default(text(resource.input("storageType")), "SSD")
    if deployment is UNKNOWN or disk is UNKNOWN:
        yield Gap(
            "unknown-input",
            "deploymentType or storageType is not known before deployment",
        )
        return
    if deployment != "SINGLE_AZ_1" or disk != "SSD":
        yield Gap(
            "no-price",
            f"FSx for OpenZFS of the kind {deployment} on {disk}: Farebox knows no "
            "price for it",
        )
        return
    yield provisioned(
        resource, STORAGE, "storageCapacity", kind="Storage.SAZ:SSD", system="OpenZFS"
    )
    yield provisioned(
        resource, THROUGHPUT, "throughputCapacity", kind=".SAZ", system="OpenZFS"
    )
    yield from iops_above_free(resource, kind="SAZ", system="OpenZFS")
    yield from backups(resource, usage, "OpenZFS", kept_by_default=False)


def ontap(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Storage, throughput and operations; and the capacity pool, which is by use."""
    deployment = resource.input("deploymentType")
    kind = ONTAP_KINDS.get(str(deployment))
    if deployment is UNKNOWN:
        yield Gap("unknown-input", "deploymentType is not known before deployment")
        return
    if kind is None:
        yield Gap(
            "no-price",
            f"FSx for ONTAP of the kind {deployment}: Farebox knows no price for it",
        )
        return
    yield provisioned(
        resource, STORAGE, "storageCapacity", kind=f"Storage.{kind}:SSD", system="ONTAP"
    )
    yield _ontap_throughput(resource, kind)
    yield from iops_above_free(resource, kind=kind, system="ONTAP")
    yield POOL.charge(resource, usage, kind=kind)
    for use in POOL_REQUESTS:
        yield from use.where_given(resource, usage, kind=kind)
    yield from backups(resource, usage, "ONTAP", kept_by_default=False)


def _ontap_throughput(resource: Resource, kind: str) -> Charge:
    """The throughput of the file system, or of each pair of servers times the pairs."""
    name = "throughputCapacityPerHaPair"
    if resource.input(name) is None:
        return provisioned(
            resource, THROUGHPUT, "throughputCapacity", kind=f".{kind}", system="ONTAP"
        )
    pairs = amount(resource, or_default(resource.input("haPairs"), 1), "haPairs")
    if not isinstance(pairs, Decimal):
        return THROUGHPUT.gap(
            resource,
            "haPairs is not known before deployment",
            kind=f".{kind}",
            system="ONTAP",
        )
    return provisioned(
        resource, THROUGHPUT, name, factor=pairs, kind=f".{kind}", system="ONTAP"
    )


def file_cache(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The storage of the cache, and that of its metadata."""
    yield provisioned(
        resource,
        STORAGE,
        "storageCapacity",
        kind="Storage.1000",
        system="Lustre",
        verb="CreateFileCache",
    )
    for each in blocks(resource.input("lustreConfigurations")):
        if each.get("metadataConfigurations") is not None:
            yield Gap(
                "no-price",
                "the cache's storage for metadata is charged by the GB, and Farebox "
                "knows no price for it",
            )


def backup(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The GB that a backup keeps, at the rate of what it is a backup of."""
    found = [
        item
        for name in ("fileSystemId", "volumeId")
        for item in circumstances.graph.references(
            resource, name, resource.input(name), FILE_SYSTEMS
        )
    ]
    systems = {FILE_SYSTEMS[item.type] for item in found}
    if len(systems) != 1:
        yield Gap(
            "unknown-input",
            "a backup has the rate of its kind of file system, which is not in the stack",
        )
        return
    multi = any(
        item.type.endswith("WindowsFileSystem")
        and str(item.input("deploymentType") or "").startswith("MULTI")
        for item in found
    )
    yield BACKUP.charge(
        resource, usage, kind=".MultiAZ" if multi else "", system=systems.pop()
    )


TYPES = {
    "aws:fsx/windowsFileSystem:WindowsFileSystem": Type(
        billed="A file system is billed by the GB and the MB/s that are provisioned.",
        source=WINDOWS_PAGE,
        meters=(STORAGE, THROUGHPUT, IOPS),
        uses=(BACKUP,),
        rule=windows,
        terraform="aws_fsx_windows_file_system",
        notes=(
            "Three operations a second for each GB of SSD are free. What deduplication "
            "saves is saved by a smaller `storageCapacity`, and in backups."
        ),
    ),
    "aws:fsx/lustreFileSystem:LustreFileSystem": Type(
        billed="A file system is billed by the GB, at a rate that its throughput decides.",
        source=LUSTRE_PAGE,
        meters=(STORAGE,),
        uses=(BACKUP,),
        rule=lustre,
        terraform="aws_fsx_lustre_file_system",
        not_modelled="Intelligent-Tiering and provisioned metadata operations (`no-price`)",
    ),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": Type(
        billed="A file system is billed by the GB, the MB/s and operations above the free.",
        source=OPENZFS_PAGE,
        meters=(STORAGE, THROUGHPUT, IOPS),
        uses=(BACKUP,),
        rule=openzfs,
        terraform="aws_fsx_openzfs_file_system",
        not_modelled="all kinds but SINGLE_AZ_1 on SSD (`no-price`)",
    ),
    "aws:fsx/ontapFileSystem:OntapFileSystem": Type(
        billed="A file system is billed by the GB, the MB/s and operations above the free.",
        source=ONTAP_PAGE,
        meters=(STORAGE, THROUGHPUT, IOPS),
        uses=(BACKUP, POOL, *POOL_REQUESTS),
        rule=ontap,
        terraform="aws_fsx_ontap_file_system",
        notes=(
            "What is tiered to the capacity pool is by use. Compression and "
            "deduplication are in the figures that are given for the pool and backups."
        ),
        not_modelled="the second generation (`no-price`), SnapLock's licence",
    ),
    "aws:fsx/fileCache:FileCache": Type(
        billed="A cache is billed by the GB that is provisioned.",
        source=CACHE_PAGE,
        meters=(STORAGE,),
        rule=file_cache,
        terraform="aws_fsx_file_cache",
    ),
    "aws:fsx/backup:Backup": Type(
        billed="A backup is billed by the GB-month that it keeps.",
        source=WINDOWS_PAGE,
        uses=(BACKUP,),
        rule=backup,
        terraform="aws_fsx_backup",
        notes="Copies that AWS Backup makes of a file system are billed so too.",
    ),
    "aws:fsx/s3AccessPointAttachment:S3AccessPointAttachment": Type(
        billed="Requests through an access point of S3 are billed as requests to S3.",
        source=OPENZFS_PAGE,
        no_price=(
            "requests and bytes through the access point are charged, and Farebox knows "
            "no price for them"
        ),
    ),
}

FREE = free(
    "fsx",
    {
        "part of a file system, which is charged as a whole": (
            "OntapStorageVirtualMachine OntapVolume OpenZfsVolume"
        ),
        "a snapshot lies in the storage of its file system, which is charged": (
            "OpenZfsSnapshot"
        ),
        "a link to a bucket, whose requests are charged on the bucket": (
            "DataRepositoryAssociation"
        ),
    },
)
