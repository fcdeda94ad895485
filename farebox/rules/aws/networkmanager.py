"""AWS Cloud WAN: edges of a core network, what is attached to them, and its traffic.

Source: https://aws.amazon.com/cloud-wan/pricing/
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import blocks, field, text, values_of

SOURCE = "https://aws.amazon.com/cloud-wan/pricing/"
SERVICE = "AWSCloudWAN"
CORE_NETWORK = "aws:networkmanager/coreNetwork:CoreNetwork"
POLICY = "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment"

EDGE = Meter(
    service=SERVICE,
    usage_type="CloudWAN-CoreNetworkEdge-Hours",
    operation="CloudWANCoreNetworkEdge",
    unit="Hrs",
    says="edge of the core network",
    per="hour",
    because="one edge all month",
)
ATTACHED = Meter(
    service=SERVICE,
    usage_type="CloudWAN-Attachment-Hours",
    operation="{kind}",
    unit="Hrs",
    says="attachment to the core network",
    per="hour",
    because="attached all month",
)
PEERED = Meter(
    service=SERVICE,
    usage_type="CloudWAN-Peering-Hours",
    operation="CloudWANTGWPeering",
    unit="Hrs",
    says="peering with a transit gateway",
    per="hour",
    because="peered all month",
)
SENT = Use(
    key="monthly_data_processed_gb",
    service=SERVICE,
    usage_type="CloudWAN-Bytes",
    operation="{kind}",
    unit="GB",
    says="data sent into the core network",
)


def _edges(document: Any) -> list[str] | Unknown:
    """The regions of a policy's edges; UNKNOWN where the policy cannot be read."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return UNKNOWN
    found = field(field(document, "core-network-configuration"), "edge-locations")
    regions = [text(each.get("location")) for each in blocks(found)]
    known = [region for region in regions if isinstance(region, str)]
    return known if known and len(known) == len(regions) else UNKNOWN


def _each(
    resource: Resource, circumstances: Circumstances, regions: list[str] | Unknown
) -> Iterator[Charge]:
    if isinstance(regions, Unknown):
        yield EDGE.gap(resource, "which edges the policy makes is not known yet")
        return
    for region in dict.fromkeys(regions):
        yield EDGE.all_month(replace(resource, region=region), circumstances)


def core_network(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The edges of its base policy, unless a policy is attached to it."""
    if circumstances.graph.referrers(resource, (POLICY,)):
        yield NoCharge("charged by the edges of the policy that is attached to it")
        return
    document = resource.input("basePolicyDocument")
    regions = resource.input("basePolicyRegions")
    if document is not None:
        yield from _each(resource, circumstances, _edges(document))
    elif regions is not None:
        known = [each for each in values_of(regions) if isinstance(each, str)]
        whole = len(known) == len(values_of(regions))
        yield from _each(resource, circumstances, known if whole else UNKNOWN)
    else:
        yield NoCharge("without a policy a core network has no edges")


def policy(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An edge in each region that the policy names, by the hour."""
    yield from _each(resource, circumstances, _edges(resource.input("policyDocument")))


NAMED = {
    "vpcArn": ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"),
    "vpnConnectionArn": ("aws:ec2/vpnConnection:VpnConnection",),
    "transitGatewayArn": ("aws:ec2transitgateway/transitGateway:TransitGateway",),
    "edgeLocation": (),
}
"""Inputs that tell where an attachment is, to the types that they may mean."""


def _there(
    resource: Resource, circumstances: Circumstances, name: str
) -> Resource | None:
    """The resource in the region that an ARN, a name, or what it means tells."""
    value = resource.input(name)
    if isinstance(value, str):
        parts = value.split(":")
        return replace(resource, region=parts[3] if len(parts) > 3 else value)
    found = circumstances.graph.references(resource, name, value, NAMED[name])
    regions = {item.region for item in found}
    return replace(resource, region=regions.pop()) if len(regions) == 1 else None


def _nowhere(name: str) -> Gap:
    return Gap("unknown-input", f"in which region it is is not known: see {name}")


def attached(
    kind: str, where: str
) -> Callable[[Resource, Usage, Circumstances], Iterator[Charge]]:
    """An attachment of a kind, in the region that an input tells; else in its own."""

    def rule(
        resource: Resource, usage: Usage, circumstances: Circumstances
    ) -> Iterator[Charge]:
        here = _there(resource, circumstances, where)
        if here is None:
            yield _nowhere(where)
            return
        yield ATTACHED.all_month(here, circumstances, kind=kind)
        yield SENT.charge(here, usage, kind=kind)

    return rule


def peering(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The peering by the hour, in the region of the transit gateway."""
    here = _there(resource, circumstances, "transitGatewayArn")
    if here is None:
        yield _nowhere("transitGatewayArn")
    else:
        yield PEERED.all_month(here, circumstances)


def _attachment(kind: str, where: str, terraform: str) -> Type:
    return Type(
        billed="An attachment is billed by the hour, and by the GB that it sends.",
        source=SOURCE,
        meters=(ATTACHED,),
        uses=(SENT,),
        rule=attached(kind, where),
        terraform=terraform,
    )


TYPES = {
    CORE_NETWORK: Type(
        billed="A core network is billed by the hour for each of its edges.",
        source=SOURCE,
        meters=(EDGE,),
        rule=core_network,
        terraform="aws_networkmanager_core_network",
    ),
    POLICY: Type(
        billed="Each edge that a policy names is billed by the hour.",
        source=SOURCE,
        meters=(EDGE,),
        rule=policy,
        terraform="aws_networkmanager_core_network_policy_attachment",
    ),
    "aws:networkmanager/vpcAttachment:VpcAttachment": _attachment(
        "CloudWANVPC", "vpcArn", "aws_networkmanager_vpc_attachment"
    ),
    "aws:networkmanager/connectAttachment:ConnectAttachment": _attachment(
        "CloudWANConnect", "edgeLocation", "aws_networkmanager_connect_attachment"
    ),
    "aws:networkmanager/siteToSiteVpnAttachment:SiteToSiteVpnAttachment": _attachment(
        "CloudWANS2SVPN",
        "vpnConnectionArn",
        "aws_networkmanager_site_to_site_vpn_attachment",
    ),
    "aws:networkmanager/transitGatewayPeering:TransitGatewayPeering": Type(
        billed="A peering with a transit gateway is billed by the hour.",
        source=SOURCE,
        meters=(PEERED,),
        rule=peering,
        terraform="aws_networkmanager_transit_gateway_peering",
    ),
    "aws:networkmanager/dxGatewayAttachment:DxGatewayAttachment": Type(
        billed="An attachment of Direct Connect is billed by the hour and by the GB.",
        source=SOURCE,
        no_price=(
            "an attachment of Direct Connect is charged by the hour in each edge, and "
            "Farebox knows no key for it"
        ),
        terraform="aws_networkmanager_dx_gateway_attachment",
    ),
}

FREE = free(
    "networkmanager",
    {
        "a description of a network, which costs nothing": (
            "Connection CustomerGatewayAssociation Device GlobalNetwork Link "
            "LinkAssociation Site TransitGatewayConnectPeerAssociation "
            "TransitGatewayRegistration"
        ),
        "a setting of attachments and peerings, which are charged": (
            "AttachmentAccepter AttachmentRoutingPolicyLabel ConnectPeer "
            "PrefixListAssociation TransitGatewayRouteTableAttachment"
        ),
    },
)
