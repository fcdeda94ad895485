"""What Route 53 charges beside zones, checks and endpoints: firewall, flow, blocks.

Source: https://aws.amazon.com/route53/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, NoCharge
from farebox.rules.service import Meter, Type, Use

SOURCE = "https://aws.amazon.com/route53/pricing/"
SERVICE = "AmazonRoute53"

INSPECTED = Use(
    key="monthly_queries",
    service=SERVICE,
    usage_type="DNS-FirewallQueries",
    unit="Queries",
    says="queries that DNS Firewall inspects",
)
DOMAINS = Meter(
    service=SERVICE,
    usage_type="DNS-FirewallDomainName",
    unit="Mo",
    says="domains of a list for DNS Firewall",
)
POLICY_RECORD = Meter(
    service=SERVICE,
    usage_type="Traffic-Flow-Policy-Records",
    unit="Mo",
    says="record of a traffic policy",
    region="global",
    per="month",
    because="one policy record for a month",
)
BLOCKS = Meter(
    service=SERVICE,
    usage_type="Cidr-Blocks",
    unit="Mo",
    says="blocks of addresses for routing",
    region="global",
)


def _counted(resource: Resource, meter: Meter, name: str, free: str) -> Charge:
    """The entries of a list input, each for a month."""
    value = resource.input(name)
    if value is UNKNOWN:
        return meter.gap(resource, f"{name} is not known before deployment")
    count = len(value) if isinstance(value, list) else 0
    if not count:
        return NoCharge(free)
    return meter.metered(resource, Decimal(count), f"{count} for a month")


def domain_list(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each domain that the list names."""
    yield _counted(resource, DOMAINS, "domains", "a list without domains costs nothing")


def location(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each block of addresses; the first thousand are free, as the price list has it."""
    yield _counted(
        resource, BLOCKS, "cidrBlocks", "a place without blocks costs nothing"
    )


_PROFILE = Type(
    billed="A profile is billed by the hour for each network that it is associated with.",
    source=SOURCE,
    no_price=(
        "profiles are charged by the hour for the networks that they are associated with, "
        "and Farebox knows no price for them"
    ),
)

TYPES = {
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": Type(
        billed="DNS Firewall is billed by the query that it inspects in a network.",
        source=SOURCE,
        uses=(INSPECTED,),
        terraform="aws_route53_resolver_firewall_rule_group_association",
        notes="Give the queries of a network once, not with each group that is there.",
    ),
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": Type(
        billed="Each domain of a list of one's own is billed by the month.",
        source=SOURCE,
        meters=(DOMAINS,),
        rule=domain_list,
        terraform="aws_route53_resolver_firewall_domain_list",
    ),
    "aws:route53/trafficPolicyInstance:TrafficPolicyInstance": Type(
        billed="A record of a traffic policy is billed by the month.",
        source=SOURCE,
        meters=(POLICY_RECORD,),
        terraform="aws_route53_traffic_policy_instance",
    ),
    "aws:route53/cidrLocation:CidrLocation": Type(
        billed="Blocks of addresses for routing are billed by the month, after a thousand.",
        source=SOURCE,
        meters=(BLOCKS,),
        rule=location,
        terraform="aws_route53_cidr_location",
    ),
    "aws:route53/profilesProfile:ProfilesProfile": _PROFILE,
    "aws:route53/profilesAssociation:ProfilesAssociation": _PROFILE,
}
