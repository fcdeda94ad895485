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
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    hours,
    key_of,
    metered_use,
)
from farebox.rules.machines.volumes import SERVICE, VolumeSpec, volume_charges
from farebox.rules.service import Type
from farebox.rules.shapes import amount, text

VOLUME_TYPES = frozenset({"aws:ebs/volume:Volume"})

SNAPSHOT_USAGE = "EBS:SnapshotUsage"

DIRECT_REQUESTS = (
    ("monthly_list_block_requests", "EBS:directAPI.snapshot.List", "Requests"),
    ("monthly_get_block_requests", "EBS:directAPI.snapshot.Get", "SnapshotAPIUnits"),
    ("monthly_put_block_requests", "EBS:directAPI.snapshot.Put", "SnapshotAPIUnits"),
)


def snapshot(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A snapshot, a copy or an import is billed by the GB-month that it stores.

    Source: https://aws.amazon.com/ebs/pricing/ (snapshots)
    """
    archived = resource.input("storageTier") == "archive"
    yield _stored(
        resource,
        usage,
        "EBS:SnapshotArchiveStorage" if archived else SNAPSHOT_USAGE,
        _upper_end(resource, circumstances),
    )
    for usage_key, usage_type, unit in DIRECT_REQUESTS:
        given = usage.quantity(usage_key)
        if given is not None:
            key = key_of(resource, SERVICE, usage_type)
            yield metered_use(key, given, unit, "direct requests to the snapshot")
    restore = usage.quantity("fast_snapshot_restore_hours")
    if restore is not None:
        key = key_of(resource, SERVICE, "EBS:FastSnapshotRestore")
        yield metered_use(key, restore, "hours", "fast snapshot restore")


def fast_restore(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Fast restore is billed by the hour for each snapshot and zone.

    Source: https://aws.amazon.com/ebs/pricing/ (fast snapshot restore)
    """
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "EBS:FastSnapshotRestore",
        description="fast snapshot restore",
        because="one snapshot in one zone all month",
        unit="hours",
    )


def volume_copy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A copy of a volume is billed like a volume, and once for what is copied.

    It has its source's type and size unless it names its own.
    Source: https://aws.amazon.com/ebs/pricing/ (volume clones)
    """
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
            amount(resource, resource.input("iops"), "iops of")
            or (source.iops if source else None),
            amount(resource, resource.input("throughput"), "a throughput of"),
        )
        yield from volume_charges(resource, spec)
    else:
        yield Gap("unknown-input", "the type of the copied volume is not known")
    yield Gap(
        "no-price",
        "copying a volume is charged once by the GiB, and Farebox knows no price for it",
    )


def _stored(resource: Resource, usage: Usage, usage_type: str, upper: str) -> Charge:
    key = key_of(resource, SERVICE, usage_type)
    given = usage.quantity("storage_gb")
    if given is not None:
        return metered_use(key, given, "GB-Mo", "snapshot storage")
    return Gap(
        "no-usage",
        "snapshot storage: it stores only blocks that were written, and no storage_gb "
        f"is given{upper}",
        key,
        "GB-Mo",
        "storage_gb",
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
    source="https://aws.amazon.com/ebs/pricing/",
    rule=snapshot,
)

TYPES = {
    "aws:ebs/fastSnapshotRestore:FastSnapshotRestore": Type(
        billed="Fast restore is billed by the hour for each snapshot and zone.",
        source="https://aws.amazon.com/ebs/pricing/",
        rule=fast_restore,
    ),
    "aws:ebs/snapshot:Snapshot": _SNAPSHOT,
    "aws:ebs/snapshotCopy:SnapshotCopy": _SNAPSHOT,
    "aws:ebs/snapshotImport:SnapshotImport": _SNAPSHOT,
    "aws:ebs/volumeCopy:VolumeCopy": Type(
        billed="A copy of a volume is billed like a volume, and once for what is copied.",
        source="https://aws.amazon.com/ebs/pricing/",
        rule=volume_copy,
    ),
}
