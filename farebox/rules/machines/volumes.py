"""EBS volumes as launches and programs ask for them, and what they cost.

`volume_charges` is the one place that knows how a volume is charged; instances,
launch templates and node groups describe their volumes as `VolumeSpec`s.

Source: https://aws.amazon.com/ebs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.graph import Resource
from farebox.graph.values import Unknown
from farebox.prices import PriceKey
from farebox.rules.charges import ONE, Charge, Gap, Metered, key_of
from farebox.rules.errors import InvalidInput

SERVICE = "AmazonEC2"

GP3_INCLUDED_IOPS = Decimal(3000)
GP3_INCLUDED_MIB_PER_SECOND = Decimal(125)
"""What each gp3 volume has at no charge beyond its storage.

Source: https://aws.amazon.com/ebs/pricing/ (gp3)
"""

MIB_PER_GIB = Decimal(1024)
"""gp3 throughput is listed per GiB/s and month, and asked for in MiB/s."""

IO2_IOPS_TIERS = (
    ("EBS:VolumeP-IOPS.io2", Decimal(0), Decimal(32_000)),
    ("EBS:VolumeP-IOPS.io2.tier2", Decimal(32_000), Decimal(64_000)),
    ("EBS:VolumeP-IOPS.io2.tier3", Decimal(64_000), Decimal("Infinity")),
)
IO1_IOPS_TIERS = (("EBS:VolumeP-IOPS.piops", Decimal(0), Decimal("Infinity")),)
"""Usage type of io2's IOPS above the second figure, up to the third, per volume.

AWS lists three usage types without tiers; only the pricing page has the borders.
Source: https://aws.amazon.com/ebs/pricing/ (io2)
"""

STORAGE_USAGE_TYPES = {"standard": "EBS:VolumeUsage", "io1": "EBS:VolumeUsage.piops"}
"""Storage usage types that are not `EBS:VolumeUsage.<type>`."""


class VolumeSpec(Struct, frozen=True):
    """A volume as a program asks for it; UNKNOWN where Pulumi does not know yet.

    `iops` and `mib_per_second` are None where the program leaves them to AWS.
    `label` says which volume of its resource it is ("root volume"); it may be empty.
    """

    type: str
    gib: Decimal | Unknown
    iops: Decimal | Unknown | None = None
    mib_per_second: Decimal | Unknown | None = None
    label: str = ""


def volume_charges(
    resource: Resource,
    volume: VolumeSpec,
    *,
    count: Decimal = ONE,
    usage: UsageStatus = "given",
) -> Iterator[Charge]:
    """What `count` volumes of one kind cost in a month; GB-months stay months.

    Raises InvalidInput, with the resource's name, where a size or a rate cannot be.
    """
    gib = volume.gib
    kind = volume.type
    what = f"{kind} storage of {volume.label}" if volume.label else f"{kind} storage"
    key = storage_key(resource, kind)
    if isinstance(gib, Unknown):
        yield Gap(
            "unknown-input",
            f"{what}: the size is not known before deployment",
            key,
            "GB-Mo",
        )
    elif gib <= 0:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) asks for a volume of {gib} GiB: give "
            "a size of at least 1 GiB"
        )
    else:
        because = f"{gib:f} GiB for a month"
        if count is not ONE and count != ONE:
            because = f"{count:f} x {because}"
            gib *= count
        yield Metered(key, gib, "GB-Mo", what, because, usage)
    if kind == "gp3":
        if volume.iops is not None:
            yield from _gp3_iops(resource, volume, volume.iops, count, usage)
        if volume.mib_per_second is not None:
            yield from _gp3_throughput(
                resource, volume, volume.mib_per_second, count, usage
            )
    elif kind in ("io1", "io2"):
        yield from _provisioned_iops(resource, volume, count, usage)
    elif kind == "standard":
        yield Gap(
            "no-usage",
            f"I/O requests{_of(volume)}: the cost depends on use, and no "
            "monthly_io_requests is given",
            key_of(resource, SERVICE, "EBS:VolumeIOUsage"),
            "IOs",
            "monthly_io_requests",
        )


def storage_key(resource: Resource, kind: str) -> PriceKey:
    """The key of a GB-month on a volume of a type."""
    usage_type = STORAGE_USAGE_TYPES.get(kind) or f"EBS:VolumeUsage.{kind}"
    return key_of(resource, SERVICE, usage_type)


def _gp3_iops(
    resource: Resource,
    volume: VolumeSpec,
    iops: Decimal | Unknown,
    count: Decimal,
    usage: UsageStatus,
) -> Iterator[Charge]:
    if not isinstance(iops, Unknown) and iops <= GP3_INCLUDED_IOPS:
        return
    what = f"gp3 IOPS over 3,000{_of(volume)}"
    key = key_of(resource, SERVICE, "EBS:VolumeP-IOPS.gp3")
    if isinstance(iops, Unknown):
        yield _unknown_rate(what, "IOPS", key, "IOPS-Mo")
        return
    yield Metered(
        key,
        (iops - GP3_INCLUDED_IOPS) * count,
        "IOPS-Mo",
        what,
        f"{_times(count)}({iops:f} - 3000 included) IOPS",
        usage,
    )


def _gp3_throughput(
    resource: Resource,
    volume: VolumeSpec,
    mib_per_second: Decimal | Unknown,
    count: Decimal,
    usage: UsageStatus,
) -> Iterator[Charge]:
    if (
        not isinstance(mib_per_second, Unknown)
        and mib_per_second <= GP3_INCLUDED_MIB_PER_SECOND
    ):
        return
    what = f"gp3 throughput over 125 MiB/s{_of(volume)}"
    key = key_of(resource, SERVICE, "EBS:VolumeP-Throughput.gp3")
    if isinstance(mib_per_second, Unknown):
        yield _unknown_rate(what, "throughput", key, "GiBps-mo")
        return
    over = mib_per_second - GP3_INCLUDED_MIB_PER_SECOND
    yield Metered(
        key,
        over * count / MIB_PER_GIB,
        "GiBps-mo",
        what,
        f"{_times(count)}({mib_per_second:f} - 125 included) MiB/s / 1024",
        usage,
    )


def _provisioned_iops(
    resource: Resource, volume: VolumeSpec, count: Decimal, usage: UsageStatus
) -> Iterator[Charge]:
    """io1 and io2: every IOPS is charged, io2's by volume in three bands."""
    iops = volume.iops
    bands = IO1_IOPS_TIERS if volume.type == "io1" else IO2_IOPS_TIERS
    what = f"{volume.type} provisioned IOPS{_of(volume)}"
    if isinstance(iops, Unknown):
        key = key_of(resource, SERVICE, bands[0][0])
        yield _unknown_rate(what, "IOPS", key, "IOPS-Mo")
        return
    if iops is None:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has an {volume.type} volume without "
            "iops: AWS refuses it, give iops"
        )
    for usage_type, start, end in bands:
        if iops <= start:
            break
        yield Metered(
            key_of(resource, SERVICE, usage_type),
            (min(iops, end) - start) * count,
            "IOPS-Mo",
            what if not start else f"{what} over {start:,f}",
            f"{_times(count)}{iops:f} IOPS provisioned",
            usage,
        )


def _unknown_rate(what: str, name: str, key: PriceKey, unit: str) -> Gap:
    reason = f"{what}: the {name} is not known before deployment"
    return Gap("unknown-input", reason, key, unit)


def _times(count: Decimal) -> str:
    return "" if count == ONE else f"{count:f} x "


def _of(volume: VolumeSpec) -> str:
    return f" of {volume.label}" if volume.label else ""
