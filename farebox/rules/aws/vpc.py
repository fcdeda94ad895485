"""Amazon VPC: NAT gateways, endpoints, logs and analyses of a network.

Usage types are as AWS's "codes for Amazon VPC in billing and usage reports" has them:
https://docs.aws.amazon.com/vpc/latest/userguide/billing-usage-reports.html

Source: https://aws.amazon.com/vpc/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    hours,
    key_of,
    used,
)
from farebox.rules.shapes import blocks, text

SERVICE = "AmazonVPC"
SUBNET_ASSOCIATION = "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"
SUBNET_TYPES = frozenset(
    {"aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"}
)


def nat_gateway(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A NAT gateway is billed by the hour that it exists and by the GB it processes.

    A private one costs the same. Its Elastic IPs are charged on the Elastic IPs. A
    regional one is billed for each zone that it is in, under usage types of its own.
    Source: https://aws.amazon.com/vpc/pricing/ (NAT gateway)
    """
    regional = resource.input("availabilityMode") == "regional"
    prefix = "Regional" if regional else ""
    operation = f"{prefix}NatGateway"
    zones = {
        str(zone.get("availabilityZone") or zone.get("availabilityZoneId") or place)
        for place, zone in enumerate(
            blocks(resource.input("availabilityZoneAddresses"))
        )
    }
    if regional and not zones:
        yield Gap(
            "unknown-input",
            "NAT gateway: AWS decides how many zones a regional gateway is in; list "
            "them under availabilityZoneAddresses to price it",
            key_of(resource, "AmazonEC2", f"{prefix}NatGateway-Hours", operation),
            "Hrs",
        )
    else:
        count = len(zones) if regional else 1
        yield hours(
            resource,
            circumstances,
            "AmazonEC2",
            f"{prefix}NatGateway-Hours",
            operation,
            description="NAT gateway",
            because=f"runs all month in {count} zones"
            if regional
            else "runs all month",
            count=Decimal(count),
        )
    yield used(
        resource,
        usage,
        "monthly_data_processed_gb",
        "AmazonEC2",
        f"{prefix}NatGateway-Bytes",
        operation,
        unit="GB",
        description="data processed by the NAT gateway",
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
    value = resource.input("subnetIds")
    if isinstance(value, list):
        count = len(value)
    else:
        count = len(graph.references(resource, "subnetIds", UNKNOWN, SUBNET_TYPES))
    if not count:
        count = len(blocks(resource.input("subnetConfigurations")))
    return count + len(graph.referrers(resource, {SUBNET_ASSOCIATION}))


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


def flow_log(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A flow log is billed by the GB that it delivers, as vended logs.

    What the log group then stores is charged on the log group.
    Source: https://aws.amazon.com/cloudwatch/pricing/ (vended logs)
    """
    destination = text(resource.input("logDestinationType")) or "cloud-watch-logs"
    usage_types = {"cloud-watch-logs": "VendedLog-Bytes", "s3": "S3-Egress-Bytes"}
    if destination in usage_types:
        yield used(
            resource,
            usage,
            "monthly_data_ingested_gb",
            "AmazonCloudWatch",
            usage_types[str(destination)],
            unit="GB",
            description="flow logs delivered",
        )
    elif destination is UNKNOWN:
        yield Gap("unknown-input", "logDestinationType is not known before deployment")
    else:
        yield Gap(
            "no-price",
            f"flow logs to {destination} are charged by the GB, and Farebox knows no "
            "price for it",
        )


def ipam(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """IPAM's free tier costs nothing; its advanced tier is billed by active address.

    Source: https://aws.amazon.com/vpc/pricing/ (IPAM)
    """
    if resource.input("tier") == "free":
        yield NoCharge("the free tier of IPAM is not charged")
        return
    charge = used(
        resource,
        usage,
        "active_ip_addresses",
        SERVICE,
        "IPAddressManager-IP-Hours",
        "IPAM-Active-IP",
        unit="Hrs",
        description="addresses that IPAM manages",
        factor=circumstances.hours_per_month,
    )
    yield charge


def reachability_analysis(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An analysis of a network path is billed once, when it runs.

    Source: https://aws.amazon.com/vpc/pricing/ (Reachability Analyzer)
    """
    yield Metered(
        key_of(resource, SERVICE, "Analysis-Runs"),
        Decimal(1),
        "Count",
        "network path analysis",
        "one analysis, when it is created",
    )


def traffic_mirror(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A mirrored network interface is billed by the hour.

    Source: https://aws.amazon.com/vpc/pricing/ (traffic mirroring)
    """
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "ENI-Mirror",
        description="traffic mirroring",
        because="one network interface mirrored all month",
    )


def route_server_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A route server endpoint is billed by the hour.

    Source: https://aws.amazon.com/vpc/pricing/ (route server)
    """
    yield Gap(
        "no-price",
        "a route server endpoint is charged by the hour, and Farebox knows no price "
        "for it",
    )


def encryption_control(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Encryption controls are billed by the hour for each network that is not empty.

    Source: https://aws.amazon.com/vpc/pricing/ (encryption controls)
    """
    yield Gap(
        "no-price",
        "encryption controls are charged by the hour and network, and Farebox knows no "
        "price for them",
    )


def secondary_network(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A network for RDMA; AWS's price page does not say whether it is charged.

    Source: https://aws.amazon.com/vpc/pricing/
    """
    yield Gap(
        "no-price",
        "whether AWS charges secondary networks is not known to Farebox",
    )
