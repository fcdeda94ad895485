"""Amazon Route 53: hosted zones, queries, health checks and resolver endpoints.

Its prices hold for every region of the commercial partition: their keys have the region
`global`; those of resolver endpoints have the endpoint's own.

Source: https://aws.amazon.com/route53/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, NoCharge
from farebox.rules.listed import listed
from farebox.rules.machines.places import SUBNET_TYPES
from farebox.rules.service import Key, Meter, Type, Use, free

SOURCE = "https://aws.amazon.com/route53/pricing/"
SERVICE = "AmazonRoute53"

ZONE = Meter(
    service=SERVICE,
    usage_type="HostedZone",
    unit="HostedZone",
    says="hosted zone",
    region="global",
    per="month",
    because="one zone for a month",
)
QUERIES = tuple(
    Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        unit="Queries",
        says=says,
        region="global",
        optional=True,
    )
    for key, usage_type, says in (
        ("monthly_standard_queries", "DNS-Queries", "standard queries"),
        ("monthly_latency_based_queries", "LBR-Queries", "latency-based queries"),
        ("monthly_geo_queries", "Geo-Queries", "geolocation queries"),
        (
            "monthly_geoproximity_queries",
            "Geo-Proximity-Queries",
            "geoproximity queries",
        ),
        ("monthly_ip_based_queries", "Cidr-Queries", "queries routed by address"),
    )
)
ROUTED_BY = (
    "latencyRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "cidrRoutingPolicy",
)
"""The inputs of a record that make its queries those of each kind after the first."""
RECORD_SETS = Use(
    key="record_sets",
    service=SERVICE,
    usage_type="RRSets",
    unit="RRSets",
    says="records above those that a zone includes",
    region="global",
    optional=True,
)
FREE_RECORD_SETS = Decimal(10_000)
"""Records that a hosted zone holds without a further charge."""

ENDPOINT_TYPE = Key(
    key="endpoint_type", says="where the endpoint is", texts=("aws", "non_aws")
)
CHECK = Meter(
    service=SERVICE,
    usage_type="Health-Check-{place}",
    unit="HealthChecks",
    says="health check",
    region="global",
    per="month",
    because="one check for a month",
)
OPTIONS = Meter(
    service=SERVICE,
    usage_type="Health-Check-Option-{place}",
    unit="HealthChecks",
    says="optional features of the health check",
    region="global",
)
INTERFACE = Meter(
    service=SERVICE,
    usage_type="ResolverNetworkInterface",
    unit="Hrs",
    says="resolver network interface",
    per="hour",
)
RESOLVED = Use(
    key="monthly_queries",
    service=SERVICE,
    usage_type="DNS-Queries",
    unit="Queries",
    says="queries through the resolver endpoint",
)


OPTION_INPUTS = ("type", "requestInterval", "measureLatency")


def zone(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One zone for the month, and its queries of every kind that is given."""
    yield ZONE.all_month(resource, circumstances)
    records = RECORD_SETS.given(usage)
    if records is not None and records.quantity > FREE_RECORD_SETS:
        yield RECORD_SETS.metered(
            resource,
            records.quantity - FREE_RECORD_SETS,
            f"{records.quantity.normalize():f} less 10,000 that a zone includes",
            usage=records.status,
        )
    queries = list(_queries(resource, usage))
    if queries:
        yield from queries
    else:
        standard = QUERIES[0]
        yield Gap(
            "no-usage",
            f"queries: the cost depends on use, and no {standard.key} is given",
            standard.price_key(resource),
            standard.unit,
            standard.key,
        )


