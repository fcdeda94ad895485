"""The cluster's autoscaler: nodes for pods that wait, fewer when nodes stand empty.

It sizes the managed node group between its least and its most. Karpenter would launch
instances of its own choice: none of them would be in the load balancer's target group,
nor in the stack that is priced.
"""

import pulumi
import pulumi_aws as aws
from pulumi_kubernetes.apps.v1 import Deployment, DeploymentSpecArgs
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.rbac import v1 as rbac

from components.machines import Statement, policy_document, trust
from components.relay_workload_args import (
    AUTOSCALER_IMAGES,
    AUTOSCALER_VERSIONS,
    RelayWorkloadArgs,
)

ACCOUNT = "cluster-autoscaler"
SYSTEM = "kube-system"
LABELS = {"app.kubernetes.io/name": ACCOUNT}
USER_ID = 65_534

READ = ("get", "list", "watch")
CLUSTER_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("events",), ("create", "patch")),
    (
        "",
        (
            "endpoints",
            "namespaces",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "replicationcontrollers",
            "services",
        ),
        READ,
    ),
    ("", ("nodes",), (*READ, "update")),
    ("", ("pods/eviction",), ("create",)),
    ("", ("pods/status",), ("update",)),
    ("apps", ("daemonsets", "replicasets", "statefulsets"), READ),
    ("batch", ("cronjobs", "jobs"), READ),
    ("policy", ("poddisruptionbudgets",), READ),
    (
        "storage.k8s.io",
        (
            "csidrivers",
            "csinodes",
            "csistoragecapacities",
            "storageclasses",
            "volumeattachments",
        ),
        READ,
    ),
    ("resource.k8s.io", ("deviceclasses", "resourceclaims", "resourceslices"), READ),
)
"""API group, resources and verbs that it needs of the whole cluster.

Source: https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/examples/cluster-autoscaler-autodiscover.yaml
"""
OWN_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("configmaps",), ("create", *READ)),
    ("", ("configmaps",), ("delete", "update")),
    ("coordination.k8s.io", ("leases",), ("create", *READ)),
    ("coordination.k8s.io", ("leases",), ("update",)),
)
"""The same in its own namespace; those that change something name their object."""
OWN_NAMES = {
    ("configmaps", "update"): "cluster-autoscaler-status",
    ("leases", "update"): ACCOUNT,
}


def node_autoscaler(
    name: str,
    args: RelayWorkloadArgs,
    cluster_name: pulumi.Input[str],
    *,
    in_aws: pulumi.ResourceOptions,
    in_cluster: pulumi.ResourceOptions,
) -> None:
    """Make the autoscaler with its rights in AWS and in the cluster."""
    role = aws.iam.Role(
        f"{name}-role",
        assume_role_policy=trust(
            "pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"
        ),
        tags=args.tags,
        opts=in_aws,
    )
    aws.iam.RolePolicy(
        f"{name}-policy",
        role=role.id,
        policy=policy_document(*permissions(args.region, args.cluster_name)),
        opts=in_aws,
    )
    aws.eks.PodIdentityAssociation(
        f"{name}-identity",
        cluster_name=cluster_name,
        namespace=SYSTEM,
        service_account=ACCOUNT,
        role_arn=role.arn,
        tags=args.tags,
        opts=in_aws,
    )
    account = core.ServiceAccount(
        f"{name}-account", metadata=_meta(namespaced=True), opts=in_cluster
    )
    _rights(name, in_cluster)
    Deployment(
        f"{name}-deployment",
        metadata=_meta(namespaced=True),
        spec=DeploymentSpecArgs(
            replicas=1,
            selector=LabelSelectorArgs(match_labels=LABELS),
            template=core.PodTemplateSpecArgs(
                metadata=ObjectMetaArgs(labels=LABELS), spec=_pod(args)
            ),
        ),
        opts=pulumi.ResourceOptions.merge(
            in_cluster, pulumi.ResourceOptions(depends_on=[account])
        ),
    )


