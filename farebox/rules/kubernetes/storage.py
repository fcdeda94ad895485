"""Claims of volumes: the EBS volumes that a storage class makes of them.

Source: https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html
Source: https://github.com/kubernetes-sigs/aws-ebs-csi-driver (docs/parameters.md)
"""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import number
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    NoCharge,
    key_of,
    used,
)
from farebox.rules.kubernetes.cluster import (
    annotation,
    charged_as,
    items_of,
    name_of,
    region_of_cluster,
)
from farebox.rules.machines.volumes import VolumeSpec, volume_charges
from farebox.rules.shapes import amount, block, field, text

STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

PROVISIONERS = {
    "ebs.csi.aws.com": "gp3",
    "ebs.csi.eks.amazonaws.com": "gp3",
    "kubernetes.io/aws-ebs": "gp2",
}
"""What makes EBS volumes, and of which type where the class does not say."""

PROVISIONED = ("io1", "io2")
IOPS_LIMITS = {
    "io1": (Decimal(100), Decimal(64000)),
    "io2": (Decimal(100), Decimal(64000)),
    "gp3": (Decimal(3000), Decimal(16000)),
}
"""The least and the most that `iopsPerGB` surely makes, by the volume's type.

How far beyond it goes differs from version to version of the driver.

Source: https://github.com/kubernetes-sigs/aws-ebs-csi-driver (docs/parameters.md)
"""

GP2_CLASS = "gp2"
"""The class that EKS puts into a cluster by itself."""

SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGTPE]i?|k|)")
BYTES: dict[str, int] = {
    "": 1,
    "k": 10**3,
    "K": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
} | {f"{letter}i": 1024**place for place, letter in enumerate("KMGT", 1)}
GIB = Decimal(1024**3)


class Claim(Struct, frozen=True):
    """What a claim asks for: its class, its size in GiB, or UNKNOWN."""

    storage_class: str | Unknown | None
    gib: Decimal | Unknown | None


def claim_of(spec: Any) -> Claim:
    """The claim that a spec makes; EBS makes whole GiB."""
    size = field(field(field(spec, "resources"), "requests"), "storage")
    return Claim(text(field(spec, "storageClassName")), _gib(size))


def _gib(size: Any) -> Decimal | Unknown | None:
    if isinstance(size, Unknown):
        return UNKNOWN
    match = SIZE.fullmatch(str(size))
    if match is None or match[2] not in BYTES:
        return None
    bytes_ = Decimal(match[1]) * BYTES[match[2]]
    return (bytes_ / GIB).to_integral_value(ROUND_CEILING)


def volume_claim(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A claim is billed as the EBS volume that its class makes of it."""
    spec = resource.input("spec")
    if spec is UNKNOWN:
        yield Gap("unknown-input", "what it claims is not known before deployment")
    elif text(field(spec, "volumeName")) is not None:
        yield NoCharge("bound to a volume that exists, which is charged by itself")
    else:
        yield from claim_charges(resource, circumstances, claim_of(spec))


def templates_of(resource: Resource, circumstances: Circumstances) -> Iterator[Charge]:
    """The volumes that a StatefulSet claims for each of its replicas."""
    spec = resource.input("spec")
    count = number(field(spec, "replicas"))
    for template in items_of(spec, "volumeClaimTemplates"):
        claim = claim_of(template.get("spec"))
        if isinstance(count, Unknown):
            yield Gap("unknown-input", "how many replicas claim a volume is not known")
        else:
            replicas = ONE if count is None else count
            yield from claim_charges(resource, circumstances, claim, replicas)


def claim_charges(
    resource: Resource,
    circumstances: Circumstances,
    claim: Claim,
    count: Decimal = ONE,
) -> Iterator[Charge]:
    """What `count` claims of one kind cost, or why that is not known."""
    region = region_of_cluster(circumstances, "a volume")
    if isinstance(region, Gap):
        yield region
        return
    found = _volume(claim, circumstances)
    if isinstance(found, Gap):
        yield found
        return
    parameters, kind, status = found
    made = charged_as(resource, region, {})
    gib = UNKNOWN if claim.gib is None else claim.gib
    iops = _iops(resource, parameters, gib, kind)
    if kind in PROVISIONED and iops is None:
        yield Gap(
            "unknown-input", f"a volume of the type {kind}: its class names no iops"
        )
        return
    volume = VolumeSpec(
        kind,
        gib,
        iops,
        amount(resource, parameters.get("throughput"), "a throughput of"),
        "a claim",
    )
    yield from volume_charges(made, volume, count=count, usage=status)


def _iops(
    resource: Resource, parameters: Mapping[str, Any], gib: Decimal | Unknown, kind: str
) -> Decimal | Unknown | None:
    """The IOPS of a class: `iops`, or `iopsPerGB` within what the type may have."""
    asked = amount(resource, parameters.get("iops"), "iops of")
    each = amount(resource, parameters.get("iopspergb"), "iopsPerGB of")
    if asked is not None or each is None or kind not in IOPS_LIMITS:
        return asked
    if isinstance(each, Unknown) or isinstance(gib, Unknown):
        return UNKNOWN
    least, most = IOPS_LIMITS[kind]
    return UNKNOWN if each * gib > most else max(each * gib, least)


def _volume(
    claim: Claim, circumstances: Circumstances
) -> tuple[Mapping[str, Any], str, UsageStatus] | Gap:
    """The class's parameters, the type of its volumes and whether that is a guess."""
    classes = circumstances.graph.by_type.get(STORAGE_CLASS, ())
    if claim.storage_class is None:
        marked = [c for c in classes if annotation(c, DEFAULT_CLASS) == "true"]
    else:
        marked = [c for c in classes if name_of(c) == claim.storage_class]
    if len(marked) == 1:
        return _of_class(marked[0])
    if claim.storage_class == GP2_CLASS:
        return {}, "gp2", "given"
    if claim.storage_class is None:
        why = "the cluster's default class decides what volume it makes"
    elif isinstance(claim.storage_class, Unknown):
        why = "its storage class is not known before deployment"
    else:
        why = f"its storage class {claim.storage_class} is not in this stack"
    size = f" of {claim.gib:f} GiB" if isinstance(claim.gib, Decimal) else ""
    return Gap("unknown-input", f"a volume{size}: {why}")


def _of_class(
    item: Resource,
) -> tuple[Mapping[str, Any], str, UsageStatus] | Gap:
    provisioner = text(item.input("provisioner"))
    default = PROVISIONERS.get(str(provisioner))
    if default is None:
        return Gap(
            "no-price",
            f"its storage class {item.name} makes volumes by {provisioner}, which "
            "Farebox does not price",
        )
    unknown = Gap("unknown-input", f"the volumes of {item.name} are not known yet")
    given = item.input("parameters")
    if given is UNKNOWN:
        return unknown
    # The driver reads the names of its parameters in any case.
    parameters = {name.lower(): value for name, value in block(given).items()}
    kind = text(parameters.get("type"))
    if kind is UNKNOWN:
        return unknown
    return parameters, str(kind or default), "given"


def volume_snapshot(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A snapshot of a volume is billed by what it stores."""
    region = region_of_cluster(circumstances, "a snapshot")
    if isinstance(region, Gap):
        yield region
        return
    yield used(
        key_of(charged_as(resource, region, {}), "AmazonEC2", "EBS:SnapshotUsage"),
        usage,
        "storage_gb",
        unit="GB-Mo",
        description="snapshot of a volume",
    )
