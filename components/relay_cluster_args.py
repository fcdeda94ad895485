"""What a relay is asked for, and what of it EKS would refuse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.arguments import (
    require,
    require_between,
    require_log_days,
    require_tags,
    require_zone_ids,
)
from components.balancers import DnsName, require_targets
from components.instance_types import architecture

SUBNETS_SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"
WITHOUT_EKS = frozenset({"use1-az3", "usw1-az2", "cac1-az3"})
"""Zones in which EKS cannot place its network interfaces (same source)."""
LOGS_SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
NODES_SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html"
NODES_AT_MOST = 450


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayClusterArgs:
    """The cluster's version, its nodes, and who may reach what.

    Subnets are keyed by zone id. The Kubernetes API is reachable from inside the VPC,
    and from `operator_cidrs` if there are any. `admin_role_arns` get full access.
    """

    cluster_name: str
    kubernetes_version: str
    vpc_id: pulumi.Input[str]
    control_subnet_ids: Mapping[str, pulumi.Input[str]]
    node_subnet_ids: Mapping[str, pulumi.Input[str]]
    balancer_subnet_ids: Mapping[str, pulumi.Input[str]]
    certificate_arn: pulumi.Input[str]
    instance_type: str
    min_nodes: int
    nodes: int
    max_nodes: int
    root_gib: int = 20
    operator_cidrs: tuple[str, ...] = ()
    admin_role_arns: tuple[str, ...] = ()
    log_types: tuple[str, ...] = ("audit", "authenticator")
    log_days: int = 30
    cross_zone: bool = False
    dns_name: DnsName | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what EKS would refuse, minutes into a deployment."""
        require(
            bool(re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}", self.cluster_name)),
            "cluster_name",
            self.cluster_name,
            "must be 1 to 100 letters, digits, hyphens and underscores",
            "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html",
        )
        require(
            bool(re.fullmatch(r"1\.\d{2}", self.kubernetes_version)),
            "kubernetes_version",
            self.kubernetes_version,
            "must be a minor version such as 1.34",
            "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
        )
        for argument in ("control_subnet_ids", "node_subnet_ids"):
            require_zone_ids(argument, tuple(getattr(self, argument)), at_least=2)
        require_zone_ids("balancer_subnet_ids", tuple(self.balancer_subnet_ids), 1)
        require(
            not WITHOUT_EKS & set(self.control_subnet_ids),
            "control_subnet_ids",
            tuple(self.control_subnet_ids),
            f"must leave out {', '.join(sorted(WITHOUT_EKS))}, where EKS cannot be",
            SUBNETS_SOURCE,
        )
        architecture("instance_type", (self.instance_type,))
        require(
            0 <= self.min_nodes <= self.nodes <= self.max_nodes
            and 1 <= self.max_nodes <= NODES_AT_MOST,
            "nodes",
            (self.min_nodes, self.nodes, self.max_nodes),
            f"must be 0 <= least <= usual <= most, and at most {NODES_AT_MOST}",
            NODES_SOURCE,
        )
        require_targets(
            "max_nodes",
            self.max_nodes,
            len(self.balancer_subnet_ids),
            cross_zone=self.cross_zone,
        )
        require_between(
            "root_gib",
            self.root_gib,
            20,
            65_536,
            "GiB: a node's images need 20",
            "https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html",
        )
        require(
            set(self.log_types) <= set(LOG_TYPES),
            "log_types",
            self.log_types,
            f"must be among {', '.join(LOG_TYPES)}",
            LOGS_SOURCE,
        )
        require_log_days("log_days", self.log_days)
        require_tags("tags", self.tags)
