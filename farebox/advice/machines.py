"""Ideas for volumes and machines: gp3, IOPS that nobody uses, today's families, Graviton."""

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from farebox.advice.idea import Idea, given, idea_for
from farebox.graph import Resource
from farebox.graph.values import number
from farebox.quote.basket import Basket
from farebox.rules.aws.ebs import PEAK_IOPS
from farebox.rules.shapes import block, blocks, text

INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
VOLUME = "aws:ebs/volume:Volume"
DATABASE = "aws:rds/instance:Instance"

GP3_IOPS, GP3_MOST_IOPS = Decimal(3000), Decimal(16_000)
GP2_IOPS_PER_GIB = 3
"""What gp2 gives for its size, and gp3 at no charge.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
"""

AS_FAST = "none: gp3 gets the IOPS that gp2 has at this size"
LESS_DURABLE = "io2's durability of 99.999 % is lost; latency is a little higher"


def _gp3_of(said: Mapping[str, Any], kind: str, size: str) -> dict[str, Any] | None:
    """A volume's block as gp3 with the same IOPS; None where it is none to change."""
    was = text(said.get(kind))
    gib = number(said.get(size))
    iops = number(said.get("iops"))
    if was == "gp2" and isinstance(gib, Decimal):
        needed = min(gib * GP2_IOPS_PER_GIB, GP3_MOST_IOPS)
        changed = {**said, kind: "gp3"}
        changed.pop("iops", None)
        if needed > GP3_IOPS:
            changed["iops"] = int(needed)
        return changed
    if was in ("io1", "io2") and isinstance(iops, Decimal) and iops <= GP3_MOST_IOPS:
        return {**said, kind: "gp3", "iops": int(max(iops, GP3_IOPS))}
    return None


def _risk_of(was: object) -> str:
    return AS_FAST if was == "gp2" else LESS_DURABLE


