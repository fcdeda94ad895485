"""Services and Ingresses: the load balancers that AWS makes of them.

Which one is made is said by a class or by annotations. Where neither says it the
cluster's own cloud provider makes a classic load balancer of a Service, unless the
stack shows AWS's controller.

Source: https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
Source: https://docs.aws.amazon.com/eks/latest/userguide/alb-ingress.html
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws import elb
from farebox.rules.charges import Charge, Circumstances, Gap, Metered, NoCharge
from farebox.rules.kubernetes.cluster import (
    annotation,
    charged_as,
    has_balancer_controller,
    name_of,
    region_of_cluster,
)
from farebox.rules.shapes import field, text

SERVICE_NOTE = "service.beta.kubernetes.io/aws-load-balancer-"
INGRESS_NOTE = "alb.ingress.kubernetes.io/"

CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
CONTROLLERS = ("ingress.k8s.aws/alb", "eks.amazonaws.com/alb")
"""AWS's own: of its controller, and of EKS Auto Mode."""

INGRESS_CLASS = "kubernetes:networking.k8s.io/v1:IngressClass"

PRIVATE = ("internal", "true", "0.0.0.0/0")


def service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A Service of the type LoadBalancer is billed as the balancer made of it."""
    spec = resource.input("spec")
    kind = text(field(spec, "type"))
    if kind is UNKNOWN:
        yield Gap("unknown-input", "whether it makes a load balancer is not known yet")
        return
    if kind != "LoadBalancer":
        yield NoCharge("a Service within the cluster costs nothing at AWS")
        return
    own_class = text(field(spec, "loadBalancerClass"))
    said = annotation(resource, f"{SERVICE_NOTE}type")
    if UNKNOWN in (own_class, said):
        yield Gap("unknown-input", "which load balancer it makes is not known yet")
        return
    if own_class is not None and own_class not in CLASSES:
        yield NoCharge(f"its load balancer is of the class {own_class}, none of AWS's")
        return
    region = region_of_cluster(circumstances, "a load balancer")
    if isinstance(region, Gap):
        yield region
        return
    silent = own_class is None and said is None
    controlled = own_class is not None or said in ("nlb-ip", "external")
    controlled |= silent and has_balancer_controller(circumstances)
    inputs = {"internal": _is_private(resource, controlled), **_places(resource)}
    if controlled or said == "nlb":
        inputs["loadBalancerType"] = "network"
        rule = elb.load_balancer
    else:
        rule = elb.classic_load_balancer
    for charge in rule(charged_as(resource, region, inputs), usage, circumstances):
        guessed = silent and isinstance(charge, Metered) and charge.usage == "given"
        yield replace(charge, usage="assumed") if guessed else charge


def _is_private(resource: Resource, controlled: bool) -> Any:
    """Whether it is internal, which is what AWS's controller makes by default.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
    """
    scheme = annotation(resource, f"{SERVICE_NOTE}scheme")
    internal = annotation(resource, f"{SERVICE_NOTE}internal")
    if UNKNOWN in (scheme, internal):
        return UNKNOWN
    if scheme is None and internal is None:
        return controlled
    return scheme == "internal" or internal in PRIVATE


def _places(resource: Resource) -> dict[str, Any]:
    """The subnets and the Elastic IPs that annotations name, as a balancer has them."""
    addresses = annotation(resource, f"{SERVICE_NOTE}eip-allocations")
    if isinstance(addresses, str):
        found = [{"allocationId": item.strip()} for item in addresses.split(",")]
        return {"subnetMappings": found}
    subnets = annotation(resource, f"{SERVICE_NOTE}subnets")
    return {"subnets": subnets.split(",")} if isinstance(subnets, str) else {}


def ingress(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An Ingress of AWS's controller is billed as an Application Load Balancer.

    Those of one group share a balancer: the first one carries it.
    """
    own = _class_of(resource)
    if own is UNKNOWN or own is None:
        yield Gap(
            "unknown-input",
            "which controller serves it is not known: AWS's makes an Application Load "
            "Balancer; name its ingressClassName",
        )
        return
    if not _is_of_aws(str(own), circumstances):
        yield NoCharge(
            f"served by the controller of the class {own}, within the cluster; its "
            "Service of the type LoadBalancer is charged"
        )
        return
    region = region_of_cluster(circumstances, "an Application Load Balancer")
    if isinstance(region, Gap):
        yield region
        return
    carrier = _carrier(resource, circumstances)
    if carrier.urn != resource.urn:
        reason = f"shares the load balancer of {carrier.name}, with its group"
        yield NoCharge(reason, "priced-with")
        return
    scheme = annotation(resource, f"{INGRESS_NOTE}scheme")
    subnets = annotation(resource, f"{INGRESS_NOTE}subnets")
    inputs = {"internal": UNKNOWN if scheme is UNKNOWN else scheme != "internet-facing"}
    if isinstance(subnets, str):
        inputs["subnets"] = subnets.split(",")
    yield from elb.load_balancer(
        charged_as(resource, region, inputs), usage, circumstances
    )


def _class_of(resource: Resource) -> Any:
    said = text(field(resource.input("spec"), "ingressClassName"))
    return said or annotation(resource, "kubernetes.io/ingress.class")


def _is_of_aws(name: str, circumstances: Circumstances) -> bool:
    """Whether a class is of AWS's controller: by the stack's own, else by its name."""
    for item in circumstances.graph.by_type.get(INGRESS_CLASS, ()):
        if name_of(item) == name:
            return field(item.input("spec"), "controller") in CONTROLLERS
    return name == "alb"


def _carrier(resource: Resource, circumstances: Circumstances) -> Resource:
    """The first Ingress of the group that it is in; itself where it is in none."""
    group = annotation(resource, f"{INGRESS_NOTE}group.name")
    if not isinstance(group, str):
        return resource
    alike = (
        item
        for item in circumstances.graph.by_type.get(resource.type, ())
        if annotation(item, f"{INGRESS_NOTE}group.name") == group
    )
    return min(alike, key=lambda item: item.urn)
