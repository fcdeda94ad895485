"""Amazon Lightsail: bundles by the hour, disks by the GB, and what stands alone.

Source: https://aws.amazon.com/lightsail/pricing/
"""

import re
from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_amount, known_flag, known_text
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/lightsail/pricing/"
SERVICE = "AmazonLightsail"

ATTACHMENTS = frozenset(("aws:lightsail/staticIpAttachment:StaticIpAttachment",))

MEMORY = {
    "nano": "0.5GB",
    "micro": "1GB",
    "small": "2GB",
    "medium": "4GB",
    "large": "8GB",
    "xlarge": "16GB",
    "2xlarge": "32GB",
    "4xlarge": "64GB",
}
"""What a bundle's name means in the price list: its memory."""

POWERS = {
    "nano": "Nano-0.25CPU-0.5GB",
    "micro": "Micro-0.25CPU-1GB",
    "small": "Small-0.5CPU-1GB",
    "medium": "Medium-1CPU-2GB",
    "large": "Large-2CPU-4GB",
    "xlarge": "XLarge-4CPU-8GB",
}
TRAFFIC = {"small": "50GB", "medium": "200GB", "large": "500GB"}
STORED = {"small": "5GB", "medium": "100GB", "large": "250GB"}
"""What the bundles of containers, of distributions and of buckets are called there.

Source: the usage types that the price list API named on 2022-09-29
"""

BUNDLE = re.compile(r"([0-9a-z]+?)(?:_(win|ha|ipv6|win_ipv6))?_\d+_\d+$")
"""A bundle's id: its size, what kind it is, and the version of its price."""


def _meter(usage_type: str, says: str, unit: str = "Hrs", operation: str = "") -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        per="hour" if unit == "Hrs" else "month",
        because="exists all month",
    )


INSTANCE = _meter("BundleUsage:{size}", "instance of {size}")
DATABASE = _meter("DatabaseUsage:{size}", "database of {size}")
CONTAINERS = _meter("ContainerSvcUsage:{size}", "nodes of a container service")
BALANCER = _meter("LoadBalancerUsage", "load balancer")
DISK = _meter("DiskUsage", "disk", "GB-Mo")
ADDRESS = _meter("UnusedStaticIP", "static address that nothing uses")
DISTRIBUTION = _meter("BundleUsage:{size}", "distribution with {size} of traffic", "Mo")
BUCKET = _meter("Storage-BundleUsage:{size}", "bucket of {size}", "Mo")
SNAPSHOTS = Use(
    key="snapshot_gb",
    service=SERVICE,
    usage_type="SnapshotUsage",
    unit="GB-Mo",
    says="snapshots",
    optional=True,
)
OVERAGE = Use(
    key="monthly_transfer_overage_gb",
    service=SERVICE,
    usage_type="DataXfer-Out-Overage-Bytes",
    unit="GB",
    says="traffic beyond the bundle",
    optional=True,
)


def _bundle(resource: Resource, sizes: dict[str, str]) -> tuple[str, str] | Gap:
    """The size of the resource's bundle in the list's words, and its kind."""
    said = known_text(resource.input("bundleId"), "bundleId")
    if isinstance(said, Gap):
        return said
    found = BUNDLE.fullmatch(said)
    size = sizes.get(found[1]) if found else None
    if found is None or size is None:
        return Gap("no-price", f"Farebox does not know the bundle {said}")
    return size, found[2] or ""


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance by the hour of its bundle; Windows is a bundle of its own."""
    bundle = _bundle(resource, MEMORY)
    if isinstance(bundle, Gap):
        yield bundle
    elif "ipv6" in bundle[1]:
        reason = "bundles without a public IPv4 address have prices of their own"
        yield Gap("no-price", reason)
    else:
        size, kind = bundle
        size = f"{size}_win" if kind == "win" else size
        yield INSTANCE.all_month(resource, circumstances, size=size)
    added = field(resource.input("addOn"), "status")
    if added is UNKNOWN:
        yield SNAPSHOTS.gap(resource, "whether it takes snapshots is not known")
    elif added == "Enabled":
        yield SNAPSHOTS.charge(resource, usage)
    else:
        yield from SNAPSHOTS.where_given(resource, usage)
    yield from OVERAGE.where_given(resource, usage)


def database(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A database by the hour of its bundle, alone or in two zones."""
    bundle = _bundle(resource, MEMORY)
    if isinstance(bundle, Gap):
        yield bundle
        return
    size, kind = bundle
    size = f"{size}_ha" if kind == "ha" else size
    yield DATABASE.all_month(resource, circumstances, size=size)
    yield from SNAPSHOTS.where_given(resource, usage)


