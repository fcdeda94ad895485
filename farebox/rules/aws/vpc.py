"""Amazon VPC: NAT gateways, logs and analyses of a network.

Usage types are those of "codes for Amazon VPC in billing and usage reports":
https://docs.aws.amazon.com/vpc/latest/userguide/billing-usage-reports.html

Source: https://aws.amazon.com/vpc/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import GIB, Key, Meter, Metric, Type, Use, free
from farebox.rules.shapes import blocks, or_default, text

SOURCE = "https://aws.amazon.com/vpc/pricing/"
SERVICE = "AmazonVPC"

NAT_HOURS = Meter(
    service="AmazonEC2",
    usage_type="{prefix}NatGateway-Hours",
    operation="{prefix}NatGateway",
    unit="Hrs",
    says="NAT gateway",
    per="hour",
    because="runs all month",
)
NAT_BYTES = Use(
    key="monthly_data_processed_gb",
    service="AmazonEC2",
    usage_type="{prefix}NatGateway-Bytes",
    operation="{prefix}NatGateway",
    unit="GB",
    says="data processed by the NAT gateway",
    metrics=(
        Metric(
            namespace="AWS/NATGateway",
            names=("BytesInFromSource", "BytesInFromDestination"),
            dimensions={"NatGatewayId": "id"},
            unit=GIB,
        ),
    ),
)
TO_STORES = Key(
    key="monthly_s3_dynamodb_gb",
    says="of the data processed, what goes to S3 and DynamoDB and back; for fare advise",
    unit="GB",
)
FLOW_LOGS = Use(
    key="monthly_data_ingested_gb",
    service="AmazonCloudWatch",
    usage_type="{kind}-Bytes",
    unit="GB",
    says="flow logs delivered",
)
FLOW_LOG_KINDS = {"cloud-watch-logs": "VendedLog", "s3": "S3-Egress"}
IPAM_ADDRESSES = Use(
    key="active_ip_addresses",
    service=SERVICE,
    usage_type="IPAddressManager-IP-Hours",
    operation="IPAM-Active-IP",
    unit="Hrs",
    says="addresses that IPAM manages",
)
ANALYSIS = Meter(
    service=SERVICE,
    usage_type="Analysis-Runs",
    unit="Count",
    says="network path analysis",
    per="month",
    because="one analysis, when it is created",
)
MIRROR = Meter(
    service=SERVICE,
    usage_type="ENI-Mirror",
    unit="Hrs",
    says="traffic mirroring",
    per="hour",
    because="one network interface mirrored all month",
)


def nat_gateway(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours and bytes; a regional gateway has hours in each zone that it is in."""
    mode = resource.input("availabilityMode")
    if mode is UNKNOWN:
        yield Gap("unknown-input", "availabilityMode is not known before deployment")
        return
    regional = mode == "regional"
    prefix = "Regional" if regional else ""
    zones = {
        str(zone.get("availabilityZone") or zone.get("availabilityZoneId") or place)
        for place, zone in enumerate(
            blocks(resource.input("availabilityZoneAddresses"))
        )
    }
    if not regional:
        yield NAT_HOURS.all_month(resource, circumstances, prefix=prefix)
    elif zones:
        yield NAT_HOURS.all_month(
            resource,
            circumstances,
            count=Decimal(len(zones)),
            because=f"runs all month in {len(zones)} zones",
            prefix=prefix,
        )
    else:
        yield NAT_HOURS.gap(
            resource,
            "NAT gateway: AWS decides how many zones a regional gateway is in; list "
            "them under availabilityZoneAddresses to price it",
            prefix=prefix,
        )
    yield NAT_BYTES.charge(resource, usage, prefix=prefix)


def flow_log(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The GB delivered, by where they go."""
    destination = or_default(
        text(resource.input("logDestinationType")), "cloud-watch-logs"
    )
    if destination in FLOW_LOG_KINDS:
        yield FLOW_LOGS.charge(resource, usage, kind=FLOW_LOG_KINDS[str(destination)])
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
    """The tier decides: the free one, or the advanced one by active address."""
    if resource.input("tier") == "free":
        yield NoCharge("the free tier of IPAM is not charged")
    else:
        hours = circumstances.hours_per_month
        yield IPAM_ADDRESSES.charge(resource, usage, factor=hours)


_ENCRYPTION_CONTROL = Type(
    billed="Encryption controls are billed by the hour for each network that is not empty.",
    source=SOURCE,
    no_price=(
        "encryption controls are charged by the hour and network, and Farebox knows no "
        "price for them"
    ),
)
_SECONDARY_NETWORK = Type(
    billed="A network for RDMA; AWS's price page does not say whether it is charged.",
    source=SOURCE,
    no_price="whether AWS charges secondary networks is not known to Farebox",
)

TYPES = {
    "aws:ec2/natGateway:NatGateway": Type(
        billed="A NAT gateway is billed by the hour that it exists and by the GB it processes.",
        source=SOURCE,
        meters=(NAT_HOURS,),
        uses=(NAT_BYTES, TO_STORES),
        rule=nat_gateway,
        terraform="aws_nat_gateway",
        notes=(
            "A private gateway costs the same. Its Elastic IPs are charged on the Elastic "
            "IPs. Bytes count both ways. A regional gateway has `Regional` before its "
            "usage types and hours for each zone that `availabilityZoneAddresses` lists; "
            "where AWS decides about the zones, its hours are `unknown-input`, and its "
            "addresses are not counted."
        ),
    ),
    "aws:ec2/flowLog:FlowLog": Type(
        billed="A flow log is billed by the GB that it delivers, as vended logs.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(FLOW_LOGS,),
        rule=flow_log,
        terraform="aws_flow_log",
        notes=(
            "`VendedLog-Bytes` to CloudWatch, `S3-Egress-Bytes` to S3, `no-price` to "
            "Firehose. What the log group then stores is charged on the log group."
        ),
    ),
    "aws:ec2/vpcIpam:VpcIpam": Type(
        billed="IPAM's free tier costs nothing; its advanced tier is billed by active address.",
        source=SOURCE,
        uses=(IPAM_ADDRESSES,),
        rule=ipam,
        terraform="aws_vpc_ipam",
        notes="Each active address counts for all hours of the month.",
    ),
    "aws:ec2/networkInsightsAnalysis:NetworkInsightsAnalysis": Type(
        billed="An analysis of a network path is billed once, when it runs.",
        source=SOURCE,
        meters=(ANALYSIS,),
    ),
    "aws:ec2/trafficMirrorSession:TrafficMirrorSession": Type(
        billed="A mirrored network interface is billed by the hour.",
        source=SOURCE,
        meters=(MIRROR,),
    ),
    "aws:vpc/routeServerEndpoint:RouteServerEndpoint": Type(
        billed="A route server endpoint is billed by the hour.",
        source=SOURCE,
        no_price=(
            "a route server endpoint is charged by the hour, and Farebox knows no price "
            "for it"
        ),
    ),
    "aws:ec2/encryptionControl:EncryptionControl": _ENCRYPTION_CONTROL,
    "aws:ec2/vpcEncryptionControl:VpcEncryptionControl": _ENCRYPTION_CONTROL,
    "aws:ec2/secondaryNetwork:SecondaryNetwork": _SECONDARY_NETWORK,
    "aws:ec2/secondarySubnet:SecondarySubnet": _SECONDARY_NETWORK,
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
