"""Amazon EKS: clusters by the hour, node groups as the instances they launch.

Source: https://aws.amazon.com/eks/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.autoscaling import group_size, pools_of
from farebox.rules.aws.eks_versions import standard_support_ends
from farebox.rules.charges import Charge, Circumstances, Gap, hours
from farebox.rules.machines.fleets import HUNDRED, ZERO, Fleet, fleet_charges, read_keys
from farebox.rules.machines.instances import UNKNOWN_TYPE
from farebox.rules.machines.launch import ROOT_LABEL, ROOT_TYPE, Launch, LaunchVolume
from farebox.rules.machines.places import places_of
from farebox.rules.machines.templates import template_of
from farebox.rules.machines.volumes import VolumeSpec
from farebox.rules.service import Type, free
from farebox.rules.shapes import amount, block, field, text, values_of

SERVICE = "AmazonEKS"

DEFAULT_NODE_TYPE = "t3.medium"
NODE_ROOT_GIB = Decimal(20)
WINDOWS_NODE_ROOT_GIB = Decimal(50)
"""What a node group launches where it does not say; GiB of gp3 are assumed.

Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
"""

WINDOWS_OPERATION = "RunInstances:0002"
"""The operation of Windows instances on the bill.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
"""

NODE_STRATEGY = "pricecapacityoptimized"
"""How spot node groups pick pools, from Kubernetes 1.28 on.

Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster is billed by the hour, and more while its version is out of standard support.

    The bill has extended support as a second line beside the first. Its logs are
    charged on their log group.
    Source: https://aws.amazon.com/eks/pricing/
    """
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "AmazonEKS-Hours:perCluster",
        "CreateOperation",
        unit="Hours",
        description="control plane",
        because="one cluster all month",
    )
    yield from _extended_support(resource, circumstances)
    if flag(block(resource.input("computeConfig")).get("enabled")) is True:
        yield Gap(
            "no-price",
            "EKS Auto Mode launches instances as pods ask for them, with a surcharge "
            "by type: neither is in this stack",
        )
    tier = text(block(resource.input("controlPlaneScalingConfig")).get("tier"))
    if tier is UNKNOWN:
        reason = "its control plane tier is not known before deployment"
        yield Gap("unknown-input", reason)
    elif tier is not None and tier != "standard":
        yield Gap(
            "no-price",
            f"the hours of the provisioned control plane {tier} are not in a book yet",
        )
    if block(resource.input("remoteNetworkConfig")):
        yield Gap(
            "no-price",
            "hybrid nodes are charged by vCPU and hour, and they are not in this stack",
        )


def _extended_support(
    resource: Resource, circumstances: Circumstances
) -> Iterator[Charge]:
    policy = field(resource.input("upgradePolicy"), "supportType")
    version = resource.input("version")
    if version is None or policy == "STANDARD":
        return  # The newest version, or one that AWS upgrades when its time is over.
    if isinstance(version, Unknown):
        reason = "its version, and so extended support, is not known before deployment"
        yield Gap("unknown-input", reason)
        return
    ends = standard_support_ends(str(version))
    if ends is None or circumstances.on < ends:
        return
    if (circumstances.on - ends).days > 366:
        circumstances.note(
            f"{resource.name}: Kubernetes {version} is past extended support; AWS "
            "upgrades such clusters by itself"
        )
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "AmazonEKS-Hours:extendedSupport",
        "ExtendedSupport",
        unit="Hours",
        description="extended support",
        because=f"standard support of {version} is over by {ends.isoformat()}",
    )


def node_group(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A node group is billed as the instances, volumes and addresses it launches.

    Source: https://aws.amazon.com/eks/pricing/
    Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    read_keys(usage)
    image, market = (
        text(resource.input("amiType")),
        text(resource.input("capacityType")),
    )
    if image is UNKNOWN or market is UNKNOWN:
        what = "amiType" if image is UNKNOWN else "capacityType"
        yield Gap("unknown-input", f"its {what} is not known before deployment")
        return
    windows = str(image).startswith("WINDOWS")
    launch = _launch(resource, circumstances)
    types = values_of(resource.input("instanceTypes"))
    if isinstance(launch, Gap):
        yield launch
        return
    if UNKNOWN in types:
        yield Gap("unknown-input", UNKNOWN_TYPE)
        return
    if not types and launch.instance_type is None and not launch.requirements:
        types = [DEFAULT_NODE_TYPE]
    pools = pools_of(resource, launch, [{"instanceType": item} for item in types])
    if isinstance(pools, Gap):
        yield pools
        return
    scaling = block(resource.input("scalingConfig"))
    capacity = group_size(
        resource,
        usage,
        circumstances,
        (scaling.get("minSize"), "scalingConfig.minSize"),
        (scaling.get("desiredSize"), "scalingConfig.desiredSize"),
        (scaling.get("maxSize"), "scalingConfig.maxSize"),
    )
    if isinstance(capacity, Gap):
        yield capacity
        return
    if windows and market == "SPOT":
        reason = "spot prices are those of Linux; a book has none for Windows"
        yield Gap("no-price", reason)
        return
    if market == "CAPACITY_BLOCK":
        launch = Launch(market="capacity-block").over(launch)
    subnets = resource.input("subnetIds")
    yield from fleet_charges(
        resource,
        usage,
        circumstances,
        Fleet(
            launch=launch,
            pools=pools,
            places=places_of(circumstances.graph, resource, "subnetIds", subnets),
            capacity=capacity,
            on_demand_percent=ZERO if market == "SPOT" else HUNDRED,
            strategy=NODE_STRATEGY,
            operation=WINDOWS_OPERATION if windows else "RunInstances",
            assumed_root=_root(WINDOWS_NODE_ROOT_GIB if windows else NODE_ROOT_GIB),
        ),
    )
    if resource.input("warmPoolConfig") is not None:
        yield Gap(
            "no-rule",
            "its warm pool is not priced: stopped instances pay for their volumes and "
            "running ones in full",
        )


def _launch(resource: Resource, circumstances: Circumstances) -> Launch | Gap:
    """The node group's own disk, or what its launch template asks for."""
    template = resource.input("launchTemplate")
    if template is not None:
        return template_of(circumstances.graph, resource, "launchTemplate", template)
    gib = amount(resource, resource.input("diskSize"), "a disk size of")
    if gib is None:
        return Launch()
    return Launch(volumes=(LaunchVolume("/dev/xvda", _root(gib)),))


