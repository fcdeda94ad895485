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
from farebox.rules.charges import Charge, Circumstances, Metered, NoCharge
from farebox.rules.service import Meter, Type, free

SERVICE = "AmazonVPC"
IN_USE = "PublicIPv4:InUseAddress"

USED = Meter(
    service=SERVICE,
    usage_type=IN_USE,
    unit="Hrs",
    says="public IPv4 address in use",
    per="hour",
)
IDLE = Meter(
    service=SERVICE,
    usage_type="PublicIPv4:IdleAddress",
    unit="Hrs",
    says="public IPv4 address idle",
    per="hour",
    because="allocated all month, nothing in the stack uses it",
)

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
    hours = circumstances.hours_per_month * count
    return USED.metered(resource, hours, because, usage=usage)


def eip(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Hours in use or idle; addresses that the account brought itself are free."""
    pool = resource.input("publicIpv4Pool")
    if pool is UNKNOWN:
        yield USED.gap(resource, "whose address it is is not known: see publicIpv4Pool")
        return
    if pool is not None and pool != "amazon":
        yield NoCharge("an address of the account's own pool is not charged")
        return
    if resource.input("customerOwnedIpv4Pool") is not None:
        yield NoCharge("a customer-owned address of an Outpost is not charged")
        return
    user = _user_of(resource, circumstances)
    if user is None:
        yield IDLE.all_month(resource, circumstances)
    else:
        because = f"in use all month by {user}"
        yield USED.all_month(resource, circumstances, because=because)


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
        meters=(USED, IDLE),
        rule=eip,
        terraform="aws_eip",
        notes=(
            "It is in use where an instance, a network interface, an association, a NAT "
            "gateway or a load balancer of the stack takes it. An address of a pool that "
            "the account brought itself, or of an Outpost, is free.\n\n"
            "An address is charged once: on the Elastic IP where there is one, else on the "
            "instance,\nload balancer or VPN connection that gets it."
        ),
        not_modelled=(
            "`PublicIPv4:ContiguousBlock`, addresses of an IPAM pool at another rate"
        ),
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
