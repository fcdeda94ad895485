"""Amazon Route 53: hosted zones, queries, health checks and resolver endpoints.

Its prices hold for every region of the commercial partition: their keys have the region
`global`.

Source: https://aws.amazon.com/route53/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    global_key,
    hours,
    metered_use,
    used,
)
from farebox.rules.service import Type, free
from farebox.rules.shapes import blocks

SERVICE = "AmazonRoute53"

QUERIES = (
    ("monthly_standard_queries", "DNS-Queries", "standard queries"),
    ("monthly_latency_based_queries", "LBR-Queries", "latency-based queries"),
    ("monthly_geo_queries", "Geo-Queries", "geolocation queries"),
)


def zone(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A hosted zone is billed by the month, and by the queries that it answers.

    Queries may be given on the zone or on its records.
    Source: https://aws.amazon.com/route53/pricing/
    """
    yield Metered(
        global_key(resource, SERVICE, "HostedZone"),
        ONE,
        "HostedZone",
        "hosted zone",
        "one zone for a month",
    )
    queries = list(_queries(resource, usage))
    if queries:
        yield from queries
    else:
        yield Gap(
            "no-usage",
            "queries: the cost depends on use, and no monthly_standard_queries is given",
            global_key(resource, SERVICE, "DNS-Queries"),
            "Queries",
            "monthly_standard_queries",
        )


def record(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A record is free; the queries that the usage file gives for it are billed.

    Source: https://aws.amazon.com/route53/pricing/
    """
    queries = list(_queries(resource, usage))
    if queries:
        yield from queries
    else:
        yield NoCharge("part of a hosted zone, which is charged with its queries")


def _queries(resource: Resource, usage: Usage) -> Iterator[Charge]:
    for usage_key, usage_type, what in QUERIES:
        given = usage.quantity(usage_key)
        if given is not None:
            key = global_key(resource, SERVICE, usage_type)
            yield metered_use(key, given, "Queries", what)


def health_check(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A health check is billed by the month; by what it checks and how.

    `endpoint_type` says whether the endpoint is in AWS (`aws`) or not (`non_aws`).
    Source: https://aws.amazon.com/route53/pricing/ (health checks)
    """
    place = (usage.text("endpoint_type") or "").lower().replace("_", "-")
    place = "Non-AWS" if place.startswith("non") else "AWS" if place else ""
    key = global_key(resource, SERVICE, f"Health-Check-{place or 'AWS'}")
    if not place:
        yield Gap(
            "no-usage",
            "health check: the rate depends on where the endpoint is, and no "
            "endpoint_type (aws or non_aws) is given",
            key,
            "HealthChecks",
            "endpoint_type",
        )
        return
    yield Metered(key, ONE, "HealthChecks", "health check", "one check for a month")
    kind = str(resource.input("type") or "")
    options = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        str(resource.input("requestInterval")) in ("10", "10.0"),
        resource.input("measureLatency") is True,
    )
    if any(options):
        yield Metered(
            global_key(resource, SERVICE, f"Health-Check-Option-{place}"),
            Decimal(sum(options)),
            "HealthChecks",
            "optional features of the health check",
            "HTTPS, string matching, fast interval and latency count one each",
        )


def resolver_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A resolver endpoint is billed by the hour and address, and by the query.

    Source: https://aws.amazon.com/route53/pricing/ (resolver)
    """
    count = len(blocks(resource.input("ipAddresses")))
    if not count:
        yield Gap(
            "unknown-input", "how many addresses the resolver endpoint has is not known"
        )
        return
    yield hours(
        resource,
        circumstances,
        SERVICE,
        "ResolverNetworkInterface",
        description="resolver network interface",
        because=f"{count} address{'es' if count > 1 else ''} all month",
        count=Decimal(count),
    )
    yield used(
        resource,
        usage,
        "monthly_queries",
        SERVICE,
        "DNS-Queries",
        unit="Queries",
        description="queries through the resolver endpoint",
    )


TYPES = {
    "aws:route53/healthCheck:HealthCheck": Type(
        billed="A health check is billed by the month; by what it checks and how.",
        source="https://aws.amazon.com/route53/pricing/",
        rule=health_check,
    ),
    "aws:route53/record:Record": Type(
        billed="A record is free; the queries that the usage file gives for it are billed.",
        source="https://aws.amazon.com/route53/pricing/",
        rule=record,
    ),
    "aws:route53/resolverEndpoint:ResolverEndpoint": Type(
        billed="A resolver endpoint is billed by the hour and address, and by the query.",
        source="https://aws.amazon.com/route53/pricing/",
        rule=resolver_endpoint,
    ),
    "aws:route53/zone:Zone": Type(
        billed="A hosted zone is billed by the month, and by the queries that it answers.",
        source="https://aws.amazon.com/route53/pricing/",
        rule=zone,
    ),
}

FREE = free(
    "route53",
    {
        "part of a hosted zone, which is charged with its queries": (
            "RecordsExclusive ZoneAssociation VpcAssociationAuthorization "
            "DelegationSet HostedZoneDnsSec KeySigningKey CidrCollection CidrLocation"
        ),
        "the resolver's rules are not charged; endpoints and queries are": (
            "ResolverConfig ResolverDnsSecConfig ResolverRule ResolverRuleAssociation"
        ),
    },
)
