"""EBS snapshots: what they store, and fast restore.

A snapshot holds the blocks of a volume that were ever written and that an earlier
snapshot does not hold already, so its size is usage, not input.

Source: https://aws.amazon.com/ebs/pricing/ (snapshots)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.ebs import volume_of
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.machines.uses import VOLUME_METERS
from farebox.rules.machines.volumes import SERVICE, VolumeSpec, volume_charges
from farebox.rules.service import Meter, Type, Use
from farebox.rules.shapes import amount, or_default, text

VOLUME_TYPES = frozenset({"aws:ebs/volume:Volume"})

SOURCE = "https://aws.amazon.com/ebs/pricing/"

STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="EBS:{kind}",
    unit="GB-Mo",
    says="snapshot storage",
)
DIRECT_REQUESTS = tuple(
    Use(
        key=f"monthly_{verb.lower()}_block_requests",
        service=SERVICE,
        usage_type=f"EBS:directAPI.snapshot.{verb}",
        unit=unit,
        says="direct requests to the snapshot",
        optional=True,
    )
    for verb, unit in (
        ("List", "Requests"),
        ("Get", "SnapshotAPIUnits"),
        ("Put", "SnapshotAPIUnits"),
    )
)
RESTORED = Use(
    key="fast_snapshot_restore_hours",
    service=SERVICE,
    usage_type="EBS:FastSnapshotRestore",
    unit="hours",
    says="fast snapshot restore",
    optional=True,
)
FAST_RESTORE = Meter(
    service=SERVICE,
    usage_type="EBS:FastSnapshotRestore",
    unit="hours",
    says="fast snapshot restore",
    per="hour",
    because="one snapshot in one zone all month",
)


def snapshot(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What it stores, at the rate of its tier, and what else is given for it."""
    tier = resource.input("storageTier")
    if tier is UNKNOWN:
        yield Gap("unknown-input", "storageTier is not known before deployment")
        return
    archived = tier == "archive"
    kind = "SnapshotArchiveStorage" if archived else "SnapshotUsage"
    if STORED.given(usage) is not None:
        yield STORED.charge(resource, usage, kind=kind)
    else:
        yield Gap(
            "no-usage",
            "snapshot storage: it stores only blocks that were written, and no "
            f"{STORED.key} is given{_upper_end(resource, circumstances)}",
            STORED.price_key(resource, kind=kind),
            STORED.unit,
            STORED.key,
        )
    for use in DIRECT_REQUESTS:
        yield from use.where_given(resource, usage)
    yield from RESTORED.where_given(resource, usage)


def volume_copy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A volume of its source's type and size, unless it names its own, and the copy."""
    sources = circumstances.graph.references(
        resource, "sourceVolumeId", resource.input("sourceVolumeId"), VOLUME_TYPES
    )
    source = volume_of(sources[0]) if len(sources) == 1 else None
    kind = text(resource.input("volumeType"))
    if kind is None and source is not None:
        kind = source.type
    size = amount(resource, resource.input("size"), "a size of")
    if size is None:
        size = source.gib if source is not None else UNKNOWN
    if isinstance(kind, str):
        spec = VolumeSpec(
            kind,
            size,
            or_default(
                amount(resource, resource.input("iops"), "iops of"),
                source.iops if source else None,
            ),
            amount(resource, resource.input("throughput"), "a throughput of"),
        )
        yield from volume_charges(resource, spec)
    else:
        yield Gap("unknown-input", "the type of the copied volume is not known")
    yield Gap(
        "no-price",
        "copying a volume is charged once by the GiB, and Farebox knows no price for it",
    )


def _upper_end(resource: Resource, circumstances: Circumstances) -> str:
    """A sentence's end that names the volume's size, where the stack has the volume."""
    value = resource.input("volumeId")
    if value is None:
        return ""
    volumes = circumstances.graph.references(resource, "volumeId", value, VOLUME_TYPES)
    sizes: set[Decimal] = set()
    for volume in volumes:
        spec = volume_of(volume)
        if spec is not None and not isinstance(spec.gib, Unknown):
            sizes.add(spec.gib)
    if len(sizes) != 1:
        return ""
    return f"; at most {sizes.pop():f} GiB, the volume's size"


_SNAPSHOT = Type(
    billed="A snapshot, a copy or an import is billed by the GB-month that it stores.",
    source=SOURCE,
    uses=(STORED, *DIRECT_REQUESTS, RESTORED),
    rule=snapshot,
    terraform="aws_ebs_snapshot",
    notes=(
        "`EBS:SnapshotUsage`, or `EBS:SnapshotArchiveStorage` in the archive tier. A "
        "snapshot stores only blocks that were written and that no earlier snapshot "
        "holds, so its size is usage. Without `storage_gb` the entry names the volume's "
        "size as the upper end."
    ),
    not_modelled="early deletion of archived snapshots",
)

TYPES = {
    "aws:ebs/snapshot:Snapshot": _SNAPSHOT,
    "aws:ebs/snapshotCopy:SnapshotCopy": _SNAPSHOT,
    "aws:ebs/snapshotImport:SnapshotImport": _SNAPSHOT,
    "aws:ebs/fastSnapshotRestore:FastSnapshotRestore": Type(
        billed="Fast restore is billed by the hour for each snapshot and zone.",
        source=SOURCE,
        meters=(FAST_RESTORE,),
    ),
    "aws:ebs/volumeCopy:VolumeCopy": Type(
        billed="A copy of a volume is billed like a volume, and once for what is copied.",
        source=SOURCE,
        meters=VOLUME_METERS,
        rule=volume_copy,
        notes=(
            "It has its source's type and size unless it names its own. The charge for "
            "copying has no known price: `no-price`."
        ),
    ),
}
