"""Changes to a program that may cost less: which input of which resource becomes what.

An idea is no advice yet: `advise` prices the stack with it, by the same rules, and keeps
those that save. Each says what the change risks. Inputs that are not known before
deployment are left alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import flag, number
from farebox.rules.shapes import block, blocks, text
from farebox.rules.version_support import Support, versions

INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
VOLUME = "aws:ebs/volume:Volume"
EIP = "aws:ec2/eip:Eip"
USES_OF_AN_EIP = frozenset(
    (
        "aws:ec2/eipAssociation:EipAssociation",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation",
        "aws:lb/loadBalancer:LoadBalancer",
    )
)


class Idea(Struct, frozen=True):
    """One change to one resource of a stack.

    `inputs` take the place of the resource's own; None takes the resource away.
    `kind` groups ideas that are alike, `change` says it in the program's words.
    """

    kind: str
    urn: str
    name: str
    change: str
    risk: str
    inputs: Mapping[str, Any] | None


Finder = Callable[[Resource, ResourceGraph, date], Iterator[Idea]]

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


def volumes(resource: Resource, graph: ResourceGraph, on: date) -> Iterator[Idea]:
    """gp2, and io1 and io2 within gp3's IOPS, as gp3."""
    own = resource.raw_inputs
    if resource.type == VOLUME:
        changed = _gp3_of(own, "type", "size")
        if changed is not None:
            was = own.get("type")
            yield _idea("gp3", resource, f"type: {was} -> gp3", _risk_of(was), changed)
        return
    if resource.type == INSTANCE:
        yield from _of_instance(resource)
    elif resource.type == TEMPLATE:
        mappings = blocks(own.get("blockDeviceMappings"))
        new = [_mapping(item) for item in mappings]
        if new != mappings and not _has_secret(own.get("blockDeviceMappings")):
            was = {block(item.get("ebs")).get("volumeType") for item in mappings}
            said = "blockDeviceMappings.ebs.volumeType: gp3"
            yield _idea(
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
        yield _idea(
            "gp3",
            resource,
            f"rootBlockDevice.volumeType: {was} -> gp3",
            _risk_of(was),
            {**own, "rootBlockDevice": root},
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
    "aws:rds/instance:Instance": "instanceClass",
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


def families(resource: Resource, graph: ResourceGraph, on: date) -> Iterator[Idea]:
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
            yield _idea(
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


def addresses(resource: Resource, graph: ResourceGraph, on: date) -> Iterator[Idea]:
    """Elastic IPs that nothing of the stack uses."""
    if resource.type != EIP:
        return
    own = resource.raw_inputs
    used = any(own.get(n) not in (None, "") for n in ("instance", "networkInterface"))
    if used or graph.referrers(resource, USES_OF_AN_EIP):
        return
    risk = "something outside this stack may use the address, and it cannot be had back"
    yield _idea("idle address", resource, "remove it", risk, None)


SUPPORTED = {
    "aws:eks/cluster:Cluster": ("version", "kubernetes"),
    "aws:rds/instance:Instance": ("engineVersion", ""),
    "aws:rds/cluster:Cluster": ("engineVersion", ""),
}
"""Which input names the version, and the engine where the type has one only."""


def support(resource: Resource, graph: ResourceGraph, on: date) -> Iterator[Idea]:
    """Versions in extended support as the oldest one that is not."""
    name, engine = SUPPORTED.get(resource.type, ("", ""))
    said = text(resource.raw_inputs.get(name)) if name else None
    engine = engine or str(text(resource.raw_inputs.get("engine")) or "")
    if not isinstance(said, str) or not engine:
        return
    standard = sorted(
        (each for each in versions(engine).values() if _standard(each, on)),
        key=lambda each: _order(each.version),
    )
    later = [each for each in standard if _order(each.version) > _order(said)]
    if later:
        risk = (
            "the upgrade goes version by version, and what runs on it must know the "
            "new one"
        )
        new = later[0].version
        change = f"{name}: {said} -> {new}"
        inputs = {**resource.raw_inputs, name: new}
        yield _idea("supported version", resource, change, risk, inputs)


def _standard(said: Support, on: date) -> bool:
    return said.standard_ends is not None and said.standard_ends > on


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


DEVELOPMENT = re.compile(r"(?i)(^|[-_./])(dev|develop|test|testing|staging|sandbox|qa)")


def zones(resource: Resource, graph: ResourceGraph, on: date) -> Iterator[Idea]:
    """A standby in another zone, in a stack that is named as one for development."""
    if resource.type != "aws:rds/instance:Instance":
        return
    if DEVELOPMENT.search(graph.stack) and flag(resource.raw_inputs.get("multiAz")):
        yield _idea(
            "one zone in development",
            resource,
            "multiAz: true -> false",
            "the database is gone while its zone is, and restarts for the change",
            {**resource.raw_inputs, "multiAz": False},
        )


FINDERS: tuple[Finder, ...] = (volumes, families, addresses, support, zones)


def ideas(graph: ResourceGraph, on: date) -> Iterator[Idea]:
    """Every idea for every resource of a stack, in the order of its urns."""
    for resource in sorted(graph.resources, key=lambda each: each.urn):
        if resource.custom and resource.operation != "read":
            for find in FINDERS:
                yield from find(resource, graph, on)


def _idea(
    kind: str,
    resource: Resource,
    change: str,
    risk: str,
    inputs: Mapping[str, Any] | None,
) -> Idea:
    return Idea(kind, resource.urn, resource.name, change, risk, inputs)
