"""Private connections: site-to-site VPN, Client VPN and transit gateways.

Sources: https://aws.amazon.com/vpn/pricing/ and
https://aws.amazon.com/transit-gateway/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import USED, public_ipv4
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import GIB, Meter, Metric, Type, Use, free

VPN_PAGE = "https://aws.amazon.com/vpn/pricing/"
TRANSIT_PAGE = "https://aws.amazon.com/transit-gateway/pricing/"
SERVICE = "AmazonVPC"

TUNNELS = Decimal(2)
"""Every site-to-site VPN connection has two tunnels, with a public address each.

Source: https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/
"""

CONNECTION = Meter(
    service=SERVICE,
    usage_type="VPN-Usage-Hours:ipsec.1",
    operation="CreateVpnConnection",
    unit="Hrs",
    says="site-to-site VPN connection",
    per="hour",
    because="connected all month",
)
CLIENTS = Use(
    key="monthly_connection_hours",
    service=SERVICE,
    usage_type="ClientVPN-ConnectionHours",
    operation="ClientVPNConnections",
    unit="Hrs",
    says="Client VPN connections",
)
ASSOCIATION = Meter(
    service=SERVICE,
    usage_type="ClientVPN-EndpointHours",
    operation="ClientVPNEndpoints",
    unit="Hrs",
    says="Client VPN endpoint association",
    per="hour",
    because="one subnet associated all month",
)


def _attached(operation: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type="TransitGateway-Hours",
        operation=operation,
        unit="Hrs",
        says="transit gateway attachment",
        per="hour",
        because="attached all month",
    )


def _sent(operation: str) -> Use:
    return Use(
        key="monthly_data_processed_gb",
        service=SERVICE,
        usage_type="TransitGateway-Bytes",
        operation=operation,
        unit="GB",
        says="data sent into the transit gateway",
        metrics=(
            Metric(
                namespace="AWS/TransitGateway",
                names=("BytesIn",),
                dimensions={
                    "TransitGateway": "transitGatewayId",
                    "TransitGatewayAttachment": "id",
                },
                unit=GIB,
            ),
        ),
    )


MULTICAST = Use(
    key="monthly_multicast_data_gb",
    service=SERVICE,
    usage_type="TGW-Multicast-Consumer-Bytes",
    unit="GB",
    says="multicast that the receiver takes",
)
VPN_ATTACHED, VPN_SENT = _attached("TransitGatewayVPN"), _sent("TransitGatewayVPN")


def vpn_connection(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours, the addresses of its tunnels, and the attachment to a transit gateway."""
    bandwidth, outside = (
        resource.input(name) for name in ("tunnelBandwidth", "outsideIpAddressType")
    )
    accelerated = flag(resource.input("enableAcceleration"))
    if UNKNOWN in (bandwidth, outside, accelerated):
        yield Gap(
            "unknown-input",
            "tunnelBandwidth, outsideIpAddressType or enableAcceleration is not known "
            "before deployment",
        )
    if bandwidth in (None, "standard"):
        yield CONNECTION.all_month(resource, circumstances)
    elif bandwidth is not UNKNOWN:
        yield Gap(
            "no-price",
            "a VPN connection of a larger bandwidth has a rate of its own, and Farebox "
            "knows no price for it",
        )
    if outside in (None, "PublicIpv4"):
        yield public_ipv4(
            resource, circumstances, TUNNELS, "two tunnels, one address each"
        )
    if accelerated:
        yield Gap(
            "no-price",
            "an accelerated VPN is also charged by Global Accelerator, and Farebox "
            "knows no price for it",
        )
    if resource.input("transitGatewayId") is not None:
        yield VPN_ATTACHED.all_month(resource, circumstances)
        yield VPN_SENT.charge(resource, usage)