def volumes(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """gp2, and io1 and io2 within gp3's IOPS, as gp3."""
    own = resource.raw_inputs
    if resource.type == VOLUME:
        changed = _gp3_of(own, "type", "size")
        if changed is not None:
            was = own.get("type")
            yield idea_for(
                "gp3", resource, f"type: {was} -> gp3", _risk_of(was), changed
            )
        return
    if resource.type == INSTANCE:
        yield from _of_instance(resource)
    elif resource.type == TEMPLATE:
        mappings = blocks(own.get("blockDeviceMappings"))
        new = [_mapping(item) for item in mappings]
        if new != mappings and not _has_secret(own.get("blockDeviceMappings")):
            was = {block(item.get("ebs")).get("volumeType") for item in mappings}
            said = "blockDeviceMappings.ebs.volumeType: gp3"
            yield idea_for(
                "gp3",
                resource,
                said,
                _risk_of("gp2" if was <= {"gp2", "gp3", None} else "io2"),
                {**own, "blockDeviceMappings": new},
            )


def _mapping(item: dict[str, Any]) -> dict[str, Any]:
    changed = _gp3_of(block(item.get("ebs")), "volumeType", "volumeSize")
    return item if changed is None else {**item, "ebs": changed}


def _of_instance(resource: Resource) -> Iterator[Idea]:
    own = resource.raw_inputs
    root = _gp3_of(block(own.get("rootBlockDevice")), "volumeType", "volumeSize")
    if root is not None:
        was = block(own.get("rootBlockDevice")).get("volumeType")
        yield idea_for(
            "gp3",
            resource,
            f"rootBlockDevice.volumeType: {was} -> gp3",
            _risk_of(was),
            {**own, "rootBlockDevice": root},
        )


SPARE = Decimal("1.2")
"""A fifth more than the peak, for what the month did not show."""
LEAST_IOPS = {"gp3": GP3_IOPS, "io1": Decimal(100), "io2": Decimal(100)}
LEAST_OF_A_DATABASE = Decimal(1000)
"""What AWS sells at least, by type of volume.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""


def speed(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Provisioned IOPS far over the peak that the usage file gives."""
    if resource.type == VOLUME:
        least = LEAST_IOPS.get(str(text(resource.raw_inputs.get("type"))))
    elif resource.type == DATABASE:
        kind = str(text(resource.raw_inputs.get("storageType")))
        least = LEAST_OF_A_DATABASE if kind in ("io1", "io2") else None
    else:
        return
    iops = number(resource.raw_inputs.get("iops"))
    peak = given(basket, resource, PEAK_IOPS)
    if least is None or peak is None or not isinstance(iops, Decimal):
        return
    needed = max(least, (peak * SPARE).to_integral_value(ROUND_CEILING))
    if needed < iops:
        yield idea_for(
            "provisioned IOPS",
            resource,
            f"iops: {iops:f} -> {needed:f}",
            f"a peak over {needed:f} IOPS waits; the usage file says {peak:f}, a fifth is "
            "added",
            {**resource.raw_inputs, "iops": int(needed)},
        )


def _has_secret(value: Any) -> bool:
    return isinstance(value, str)


CURRENT = {
    "t2": "t3",
    "m3": "m6i",
    "m4": "m6i",
    "c3": "c6i",
    "c4": "c6i",
    "r3": "r6i",
    "r4": "r6i",
    "i2": "i3en",
}
"""Families that AWS calls previous generation (and t2), and today's of the same shape.

Source: https://aws.amazon.com/ec2/previous-generation/
"""

GRAVITON = {
    "t3": "t4g",
    "t3a": "t4g",
    "m5": "m7g",
    "m5a": "m7g",
    "m6i": "m7g",
    "m6a": "m7g",
    "c5": "c7g",
    "c5a": "c7g",
    "c6i": "c7g",
    "c6a": "c7g",
    "r5": "r7g",
    "r5a": "r7g",
    "r6i": "r7g",
    "r6a": "r7g",
}
"""x86 families and the Graviton family of the same shape.

Source: https://aws.amazon.com/ec2/instance-types/
"""

TYPED = {
    INSTANCE: "instanceType",
    TEMPLATE: "instanceType",
    DATABASE: "instanceClass",
    "aws:rds/clusterInstance:ClusterInstance": "instanceClass",
    "aws:elasticache/cluster:Cluster": "nodeType",
    "aws:elasticache/replicationGroup:ReplicationGroup": "nodeType",
}
"""Which input names the instance type, by type of resource."""

MANAGED = {
    "t3": "t4g",
    "m5": "m7g",
    "m6i": "m7g",
    "r5": "r7g",
    "r6i": "r7g",
    "m4": "m7g",
    "r4": "r7g",
    "t2": "t4g",
}
"""Families of managed databases and caches, whose engines AWS runs on Graviton itself."""

GRAVITON_ENGINES = ("mysql", "postgres", "mariadb", "aurora")

REBUILD = "images and programs must be built for ARM; the instance is replaced"
REPLACED = (
    "the instance is replaced, and its image must have today's drivers (ENA, NVMe)"
)
RESIZED = "the database restarts in its maintenance window or at once, as asked"


def families(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Previous generations as today's, and x86 as Graviton."""
    name = TYPED.get(resource.type, "")
    kind = text(resource.raw_inputs.get(name)) if name else None
    if not isinstance(kind, str):
        return
    head, family, size = _parts(kind)
    if resource.type in (INSTANCE, TEMPLATE):
        if resource.raw_inputs.get("getPasswordData"):
            return  # Windows does not run on Graviton, and its licence is the cost
        moves: tuple[tuple[str, str | None, str], ...] = (
            ("current generation", CURRENT.get(family), REPLACED),
            ("Graviton", GRAVITON.get(family), REBUILD),
        )
    else:
        engine = text(resource.raw_inputs.get("engine")) or ""
        is_cache = resource.type.startswith("aws:elasticache")
        if not is_cache and not str(engine).startswith(GRAVITON_ENGINES):
            return
        moves = (("Graviton", MANAGED.get(family), RESIZED),)
    for title, to, risk in moves:
        if to is not None:
            new = f"{head}{to}.{size}"
            yield idea_for(
                title,
                resource,
                f"{name}: {kind} -> {new}",
                risk,
                {**resource.raw_inputs, name: new},
            )


def _parts(kind: str) -> tuple[str, str, str]:
    """`db.t3.micro` as `db.`, `t3` and `micro`."""
    found = re.fullmatch(r"((?:db|cache)\.)?([a-z0-9-]+)\.([a-z0-9-]+)", kind)
    return (found[1] or "", found[2], found[3]) if found else ("", "", "")