def _root(gib: Decimal | Unknown) -> VolumeSpec:
    return VolumeSpec(ROOT_TYPE, gib, label=ROOT_LABEL)


def capability(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A capability is billed by the hour and by what it manages; no book has it yet.

    Source: https://aws.amazon.com/eks/pricing/ (EKS Capabilities)
    """
    kind = text(resource.input("type")) or "not named"
    yield Gap(
        "no-price",
        f"the capability {kind} is charged by the hour and by resource; its prices are "
        "not in a book yet",
    )


TYPES = {
    "aws:eks/capability:Capability": Type(
        billed="A capability is billed by the hour and by what it manages; no book has it yet.",
        source="https://aws.amazon.com/eks/pricing/",
        rule=capability,
    ),
    "aws:eks/cluster:Cluster": Type(
        billed="A cluster is billed by the hour, and more while its version is out of standard support.",
        source="https://aws.amazon.com/eks/pricing/",
        rule=cluster,
    ),
    "aws:eks/nodeGroup:NodeGroup": Type(
        billed="A node group is billed as the instances, volumes and addresses it launches.",
        source="https://aws.amazon.com/eks/pricing/",
        rule=node_group,
    ),
}

FREE = free(
    "eks",
    {
        "access to a cluster costs nothing": (
            "AccessEntry AccessPolicyAssociation IdentityProviderConfig "
            "PodIdentityAssociation"
        ),
        "an add-on costs nothing by itself; one of the Marketplace has its own terms": (
            "Addon"
        ),
        "a Fargate profile costs nothing; the pods that it runs are usage": (
            "FargateProfile"
        ),
    },
)
