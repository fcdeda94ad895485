"""What a tier asks of an AWS account: quotas, and resources in one stack.

Quotas that AWS raises on request are reported, not enforced: a plan with them is
right, and the account must be made ready first.
"""

from math import ceil

from farebox.hosting.instance_types import instance_type
from farebox.hosting.limits import (
    EKS_NODES_PER_GROUP,
    EKS_SOURCE,
    NLB_SOURCE,
    NLB_TARGETS,
    RESOURCES_MOST,
    RESOURCES_SOURCE,
)
from farebox.hosting.plan.places import EFS_CONNECTIONS, EFS_SOURCE
from farebox.hosting.plan_values import QuotaNeed, TierPlan

VM_ROOT_GIB, PROXY_ROOT_GIB, NODE_ROOT_GIB = 30, 8, 20
"""GiB of the root volumes, as the components make them."""

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
    roots = most * VM_ROOT_GIB
    roots += plan.proxies.max_nodes * PROXY_ROOT_GIB
    roots += plan.relay.max_nodes * NODE_ROOT_GIB
    data = plan.ebs_volumes * plan.volumes.gib if plan.volumes else 0
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
            need=float(plan.ebs_volumes * kept),
            limit=100_000.0,
            unit="snapshots",
            source=EBS_SOURCE,
        ),
        QuotaNeed(
            name="Targets a zone of the proxies' load balancer",
            code="",
            need=float(ceil(plan.proxies.max_nodes / len(plan.zones))),
            limit=float(NLB_TARGETS),
            unit="targets",
            source=NLB_SOURCE,
        ),
        QuotaNeed(
            name="Targets a zone of the relay's load balancer",
            code="",
            need=float(ceil(plan.relay.max_nodes / len(plan.zones))),
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
    if plan.storage == "efs":
        needs.append(
            QuotaNeed(
                name="Connections of the file system",
                code="",
                need=float(most),
                limit=float(EFS_CONNECTIONS),
                unit="machines",
                source=EFS_SOURCE,
            )
        )
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
    """Resources by the component that makes them.

    It counts the three DNS records of a stack that is given a Route 53 zone and the
    Secret of one that is given the relay's key; without them there are as many less.
    """
    zones = len(plan.zones)
    balancer = 5  # security group, load balancer, target group, listener, DNS record
    role = 4  # role, policy, attachment, instance profile
    kinds = {
        "stack and provider": 2,
        # VPC, gateway, public table and its route, S3 and DynamoDB endpoints; two
        # subnets a zone with an association each; private tables: one, or with NAT a
        # table, an address, a gateway and a route a zone.
        "network": 1 + 6 + 4 * zones + (4 * zones if plan.nat_gateways else 1),
        # Certificate, its validation and the record that proves it.
        "domain": 1 + 3,
        # Cluster with role, attachment and log; nodes with role, three attachments
        # and template; the balancer's way in: a rule and an attachment; five add-ons.
        "relay": 1 + 4 + 6 + balancer + 2 + 5,
        # Provider; namespace, account, key, two Services, Deployment, scaler, budget and
        # network policy; the autoscaler: role, policy and identity in AWS, account,
        # two roles, their bindings and a Deployment in the cluster.
        "relay pods": 1 + 1 + 9 + 3 + 6,
        # Security group, template, group, scaling; without users here no policy for the
        # record.
        "proxies": 1 + balancer + role + 4 - (not plan.hosted),
        # Topic, dashboard, an alarm for each balancer. With users here a log with six
        # metrics and one a zone, seven alarms, two counters of events, a policy a zone.
        # The log of the machines where they have one.
        "watching": 1
        + (2 + 2 + (plan.machine_logs is not None))
        + ((1 + 6 + 7 + 2 + 2 * zones) if plan.hosted else 0),
    }
    if plan.hosted:
        # Table, bucket with its two settings, the agent.
        kinds["records"] = 1 + 5
        # Security group, template; a group a zone.
        kinds["spot pool"] = 1 + role + 2 + zones
    if plan.volumes is not None:
        # Snapshot policy, its role and the role's policy; the volumes. Or file system
        # with policy, security group and the machines' way in, a mount target a zone;
        # two vaults, plan and selection, and the backups' role with two attachments.
        kinds["volumes"] = (
            1 + 3 + plan.ebs_volumes if plan.storage == "gp3" else 1 + 4 + zones + 7
        )
    return kinds
