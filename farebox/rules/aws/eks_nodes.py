"""Node groups of Amazon EKS: billed as the instances that they launch.

Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.machines.fleets import HUNDRED, ZERO, Fleet, fleet_charges
from farebox.rules.machines.instances import UNKNOWN_TYPE
from farebox.rules.machines.launch import (
    ROOT_DEVICES,
    ROOT_LABEL,
    Launch,
    LaunchVolume,
)
from farebox.rules.machines.overrides import pools_of
from farebox.rules.machines.places import places_of
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.sizes import group_size
from farebox.rules.machines.systems import WINDOWS
from farebox.rules.machines.templates import template_of
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.shapes import amount, block, text, values_of

DEFAULT_NODE_TYPE = "t3.medium"
NODE_ROOT_GIB = Decimal(20)
WINDOWS_NODE_ROOT_GIB = Decimal(50)
"""What a node group launches where it does not say.

Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
"""

NODE_DISK_TYPES = ("gp2", "gp3")
IMAGE_DISK_TYPES = ("gp3", "gp2")
"""What a node's disk is as a rule and what it may be: as EKS makes it where there is no
template, and as the image has it where a template leaves it out.

Assumed: AWS documents neither; users see gp2 disks where there is no template.
Source: https://github.com/aws/aws-cdk/issues/32372
"""

BOTTLEROCKET = "BOTTLEROCKET"
DATA_DEVICE = "/dev/xvdb"
BOTTLEROCKET_SYSTEM = LaunchVolume(
    "/dev/xvda",
    VolumeSpec("gp2", Decimal(2), label=ROOT_LABEL),
    "assumed",
)
"""Bottlerocket has its system on a disk of 2 GiB and the containers on another.

Source: https://github.com/bottlerocket-os/bottlerocket/issues/4000
"""

NODE_STRATEGY = "pricecapacityoptimized"
"""How spot node groups pick pools, from Kubernetes 1.28 on.

Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""


def node_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A node group is billed as the instances, volumes and addresses it launches.

    Source: https://aws.amazon.com/eks/pricing/
    Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    fleet = nodes_of(resource, usage, circumstances)
    if isinstance(fleet, Gap):
        yield fleet
        return
    yield from fleet_charges(resource, usage, circumstances, fleet)
    if resource.input("warmPoolConfig") is not None:
        yield Gap(
            "no-rule",
            "its warm pool is not priced: stopped instances pay for their volumes and "
            "running ones in full",
        )


def nodes_of(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Fleet | Gap:
    """The node group as its inputs and its template ask for it, or why not known."""
    image = text(resource.input("amiType"))
    market = text(resource.input("capacityType"))
    if image is UNKNOWN or market is UNKNOWN:
        what = "amiType" if image is UNKNOWN else "capacityType"
        return Gap("unknown-input", f"its {what} is not known before deployment")
    launch = _launch(resource, circumstances, str(image or ""))
    if isinstance(launch, Gap):
        return launch
    pools = _pools(resource, circumstances, launch)
    if isinstance(pools, Gap):
        return pools
    capacity = _size(resource, usage, circumstances)
    if isinstance(capacity, Gap):
        return capacity
    if market == "CAPACITY_BLOCK":
        launch = replace(launch, market="capacity-block")
    subnets = resource.input("subnetIds")
    named = values_of(resource.input("instanceTypes"))
    return Fleet(
        launch=launch,
        pools=pools,
        places=places_of(circumstances.graph, resource, "subnetIds", subnets),
        capacity=capacity,
        on_demand_percent=ZERO if market == "SPOT" else HUNDRED,
        strategy=NODE_STRATEGY,
        usage="given" if named or launch.instance_type else "assumed",
    )


def _pools(
    resource: Resource, circumstances: Circumstances, launch: Launch
) -> tuple[Pool, ...] | Gap:
    """The instance types of a node group; t3.medium where nothing names one."""
    types = values_of(resource.input("instanceTypes"))
    if UNKNOWN in types:
        return Gap("unknown-input", UNKNOWN_TYPE)
    if not types and launch.instance_type is None and not launch.requirements:
        types = [DEFAULT_NODE_TYPE]
    overrides = [{"instanceType": item} for item in types]
    return pools_of(circumstances.graph, resource, launch, overrides)


def _size(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Assumption | Gap:
    scaling = block(resource.input("scalingConfig"))
    return group_size(
        resource,
        usage,
        circumstances,
        (scaling.get("minSize"), "scalingConfig.minSize"),
        (scaling.get("desiredSize"), "scalingConfig.desiredSize"),
        (scaling.get("maxSize"), "scalingConfig.maxSize"),
    )


def _launch(
    resource: Resource, circumstances: Circumstances, image: str
) -> Launch | Gap:
    """What the launch template asks for, or the node group's own disk.

    Volumes of the image that nothing names are there all the same: its root, and on
    Bottlerocket the small disk of the system beside that of the data.
    """
    template = resource.input("launchTemplate")
    device = DATA_DEVICE if image.startswith(BOTTLEROCKET) else "/dev/xvda"
    if template not in (None, {}, []):
        graph = circumstances.graph
        found = template_of(graph, resource, "launchTemplate", template)
        if isinstance(found, Gap):
            return found
        launch, kinds = found, IMAGE_DISK_TYPES
    else:
        gib = amount(resource, resource.input("diskSize"), "a disk size of")
        kinds = NODE_DISK_TYPES
        launch = Launch(
            volumes=() if gib is None else (_disk(gib, device, kinds),),
        )
    windows = image.startswith("WINDOWS")
    if windows:
        launch = replace(launch, operation=WINDOWS)
    if launch.unknowns:
        return launch
    disk = _disk(WINDOWS_NODE_ROOT_GIB if windows else NODE_ROOT_GIB, device, kinds)
    system = (BOTTLEROCKET_SYSTEM,) if device == DATA_DEVICE else ()
    return launch.over(Launch(volumes=(disk, *system)))


def _disk(gib: Decimal | Unknown, device: str, kinds: tuple[str, str]) -> LaunchVolume:
    """A disk whose type AWS chooses: the first of the kinds, or the other."""
    kind, other = kinds
    label = ROOT_LABEL if device in ROOT_DEVICES else "the data volume"
    volume = VolumeSpec(kind, gib, label=label)
    return LaunchVolume(device, volume, "assumed", or_type=other)
