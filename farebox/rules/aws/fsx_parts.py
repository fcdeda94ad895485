"""The charges that Amazon FSx's kinds of file systems have in common.

Usage types: those that the price list API named on 2022-09-29.
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import number
from farebox.rules.charges import ONE, Charge, Gap
from farebox.rules.service import Meter, Use
from farebox.rules.shapes import amount, block

SERVICE = "AmazonFSx"
FREE_IOPS_PER_GB = Decimal(3)

STORAGE = Meter(
    service=SERVICE,
    usage_type="{kind}",
    operation="{verb}:{system}",
    unit="GB-Mo",
    says="storage of FSx for {system}",
)
THROUGHPUT = Meter(
    service=SERVICE,
    usage_type="ThroughputCapacity{kind}",
    operation="CreateFileSystem:{system}",
    unit="MiBps-Mo",
    says="throughput of FSx for {system}",
)
IOPS = Meter(
    service=SERVICE,
    usage_type="ProvisionedSSDIOPS.{kind}",
    operation="CreateFileSystem:{system}",
    unit="IOPS-Mo",
    says="operations above the free ones of FSx for {system}",
)
BACKUP = Use(
    key="backup_storage_gb",
    service=SERVICE,
    usage_type="BackupUsage{kind}",
    operation="CreateFileSystem:{system}",
    unit="GB-Mo",
    says="backups of FSx for {system}",
)
POOL = Use(
    key="capacity_pool_storage_gb",
    service=SERVICE,
    usage_type="Storage.{kind}:CPoolStd",
    operation="CreateFileSystem:ONTAP",
    unit="GB-Mo",
    says="capacity pool of FSx for ONTAP",
)
POOL_REQUESTS = tuple(
    Use(
        key=f"monthly_capacity_pool_{verb}_requests",
        service=SERVICE,
        usage_type=f"Requests.{{kind}}:CPoolStd{part}",
        operation="CreateFileSystem:ONTAP",
        unit="Requests",
        says=f"{verb}s of the capacity pool",
        optional=True,
    )
    for verb, part in (("read", "Rd"), ("write", "Wr"))
)
METADATA_GAP = Gap(
    "no-price",
    "metadata operations that are provisioned are charged above the free ones, and "
    "Farebox knows no price for them",
)


def provisioned(
    resource: Resource,
    meter: Meter,
    name: str,
    *,
    factor: Decimal = ONE,
    kind: str,
    system: str,
    verb: str = "CreateFileSystem",
) -> Charge:
    """What an input provisions, times a factor; a gap where the input is not known.

    A file system that is made from a backup may leave its size to the backup.
    """
    figure = amount(resource, resource.input(name), name)
    if not isinstance(figure, Decimal):
        return meter.gap(
            resource,
            f"{name} is not in the document, or not known yet",
            kind=kind,
            system=system,
            verb=verb,
        )
    because = f"{name} {figure.normalize():f}"
    if factor != ONE:
        because += f" x {factor.normalize():f}"
    return meter.metered(
        resource, figure * factor, because, kind=kind, system=system, verb=verb
    )


def iops_above_free(resource: Resource, *, kind: str, system: str) -> Iterator[Charge]:
    """Operations a second that are provisioned above three for each GB of SSD."""
    wanted = resource.input("diskIopsConfiguration")
    iops = UNKNOWN if wanted is UNKNOWN else block(wanted).get("iops")
    if block(wanted).get("mode") == "AUTOMATIC" or iops is None:
        return
    figure = amount(resource, iops, "diskIopsConfiguration.iops")
    size = number(resource.input("storageCapacity"))
    if not isinstance(figure, Decimal) or not isinstance(size, Decimal):
        yield IOPS.gap(
            resource,
            "diskIopsConfiguration or storageCapacity is not known before deployment",
            kind=kind,
            system=system,
        )
        return
    above = figure - size * FREE_IOPS_PER_GB
    if above > 0:
        yield IOPS.metered(
            resource,
            above,
            f"{figure.normalize():f} less 3 for each of {size.normalize():f} GB",
            kind=kind,
            system=system,
        )


def backups(
    resource: Resource,
    usage: Usage,
    system: str,
    *,
    kept_by_default: bool,
    kind: str = "",
) -> Iterator[Charge]:
    """What backups keep: a gap without usage where AWS makes them by itself."""
    days = resource.input("automaticBackupRetentionDays")
    figure = number(days)
    none = figure == 0 or (days is None and not kept_by_default)
    if none:
        yield from BACKUP.where_given(resource, usage, kind=kind, system=system)
    else:
        yield BACKUP.charge(resource, usage, kind=kind, system=system)
