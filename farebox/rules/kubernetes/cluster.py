"""What the objects of a cluster have in common: where it runs, and how they read.

An object costs something at AWS where a controller of the cluster makes a load balancer
or a volume of it. It is then charged as that, in the region of the cluster.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from farebox.graph import UNKNOWN, UNKNOWN_REGION, Resource
from farebox.rules.charges import Circumstances, Gap
from farebox.rules.shapes import block, blocks, field, text

CLUSTER = "aws:eks/cluster:Cluster"
HELM_RELEASES = ("kubernetes:helm.sh/v3:Release",)


def region_of_cluster(circumstances: Circumstances, makes: str) -> str | Gap:
    """The region of the stack's EKS clusters, or why an object cannot be priced.

    `makes` is what a controller makes of the object.
    """
    clusters = circumstances.graph.by_type.get(CLUSTER, ())
    regions = {item.region for item in clusters if item.region}
    if not regions:
        return Gap(
            "unknown-input",
            f"it makes {makes} where its cluster runs, which is not in this stack",
        )
    if len(regions) > 1 or UNKNOWN_REGION in regions:
        return Gap(
            "unknown-input",
            f"it makes {makes} in the region of its cluster, and which of "
            f"{len(clusters)} clusters that is is not known",
        )
    return str(regions.pop())


def charged_as(resource: Resource, region: str, inputs: Mapping[str, Any]) -> Resource:
    """The object as the thing at AWS that is made of it."""
    return replace(
        resource,
        raw_inputs=dict(inputs),
        region=region,
        dependencies={},
        former_inputs=None,
        outputs=None,
    )


def name_of(resource: Resource) -> str:
    """The name that the object has in the cluster, empty where it is not known."""
    name = text(field(resource.input("metadata"), "name"))
    return name if isinstance(name, str) else ""


def annotation(resource: Resource, key: str) -> Any:
    """An annotation's text, UNKNOWN where it is not known, None where there is none."""
    found = field(field(resource.input("metadata"), "annotations"), key)
    return UNKNOWN if found is UNKNOWN else text(found)


def has_balancer_controller(circumstances: Circumstances) -> bool:
    """Whether the stack shows AWS's own controller of load balancers in the cluster."""
    graph = circumstances.graph

    def look() -> bool:
        for cluster in graph.by_type.get(CLUSTER, ()):
            own = field(
                cluster.input("kubernetesNetworkConfig"), "elasticLoadBalancing"
            )
            if block(own).get("enabled") is True:
                return True
        charts = [
            item for kind in HELM_RELEASES for item in graph.by_type.get(kind, ())
        ]
        return any(
            item.input("chart") == "aws-load-balancer-controller" for item in charts
        )

    return circumstances.once("balancer controller", look)


def items_of(value: Any, name: str) -> list[dict[str, Any]]:
    """The blocks of a list within a block; none where it is not known."""
    return blocks(field(value, name))
