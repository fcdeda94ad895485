"""Amazon EBS volumes: storage, provisioned IOPS and provisioned throughput.

How a volume is charged is known in `machines.volumes`, for launches bring volumes too.

Source: https://aws.amazon.com/ebs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, Metered
from farebox.rules.errors import InvalidInput
from farebox.rules.machines.uses import IO_REQUESTS, VOLUME_METERS
from farebox.rules.machines.volumes import VolumeSpec, volume_charges
from farebox.rules.service import Key, Metric, Type, free
from farebox.rules.shapes import amount

SNAPSHOT_TYPES = frozenset(("aws:ebs/snapshot:Snapshot",))
VOLUME_TYPES = frozenset(("aws:ebs/volume:Volume",))

DEFAULT_TYPE = "gp2"
"""What CreateVolume and the provider make where no type is given.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
"""


def volume(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A volume is billed for its size, and for speed beyond what its type includes.

    Source: https://aws.amazon.com/ebs/pricing/
    """
    spec = volume_of(resource)
    if spec is None:
        yield Gap("unknown-input", "the volume's type is not known before deployment")
        return
    if spec.gib is UNKNOWN and resource.input("size") is None:
        spec = replace(spec, gib=_size_of_snapshot(circumstances.graph, resource))
    # Without a type it is AWS's choice, so the line is an assumption.
    status: UsageStatus = "given" if resource.input("type") else "assumed"
    for charge in volume_charges(resource, spec, usage=status):
        if type(charge) is Gap and charge.usage_key:
            given = IO_REQUESTS.given(usage)
            if given is not None and charge.key is not None:
                yield Metered(
                    charge.key,
                    given.quantity,
                    charge.unit,
                    "I/O requests",
                    given.source or f"{given.quantity:f} requests a month as given",
                    given.status,
                )
                continue
        yield charge


def _size_of_snapshot(graph: ResourceGraph, resource: Resource) -> Decimal | Unknown:
    """GiB of the snapshot that a volume is made from, where the stack states it."""
    snapshots = graph.references(
        resource, "snapshotId", resource.input("snapshotId"), SNAPSHOT_TYPES
    )
    if len(snapshots) != 1:
        return UNKNOWN
    snapshot = snapshots[0]
    told = amount(snapshot, snapshot.output("volumeSize"), "a volume size of")
    if isinstance(told, Decimal) and told:
        return told
    value = snapshot.input("volumeId")
    volumes = graph.references(snapshot, "volumeId", value, VOLUME_TYPES)
    sizes = {amount(item, item.input("size"), "a size of") for item in volumes}
    size = sizes.pop() if len(sizes) == 1 else None
    return size if isinstance(size, Decimal) else UNKNOWN


def volume_of(resource: Resource) -> VolumeSpec | None:
    """The volume that an `aws:ebs/volume:Volume` asks for; None for an unknown type.

    A size that is left to the snapshot is UNKNOWN here. Raises InvalidInput.
    """
    kind = resource.input("type")
    if kind is UNKNOWN:
        return None
    size = amount(resource, resource.input("size"), "a size of")
    if size is None:
        if resource.input("size") is not None:
            raise InvalidInput(
                f"{resource.name} ({resource.type}) has a size that is no number: "
                "give whole GiB"
            )
        if resource.input("snapshotId") is None:
            raise InvalidInput(
                f"{resource.name} ({resource.type}) has neither size nor snapshotId: "
                "give one of them"
            )
        size = UNKNOWN
    return VolumeSpec(
        str(kind or DEFAULT_TYPE),
        size,
        amount(resource, resource.input("iops"), "iops of"),
        amount(resource, resource.input("throughput"), "a throughput of"),
    )


PEAK_IOPS = Key(
    key="peak_iops",
    says="the most I/O requests in a second; for fare advise",
    unit="IOPS",
)
MEASURED_REQUESTS = replace(
    IO_REQUESTS,
    metrics=(
        Metric(
            namespace="AWS/EBS",
            names=("VolumeReadOps", "VolumeWriteOps"),
            dimensions={"VolumeId": "id"},
            when={"type": ("standard",)},
        ),
    ),
)
"""The requests of one volume, which CloudWatch counts."""

TYPES = {
    "aws:ebs/volume:Volume": Type(
        billed="A volume is billed for its size, and for speed beyond what its type includes.",
        source="https://aws.amazon.com/ebs/pricing/",
        meters=VOLUME_METERS,
        uses=(MEASURED_REQUESTS, PEAK_IOPS),
        rule=volume,
        terraform="aws_ebs_volume",
        notes=(
            "gp3 throughput is asked for in MiB/s and listed per GiB/s: divided by 1,024. "
            "No type means gp2, as AWS and the provider have it; the line is marked "
            "assumed. GB-months stay months: `--hours` does not change them. A size that "
            "is left to a snapshot is that of the snapshot, or of its volume, where the "
            "stack has them; else `unknown-input`. A size of 0 or less, a negative rate, and an io1 or io2 "
            "volume without IOPS are errors."
        ),
        not_modelled="limits and ratios of sizes and rates",
    ),
}

FREE = free(
    "ec2", {"attaching a volume is not charged; the volume is": "VolumeAttachment"}
) | free(
    "ebs",
    {
        "a setting of the account in a region: nothing is stored": (
            "DefaultKmsKey EncryptionByDefault SnapshotBlockPublicAccess"
        )
    },
)
