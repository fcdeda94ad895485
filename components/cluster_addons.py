"""The add-ons that a cluster needs before its nodes are ready, and after.

EKS would install the first ones unmanaged; as add-ons they are upgraded with the cluster.
Their versions are EKS's own choice for the cluster's version.
"""

import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

BEFORE_NODES: Mapping[str, Mapping[str, object]] = {
    # Without it the cluster takes network policies and ignores them.
    "vpc-cni": {"enableNetworkPolicy": "true"},
    "kube-proxy": {},
    "eks-pod-identity-agent": {},
}
"""Add-ons that every node runs, with their settings.

Source: https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
"""
AFTER_NODES: Mapping[str, Mapping[str, object]] = {"coredns": {}, "metrics-server": {}}
"""Add-ons whose pods need nodes: names, and what the scaler of pods looks at.

Source: https://docs.aws.amazon.com/eks/latest/userguide/community-addons.html
"""


def addons(
    name: str,
    wanted: Mapping[str, Mapping[str, object]],
    cluster: aws.eks.Cluster,
    *,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """Make add-ons of a cluster; `name` starts their names."""
    return [
        aws.eks.Addon(
            f"{name}-{addon}",
            cluster_name=cluster.name,
            addon_name=addon,
            configuration_values=json.dumps(settings) if settings else None,
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            tags=tags,
            opts=opts,
        )
        for addon, settings in wanted.items()
    ]
