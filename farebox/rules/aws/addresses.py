"""Public IPv4 addresses: charged by the hour, in use or idle, once each.

An address that the stack allocates as an Elastic IP is charged on the Elastic IP;
any other is charged on the resource that AWS gives it to.

Source: https://aws.amazon.com/vpc/pricing/ (public IPv4 address)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.graph.values import UNKNOWN
from farebox.rules.charges import Charge, Circumstances, Metered, NoCharge, hours
from farebox.rules.service import Type, free

SERVICE = "AmazonVPC"
IN_USE = "PublicIPv4:InUseAddress"
IDLE = "PublicIPv4:IdleAddress"

EIP_TYPE = "aws:ec2/eip:Eip"

USERS_OF_AN_EIP = frozenset(
    {
        "aws:ec2/eipAssociation:EipAssociation",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/natGatewayEipAssociation:NatGatewayEipAssociation",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:alb/loadBalancer:LoadBalancer",
        "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
        "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
        "aws:globalaccelerator/accelerator:Accelerator",
        "aws:networkfirewall/firewall:Firewall",
        "aws:transfer/server:Server",
    }
)
"""Types that take an Elastic IP by its allocation, and so put it in use."""


def public_ipv4(
    resource: Resource,
    circumstances: Circumstances,
    count: Decimal,
    because: str,
    *,
    usage: UsageStatus = "given",
) -> Metered:
    """The charge for `count` public addresses in use all month.

    For a resource that AWS gives addresses to; an Elastic IP has its own charge.
    Source: https://aws.amazon.com/vpc/pricing/
    """
    return hours(
        resource,
        circumstances,
        SERVICE,
        IN_USE,
        description="public IPv4 address in use",
        because=because,
        count=count,
        usage=usage,
    )


def eip(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An Elastic IP is billed by the hour, in use or idle, at the same rate.

    Addresses that the account brought itself are not billed.
    Source: https://aws.amazon.com/vpc/pricing/
    """
    pool = resource.input("publicIpv4Pool")
    if pool is not None and pool is not UNKNOWN and pool != "amazon":
        yield NoCharge("an address of the account's own pool is not charged")
        return
    if resource.input("customerOwnedIpv4Pool") is not None:
        yield NoCharge("a customer-owned address of an Outpost is not charged")
        return
    user = _user_of(resource, circumstances)
    yield hours(
        resource,
        circumstances,
        SERVICE,
        IDLE if user is None else IN_USE,
        description=(
            "public IPv4 address idle" if user is None else "public IPv4 address in use"
        ),
        because=(
            "allocated all month, nothing in the stack uses it"
            if user is None
            else f"in use all month by {user}"
        ),
    )


def _user_of(resource: Resource, circumstances: Circumstances) -> str | None:
    """What the address belongs to, or None where nothing in the stack takes it."""
    users = circumstances.graph.referrers(resource, USERS_OF_AN_EIP)
    if users:
        return users[0].name
    for name, what in (
        ("instance", "its instance"),
        ("networkInterface", "its network interface"),
    ):
        if resource.input(name) not in (None, ""):
            return what
    return None


TYPES = {
    "aws:ec2/eip:Eip": Type(
        billed="An Elastic IP is billed by the hour, in use or idle, at the same rate.",
        source="https://aws.amazon.com/vpc/pricing/",
        rule=eip,
    ),
}

FREE = free(
    "ec2",
    {
        "attaching an address is not charged; the Elastic IP is, by itself": (
            "EipAssociation EipDomainName NatGatewayEipAssociation"
        )
    },
)