_PEERING = Type(
    billed="Each side of a peering between transit gateways is billed by the hour.",
    source=TRANSIT_PAGE,
    meters=(_attached("TransitGatewayPeering"),),
    terraform="aws_ec2_transit_gateway_peering_attachment",
    notes=(
        "Bytes that come over a peering are not charged for processing; traffic between "
        "regions is, as the account's."
    ),
)

TYPES = {
    "aws:ec2/vpnConnection:VpnConnection": Type(
        billed="A VPN connection is billed by the hour; on a transit gateway also as attachment.",
        source=VPN_PAGE,
        meters=(CONNECTION, USED, VPN_ATTACHED),
        uses=(VPN_SENT,),
        rule=vpn_connection,
        terraform="aws_vpn_connection",
        notes=(
            "The public addresses of its two tunnels are charged like any other, unless "
            "its tunnels are private. Acceleration and larger bandwidths are `no-price`."
        ),
    ),
    "aws:ec2/vpnConcentrator:VpnConcentrator": Type(
        billed="A VPN concentrator is billed by the hour and by the site.",
        source=VPN_PAGE,
        no_price=(
            "a VPN concentrator is charged by the hour and site, and Farebox knows no "
            "price for it"
        ),
    ),
    "aws:ec2clientvpn/endpoint:Endpoint": Type(
        billed="Client VPN is billed for each hour that each client is connected.",
        source=VPN_PAGE,
        uses=(CLIENTS,),
        terraform="aws_ec2_client_vpn_endpoint",
        notes="`monthly_connection_hours` are the hours of all clients together.",
    ),
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation": Type(
        billed="Each subnet that a Client VPN endpoint is associated with is billed by the hour.",
        source=VPN_PAGE,
        meters=(ASSOCIATION,),
        terraform="aws_ec2_client_vpn_network_association",
    ),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": Type(
        billed="A network on a transit gateway is billed by the hour and by the GB that it sends.",
        source=TRANSIT_PAGE,
        meters=(_attached("TransitGatewayVPC"),),
        uses=(_sent("TransitGatewayVPC"),),
        terraform="aws_ec2_transit_gateway_vpc_attachment",
    ),
    "aws:ec2transitgateway/multicastGroupMember:MulticastGroupMember": Type(
        billed="Multicast is billed by the GB that each receiver takes.",
        source=TRANSIT_PAGE,
        uses=(MULTICAST,),
        terraform="aws_ec2_transit_gateway_multicast_group_member",
    ),
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": _PEERING,
    "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter": _PEERING,
    "aws:ec2/transitGatewayPeeringAttachmentAccepter:TransitGatewayPeeringAttachmentAccepter": _PEERING,
    "aws:ec2transitgateway/connect:Connect": Type(
        billed="A Connect attachment is billed by the hour, beside what it runs over.",
        source=TRANSIT_PAGE,
        meters=(_attached("TransitGatewayConnect"),),
        terraform="aws_ec2_transit_gateway_connect",
    ),
}

FREE = (
    free(
        "ec2",
        {
            "a VPN's gateways and routes cost nothing; the connection is charged": (
                "CustomerGateway VpnGateway VpnGatewayAttachment "
                "VpnGatewayRoutePropagation VpnConnectionRoute"
            )
        },
    )
    | free(
        "ec2clientvpn",
        {
            "Client VPN is charged by its associations and connections": (
                "AuthorizationRule Route"
            )
        },
    )
    | free(
        "ec2transitgateway",
        {
            "a transit gateway is charged by its attachments and the bytes they carry": (
                "TransitGateway RouteTable RouteTableAssociation "
                "RouteTablePropagation Route DefaultRouteTableAssociation "
                "DefaultRouteTablePropagation PolicyTable PolicyTableAssociation "
                "PolicyTableEntry PrefixListReference ConnectPeer MeteringPolicy "
                "MeteringPolicyEntry VpcAttachmentAccepter"
            ),
            "multicast is charged by the bytes that receivers take, not by the domain": (
                "MulticastDomain MulticastDomainAssociation MulticastGroupSource"
            ),
        },
    )
)
