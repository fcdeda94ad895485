"""What a tier asks of an AWS account: quotas, and resources in one stack.

Quotas that AWS raises on request are reported, not enforced: a plan with them is
right, and the account must be made ready first.
"""

from farebox.hosting.instance_types import instance_type
from farebox.hosting.limits import (
    EKS_NODES_PER_GROUP,
    EKS_SOURCE,
    NLB_SOURCE,
    NLB_TARGETS,
    RESOURCES_MOST,
    RESOURCES_SOURCE,
)
from farebox.hosting.plan_values import QuotaNeed, TierPlan

ROOT_GIB = 30
"""GiB of a VM's or a proxy's root volume, as the components make it."""
NODE_ROOT_GIB = 20
"""GiB of a node's root volume, as EKS makes it unless told otherwise."""

_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/"
VCPU_SOURCE = (
    "differs per account; https://docs.aws.amazon.com/ec2/latest/instancetypes/"
    "ec2-instance-quotas.html"
)
EBS_SOURCE = f"AWS default, raised on request; {_QUOTAS}ebs-service.html"
ADDRESS_SOURCE = f"AWS default, raised on request; {_QUOTAS}vpc-service.html"


def quota_needs(plan: TierPlan) -> tuple[QuotaNeed, ...]:
    """What the plan needs when every group stands at its largest."""
    most = sum(zone.max_vms for zone in plan.zones)
    vcpus = max((instance_type(name).vcpus for name in plan.instance_types), default=0)
    base = min(plan.on_demand_base, most)
    on_demand = base + (most - base) * plan.on_demand_percent / 100
    others = sum(
        nodes.max_nodes * instance_type(nodes.instance_type).vcpus
        for nodes in (plan.relay, plan.proxies)
    )
    roots = (most + plan.proxies.max_nodes) * ROOT_GIB
    roots += plan.relay.max_nodes * NODE_ROOT_GIB
    data = plan.data_volumes * plan.volumes.gib if plan.volumes else 0
    kept = plan.volumes.snapshots_kept if plan.volumes else 0
    needs = [
        QuotaNeed(
            name="Spot vCPUs, standard families",
            code="L-34B43A08",
            need=float((most - on_demand) * vcpus),
            limit=None,
            unit="vCPU",
            source=VCPU_SOURCE,
        ),
        QuotaNeed(
            name="On-demand vCPUs, standard families",
            code="L-1216C47A",
            need=float(on_demand * vcpus + others),
            limit=None,
            unit="vCPU",
            source=VCPU_SOURCE,
        ),
        QuotaNeed(
            name="gp3 storage in the region",
            code="L-7A658B76",
            need=(data + roots) / 1024,
            limit=50.0,
            unit="TiB",
            source=EBS_SOURCE,
        ),
        QuotaNeed(
            name="Snapshots in the region",
            code="L-309BACF6",
            need=float(plan.data_volumes * kept),
            limit=100_000.0,
            unit="snapshots",
            source=EBS_SOURCE,
        ),
        QuotaNeed(
            name="Targets of the proxies' load balancer",
            code="",
            need=float(plan.proxies.max_nodes),
            limit=float(NLB_TARGETS),
            unit="targets",
            source=NLB_SOURCE,
        ),
        QuotaNeed(
            name="Targets of the relay's load balancer",
            code="",
            need=float(plan.relay.max_nodes),
            limit=float(NLB_TARGETS),
            unit="targets",
            source=NLB_SOURCE,
        ),
        QuotaNeed(
            name="Nodes of a managed node group",
            code="",
            need=float(plan.relay.max_nodes),
            limit=float(EKS_NODES_PER_GROUP),
            unit="nodes",
            source=EKS_SOURCE,
        ),
    ]
    if plan.nat_gateways:
        needs.append(
            QuotaNeed(
                name="Elastic IP addresses in the region",
                code="L-0263D0A3",
                need=float(len(plan.zones)),
                limit=5.0,
                unit="addresses",
                source=ADDRESS_SOURCE,
            )
        )
    needs.append(
        QuotaNeed(
            name="Pulumi resources in the stack",
            code="",
            need=float(resource_count(plan)),
            limit=float(RESOURCES_MOST),
            unit="resources",
            source=RESOURCES_SOURCE,
        )
    )
    return tuple(needs)


def resource_count(plan: TierPlan) -> int:
    """Pulumi resources of the tier's stack, components and provider included."""
    return sum(resources_by_kind(plan).values())


def resources_by_kind(plan: TierPlan) -> dict[str, int]:
    """Resources by what makes them; the components build exactly these."""
    zones = len(plan.zones)
    kinds = {
        "stack and provider": 2,
        # VPC, gateway, two tables' worth of routes, S3 and DynamoDB endpoints; a
        # public and a private subnet a zone, each with its association.
        "network": 7 + 4 * zones + (4 * zones if plan.nat_gateways else 1),
        "relay": 0,
        "proxies": 0,
    }
    if plan.hosted:
        # Security group, role with policy and attachment, profile, template; groups.
        kinds["spot pool"] = 7 + zones
    if plan.volumes is not None:
        # Lifecycle policy, its role and the role's policy; the volumes.
        kinds["volumes"] = 4 + plan.data_volumes
    return kinds
