"""Where the tiers of AWS's lists begin: what tells a whole price from a first tier.

A book may have only the first rate of a charge whose list goes on with others: such a
price says nothing beyond its tier, and is never used there. The borders are the same in
every region that was seen (25 to 36 of them); the rates are not.

Source: the pricing pages' feeds of 2025-11-04, all regions; rows of the price list of
2026-08 and 2026-09 for SQS, Step Functions, Firehose and the private authority.
"""

from decimal import Decimal

from farebox.prices.aliases import usual_name
from farebox.prices.values import Price

_MILLION = 1_000_000
_TB = 1_024
"""GB in the TB of AWS's tables."""

_LOGS = (10 * _TB, 30 * _TB, 50 * _TB)
_EDGE = (10 * _TB, 50 * _TB, 150 * _TB, 500 * _TB, 1_024 * _TB, 5_120 * _TB)
_STORAGE = (50 * _TB, 500 * _TB)
_BILLION_QUERIES = (1_000 * _MILLION,)

_BORDERS: dict[tuple[str, str], tuple[int, ...]] = {
    ("AWSCertificateManager", "PrivateCertificatesIssued"): (1_000,),
    ("AWSCloudTrail", "Ingestion-Bytes"): (5 * _TB, 25 * _TB),
    ("AWSConfig", "ConfigRuleEvaluations"): (100_000, 500_000),
    ("AWSConfig", "ConformancePackEvaluations"): (100_000, 500_000),
    ("AWSDataTransfer", "DataTransfer-Out-Bytes"): (10 * _TB, 50 * _TB, 150 * _TB),
    ("AWSLambda", "Lambda-GB-Second"): (6_000 * _MILLION, 15_000 * _MILLION),
    ("AWSLambda", "Lambda-GB-Second-ARM"): (7_500 * _MILLION, 18_750 * _MILLION),
    ("AWSQueueService", "Requests-FIFO-Tier1"): (
        100_000 * _MILLION,
        200_000 * _MILLION,
    ),
    ("AWSQueueService", "Requests-Tier1"): (100_000 * _MILLION, 200_000 * _MILLION),
    ("AmazonApiGateway", "ApiGatewayHttpRequest"): (300 * _MILLION,),
    ("AmazonApiGateway", "ApiGatewayMessage"): (1_000 * _MILLION,),
    ("AmazonApiGateway", "ApiGatewayRequest"): (
        *(333 * _MILLION, 1_000 * _MILLION, 20_000 * _MILLION),
    ),
    **{
        ("AmazonCloudFront", f"{edge}-DataTransfer-Out-Bytes"): _EDGE
        for edge in ("AP", "AU", "CA", "EU", "IN", "JP", "ME", "SA", "US", "ZA")
    },
    ("AmazonCloudWatch", "CW:MetricMonitorUsage"): (10_000, 250_000, _MILLION),
    ("AmazonCloudWatch", "S3-Egress-Bytes"): _LOGS,
    ("AmazonCloudWatch", "VendedLog-Bytes"): _LOGS,
    ("AmazonGuardDuty", "PaidEventsAnalyzed-Bytes"): (500, 2_500, 10_000),
    ("AmazonGuardDuty", "PaidKubernetesAuditLogsAnalyzed"): (100 * _MILLION,),
    ("AmazonGuardDuty", "PaidS3DataEventsAnalyzed"): (500 * _MILLION, 5_000 * _MILLION),
    ("AmazonKinesisFirehose", "BilledBytes"): (500 * _TB, 2_000 * _TB),
    ("AmazonRoute53", "Cidr-Blocks"): (1_000,),
    ("AmazonRoute53", "Cidr-Queries"): _BILLION_QUERIES,
    ("AmazonRoute53", "DNS-FirewallQueries"): _BILLION_QUERIES,
    ("AmazonRoute53", "DNS-Queries"): _BILLION_QUERIES,
    ("AmazonRoute53", "Geo-Proximity-Queries"): _BILLION_QUERIES,
    ("AmazonRoute53", "Geo-Queries"): _BILLION_QUERIES,
    ("AmazonRoute53", "HostedZone"): (25,),
    ("AmazonRoute53", "LBR-Queries"): _BILLION_QUERIES,
    ("AmazonS3", "StorageLens-ObjCount"): (25_000 * _MILLION, 100_000 * _MILLION),
    ("AmazonS3", "TimedStorage-ByteHrs"): _STORAGE,
    ("AmazonS3", "TimedStorage-INT-FA-ByteHrs"): _STORAGE,
    ("AmazonStates", "StepFunctions-GB-Second"): (3_600_000, 18_000_000),
    ("AmazonVPC", "VpcEndpoint-Bytes"): (1_024 * _TB, 5_120 * _TB),
    ("awswaf", "AMR-BotControl-Request"): (10 * _MILLION,),
}
"""(service, usage type without prefix) to where each further tier begins.

Tiers for an account's free allowance are not here (rules/allowances.py has those).
"""


def known_borders(service: str, bare: str) -> tuple[Decimal, ...]:
    """Where the list's tiers begin after the first; nothing where it has one rate."""
    return tuple(map(Decimal, _BORDERS.get((service, bare), ())))


def ends_at(price: Price) -> Decimal | None:
    """The quantity from which the list has a tier that the price lacks, if there is one.

    None too where the price's own tiers begin elsewhere: then the list has changed, and
    what was read last is taken to be whole.
    """
    key = price.key
    bare = usual_name(key.service, key.region, key.usage_type)
    borders = known_borders(key.service, bare)
    own = tuple(tier.from_quantity for tier in price.tiers[1:])
    if len(own) < len(borders) and own == borders[: len(own)]:
        return borders[len(own)]
    return None
