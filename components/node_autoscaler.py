"""The cluster's autoscaler: nodes for pods that wait, fewer when nodes stand empty.

It sizes the managed node group between its least and its most. Karpenter would launch
instances of its own choice: none of them would be in the load balancer's target group,
nor in the stack that is priced.
"""

from typing import Any

import pulumi
import pulumi_aws as aws

from components.kubernetes_object import kubernetes_object
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
RIGHTS = "rbac.authorization.k8s.io"

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
    account = kubernetes_object(
        f"{name}-account", "v1:ServiceAccount", _meta(namespaced=True), in_cluster
    )
    _rights(name, in_cluster)
    kubernetes_object(
        f"{name}-deployment",
        "apps/v1:Deployment",
        _meta(namespaced=True),
        pulumi.ResourceOptions.merge(
            in_cluster, pulumi.ResourceOptions(depends_on=[account])
        ),
        spec={
            "replicas": 1,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": _pod(args)},
        },
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


def _meta(*, namespaced: bool) -> dict[str, Any]:
    where = {"namespace": SYSTEM} if namespaced else {}
    return {"name": ACCOUNT, **where, "labels": LABELS}


def _rights(name: str, opts: pulumi.ResourceOptions) -> None:
    """What it may do in the cluster, and what in its own namespace."""
    for role, own, rules in (
        ("Role", True, OWN_RULES),
        ("ClusterRole", False, CLUSTER_RULES),
    ):
        start = f"{name}-own" if own else f"{name}-cluster"
        kubernetes_object(
            f"{start}-role",
            f"{RIGHTS}/v1:{role}",
            _meta(namespaced=own),
            opts,
            rules=[_rule(*rule) for rule in rules],
        )
        kubernetes_object(
            f"{start}-binding",
            f"{RIGHTS}/v1:{role}Binding",
            _meta(namespaced=own),
            opts,
            roleRef={"apiGroup": RIGHTS, "kind": role, "name": ACCOUNT},
            subjects=[{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": SYSTEM}],
        )


def _rule(
    group: str, resources: tuple[str, ...], verbs: tuple[str, ...]
) -> dict[str, Any]:
    only = OWN_NAMES.get((resources[0], verbs[-1]))
    return {
        "apiGroups": [group],
        "resources": list(resources),
        "verbs": list(verbs),
        **({"resourceNames": [only]} if only else {}),
    }


def _pod(args: RelayWorkloadArgs) -> dict[str, Any]:
    version = AUTOSCALER_VERSIONS[args.kubernetes_version]
    found = f"k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/{args.cluster_name}"
    return {
        "serviceAccountName": ACCOUNT,
        "priorityClassName": "system-cluster-critical",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER_ID,
            "fsGroup": USER_ID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": ACCOUNT,
                "image": f"{AUTOSCALER_IMAGES}:{version}",
                "command": [
                    "./cluster-autoscaler",
                    "--cloud-provider=aws",
                    f"--node-group-auto-discovery=asg:tag={found}",
                    "--balance-similar-node-groups",
                    # A node with a relay pod is left while its pods fit elsewhere.
                    "--scale-down-unneeded-time=30m",
                    "--skip-nodes-with-system-pods=false",
                ],
                "env": [{"name": "AWS_REGION", "value": args.region}],
                "resources": {
                    "requests": {"cpu": "50m", "memory": "300Mi"},
                    "limits": {"memory": "600Mi"},
                },
                "livenessProbe": {
                    "httpGet": {"path": "/health-check", "port": 8_085},
                    "initialDelaySeconds": 60,
                    "failureThreshold": 6,
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }
