"""The relay: a stateless web service on Kubernetes, behind a load balancer.

EKS runs the control plane; its nodes spread over the zones. What runs on them is
`RelayWorkload`.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from components.arguments import require_name, tags_of
from components.balancers import (
    NAME_LIMIT,
    NAME_SOURCE,
    Balancer,
    BalancerArgs,
    tls_balancer,
)
from components.cluster_addons import AFTER_NODES, BEFORE_NODES, addons
from components.instance_types import architecture
from components.machines import closed_metadata, encrypted_root, tagged, trust
from components.relay_cluster_args import RelayClusterArgs
from components.relay_workload_args import NODE_PORT

__all__ = ["RelayCluster", "RelayClusterArgs"]

NODE_POLICIES = {
    "worker": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
    "network": "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    "images": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
}
"""What EKS asks of a node's role.

Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
"""
CLUSTER_POLICY = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
ADMIN_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


class RelayCluster(pulumi.ComponentResource):
    """EKS cluster, its roles, logs and nodes, and the load balancer of the relay.

    Outputs: `cluster_name`, `endpoint` (the load balancer's DNS name),
    `node_security_group_id`. `cluster` and `ready` are for what runs on it: `ready`
    are the nodes and what pods need besides.
    """

    balancer: Balancer
    cluster: aws.eks.Cluster
    ready: list[pulumi.Resource]
    cluster_name: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    node_security_group_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: RelayClusterArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Build the relay; `name` starts the names of everything in it."""
        require_name(name, "-targets", NAME_LIMIT, NAME_SOURCE)
        super().__init__("passepartout:hosting:RelayCluster", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._tags = tags_of(args.tags, "RelayCluster")
        self.cluster = cluster = self._cluster(name, args)
        before = addons(
            f"{name}-addon", BEFORE_NODES, cluster, tags=self._tags, opts=self._child
        )
        nodes = self._nodes(name, args, cluster, before)
        after = addons(
            f"{name}-addon",
            AFTER_NODES,
            cluster,
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[nodes]),
        )
        self.ready = [nodes, *before, *after]
        self.balancer = self._open(name, args, cluster, nodes)
        self.endpoint = self.balancer.dns_name
        for number, role_arn in enumerate(args.admin_role_arns, start=1):
            self._admit(f"{name}-admin-{number}", cluster, role_arn)
        self.cluster_name = cluster.name
        self.node_security_group_id = _security_group(cluster)
        self.register_outputs(
            {"cluster_name": self.cluster_name, "endpoint": self.endpoint}
        )

    def _cluster(self, name: str, args: RelayClusterArgs) -> aws.eks.Cluster:
        """The control plane, with its role and its log."""
        role = aws.iam.Role(
            f"{name}-cluster-role",
            assume_role_policy=trust(
                "eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"
            ),
            tags=self._tags,
            opts=self._child,
        )
        before: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-cluster-policy",
                role=role.name,
                policy_arn=CLUSTER_POLICY,
                opts=self._child,
            )
        ]
        if args.log_types:
            # EKS would make this log group itself and keep everything for ever.
            before.append(
                aws.cloudwatch.LogGroup(
                    f"{name}-log",
                    name=f"/aws/eks/{args.cluster_name}/cluster",
                    retention_in_days=args.log_days,
                    tags=self._tags,
                    opts=self._child,
                )
            )
        return aws.eks.Cluster(
            f"{name}-cluster",
            name=args.cluster_name,
            role_arn=role.arn,
            version=args.kubernetes_version,
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=list(args.control_subnet_ids.values()),
                endpoint_private_access=True,
                endpoint_public_access=bool(args.operator_cidrs),
                public_access_cidrs=list(args.operator_cidrs) or None,
            ),
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode="API",
                bootstrap_cluster_creator_admin_permissions=True,
            ),
            # Upgraded by EKS at the end of standard support, so that the sixfold price
            # of extended support is never paid unawares.
            # Add-ons of ours take their place.
            bootstrap_self_managed_addons=False,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            enabled_cluster_log_types=list(args.log_types),
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )

    def _nodes(
        self,
        name: str,
        args: RelayClusterArgs,
        cluster: aws.eks.Cluster,
        before: list[pulumi.Resource],
    ) -> aws.eks.NodeGroup:
        """One group of nodes over all zones, which EKS keeps balanced."""
        role = aws.iam.Role(
            f"{name}-node-role",
            assume_role_policy=trust("ec2.amazonaws.com"),
            tags=self._tags,
            opts=self._child,
        )
        attachments = [
            aws.iam.RolePolicyAttachment(
                f"{name}-node-{purpose}",
                role=role.name,
                policy_arn=policy_arn,
                opts=self._child,
            )
            for purpose, policy_arn in NODE_POLICIES.items()
        ]
        template = aws.ec2.LaunchTemplate(
            f"{name}-template",
            update_default_version=True,
            block_device_mappings=[encrypted_root(args.root_gib)],
            metadata_options=closed_metadata(),
            monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=False),
            tag_specifications=tagged(
                self._tags, {**self._tags, "Name": f"{name}-node"}
            ),
            tags=self._tags,
            opts=self._child,
        )
        processor = architecture("instance_type", (args.instance_type,))
        return aws.eks.NodeGroup(
            f"{name}-nodes",
            cluster_name=cluster.name,
            node_role_arn=role.arn,
            subnet_ids=list(args.node_subnet_ids.values()),
            version=args.kubernetes_version,
            ami_type=(
                "AL2023_ARM_64_STANDARD"
                if processor == "arm64"
                else "AL2023_x86_64_STANDARD"
            ),
            capacity_type="ON_DEMAND",
            instance_types=[args.instance_type],
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=args.min_nodes,
                desired_size=args.nodes,
                max_size=args.max_nodes,
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            tags=self._tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*attachments, *before],
                # How many run is the autoscaler's word after the first deployment.
                ignore_changes=["scalingConfig.desiredSize"],
            ),
        )

    def _open(
        self,
        name: str,
        args: RelayClusterArgs,
        cluster: aws.eks.Cluster,
        nodes: aws.eks.NodeGroup,
    ) -> Balancer:
        """The load balancer, its way to the nodes, and the nodes as its targets."""
        balancer = tls_balancer(
            name,
            BalancerArgs(
                vpc_id=args.vpc_id,
                subnet_ids=list(args.balancer_subnet_ids.values()),
                certificate_arn=args.certificate_arn,
                target_port=NODE_PORT,
                health_check=aws.lb.TargetGroupHealthCheckArgs(
                    protocol="TCP",
                    interval=10,
                    healthy_threshold=2,
                    unhealthy_threshold=2,
                ),
                cross_zone=args.cross_zone,
                dns_name=args.dns_name,
            ),
            tags=self._tags,
            child=self._child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-nodes-from-nlb",
            description="The relay, from its load balancer",
            security_group_id=_security_group(cluster),
            referenced_security_group_id=balancer.security_group_id,
            ip_protocol="tcp",
            from_port=NODE_PORT,
            to_port=NODE_PORT,
            tags=self._tags,
            opts=self._child,
        )
        aws.autoscaling.Attachment(
            f"{name}-nodes-to-nlb",
            autoscaling_group_name=nodes.resources.apply(_group_name),
            lb_target_group_arn=balancer.target_group_arn,
            opts=self._child,
        )
        return balancer

    def _admit(self, name: str, cluster: aws.eks.Cluster, role_arn: str) -> None:
        """Let a role administer the cluster."""
        entry = aws.eks.AccessEntry(
            name,
            cluster_name=cluster.name,
            principal_arn=role_arn,
            tags=self._tags,
            opts=self._child,
        )
        aws.eks.AccessPolicyAssociation(
            name,
            cluster_name=cluster.name,
            principal_arn=entry.principal_arn,
            policy_arn=ADMIN_POLICY,
            access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
            opts=self._child,
        )


def _security_group(cluster: aws.eks.Cluster) -> pulumi.Output[str]:
    """The group that EKS makes and puts on every node."""
    return cluster.vpc_config.apply(lambda vpc: vpc.cluster_security_group_id or "")


def _group_name(resources: Sequence[Any] | None) -> str:
    """The Auto Scaling group that EKS made; a simulated deployment has none."""
    return resources[0].autoscaling_groups[0].name if resources else ""