def container_service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Its nodes by the hour of their power, unless it is turned off."""
    off = known_flag(resource.input("isDisabled"), "isDisabled")
    power = known_text(resource.input("power"), "power")
    scale = known_amount(resource, resource.input("scale"), "scale")
    for gap in (off, power, scale):
        if isinstance(gap, Gap):
            yield gap
            return
    size = POWERS.get(str(power))
    if off is True:
        yield NoCharge("it is turned off")
    elif size is None:
        yield Gap("no-price", f"Farebox does not know the power {power}")
    elif not isinstance(scale, Gap):
        yield CONTAINERS.all_month(
            resource, circumstances, count=scale, because=f"{scale:f} nodes", size=size
        )


def disk(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A disk by the GB-month."""
    gib = known_amount(resource, resource.input("sizeInGb"), "sizeInGb")
    if isinstance(gib, Gap):
        yield DISK.gap(resource, gib.reason)
    else:
        yield DISK.all_month(
            resource, circumstances, count=gib, because=f"{gib:f} GiB for a month"
        )
    yield from SNAPSHOTS.where_given(resource, usage)


def static_ip(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An address costs nothing while something uses it."""
    attached = circumstances.graph.referrers(resource, ATTACHMENTS)
    names = (resource.input("name"), resource.name)
    of_name = any(
        item.input("staticIpName") in names
        for kind in ATTACHMENTS
        for item in circumstances.graph.by_type.get(kind, ())
        if item.input("staticIpName") not in (None, UNKNOWN)
    )
    if attached or of_name:
        yield NoCharge("an address that is attached costs nothing")
    else:
        yield ADDRESS.metered(
            resource,
            circumstances.hours_per_month,
            "nothing of the stack is attached to it",
            usage="assumed",
        )


def distribution(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A distribution by the month of its bundle."""
    bundle = _bundle(resource, TRAFFIC)
    if isinstance(bundle, Gap):
        yield bundle
    else:
        yield DISTRIBUTION.all_month(resource, circumstances, size=bundle[0])


def bucket(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A bucket by the month of its bundle."""
    bundle = _bundle(resource, STORED)
    if isinstance(bundle, Gap):
        yield bundle
    else:
        yield BUCKET.all_month(resource, circumstances, size=bundle[0])


TYPES = {
    "aws:lightsail/instance:Instance": Type(
        billed="An instance is billed by the hour of its bundle, which has some traffic.",
        source=SOURCE,
        meters=(INSTANCE,),
        uses=(SNAPSHOTS, OVERAGE),
        rule=instance,
        terraform="aws_lightsail_instance",
    ),
    "aws:lightsail/database:Database": Type(
        billed="A database is billed by the hour of its bundle.",
        source=SOURCE,
        meters=(DATABASE,),
        uses=(SNAPSHOTS,),
        rule=database,
        terraform="aws_lightsail_database",
    ),
    "aws:lightsail/containerService:ContainerService": Type(
        billed="A container service is billed for each node by the hour of its power.",
        source=SOURCE,
        meters=(CONTAINERS,),
        rule=container_service,
        terraform="aws_lightsail_container_service",
    ),
    "aws:lightsail/lb:Lb": Type(
        billed="A load balancer is billed by the hour.",
        source=SOURCE,
        meters=(BALANCER,),
        terraform="aws_lightsail_lb",
    ),
    "aws:lightsail/disk:Disk": Type(
        billed="A disk is billed by the GB-month.",
        source=SOURCE,
        meters=(DISK,),
        uses=(SNAPSHOTS,),
        rule=disk,
        terraform="aws_lightsail_disk",
    ),
    "aws:lightsail/staticIp:StaticIp": Type(
        billed="A static address is billed by the hour while nothing uses it.",
        source=SOURCE,
        meters=(ADDRESS,),
        rule=static_ip,
        terraform="aws_lightsail_static_ip",
    ),
    "aws:lightsail/distribution:Distribution": Type(
        billed="A distribution is billed by the month of its bundle.",
        source=SOURCE,
        meters=(DISTRIBUTION,),
        rule=distribution,
        terraform="aws_lightsail_distribution",
    ),
    "aws:lightsail/bucket:Bucket": Type(
        billed="A bucket is billed by the month of its bundle.",
        source=SOURCE,
        meters=(BUCKET,),
        rule=bucket,
        terraform="aws_lightsail_bucket",
    ),
}

FREE = free(
    "lightsail",
    {
        "a part or a right of what is charged by its bundle": (
            "BucketAccessKey BucketResourceAccess Certificate "
            "ContainerServiceDeploymentVersion Disk_attachment InstancePublicPorts "
            "KeyPair LbAttachment LbCertificate LbCertificateAttachment "
            "LbHttpsRedirectionPolicy LbStickinessPolicy StaticIpAttachment"
        ),
        "a DNS zone and three million queries to it cost nothing": "Domain DomainEntry",
    },
)
