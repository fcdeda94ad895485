"""Private connections: site-to-site VPN, Client VPN and transit gateways.

Source: https://aws.amazon.com/vpn/pricing/ and
https://aws.amazon.com/transit-gateway/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import public_ipv4
from farebox.rules.charges import Charge, Circumstances, Gap, hours, used
from farebox.rules.service import Type, free

SERVICE = "AmazonVPC"

TUNNELS = Decimal(2)
"""Every site-to-site VPN connection has two tunnels, with an address each."""


def vpn_connection(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A VPN connection is billed by the hour; on a transit gateway also as attachment.

    The public addresses of its two tunnels are charged like any other.
    Source: https://aws.amazon.com/vpn/pricing/ and, for the addresses,
    https://aws.amazon.com/blogs/networking-and-content-delivery/identify-and-optimize-public-ipv4-address-usage-on-aws/
    """
    if resource.input("tunnelBandwidth") not in (None, "standard"):
        yield Gap(
            "no-price",
            "a VPN connection of a larger bandwidth has a rate of its own, and Farebox "
            "knows no price for it",
        )
    else:
        yield hours(
            resource,
            circumstances,
            SERVICE,
            "VPN-Usage-Hours:ipsec.1",
            "CreateVpnConnection",
            description="site-to-site VPN connection",
            because="connected all month",
        )
    if resource.input("outsideIpAddressType") in (None, "PublicIpv4"):
        yield public_ipv4(
            resource, circumstances, TUNNELS, "two tunnels, one address each"
        )
    if flag(resource.input("enableAcceleration")):
        yield Gap(
            "no-price",
            "an accelerated VPN is also charged by Global Accelerator, and Farebox "
            "knows no price for it",
        )
    if resource.input("transitGatewayId") is not None:
        yield from _attachment(resource, usage, circumstances, "TransitGatewayVPN")


def vpn_concentrator(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A VPN concentrator is billed by the hour and by the site.

    Source: https://aws.amazon.com/vpn/pricing/
    """
    yield Gap(
        "no-price",
        "a VPN concentrator is charged by the hour and site, and Farebox knows no "
        "price for it",
    )


def client_vpn_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Client VPN is billed for each hour that each client is connected.

    Source: https://aws.amazon.com/vpn/pricing/
    """
    yield used(
        resource,
        usage,
        "monthly_connection_hours",
        SERVICE,
        "ClientVPN-ConnectionHours",
        "ClientVPNEndpoints",
        unit="Hrs",
        description="Client VPN connections",
    )


def client_vpn_association(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each subnet that a Client VPN endpoint is associated with is billed by the hour.

    Source: https://aws.amazon.com/vpn/pricing/
    """
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "ClientVPN-EndpointHours",
        "ClientVPNEndpoints",
        description="Client VPN endpoint association",
        because="one subnet associated all month",
    )


def vpc_attachment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A network on a transit gateway is billed by the hour and by the GB that it sends.

    Source: https://aws.amazon.com/transit-gateway/pricing/
    """
    yield from _attachment(resource, usage, circumstances, "TransitGatewayVPC")


def peering_attachment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each side of a peering between transit gateways is billed by the hour.

    Bytes that come over a peering are not charged for processing; traffic between
    regions is, as the account's.
    Source: https://aws.amazon.com/transit-gateway/pricing/
    """
    yield _attachment_hours(resource, circumstances, "TransitGatewayPeering")


def connect_attachment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A Connect attachment; Farebox has found no price under a key of its own.

    Source: https://aws.amazon.com/transit-gateway/pricing/
    """
    yield Gap(
        "no-price",
        "how AWS charges a Connect attachment beside the one that it runs over is not "
        "known to Farebox",
    )


def _attachment(
    resource: Resource, usage: Usage, circumstances: Circumstances, operation: str
) -> Iterator[Charge]:
    yield _attachment_hours(resource, circumstances, operation)
    yield used(
        resource,
        usage,
        "monthly_data_processed_gb",
        SERVICE,
        "TransitGateway-Bytes",
        operation,
        unit="GB",
        description="data sent into the transit gateway",
    )


def _attachment_hours(
    resource: Resource, circumstances: Circumstances, operation: str
) -> Charge:
    return hours(
        resource,
        circumstances,
        SERVICE,
        "TransitGateway-Hours",
        operation,
        description="transit gateway attachment",
        because="attached all month",
    )


_PEERING_ATTACHMENT = Type(
    billed="Each side of a peering between transit gateways is billed by the hour.",
    source="https://aws.amazon.com/transit-gateway/pricing/",
    rule=peering_attachment,
)

TYPES = {
    "aws:ec2/transitGatewayPeeringAttachmentAccepter:TransitGatewayPeeringAttachmentAccepter": _PEERING_ATTACHMENT,
    "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": _PEERING_ATTACHMENT,
    "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter": _PEERING_ATTACHMENT,
    "aws:ec2/vpnConcentrator:VpnConcentrator": Type(
        billed="A VPN concentrator is billed by the hour and by the site.",
        source="https://aws.amazon.com/vpn/pricing/",
        rule=vpn_concentrator,
    ),
    "aws:ec2/vpnConnection:VpnConnection": Type(
        billed="A VPN connection is billed by the hour; on a transit gateway also as attachment.",
        source="https://aws.amazon.com/vpn/pricing/",
        rule=vpn_connection,
    ),
    "aws:ec2clientvpn/endpoint:Endpoint": Type(
        billed="Client VPN is billed for each hour that each client is connected.",
        source="https://aws.amazon.com/vpn/pricing/",
        rule=client_vpn_endpoint,
    ),
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation": Type(
        billed="Each subnet that a Client VPN endpoint is associated with is billed by the hour.",
        source="https://aws.amazon.com/vpn/pricing/",
        rule=client_vpn_association,
    ),
    "aws:ec2transitgateway/connect:Connect": Type(
        billed="A Connect attachment; Farebox has found no price under a key of its own.",
        source="https://aws.amazon.com/transit-gateway/pricing/",
        rule=connect_attachment,
    ),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": Type(
        billed="A network on a transit gateway is billed by the hour and by the GB that it sends.",
        source="https://aws.amazon.com/transit-gateway/pricing/",
        rule=vpc_attachment,
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
                "MulticastDomain MulticastDomainAssociation MulticastGroupMember "
                "MulticastGroupSource"
            ),
        },
    )
)
