"""AWS PrivateLink: endpoints of a network, and the services behind them.

Source: https://aws.amazon.com/privatelink/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    NoCharge,
    hours,
    key_of,
    used,
)
from farebox.rules.service import Type, free
from farebox.rules.shapes import blocks, text

SERVICE = "AmazonVPC"
SUBNET_ASSOCIATION = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
SUBNET_TYPES = frozenset(
    {"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"}
)


def endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A gateway endpoint is free; others are billed by the zone and hour, and the GB.

    Source: https://aws.amazon.com/privatelink/pricing/
    """
    kind = text(resource.input("vpcEndpointType"))
    if kind is UNKNOWN:
        yield Gap("unknown-input", "vpcEndpointType is not known before deployment")
        return
    if kind in (None, "Gateway"):
        yield NoCharge("gateway endpoints for S3 and DynamoDB are not charged")
        return
    infix = {"Interface": "", "GatewayLoadBalancer": "GWLBE-"}.get(str(kind))
    if infix is None:
        yield Gap(
            "no-price",
            f"an endpoint of the type {kind} is charged, and Farebox knows no price "
            "for it",
        )
        return
    count = _zones_of(resource, circumstances)
    if count:
        yield hours(
            resource,
            circumstances,
            SERVICE,
            f"VpcEndpoint-{infix}Hours",
            "VpcEndpoint",
            description=f"{kind} endpoint",
            because=f"in {count} zone{'s' if count > 1 else ''} all month",
            count=Decimal(count),
        )
    else:
        yield Gap(
            "unknown-input",
            f"{kind} endpoint: how many subnets it is in is not known; give subnetIds",
            key_of(resource, SERVICE, f"VpcEndpoint-{infix}Hours", "VpcEndpoint"),
            "Hrs",
        )
    yield used(
        resource,
        usage,
        "monthly_data_processed_gb",
        SERVICE,
        f"VpcEndpoint-{infix}Bytes",
        "VpcEndpoint",
        unit="GB",
        description="data processed by the endpoint",
    )


def _zones_of(resource: Resource, circumstances: Circumstances) -> int:
    """How many zones an endpoint is in: one subnet a zone; 0 where it is not known."""
    graph = circumstances.graph
    associated = len(graph.referrers(resource, {SUBNET_ASSOCIATION}))
    value = resource.asked("subnetIds")
    answered = resource.input("subnetIds")
    if value is None and isinstance(answered, list):
        # AWS counts the subnets of associations too, those it knew when it was asked.
        return max(len(answered), associated)
    if isinstance(value, list):
        count = len(value)
    else:
        count = len(graph.references(resource, "subnetIds", UNKNOWN, SUBNET_TYPES))
    if not count:
        count = len(blocks(resource.input("subnetConfigurations")))
    return count + associated


def endpoint_service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Offering a service is free in its own region; remote regions are charged.

    Source: https://aws.amazon.com/privatelink/pricing/
    """
    regions = resource.input("supportedRegions")
    if regions is None or regions == [] or regions == [resource.region]:
        yield NoCharge("who connects to an endpoint service pays, not who offers it")
    else:
        yield Gap(
            "no-price",
            "each remote region of an endpoint service is charged by the hour, and "
            "Farebox knows no price for it",
        )


TYPES = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": Type(
        billed="A gateway endpoint is free; others are billed by the zone and hour, and the GB.",
        source="https://aws.amazon.com/privatelink/pricing/",
        rule=endpoint,
    ),
    "aws:ec2/vpcEndpointService:VpcEndpointService": Type(
        billed="Offering a service is free in its own region; remote regions are charged.",
        source="https://aws.amazon.com/privatelink/pricing/",
        rule=endpoint_service,
    ),
}

FREE = free(
    "ec2",
    {
        "a setting of an endpoint; the endpoint is charged, by itself": (
            "VpcEndpointConnectionAccepter VpcEndpointConnectionNotification "
            "VpcEndpointPolicy VpcEndpointRouteTableAssociation "
            "VpcEndpointServiceAllowedPrinciple"
        ),
        "a subnet of an endpoint is charged on the endpoint": (
            "VpcEndpointSubnetAssociation"
        ),
    },
) | free(
    "vpc",
    {
        "a setting of an endpoint; the endpoint is charged, by itself": (
            "EndpointPrivateDns EndpointServicePrivateDnsVerification"
        )
    },
)
