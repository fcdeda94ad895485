"""Amazon CloudFront: what its edge locations send, are asked and run.

Prices belong to groups of edge locations, not to regions; those of Origin Shield and of
Lambda@Edge belong to a region that the distribution names.

Source: https://aws.amazon.com/cloudfront/pricing/
"""

from collections.abc import Iterator

from msgspec.structs import replace

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.cloudfront_certificates import (
    CERTIFICATE_COUNT,
    DEDICATED_IP,
    DISTRIBUTION,
    MULTITENANT,
    certificate,
)
from farebox.rules.aws.cloudfront_edges import KEYS, SERVICE, given_traffic, traffic
from farebox.rules.aws.lambda_edge import edge_runs
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import unknown
from farebox.rules.service import Type, Use, free, unpriced
from farebox.rules.shapes import blocks, field, holds_unknown, text

SOURCE = "https://aws.amazon.com/cloudfront/pricing/"
ENCRYPTED = Use(
    key="monthly_encryption_requests",
    service=SERVICE,
    usage_type="US-Requests-HTTPS-Proxy-FLE",
    unit="Requests",
    says="requests with field-level encryption",
    region="global",
)
LOGGED = Use(
    key="monthly_log_lines",
    service=SERVICE,
    usage_type="RealTimeLog-KinesisDataStream",
    operation="RealTimeLog",
    unit="LogLines",
    says="lines of real-time logs",
    region="global",
)
INVALIDATED = Use(
    key="monthly_invalidation_requests",
    service=SERVICE,
    usage_type="Invalidations",
    unit="URL",
    says="paths taken out of the caches",
    region="global",
    optional=True,
)
SHIELDED = {
    group: Use(
        key=f"monthly_shield_requests.{group}",
        service=SERVICE,
        usage_type="Requests-OriginShield",
        unit="Requests",
        says="requests to Origin Shield",
    )
    for group in (
        *("us", "europe", "south_america", "japan", "australia", "singapore"),
        *("south_korea", "india", "middle_east"),
    )
}
SHIELD_GROUPS = {
    "us-": "us",
    "eu-": "europe",
    "sa-": "south_america",
    "ap-northeast-1": "japan",
    "ap-southeast-2": "australia",
    "ap-southeast-1": "singapore",
    "ap-northeast-2": "south_korea",
    "ap-south-1": "india",
    "me-": "middle_east",
}
"""How a region of Origin Shield begins, to the key that the usage file has for it."""

EDGE_RUNS = Use(
    key="monthly_lambda_edge_requests",
    service=SERVICE,
    usage_type="Lambda-Edge-Request",
    unit="Requests",
    says="runs of Lambda@Edge functions",
)
EDGE_TIME = Use(
    key="monthly_lambda_edge_gb_seconds",
    service=SERVICE,
    usage_type="Lambda-Edge-GB-Second",
    unit="Lambda-GB-Second",
    says="duration of Lambda@Edge functions",
)
RUNS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="Executions-CloudFrontFunctions",
    operation="Execution",
    unit="Requests",
    says="runs of the function",
    region="global",
)

READS, CHANGES = (
    Use(
        key=key,
        service=SERVICE,
        usage_type=f"KeyValueStore-{what}",
        unit="Requests",
        says=says,
        region="global",
    )
    for key, what, says in (
        ("monthly_reads", "EdgeReads", "reads of the store by functions"),
        ("monthly_api_requests", "APIOperations", "requests that manage the store"),
    )
)


