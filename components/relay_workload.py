"""What runs on the relay's cluster, through Kubernetes' own API.

Pulumi reaches that API as `aws eks get-token` lets the deployer in: from inside the VPC,
or from `operator_cidrs` of the cluster.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

import pulumi
import pulumi_aws as aws

from components.arguments import tags_of
from components.kubernetes_object import kubernetes_provider
from components.node_autoscaler import node_autoscaler
from components.relay_objects import relay_objects
from components.relay_workload_args import RelayWorkloadArgs

__all__ = ["RelayWorkload", "RelayWorkloadArgs"]


class RelayWorkload(pulumi.ComponentResource):
    """The relay's pods, their scaling, and the autoscaler of the cluster's nodes.

    Outputs: `namespace`.
    """

    def __init__(
        self,
        name: str,
        args: RelayWorkloadArgs,
        cluster: aws.eks.Cluster,
        nodes: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Run the relay on `cluster` once its `nodes` and their add-ons are there."""
        super().__init__("passepartout:hosting:RelayWorkload", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        provider = kubernetes_provider(
            f"{name}-kubernetes", kubeconfig(cluster, args.region), child
        )
        in_cluster = pulumi.ResourceOptions(
            parent=self, provider=provider, depends_on=list(nodes)
        )
        relay_objects(name, args, in_cluster)
        node_autoscaler(
            f"{name}-autoscaler",
            replace(args, tags=tags_of(args.tags, "RelayWorkload")),
            cluster.name,
            in_aws=child,
            in_cluster=in_cluster,
        )
        self.register_outputs({"namespace": "relay"})


def kubeconfig(cluster: aws.eks.Cluster, region: str) -> pulumi.Output[str]:
    """How to reach the cluster: its address, its certificate, and a token made anew."""

    def written(known: Sequence[str]) -> str:
        name, endpoint, authority = known
        token = {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": ["eks", "get-token", "--cluster-name", name, "--region", region],
        }
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "relay",
                "contexts": [
                    {"name": "relay", "context": {"cluster": "relay", "user": "aws"}}
                ],
                "clusters": [
                    {
                        "name": "relay",
                        "cluster": {
                            "server": endpoint,
                            "certificate-authority-data": authority,
                        },
                    }
                ],
                "users": [{"name": "aws", "user": {"exec": token}}],
            }
        )

    authority = cluster.certificate_authority.apply(lambda one: one.data or "")
    return pulumi.Output.all(cluster.name, cluster.endpoint, authority).apply(written)