def record(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The queries that the usage file gives for the record, as Infracost has it.

    A record that is routed by latency, place or address has a rate of its own, which
    the zone's standard queries are not; those to an alias in AWS cost nothing.
    """
    queries = list(_queries(resource, usage))
    if queries:
        yield from queries
        return
    routed = [] if resource.input("aliases") else ROUTED_BY
    charged: list[Charge] = [
        QUERIES[place].charge(resource, usage)
        for place, policy in enumerate(routed, start=1)
        if resource.input(policy) not in (None, [], {})
    ]
    yield from charged or [
        NoCharge("part of a hosted zone, which is charged with its queries")
    ]


def _queries(resource: Resource, usage: Usage) -> Iterator[Charge]:
    for use in QUERIES:
        yield from use.where_given(resource, usage)


def health_check(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """One check for the month, and each option: HTTPS, matching, fast, latency."""
    place = (usage.text(ENDPOINT_TYPE.key) or "").lower().replace("_", "-")
    place = "Non-AWS" if place.startswith("non") else "AWS" if place else ""
    if not place:
        yield Gap(
            "no-usage",
            "health check: the rate depends on where the endpoint is, and no "
            "endpoint_type (aws or non_aws) is given",
            CHECK.price_key(resource, place="AWS"),
            CHECK.unit,
            ENDPOINT_TYPE.key,
        )
        return
    yield CHECK.all_month(resource, circumstances, place=place)
    if any(resource.input(name) is UNKNOWN for name in OPTION_INPUTS):
        yield OPTIONS.gap(
            resource, "which options it has is not known before deployment", place=place
        )
        return
    kind = str(resource.input("type") or "")
    options = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        str(resource.input("requestInterval")) in ("10", "10.0"),
        resource.input("measureLatency") is True,
    )
    if any(options):
        yield OPTIONS.metered(
            resource,
            ONE * sum(options),
            "HTTPS, string matching, fast interval and latency count one each",
            place=place,
        )


def resolver_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each address of the endpoint by the hour, and the queries."""
    addresses = listed(circumstances.graph, resource, "ipAddresses", SUBNET_TYPES)
    count = addresses.count
    if not count or addresses.candidates:
        yield INTERFACE.gap(
            resource,
            "how many addresses the resolver endpoint has is not known"
            f"{addresses.unsaid()}",
        )
    else:
        yield INTERFACE.all_month(
            resource,
            circumstances,
            count=Decimal(count),
            because=f"{count} address{'es' if count > 1 else ''} all month",
        )
    yield RESOLVED.charge(resource, usage)


TYPES = {
    "aws:route53/zone:Zone": Type(
        billed="A hosted zone is billed by the month, and by the queries it answers.",
        source=SOURCE,
        meters=(ZONE,),
        uses=(*QUERIES, RECORD_SETS),
        rule=zone,
        terraform="aws_route53_zone",
        notes=(
            "Queries may be given on the zone or on its records. Those to alias targets "
            "in AWS are free and do not belong there."
        ),
    ),
    "aws:route53/record:Record": Type(
        billed="A record is free; the queries that are given for it are billed.",
        source=SOURCE,
        uses=QUERIES,
        rule=record,
        terraform="aws_route53_record",
    ),
    "aws:route53/healthCheck:HealthCheck": Type(
        billed="A health check is billed by the month, by what it checks and how.",
        source=SOURCE,
        meters=(CHECK, OPTIONS),
        uses=(ENDPOINT_TYPE,),
        rule=health_check,
        terraform="aws_route53_health_check",
        notes="The first 50 checks of endpoints in AWS are free, as the price list has it.",
    ),
    "aws:route53/resolverEndpoint:ResolverEndpoint": Type(
        billed="A resolver endpoint is billed by the hour and address, and by the query.",
        source=SOURCE,
        meters=(INTERFACE,),
        uses=(RESOLVED,),
        rule=resolver_endpoint,
        terraform="aws_route53_resolver_endpoint",
    ),
}

FREE = free(
    "route53",
    {
        "part of a hosted zone, which is charged with its queries": (
            "RecordsExclusive ZoneAssociation VpcAssociationAuthorization "
            "DelegationSet HostedZoneDnsSec KeySigningKey CidrCollection"
        ),
        "the resolver's rules are not charged; endpoints and queries are": (
            "ResolverConfig ResolverDnsSecConfig ResolverRule ResolverRuleAssociation"
        ),
        "logging queries is not charged; where the logs go, they are": (
            "QueryLog ResolverQueryLogConfig ResolverQueryLogConfigAssociation"
        ),
        "a rule of DNS Firewall is not charged; the queries that it inspects are": (
            "ResolverFirewallConfig ResolverFirewallRule ResolverFirewallRuleGroup"
        ),
        "a description; the records that are made from it are charged": "TrafficPolicy",
        "part of a profile, which is charged by its associations": (
            "ProfilesResourceAssociation"
        ),
    },
)