def distribution(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Traffic and requests, and what the options of the distribution add to them."""
    off = flag(resource.input("enabled")) is False
    charges = [
        *(given_traffic if off else traffic)(resource, usage),
        *certificate(resource, usage, circumstances),
        *([] if off else _options(resource, usage, circumstances)),
        *INVALIDATED.where_given(resource, usage),
    ]
    yield from charges or [NoCharge("it is not enabled, so it answers nobody")]


def _options(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    behaviors = []
    for name in ("defaultCacheBehavior", "orderedCacheBehaviors", "cacheBehaviors"):
        value = resource.input(name)
        behaviors += blocks(value)
        if holds_unknown(value):
            yield Gap("unknown-input", f"{name} is not known before deployment")
    for name, uses in (
        ("fieldLevelEncryptionId", (ENCRYPTED,)),
        ("realtimeLogConfigArn", (LOGGED,)),
    ):
        if any(field(behavior, name) not in (None, "") for behavior in behaviors):
            yield from (use.charge(resource, usage) for use in uses)
    edges = [field(each, "lambdaFunctionAssociations") for each in behaviors]
    if UNKNOWN in edges:
        yield Gap("unknown-input", "lambdaFunctionAssociations are not known")
    if edge_runs(circumstances.graph, resource).others:
        here = replace(resource, region="us-east-1")
        yield EDGE_RUNS.charge(here, usage)
        yield EDGE_TIME.charge(here, usage)
    yield from _shields(resource, usage)


def _shields(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Requests to each group of regions where an origin has its shield."""
    regions: dict[str, str] = {}
    origins = resource.input("origins")
    known = not holds_unknown(origins)
    for origin in blocks(origins):
        known = known and origin.get("originShield") is not UNKNOWN
        for shield in blocks(origin.get("originShield") or origin.get("originShields")):
            region = text(shield.get("originShieldRegion"))
            if flag(shield.get("enabled")) is False or region is None:
                continue
            if region is UNKNOWN or flag(shield.get("enabled")) is UNKNOWN:
                yield Gap(
                    "unknown-input",
                    "where the Origin Shield is, and if, is not known before deployment",
                )
                continue
            for start, group in SHIELD_GROUPS.items():
                if str(region).startswith(start):
                    regions.setdefault(group, str(region))
    if not known:
        yield Gap("unknown-input", "origins are not known before deployment")
    for group, region in regions.items():
        yield SHIELDED[group].charge(replace(resource, region=region), usage)


def more_metrics(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """More metrics of a distribution, unless the subscription switches them off.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html
    """
    name = "realtimeMetricsSubscription"
    said = field(resource.input("monitoringSubscription"), f"{name}Config")
    status = field(said, f"{name}Status")
    if status == "Disabled":
        yield NoCharge("more metrics of the distribution are switched off")
    elif status is UNKNOWN:
        yield unknown(f"{name}Status")
    else:
        yield Gap(
            "no-price",
            "eight more metrics of the distribution are charged by CloudWatch by the "
            "month, and how AWS counts them Farebox has not seen on a bill",
        )


_DISTRIBUTION = Type(
    billed="A distribution is billed by the GB that its edges send, and by the request.",
    source=SOURCE,
    meters=(DEDICATED_IP,),
    uses=(
        *KEYS,
        ENCRYPTED,
        LOGGED,
        INVALIDATED,
        *SHIELDED.values(),
        EDGE_RUNS,
        EDGE_TIME,
        CERTIFICATE_COUNT,
    ),
    rule=distribution,
    terraform="aws_cloudfront_distribution",
    notes="""
Bytes and requests are given by the group of edges that answers, and each group has tiers
of its own. Requests are those of all methods: AWS has one rate for them. The free terabyte
and the ten million free requests of the account are shared by all groups, in proportion.
A group outside of `priceClass` is charged at the rate of the United States, as AWS charges
the odd answer from there. A certificate with dedicated addresses (`sslSupportMethod: vip`)
is charged once, however many distributions have it. A distribution that is not enabled is
charged for what is given. Where nothing is given the statement asks for the groups of
the countries that alone are answered, else for the United States and names the others.
What comes from an origin in AWS is free.
""",
    not_modelled=(
        "flat-rate plans (Free, Pro, Business, Premium), which take the place of all of "
        "this; private pricing; the runs of functions, which are given on the function"
    ),
)

TYPES = {
    DISTRIBUTION: _DISTRIBUTION,
    MULTITENANT: _DISTRIBUTION,
    "aws:cloudfront/function:Function": Type(
        billed="A CloudFront function is billed by the run, after two million free ones.",
        source=SOURCE,
        uses=(RUNS,),
        terraform="aws_cloudfront_function",
    ),
    "aws:cloudfront/connectionFunction:ConnectionFunction": Type(
        billed="A connection function is billed by the run.",
        source=SOURCE,
        no_price=(
            "a connection function is charged by the run, and Farebox knows no price for it"
        ),
    ),
    "aws:cloudfront/keyValueStore:KeyValueStore": Type(
        billed="A store of keys and values is billed by the read and by the change.",
        source=SOURCE,
        uses=(READS, CHANGES),
        terraform="aws_cloudfront_key_value_store",
    ),
    "aws:cloudfront/anycastIpList:AnycastIpList": Type(
        billed="A list of anycast addresses is billed by the month.",
        source=SOURCE,
        no_price=(
            "a list of anycast addresses is charged by the month, some thousand dollars, "
            "and Farebox knows no dated price for it"
        ),
    ),
    "aws:cloudfront/distributionTenant:DistributionTenant": Type(
        billed="A tenant of a distribution is billed by the month; its traffic, there.",
        source=SOURCE,
        no_price=(
            "tenants of distributions are charged by the month beyond the free ones, and "
            "Farebox knows no price for them"
        ),
    ),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": Type(
        billed="Eight more metrics of a distribution are billed by CloudWatch.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        rule=more_metrics,
        notes="One whose status is `Disabled` is free; the others are `no-price`.",
    ),
}

FREE = free(
    "cloudfront",
    {
        "a setting of a distribution, whose traffic is charged": (
            "CachePolicy ConnectionGroup ContinuousDeploymentPolicy "
            "FieldLevelEncryptionConfig FieldLevelEncryptionProfile KeyGroup "
            "OriginAccessControl OriginAccessIdentity OriginRequestPolicy PublicKey "
            "ResponseHeadersPolicy VpcOrigin"
        ),
        "lines of real-time logs are charged, on the distribution that writes them": (
            "RealtimeLogConfig"
        ),
        "an entry of a store of keys and values, which is charged": (
            "KeyvaluestoreKey KeyvaluestoreKeysExclusive"
        ),
    },
)

UNPRICED = unpriced(
    "cloudfront",
    {
        "whether clients that show certificates are charged for is not known": "TrustStore"
    },
)