def permissions(region: str, cluster_name: str) -> list[Statement]:
    """What the autoscaler may do: see groups, and size those of its own cluster."""
    owned = f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster_name}"
    return [
        {
            # None of these has a narrower resource.
            "Sid": "SeeGroups",
            "Effect": "Allow",
            "Action": [
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "autoscaling:DescribeTags",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "eks:DescribeNodegroup",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
        },
        {
            "Sid": "SizeOwnGroups",
            "Effect": "Allow",
            "Action": [
                "autoscaling:SetDesiredCapacity",
                "autoscaling:TerminateInstanceInAutoScalingGroup",
            ],
            "Resource": f"arn:aws:autoscaling:{region}:*:autoScalingGroup:*",
            "Condition": {"StringEquals": {owned: "owned"}},
        },
    ]


def _meta(*, namespaced: bool) -> ObjectMetaArgs:
    return ObjectMetaArgs(
        name=ACCOUNT, namespace=SYSTEM if namespaced else None, labels=LABELS
    )


def _rights(name: str, opts: pulumi.ResourceOptions) -> None:
    subject = rbac.SubjectArgs(kind="ServiceAccount", name=ACCOUNT, namespace=SYSTEM)
    rbac.ClusterRole(
        f"{name}-cluster-role",
        metadata=_meta(namespaced=False),
        rules=[_rule(*rule) for rule in CLUSTER_RULES],
        opts=opts,
    )
    rbac.ClusterRoleBinding(
        f"{name}-cluster-binding",
        metadata=_meta(namespaced=False),
        role_ref=_reference("ClusterRole"),
        subjects=[subject],
        opts=opts,
    )
    rbac.Role(
        f"{name}-own-role",
        metadata=_meta(namespaced=True),
        rules=[_rule(*rule) for rule in OWN_RULES],
        opts=opts,
    )
    rbac.RoleBinding(
        f"{name}-own-binding",
        metadata=_meta(namespaced=True),
        role_ref=_reference("Role"),
        subjects=[subject],
        opts=opts,
    )


def _reference(kind: str) -> rbac.RoleRefArgs:
    return rbac.RoleRefArgs(
        api_group="rbac.authorization.k8s.io", kind=kind, name=ACCOUNT
    )


def _rule(
    group: str, resources: tuple[str, ...], verbs: tuple[str, ...]
) -> rbac.PolicyRuleArgs:
    only = OWN_NAMES.get((resources[0], verbs[-1]))
    return rbac.PolicyRuleArgs(
        api_groups=[group],
        resources=list(resources),
        verbs=list(verbs),
        resource_names=[only] if only else None,
    )


def _pod(args: RelayWorkloadArgs) -> core.PodSpecArgs:
    version = AUTOSCALER_VERSIONS[args.kubernetes_version]
    found = f"k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{args.cluster_name}"
    return core.PodSpecArgs(
        service_account_name=ACCOUNT,
        priority_class_name="system-cluster-critical",
        security_context=core.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=USER_ID,
            fs_group=USER_ID,
            seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[
            core.ContainerArgs(
                name=ACCOUNT,
                image=f"{AUTOSCALER_IMAGES}:{version}",
                command=[
                    "./cluster-autoscaler",
                    "--cloud-provider=aws",
                    f"--node-group-auto-discovery=asg:tag={found}",
                    "--balance-similar-node-groups",
                    # A node with a relay pod is left while its pods fit elsewhere.
                    "--scale-down-unneeded-time=30m",
                    "--skip-nodes-with-system-pods=false",
                ],
                env=[core.EnvVarArgs(name="AWS_REGION", value=args.region)],
                resources=core.ResourceRequirementsArgs(
                    requests={"cpu": "50m", "memory": "300Mi"},
                    limits={"memory": "600Mi"},
                ),
                liveness_probe=core.ProbeArgs(
                    http_get=core.HTTPGetActionArgs(path="/health-check", port=8_085),
                    initial_delay_seconds=60,
                    failure_threshold=6,
                ),
                security_context=core.SecurityContextArgs(
                    allow_privilege_escalation=False,
                    read_only_root_filesystem=True,
                    capabilities=core.CapabilitiesArgs(drop=["ALL"]),
                ),
            )
        ],
    )
