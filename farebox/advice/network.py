"""Ideas for networks: idle addresses, public ones, and endpoints instead of NAT."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.advice.databases import DEVELOPMENT, IN_ONE_ZONE
from farebox.advice.idea import Idea, beside, given, idea_for
from farebox.graph import Resource, ResourceGraph
from farebox.graph.values import flag
from farebox.quote.basket import Basket
from farebox.rules.aws.vpc import NAT_BYTES, TO_STORES
from farebox.rules.shapes import block, blocks, text

ZERO = Decimal(0)
EIP = "aws:ec2/eip:Eip"
NAT = "aws:ec2/natGateway:NatGateway"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SERVICE = "aws:ecs/service:Service"
SUBNETS = frozenset(("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"))
STORES = ("s3", "dynamodb")
"""Services that a gateway endpoint reaches.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""
USES_OF_AN_EIP = frozenset(
    (
        "aws:ec2/eipAssociation:EipAssociation",
        NAT,
        "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation",
        "aws:lb/loadBalancer:LoadBalancer",
    )
)


def addresses(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Elastic IPs that nothing of the stack uses."""
    if resource.type != EIP:
        return
    own = resource.raw_inputs
    used = any(own.get(n) not in (None, "") for n in ("instance", "networkInterface"))
    if used or basket.graph.referrers(resource, USES_OF_AN_EIP):
        return
    risk = "something outside this stack may use the address, and it cannot be had back"
    yield idea_for("idle address", resource, "remove it", risk, None)


def endpoints(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """S3 and DynamoDB through a gateway endpoint, which is free.

    What goes there through a NAT gateway is what the usage file gives.
    """
    if resource.type == NAT:
        yield from _past_nat(resource, basket)
    elif resource.type == ENDPOINT and resource.raw_inputs.get("vpcEndpointType") == (
        "Interface"
    ):
        service = str(resource.raw_inputs.get("serviceName") or "")
        if service.rpartition(".")[2] in STORES:
            kept = ("vpcId", "serviceName", "policy", "tags", "region")
            changed = {
                name: value
                for name, value in resource.raw_inputs.items()
                if name in kept
            }
            yield idea_for(
                "gateway endpoint",
                resource,
                "vpcEndpointType: Interface -> Gateway, with routeTableIds",
                "networks beyond this one (on premises, peered) no longer reach the "
                "service through it",
                {**changed, "vpcEndpointType": "Gateway"},
            )


def _past_nat(resource: Resource, basket: Basket) -> Iterator[Idea]:
    whole = given(basket, resource, NAT_BYTES)
    stores = given(basket, resource, TO_STORES)
    if whole is None or not stores or _gateways(basket.graph):
        return
    region = resource.region or ""
    added = tuple(
        beside(
            resource,
            ENDPOINT,
            f"{resource.name}-{store}",
            serviceName=f"com.amazonaws.{region}.{store}",
        )
        for store in STORES
    )
    yield idea_for(
        "gateway endpoint",
        resource,
        "add ec2.VpcEndpoint for s3 and dynamodb, with the routeTableIds of the private "
        "subnets",
        "open connections to them break once; policies that name the gateway's address "
        "must name the endpoint",
        resource.raw_inputs,
        added=added,
        usage={NAT_BYTES.key: max(whole - stores, ZERO)},
    )


def _gateways(graph: ResourceGraph) -> bool:
    """Whether the stack has a gateway endpoint: what is left then does not go there."""
    return any(
        text(each.input("vpcEndpointType")) in (None, "Gateway")
        for each in graph.by_type.get(ENDPOINT, ())
    )


UNREACHED = (
    "nothing outside reaches it by itself any more; what it asks of the internet goes "
    "through the NAT gateway, which charges by the GB"
)


def public_addresses(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Public addresses of machines and tasks in a stack that has a NAT gateway."""
    if NAT not in basket.graph.by_type:
        return
    own = resource.raw_inputs
    if resource.type == INSTANCE and flag(own.get("associatePublicIpAddress")) is True:
        changed = {**own, "associatePublicIpAddress": False}
        change = "associatePublicIpAddress: true -> false"
    elif resource.type == TEMPLATE:
        cards = blocks(own.get("networkInterfaces"))
        closed = [_closed(card) for card in cards]
        if cards == closed:
            return
        changed = {**own, "networkInterfaces": closed}
        change = "networkInterfaces.associatePublicIpAddress: true -> false"
    elif resource.type == SERVICE:
        place = block(own.get("networkConfiguration"))
        if flag(place.get("assignPublicIp")) is not True:
            return
        closed_place = {**place, "assignPublicIp": False}
        changed = {**own, "networkConfiguration": closed_place}
        change = (
            "networkConfiguration.assignPublicIp: true -> false, in private subnets"
        )
    else:
        return
    yield idea_for("public address", resource, change, UNREACHED, changed)


def _closed(card: dict[str, object]) -> dict[str, object]:
    if flag(card.get("associatePublicIpAddress")) is not True:
        return card
    return {**card, "associatePublicIpAddress": False}


def one_gateway(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """All NAT gateways of a network but its first, in a stack for development.

    Not where the usage file gives what goes through one: another would carry that.
    """
    if resource.type != NAT or not DEVELOPMENT.search(basket.graph.stack):
        return
    if given(basket, resource, NAT_BYTES):
        return
    graph = basket.graph
    here = _network_of(resource, graph)
    first = min(
        (each.urn for each in graph.by_type[NAT] if _network_of(each, graph) == here),
    )
    if here and resource.urn != first:
        risk = (
            "no way to the internet while the first one's zone is gone; traffic from "
            "other zones to it is charged by the GB"
        )
        change = "remove it, and route its subnets to the first one"
        yield idea_for(IN_ONE_ZONE, resource, change, risk, None)


def _network_of(gateway: Resource, graph: ResourceGraph) -> str:
    """The urns of the network that a gateway's subnet is in; "" where that is not told."""
    said = gateway.input("subnetId")
    subnets = graph.references(gateway, "subnetId", said, SUBNETS)
    if len(subnets) != 1:
        return ""
    known = subnets[0].input("vpcId")
    urns = subnets[0].dependencies.get("vpcId") or [str(known or "")]
    return " ".join(urns)
