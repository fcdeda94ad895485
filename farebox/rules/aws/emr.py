"""Amazon EMR: the machines of a cluster, EMR's fee for each hour of them, their disks.

Source: https://aws.amazon.com/emr/pricing/
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.emr_nodes import (
    FEE,
    ROOT_GIB,
    Nodes,
    fleet_nodes,
    group_nodes,
    node_charges,
)
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_amount, unknown
from farebox.rules.machines.clusters import CLUSTER_KEYS, Disk
from farebox.rules.machines.launch import ROOT_LABEL
from farebox.rules.machines.places import DEFAULT_VPC, Place, places_of
from farebox.rules.machines.uses import INSTANCE_METERS
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.service import Type, free
from farebox.rules.shapes import block, blocks, field, text

SOURCE = "https://aws.amazon.com/emr/pricing/"

CLUSTER_TYPES = frozenset(("aws:emr/cluster:Cluster",))
POLICY_TYPES = frozenset(("aws:emr/managedScalingPolicy:ManagedScalingPolicy",))

PARTS = (
    ("masterInstanceGroup", group_nodes),
    ("masterInstanceFleet", fleet_nodes),
    ("coreInstanceGroup", group_nodes),
    ("coreInstanceFleet", fleet_nodes),
)
"""The inputs that name a cluster's nodes, and what reads each."""


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Master and core nodes; task nodes are resources of their own.

    A cluster that ends with its work costs for the hours that use gives.
    """
    ends = _ends(resource)
    if usage.quantity("monthly_hrs") is None and ends is not None:
        yield ends
        return
    places = _places(resource, circumstances)
    root = _root(resource)
    if isinstance(root, Gap):
        yield root
        return
    any_nodes = False
    for name, read in PARTS:
        said = resource.input(name)
        if said is None:
            continue
        any_nodes = True
        found = unknown(name) if said is UNKNOWN else read(resource, said, root, name)
        if isinstance(found, Gap):
            yield found
            continue
        for nodes in found:
            if name.startswith("core"):
                nodes = _scaled(resource, circumstances, nodes)
            if not nodes.units.high:
                continue
            yield from node_charges(resource, usage, circumstances, nodes, places)
    if not any_nodes:
        yield Gap("unknown-input", "nothing names the nodes of the cluster")


def _ends(resource: Resource) -> Gap | None:
    """The gap of a cluster that ends when its work is done; None for one that stays."""
    stays = flag(resource.input("keepJobFlowAliveWhenNoSteps"))
    idle = resource.input("autoTerminationPolicy")
    if stays is UNKNOWN or idle is UNKNOWN:
        return unknown("whether it ends with its work")
    if stays is not False and not block(idle):
        return None
    return Gap(
        "no-usage",
        "the cluster ends when its work is done, so its cost depends on use, and no "
        "monthly_hrs is given",
        usage_key="monthly_hrs",
    )


def _root(resource: Resource) -> Disk | Gap:
    said = resource.input("ebsRootVolumeSize")
    gib = known_amount(resource, said, "ebsRootVolumeSize", ROOT_GIB)
    if isinstance(gib, Gap):
        return gib
    volume = VolumeSpec("gp3", gib or ROOT_GIB, label=ROOT_LABEL)
    return Disk(volume, "given" if gib and said is not None else "assumed")


def _places(resource: Resource, circumstances: Circumstances) -> tuple[Place, ...]:
    said: Any = resource.input("ec2Attributes")
    subnet = field(said, "subnetId")
    if subnet is None:
        subnet = field(said, "subnetIds")
    if subnet is None:
        return (DEFAULT_VPC,)
    found = places_of(circumstances.graph, resource, "ec2Attributes", subnet)
    return found or (Place(),)


def _scaled(resource: Resource, circumstances: Circumstances, nodes: Nodes) -> Nodes:
    """The core nodes with the range of a policy that lets EMR scale them."""
    found = circumstances.graph.referrers(resource, POLICY_TYPES)
    limits = blocks(found[0].input("computeLimits")) if len(found) == 1 else []
    if not limits:
        return nodes
    said = limits[0]
    least = known_amount(found[0], said.get("minimumCapacityUnits"), "minimum", None)
    most = known_amount(found[0], said.get("maximumCapacityUnits"), "maximum", None)
    if (
        text(said.get("unitType")) == "VCPU"
        or isinstance(least, Gap)
        or isinstance(most, Gap)
    ):
        circumstances.note(
            f"{resource.name} is scaled by {found[0].name}, whose range is not in "
            "instances: its core nodes are priced as it starts"
        )
        return nodes
    likely = nodes.units.likely
    units = Assumption(min(least, likely), likely, max(most, likely), status="assumed")
    return replace(nodes, units=units)


def instance_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A group of task nodes of a cluster."""
    inputs = {
        name: resource.input(name)
        for name in (
            "instanceType",
            "instanceCount",
            "bidPrice",
            "ebsConfigs",
            "autoscalingPolicy",
        )
    }
    yield from _tasks(resource, usage, circumstances, inputs, group_nodes)


