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
from farebox.rules.service import Type, free
from farebox.rules.shapes import blocks, text

SERVICE = "AmazonVPC"


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


_ENCRYPTION_CONTROL = Type(
    billed="Encryption controls are billed by the hour for each network that is not empty.",
    source="https://aws.amazon.com/vpc/pricing/",
    rule=encryption_control,
)
_SECONDARY_NETWORK = Type(
    billed="A network for RDMA; AWS's price page does not say whether it is charged.",
    source="https://aws.amazon.com/vpc/pricing/",
    rule=secondary_network,
)

TYPES = {
    "aws:ec2/encryptionControl:EncryptionControl": _ENCRYPTION_CONTROL,
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": _ENCRYPTION_CONTROL,
    "aws:ec2/flowLog:FlowLog": Type(
        billed="A flow log is billed by the GB that it delivers, as vended logs.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=flow_log,
    ),
    "aws:ec2/natGateway:NatGateway": Type(
        billed="A NAT gateway is billed by the hour that it exists and by the GB it processes.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=nat_gateway,
    ),
    "aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis": Type(
        billed="An analysis of a network path is billed once, when it runs.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=reachability_analysis,
    ),
    "aws:ec2/secondaryNetwork:SecondaryNetwork": _SECONDARY_NETWORK,
    "aws:ec2/secondarySubnet:SecondarySubnet": _SECONDARY_NETWORK,
    "aws:ec2/trafficMirrorSession:TrafficMirrorSession": Type(
        billed="A mirrored network interface is billed by the hour.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=traffic_mirror,
    ),
    "aws:ec2/vpcIpam:VpcIpam": Type(
        billed="IPAM's free tier costs nothing; its advanced tier is billed by active address.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=ipam,
    ),
    "aws:vpc/routeServerEndpoint:RouteServerEndpoint": Type(
        billed="A route server endpoint is billed by the hour.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=route_server_endpoint,
    ),
}

FREE = free(
    "ec2",
    {
        "a network, its routes and its address plan cost nothing; traffic does": (
            "Vpc DefaultVpc Subnet DefaultSubnet SubnetCidrReservation RouteTable "
            "DefaultRouteTable RouteTableAssociation MainRouteTableAssociation "
            "Route InternetGateway InternetGatewayAttachment "
            "EgressOnlyInternetGateway CarrierGateway VpcDhcpOptions "
            "DefaultVpcDhcpOptions VpcDhcpOptionsAssociation "
            "VpcIpv4CidrBlockAssociation VpcIpv6CidrBlockAssociation "
            "ManagedPrefixList ManagedPrefixListEntry VpcBlockPublicAccessOptions "
            "VpcBlockPublicAccessExclusion Tag"
        ),
        "filtering traffic by group or list is not charged": (
            "SecurityGroup DefaultSecurityGroup SecurityGroupRule "
            "SecurityGroupAssociation VpcSecurityGroupRulesExclusive NetworkAcl "
            "DefaultNetworkAcl NetworkAclRule NetworkAclAssociation "
            "NetworkInterfaceSecurityGroupAttachment"
        ),
        "a network interface is not charged; a public address on it is, by itself": (
            "NetworkInterface NetworkInterfaceAttachment NetworkInterfacePermission"
        ),
        "peering is not charged; the traffic over it is, as the account's traffic": (
            "VpcPeeringConnection VpcPeeringConnectionAccepter PeeringConnectionOptions"
        ),
        "what IPAM plans is not charged; the addresses that it watches are, on the "
        "IPAM": (
            "VpcIpamOrganizationAdminAccount VpcIpamPool VpcIpamPoolCidr "
            "VpcIpamPoolCidrAllocation VpcIpamPreviewNextCidr "
            "VpcIpamResourceDiscovery VpcIpamResourceDiscoveryAssociation "
            "VpcIpamScope"
        ),
        "a description of what to look at; sessions and analyses are charged": (
            "TrafficMirrorFilter TrafficMirrorFilterRule TrafficMirrorTarget "
            "NetworkInsightsPath NetworkInsightsAccessScope"
        ),
        "the subscription is not charged; the metrics that it writes are "
        "CloudWatch's": "VpcNetworkPerformanceMetricSubscription",
        "part of an Outpost, which is paid for as a whole": (
            "LocalGatewayRoute LocalGatewayRouteTable "
            "LocalGatewayRouteTableVirtualInterfaceGroupAssociation "
            "LocalGatewayRouteTableVpcAssociation"
        ),
    },
) | free(
    "vpc",
    {
        "filtering traffic by group or list is not charged": (
            "SecurityGroupEgressRule SecurityGroupIngressRule "
            "SecurityGroupVpcAssociation"
        ),
        "route servers are charged by their endpoints": (
            "RouteServer RouteServerPeer RouteServerPropagation "
            "RouteServerVpcAssociation"
        ),
    },
)
