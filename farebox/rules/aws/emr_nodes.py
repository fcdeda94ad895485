"""Nodes of an EMR cluster: which machines a group or a fleet of it launches.

Source: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-storage.html
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, Metered
from farebox.rules.known import known_amount, known_blocks, known_text, unknown
from farebox.rules.machines.clusters import Disk, working_fleet
from farebox.rules.machines.fleets import HUNDRED, ZERO, Fleet
from farebox.rules.machines.launch import Launch
from farebox.rules.machines.places import Place
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.service import Meter
from farebox.rules.shapes import amount, block, field, or_default, text

FEE = Meter(
    service="ElasticMapReduce",
    usage_type="BoxUsage:{type}",
    unit="Hrs",
    says="EMR on {type}",
)

ROOT_GIB = Decimal(15)
GIB_PER_XLARGE = Decimal(64)
LARGE_GIB = Decimal(32)
"""The root of each node, and the storage that EMR gives to a machine without disks.

Source: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-storage.html
"""

OWN_DISKS = re.compile(
    r"i\d\w*|i[ms]\w*|d\d\w*|h1|x1e?|[a-z]+\d[a-z]*d[a-z]*|[cmr]3|g5|g6|f1|p5|trn1"
)
"""Families that have disks of their own, so that EMR adds none (by their names)."""

SIZE = re.compile(r"(\d*)xlarge$")


class Nodes(Struct, frozen=True):
    """Machines of one kind in a cluster: how many units, of which types, how paid."""

    pools: tuple[Pool, ...]
    units: Assumption
    disks: tuple[Disk, ...]
    spot: bool = False


def group_nodes(
    resource: Resource, said: Any, root: Disk, name: str
) -> list[Nodes] | Gap:
    """The nodes of an instance group: one type, so many, on spot where it has a bid."""
    kind = known_text(field(said, "instanceType"), f"{name} instanceType")
    count = known_amount(
        resource, field(said, "instanceCount"), f"{name} instanceCount", ONE
    )
    bid = text(field(said, "bidPrice"))
    if isinstance(kind, Gap):
        return kind
    if isinstance(count, Gap):
        return count
    if bid is UNKNOWN:
        return unknown(f"{name} bidPrice")
    disks = disks_of(resource, field(said, "ebsConfigs"), kind, root)
    units = scaled(field(said, "autoscalingPolicy"), count, name)
    if isinstance(units, Assumption) and field(said, "instanceCount") is None:
        units = replace(units, status="assumed")
    if isinstance(disks, Gap):
        return disks
    if isinstance(units, Gap):
        return units
    return [Nodes((Pool(kind),), units, disks, bool(bid))]


def scaled(policy: Any, count: Decimal, name: str) -> Assumption | Gap:
    """The instances of a group between the bounds of its own policy, which is JSON.

    Source: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-automatic-scaling.html
    """
    if policy in (None, ""):
        return exactly(count)
    try:
        bounds = block(json.loads(policy).get("Constraints"))
        least = Decimal(int(bounds["MinCapacity"]))
        most = Decimal(int(bounds["MaxCapacity"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Gap(
            "unknown-input", f"the bounds of {name} autoscalingPolicy are unknown"
        )
    return Assumption(min(least, count), count, max(most, count), status="assumed")


def fleet_nodes(
    resource: Resource, said: Any, root: Disk, name: str
) -> list[Nodes] | Gap:
    """The nodes of an instance fleet: units on demand and on spot, of several types."""
    configs = known_blocks(field(said, "instanceTypeConfigs"), f"{name} instance types")
    if isinstance(configs, Gap):
        return configs
    pools = []
    for item in configs:
        kind = known_text(item.get("instanceType"), f"{name} instanceType")
        weight = known_amount(
            resource, item.get("weightedCapacity"), "weightedCapacity", ONE
        )
        if isinstance(kind, Gap):
            return kind
        if isinstance(weight, Gap):
            return weight
        pools.append(Pool(kind, max(weight, ONE)))
    if not pools:
        return Gap("unknown-input", f"{name} names no instance type")
    first = configs[0]
    disks = disks_of(resource, first.get("ebsConfigs"), pools[0].instance_type, root)
    if isinstance(disks, Gap):
        return disks
    found = []
    for target, spot in (
        ("targetOnDemandCapacity", False),
        ("targetSpotCapacity", True),
    ):
        units = known_amount(resource, field(said, target), f"{name} {target}", ZERO)
        if isinstance(units, Gap):
            return units
        if units:
            found.append(Nodes(tuple(pools), exactly(units), disks, spot))
    return found


def disks_of(
    resource: Resource, configs: Any, kind: str, root: Disk
) -> tuple[Disk, ...] | Gap:
    """The root, and what is asked for, else what EMR gives to a type without disks."""
    said = known_blocks(configs, "ebsConfigs")
    if isinstance(said, Gap):
        return said
    if not said:
        gib = default_gib(kind)
        more = Disk(VolumeSpec("gp2", gib, label="EMR's own storage"), "assumed")
        return (root, more) if gib else (root,)
    found = [root]
    for number, item in enumerate(said):
        type_ = or_default(text(item.get("type")), "gp2")
        if not isinstance(type_, str):
            return unknown("ebsConfigs type")
        volume = VolumeSpec(
            type_,
            amount(resource, item.get("size"), "a size of") or UNKNOWN,
            amount(resource, item.get("iops"), "iops of"),
            amount(resource, item.get("throughput"), "a throughput of"),
            f"volume {number + 1}",
        )
        count = known_amount(
            resource, item.get("volumesPerInstance"), "volumesPerInstance", ONE
        )
        if isinstance(count, Gap):
            return count
        found.append(Disk(volume, count=count))
    return tuple(found)


def default_gib(kind: str) -> Decimal:
    """GiB that EMR gives to a machine for which nothing is asked; 0 where it has disks."""
    family, _, size = kind.partition(".")
    if OWN_DISKS.fullmatch(family):
        return ZERO
    found = SIZE.search(size)
    return GIB_PER_XLARGE * Decimal(found[1] or 1) if found else LARGE_GIB


def node_charges(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    nodes: Nodes,
    places: tuple[Place, ...],
) -> Iterator[Charge]:
    """The machines of some nodes, their disks, and EMR's fee for the same hours."""
    fleet = Fleet(
        launch=Launch(),
        pools=nodes.pools,
        places=places,
        capacity=nodes.units,
        on_demand_percent=ZERO if nodes.spot else HUNDRED,
    )
    for charge in working_fleet(resource, usage, circumstances, fleet, nodes.disks):
        yield charge
        if not isinstance(charge, Metered):
            continue
        what, _, kind = charge.key.usage_type.partition(":")
        if what in ("BoxUsage", "SpotUsage"):
            yield FEE.metered(
                resource, charge.quantity, charge.because, usage=charge.usage, type=kind
            )
