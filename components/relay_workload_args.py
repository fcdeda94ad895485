"""What runs on the relay's cluster: the image, its size, and how far it may grow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.arguments import require, require_between
from components.domain import require_domain

IMAGE = "passepartout/relay:0.1.0"
"""The reference relay of `relay/`, as `relay/Dockerfile` builds it."""
AUTOSCALER_IMAGES = "registry.k8s.io/autoscaling/cluster-autoscaler"
AUTOSCALER_VERSIONS = {"1.33": "v1.33.0", "1.34": "v1.34.0", "1.35": "v1.35.0"}
"""Of each minor version of Kubernetes the autoscaler has a release of its own.

Source: https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases
"""
IMAGE_SOURCE = "https://kubernetes.io/docs/concepts/containers/images/"
NODE_PORT = 30_443
"""The NodePort of the relay's Service; Kubernetes gives out 30,000 to 32,767."""
POD_MILLICORES = 700
"""What a pod asks of a core. EKS keeps 70 of 2,000 millicores for itself, network and
proxy of the node take 150, and two relay pods leave 380 for what the cluster runs.

Source: https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html
Source: https://github.com/awslabs/amazon-eks-ami, how much kubelet reserves
"""
POD_GIB, POD_GIB_MOST = 1, 2
"""25,000 connections of 16 KiB are 390 MiB (`make bench-relay`); the names of a million
that are connected to other pods are 200 MiB more."""
FULL_PERCENT = 55
"""Of the memory asked for, where another pod is started: 31,000 connections a pod, before
two of them fill a node's table of connections, 65,536 on two vCPUs."""
BUSY_PERCENT_OF_A_CORE = 60
"""Where another pod is started, as `messages_per_node_second` is planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayWorkloadArgs:
    """The relay's pods and what scales them.

    `domain` holds the names of users' homes, `relay_host` is the relay's own. One pod
    has one core, so a node takes `pods_per_node`, its vCPUs. `nodes` run as a rule, at
    most `max_nodes`. Without a `key`, the operator makes the Secret `relay-key`.
    """

    region: str
    cluster_name: str
    kubernetes_version: str
    domain: str
    relay_host: str
    pods_per_node: int
    nodes: int
    max_nodes: int
    image: str = IMAGE
    key: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what the cluster would refuse, or take without meaning it."""
        require_domain("domain", self.domain)
        require_domain("relay_host", self.relay_host)
        require(
            bool(
                re.fullmatch(
                    r"[^\s:@]+(:\d+/[^\s:@]+)?(:[\w.-]+|@sha256:\w{64})", self.image
                )
            )
            and not self.image.endswith(":latest"),
            "image",
            self.image,
            "must name a version or a digest, and not latest: nodes keep what they have",
            IMAGE_SOURCE,
        )
        require(
            self.kubernetes_version in AUTOSCALER_VERSIONS,
            "kubernetes_version",
            self.kubernetes_version,
            f"must be one of {', '.join(AUTOSCALER_VERSIONS)}, for which a release of "
            "the autoscaler is known here",
            "https://github.com/kubernetes/autoscaler",
        )
        require_between(
            "pods_per_node", self.pods_per_node, 1, 192, "pods", "docs/hosting.md"
        )
        require(
            1 <= self.nodes <= self.max_nodes,
            "nodes",
            (self.nodes, self.max_nodes),
            "must be 1 <= usual <= most",
            "docs/hosting.md",
        )
