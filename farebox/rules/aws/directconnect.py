"""AWS Direct Connect: ports by the hour and speed, and what leaves through them.

Source: https://aws.amazon.com/directconnect/pricing/
"""

import re
from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import text

SOURCE = "https://aws.amazon.com/directconnect/pricing/"
SERVICE = "AWSDirectConnect"
CONNECTION_TYPE = "aws:directconnect/connection:Connection"
TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
SPEED = re.compile(r"([0-9]+)\s*([MG])bps", re.IGNORECASE)

PORT = Meter(
    service=SERVICE,
    usage_type="{location}-PortUsage:{speed}",
    operation="CreateDirectConnectPort",
    unit="Hrs",
    says="Direct Connect port of {speed}",
    per="hour",
    because="one port all month",
)
SENT = Use(
    key="monthly_outbound_to_location_gb",
    infracost="monthly_outbound_region_to_dx_location_gb",
    service=SERVICE,
    usage_type="{location}-DataXfer-Out:dc.3",
    unit="GB",
    says="traffic out through the port",
)
SITE_LINK = Meter(
    service=SERVICE,
    usage_type="{location}-SiteLinkVifHour",
    unit="Hrs",
    says="SiteLink",
    per="hour",
    because="switched on all month",
)
ATTACHED = Meter(
    service="AmazonVPC",
    usage_type="TransitGateway-Hours",
    operation="TransitGatewayDirectConnect",
    unit="Hrs",
    says="transit gateway attachment",
    per="hour",
    because="attached all month",
)
THROUGH_HUB = Use(
    key="monthly_data_processed_gb",
    service="AmazonVPC",
    usage_type="TransitGateway-Bytes",
    operation="TransitGatewayDirectConnect",
    unit="GB",
    says="data sent into the transit gateway",
)


def connection(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The port at its location and speed, and the traffic out of the region."""
    location, bandwidth = text(resource.input("location")), resource.input("bandwidth")
    if location is UNKNOWN or bandwidth is UNKNOWN:
        yield Gap(
            "unknown-input", "location or bandwidth is not known before deployment"
        )
        return
    named = SPEED.fullmatch(str(bandwidth))
    if named is None or location is None:
        yield Gap("no-price", f"AWS has no port of {bandwidth} at {location}")
        return
    speed, place = f"{named[1]}{named[2].upper()}", str(location).upper()
    yield PORT.all_month(resource, circumstances, location=place, speed=speed)
    yield SENT.charge(resource, usage, location=place)


def virtual_interface(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """SiteLink by the hour, where it is on; an interface by itself costs nothing."""
    on = flag(resource.input("sitelinkEnabled"))
    if on is UNKNOWN:
        yield Gap("unknown-input", "sitelinkEnabled is not known before deployment")
    elif not on:
        yield NoCharge("an interface is not charged; the port and the traffic are")
    else:
        given = resource.input("connectionId")
        found = circumstances.graph.references(
            resource, "connectionId", given, (CONNECTION_TYPE,)
        )
        location = text(found[0].input("location")) if len(found) == 1 else UNKNOWN
        if not isinstance(location, str):
            yield Gap("unknown-input", "where its connection is is not known")
            return
        yield SITE_LINK.all_month(resource, circumstances, location=location.upper())
        yield Gap(
            "no-usage",
            "traffic through SiteLink is charged by the GB and by the places",
        )


def association(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An attachment to a transit gateway; one to a VPN gateway costs nothing."""
    given = resource.input("associatedGatewayId")
    found = circumstances.graph.references(
        resource, "associatedGatewayId", given, (TRANSIT_GATEWAY, VPN_GATEWAY)
    )
    kinds = {item.type for item in found}
    if kinds == {TRANSIT_GATEWAY} or str(given).startswith("tgw-"):
        yield ATTACHED.all_month(resource, circumstances)
        yield THROUGH_HUB.charge(resource, usage)
    elif kinds == {VPN_GATEWAY} or str(given).startswith("vgw-"):
        yield NoCharge("an association with a VPN gateway is not charged")
    elif given is None:
        yield NoCharge("the owner of the gateway, who proposed it, is charged")
    else:
        yield Gap("unknown-input", "which gateway is associated is not known")


_INTERFACE = Type(
    billed="An interface is free; SiteLink on it is billed by the hour and the GB.",
    source=SOURCE,
    meters=(SITE_LINK,),
    rule=virtual_interface,
    terraform=(
        "aws_dx_private_virtual_interface aws_dx_transit_virtual_interface "
        "aws_dx_hosted_private_virtual_interface_accepter"
    ),
)

TYPES = {
    CONNECTION_TYPE: Type(
        billed="A port is billed by the hour, by its speed and location, and by the GB out.",
        source=SOURCE,
        meters=(PORT,),
        uses=(SENT,),
        rule=connection,
        terraform="aws_dx_connection",
        notes=(
            "A port counts from when it is up, or 90 days after it was ordered. Traffic "
            "in is free."
        ),
        not_modelled="partners' own charges, cross-connects",
    ),
    "aws:directconnect/hostedConnection:HostedConnection": Type(
        billed="A hosted connection is billed by the hour to the account that takes it.",
        source=SOURCE,
        no_price=(
            "a hosted connection is charged by the hour and capacity to the account that "
            "takes it, at its partner's location, which is not in the document"
        ),
        terraform="aws_dx_hosted_connection",
    ),
    "aws:directconnect/connectionConfirmation:ConnectionConfirmation": Type(
        billed="A hosted connection that is taken is billed by the hour and capacity.",
        source=SOURCE,
        no_price=(
            "a hosted connection is charged by the hour and capacity, which its partner "
            "has chosen: they are not in the document"
        ),
    ),
    "aws:directconnect/gatewayAssociation:GatewayAssociation": Type(
        billed="An attachment to a transit gateway is billed by the hour and by the GB.",
        source="https://aws.amazon.com/transit-gateway/pricing/",
        meters=(ATTACHED,),
        uses=(THROUGH_HUB,),
        rule=association,
        terraform="aws_dx_gateway_association",
    ),
    "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface": _INTERFACE,
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": _INTERFACE,
}

FREE = free(
    "directconnect",
    {
        "an interface is not charged; the port and the traffic are": (
            "BgpPeer HostedPrivateVirtualInterface HostedPrivateVirtualInterfaceAccepter "
            "HostedPublicVirtualInterface HostedPublicVirtualInterfaceAccepter "
            "HostedTransitVirtualInterface HostedTransitVirtualInterfaceAcceptor "
            "PublicVirtualInterface"
        ),
        "a gateway of Direct Connect is not charged; ports and attachments are": (
            "Gateway GatewayAssociationProposal"
        ),
        "a group of connections, each of which is charged": (
            "ConnectionAssociation LinkAggregationGroup MacsecKeyAssociation"
        ),
    },
)