def instance_fleet(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A fleet of task nodes of a cluster."""
    inputs = {
        name: resource.input(name)
        for name in (
            "instanceTypeConfigs",
            "targetOnDemandCapacity",
            "targetSpotCapacity",
        )
    }
    yield from _tasks(resource, usage, circumstances, inputs, fleet_nodes)


def _tasks(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    inputs: dict[str, Any],
    read: Any,
) -> Iterator[Charge]:
    """Task nodes stand where their cluster does, and end with it."""
    value = resource.input("clusterId")
    of = circumstances.graph.references(resource, "clusterId", value, CLUSTER_TYPES)
    owner = of[0] if len(of) == 1 else None
    ends = None if owner is None else _ends(owner)
    if usage.quantity("monthly_hrs") is None and ends is not None:
        yield ends
        return
    root: Disk | Gap = Disk(VolumeSpec("gp3", ROOT_GIB, label=ROOT_LABEL), "assumed")
    places: tuple[Place, ...] = (Place(),)
    if owner is not None:
        root, places = _root(owner), _places(owner, circumstances)
    found = root if isinstance(root, Gap) else read(resource, inputs, root, "task")
    if isinstance(found, Gap):
        yield found
        return
    if not any(nodes.units.high for nodes in found):
        yield NoCharge("it asks for no instances, and nothing runs")
        return
    for nodes in found:
        yield from node_charges(resource, usage, circumstances, nodes, places)


_METERS = (FEE, *INSTANCE_METERS)
_NOTES = (
    "A machine is charged by EC2 and, with a fee by its type, by EMR; its disks end "
    "with it. Storage that EMR gives to types without disks of their own is assumed by "
    "their size. A fleet of several types is priced at the first on demand."
)

TYPES = {
    "aws:emr/cluster:Cluster": Type(
        billed="A cluster is billed for its machines, EMR's fee for them, and their disks.",
        source=SOURCE,
        meters=_METERS,
        uses=CLUSTER_KEYS,
        rule=cluster,
        terraform="aws_emr_cluster",
        notes=_NOTES,
        not_modelled="fees of MapR and other software",
    ),
    "aws:emr/instanceGroup:InstanceGroup": Type(
        billed="Task nodes are billed as machines, with EMR's fee for them.",
        source=SOURCE,
        meters=_METERS,
        uses=CLUSTER_KEYS,
        rule=instance_group,
        terraform="aws_emr_instance_group",
    ),
    "aws:emr/instanceFleet:InstanceFleet": Type(
        billed="Task nodes are billed as machines, with EMR's fee for them.",
        source=SOURCE,
        meters=_METERS,
        uses=CLUSTER_KEYS,
        rule=instance_fleet,
        terraform="aws_emr_instance_fleet",
    ),
}

FREE = free(
    "emr",
    {
        "a setting of clusters, whose machines are charged": (
            "BlockPublicAccessConfiguration ManagedScalingPolicy SecurityConfiguration"
        ),
        "a studio costs nothing; the clusters that it works on are charged": (
            "Studio StudioSessionMapping"
        ),
    },
)
