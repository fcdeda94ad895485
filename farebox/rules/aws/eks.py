"""Amazon EKS: clusters by the hour, pods on Fargate; node groups are in `eks_nodes`.

Source: https://aws.amazon.com/eks/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.eks_nodes import node_group
from farebox.rules.aws.eks_versions import standard_support_ends
from farebox.rules.charges import Charge, Circumstances, Gap, hours, key_of
from farebox.rules.machines.uses import GROUP_KEYS, INSTANCE_METERS
from farebox.rules.made_logs import group_named, is_declared
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import block, field, text

SERVICE = "AmazonEKS"


PROVISIONED = Meter(
    service=SERVICE,
    usage_type="AmazonEKS-Hours:{TIER}-ProvisionedTier",
    operation="ProvisionedControlPlaneUsage",
    unit="Hours",
    says="provisioned control plane {TIER}",
    per="hour",
    because="one cluster all month",
)
CAPABILITIES = {"ACK": "ACK", "ARGOCD": "ArgoCD", "KRO": "KRO"}
"""What the input calls a capability, and what the price list does."""

CAPABILITY = Meter(
    service=SERVICE,
    usage_type="AmazonEKSCapabilities-{NAME}-Hours:perCapability",
    unit="Hours",
    says="capability {NAME}",
    per="hour",
    because="one capability all month",
)
CUSTOM_RESOURCES = Use(
    key="custom_resources",
    service=SERVICE,
    usage_type="AmazonEKSCapabilities-{NAME}-CR-Hours:perCustomResource",
    unit="Hours",
    says="resources that {NAME} manages",
)
PODS = (
    Use(
        key="monthly_vcpu_hours",
        service=SERVICE,
        usage_type="Fargate-vCPU-Hours:perCPU",
        unit="hours",
        says="vCPU of pods on Fargate",
    ),
    Use(
        key="monthly_memory_gb_hours",
        service=SERVICE,
        usage_type="Fargate-GB-Hours",
        unit="hours",
        says="memory of pods on Fargate",
    ),
)
"""What pods on Fargate take, rounded up by AWS for each pod, 256 MiB of its own included.

Source: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
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
        key_of(resource, SERVICE, "AmazonEKS-Hours:perCluster", "CreateOperation"),
        circumstances,
        unit="Hours",
        description="control plane",
        because="one cluster all month",
    )
    yield from _extended_support(resource, circumstances)
    auto = flag(field(resource.input("computeConfig"), "enabled"))
    if auto is UNKNOWN:
        yield Gap("unknown-input", "whether it is in Auto Mode is not known yet")
    elif auto:
        yield Gap(
            "no-price",
            "EKS Auto Mode launches instances as pods ask for them, with a surcharge "
            "by type: neither is in this stack",
        )
    tier = text(field(resource.input("controlPlaneScalingConfig"), "tier"))
    if isinstance(tier, Unknown):
        reason = "its control plane tier is not known before deployment"
        yield Gap("unknown-input", reason)
    elif tier is not None and tier != "standard":
        yield PROVISIONED.all_month(
            resource, circumstances, TIER=tier.removeprefix("tier-").upper()
        )
    yield from _logs(resource, circumstances)
    if block(resource.input("remoteNetworkConfig")):
        yield Gap(
            "no-price",
            "hybrid nodes are charged by vCPU and hour, and they are not in this stack",
        )


def _logs(resource: Resource, circumstances: Circumstances) -> Iterator[Charge]:
    """Logs of the control plane, where no log group of the stack carries them.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    wanted = resource.input("enabledClusterLogTypes")
    if wanted in (None, []):
        return
    group = group_named("/aws/eks", resource) + "/cluster"
    if is_declared(resource, circumstances, group):
        return
    yield Gap(
        "no-usage",
        "logs of the control plane are charged by the GB, on a log group that is not in "
        f"this stack: declare {group} to have them priced",
    )


def _extended_support(
    resource: Resource, circumstances: Circumstances
) -> Iterator[Charge]:
    policy = field(resource.input("upgradePolicy"), "supportType")
    version = resource.input("version")
    if version is None or policy == "STANDARD":
        return  # The newest version, or one that AWS upgrades when its time is over.
    if isinstance(version, Unknown) or policy is UNKNOWN:
        reason = (
            "its version or upgradePolicy, and so extended support, is not known before "
            "deployment"
        )
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
        key_of(resource, SERVICE, "AmazonEKS-Hours:extendedSupport", "ExtendedSupport"),
        circumstances,
        unit="Hours",
        description="extended support",
        because=f"standard support of {version} is over by {ends.isoformat()}",
    )


def capability(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A capability is billed by the hour, and by the hour of each resource it manages.

    Source: https://aws.amazon.com/eks/pricing/ (EKS Capabilities)
    """
    kind = text(resource.input("type"))
    if not isinstance(kind, str):
        yield Gap("unknown-input", "its type is not known before deployment")
        return
    name = CAPABILITIES.get(kind, kind)
    yield CAPABILITY.all_month(resource, circumstances, NAME=name)
    month = circumstances.hours_per_month
    yield CUSTOM_RESOURCES.charge(resource, usage, factor=month, NAME=name)


TYPES = {
    "aws:eks/capability:Capability": Type(
        billed="A capability is billed by the hour, and by the hour of each resource it manages.",
        source="https://aws.amazon.com/eks/pricing/",
        meters=(CAPABILITY,),
        uses=(CUSTOM_RESOURCES,),
        rule=capability,
    ),
    "aws:eks/cluster:Cluster": Type(
        billed="A cluster is billed by the hour, and more while its version is out of standard support.",
        source="https://aws.amazon.com/eks/pricing/",
        meters=(
            Meter(
                service=SERVICE,
                usage_type="AmazonEKS-Hours:perCluster",
                operation="CreateOperation",
                unit="Hours",
                says="control plane",
            ),
            Meter(
                service=SERVICE,
                usage_type="AmazonEKS-Hours:extendedSupport",
                operation="ExtendedSupport",
                unit="Hours",
                says="extended support",
            ),
            PROVISIONED,
        ),
        rule=cluster,
        terraform="aws_eks_cluster",
    ),
    "aws:eks/fargateProfile:FargateProfile": Type(
        billed="A profile is free; the pods that it runs are billed by their vCPU and memory.",
        source="https://aws.amazon.com/fargate/pricing/",
        uses=PODS,
        terraform="aws_eks_fargate_profile",
    ),
    "aws:eks/nodeGroup:NodeGroup": Type(
        billed="A node group is billed as the instances, volumes and addresses it launches.",
        source="https://aws.amazon.com/eks/pricing/",
        meters=INSTANCE_METERS,
        uses=GROUP_KEYS,
        rule=node_group,
        terraform="aws_eks_node_group",
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
    },
)
