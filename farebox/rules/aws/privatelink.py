"""AWS PrivateLink: endpoints of a network, and the services behind them.

Source: https://aws.amazon.com/privatelink/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.listed import Listed, listed
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free
from farebox.rules.shapes import blocks, text

SOURCE = "https://aws.amazon.com/privatelink/pricing/"
SERVICE = "AmazonVPC"

HOURS = Meter(
    service=SERVICE,
    usage_type="VpcEndpoint-{infix}Hours",
    operation="VpcEndpoint",
    unit="Hrs",
    says="{kind} endpoint",
    per="hour",
)
BYTES = Use(
    key="monthly_data_processed_gb",
    service=SERVICE,
    usage_type="VpcEndpoint-{infix}Bytes",
    operation="VpcEndpoint",
    unit="GB",
    says="data processed by the endpoint",
    metrics=(
        Metric(
            namespace="AWS/PrivateLinkEndpoints",
            names=("BytesProcessed",),
            dimensions={
                "Endpoint Type": "vpcEndpointType",
                "Service Name": "serviceName",
                "VPC Endpoint Id": "id",
                "VPC Id": "vpcId",
            },
            unit=GIB,
        ),
    ),
)
INFIXES = {"Interface": "", "GatewayLoadBalancer": "GWLBE-"}
"""What the usage types of a kind of endpoint have in the middle."""

SUBNET_ASSOCIATION = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
SUBNET_TYPES = frozenset(
    {"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"}
)


def endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The kind decides: free, or hours in each zone and the GB that go through."""
    kind = text(resource.input("vpcEndpointType"))
    if kind is UNKNOWN:
        yield Gap("unknown-input", "vpcEndpointType is not known before deployment")
        return
    if kind in (None, "Gateway"):
        yield NoCharge("gateway endpoints for S3 and DynamoDB are not charged")
        return
    infix = INFIXES.get(str(kind))
    if infix is None:
        yield Gap(
            "no-price",
            f"an endpoint of the type {kind} is charged, and Farebox knows no price "
            "for it",
        )
        return
    zones = _zones_of(resource, circumstances)
    count = zones.count
    if count:
        yield HOURS.all_month(
            resource,
            circumstances,
            count=Decimal(count),
            because=f"in {count} zone{'s' if count > 1 else ''} all month",
            infix=infix,
            kind=str(kind),
        )
    else:
        yield HOURS.gap(
            resource,
            f"{kind} endpoint: how many subnets it is in is not known"
            f"{zones.unsaid() or '; give subnetIds'}",
            infix=infix,
        )
    yield BYTES.charge(resource, usage, infix=infix)
    there = text(resource.input("serviceRegion"))
    if there is UNKNOWN:
        yield Gap("unknown-input", "serviceRegion is not known before deployment")
    elif there not in (None, resource.region):
        yield Gap(
            "no-usage",
            f"what goes to the service in {there} is charged as traffic between regions",
        )


def _zones_of(resource: Resource, circumstances: Circumstances) -> Listed:
    """How many zones an endpoint is in: one subnet a zone; 0 where nothing says it."""
    graph = circumstances.graph
    associated = len(graph.referrers(resource, {SUBNET_ASSOCIATION}))
    value = resource.asked("subnetIds")
    answered = resource.input("subnetIds")
    if value is None and isinstance(answered, list):
        # AWS counts the subnets of associations too, those it knew when it was asked.
        return Listed(max(len(answered), associated))
    found = listed(graph, resource, "subnetIds", SUBNET_TYPES)
    if found.count == 0:
        found = Listed(len(blocks(resource.input("subnetConfigurations"))))
    if found.count is None:
        return found
    return Listed(found.count + associated, found.candidates)


def endpoint_service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The regions decide: the own one is free."""
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
        source=SOURCE,
        meters=(HOURS,),
        uses=(BYTES,),
        rule=endpoint,
        terraform="aws_vpc_endpoint",
        notes=(
            "Gateway is the default. An Interface endpoint is charged by the hour for each "
            "subnet, by the GB in tiers; one of a gateway load balancer has `GWLBE-` in "
            "its usage types. Resource and ServiceNetwork are `no-price`. Subnets come "
            "from `subnetIds`, `subnetConfigurations` and associations."
        ),
    ),
    "aws:ec2/vpcEndpointService:VpcEndpointService": Type(
        billed="Offering a service is free in its own region; remote regions are charged.",
        source=SOURCE,
        rule=endpoint_service,
        notes="Remote regions are `no-price`.",
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
