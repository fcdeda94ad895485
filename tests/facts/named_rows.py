"""Rates of the pricing pages' feeds that the facts know by AWS's name alone.

The usage types are those that the price list API named on 2022-09-29; each name of a
rate has one of them. A price here has all of its tiers, so it goes before one of the
same charge of which only the first tier was read.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from farebox.prices.aliases import bare_key
from farebox.prices.prefixes import REGION_PREFIX, with_prefix
from farebox.prices.values import GLOBAL, Price, PriceKey, Tier
from tests.facts.named_serverless import SERVERLESS
from tests.facts.origins import source_of
from tests.facts.rows import rows_of

FEED_ROWS = "wide_feed_rows.csv.gz"
SERVED = "2025-11-04"
"""The day on which the feeds were read: they were what AWS served then."""

EDGES = {
    "United States": "US",
    "Canada": "CA",
    "EU": "EU",
    "South Africa": "ZA",
    "Middle East": "ME",
    "South America": "SA",
    "Japan": "JP",
    "Australia": "AU",
    "Asia Pacific": "AP",
    "India": "IN",
}
STARTS = {
    "first 10 tb": 0,
    "next 40 tb": 10_240,
    "next 100 tb": 51_200,
    "next 350 tb": 153_600,
    "next 524 tb": 512_000,
    "next 4 pb": 1_048_576,
    "over 5 pb": 5_242_880,
    "first 100tb": 0,
    "next 400tb": 102_400,
    "next 500tb": 512_000,
    "above 500tb": 512_000,
    "above 1000tb": 1_024_000,
}
"""How a feed names a tier to the GB from which it holds."""

TO_INTERNET = re.compile(r"Regional DT from (.+) to Internet (.+)")
TO_ORIGIN = re.compile(r"Regional DT to Origin from (.+)")
PROTECTED = re.compile(
    r"DataTransfer out (?:of )?(CloudFront|Accelerator|EIP|LoadBalancing) (.+)"
)
PROTECTED_KINDS = {
    "CloudFront": ("Global-", "CloudFrontDistribution"),
    "Accelerator": ("Global-", "GlobalAccelerator"),
    "EIP": ("", "ShieldProtectionEIP"),
    "LoadBalancing": ("", "LoadBalancing"),
}
EVERYWHERE = {
    (
        "cloudfront",
        "Charge for invalidating objects removing the objects from CloudFront edge "
        "locations",
    ): ("AmazonCloudFront", "Invalidations", "URL"),
    (
        "cloudfront",
        "Charge for using an SSL certificate with a CloudFront alternate domain name",
    ): ("AmazonCloudFront", "SSL-Cert-Custom", "Certificates"),
    ("shield", "Advanced Monthly Fee"): ("AWSShield", "Shield-Monthly-Fee", "Month"),
    # The first five users are the account's allowance.
    ("codecommit", "AWSCodeCommit StartingRange 5 Inf"): (
        *("AWSCodeCommit", "User-Month", "User-Mo"),
    ),
}
BY_REGION = {
    ("s3", "Bytes Returned by OL APs per GB"): (
        *("AmazonS3", "S3-API-OL-BytesReturned", "GB"),
    ),
    ("cloudfront", "AWS Lambda-Edge-Requests"): (
        *("AmazonCloudFront", "Lambda-Edge-Request", "Requests"),
    ),
    ("cloudfront", "AWS Lambda-Edge-Duration"): (
        *("AmazonCloudFront", "Lambda-Edge-GB-Second", "Lambda-GB-Second"),
    ),
    ("cloudfront", "CloudFront Request-Origin-Shield Origin Shield Requests"): (
        *("AmazonCloudFront", "Requests-OriginShield", "Requests"),
    ),
    (
        "vpc",
        "Charge for per GB data processed by AWS Transit Gateway for Multicast receivers "
        "per GB",
    ): ("AmazonVPC", "TGW-Multicast-Consumer-Bytes", "GB"),
}

Rate = tuple[PriceKey, str, int]


def named(folder: Path) -> list[Price]:
    """The prices of named rates, each with all of its tiers."""
    tiers: dict[tuple[PriceKey, str], dict[int, Decimal]] = {}
    feeds: dict[PriceKey, str] = {}
    for row in rows_of(folder / FEED_ROWS):
        for key, unit, start in _rates(row):
            usd = Decimal(row["usd_per_unit"])
            if tiers.setdefault((key, unit), {}).setdefault(start, usd) != usd:
                raise ValueError(f"two rates of {key} from {start}")
            feeds[key] = row["feed"]
    return [
        Price(
            key,
            tuple(Tier(Decimal(start), usd) for start, usd in sorted(found.items())),
            unit,
            source_of(
                {
                    "source": f"feed:{feeds[key]}",
                    "service": key.service,
                    "as_of": SERVED,
                    "confidence": "feed",
                    "key_evidence": "list-2022",
                }
            ),
        )
        for (key, unit), found in tiers.items()
    ]


def _rates(row: dict[str, str]) -> Iterator[Rate]:
    """The key, the unit and the tier of a named rate; none for all other names."""
    feed, region, name = row["feed"], row["region"], row["name"]
    if found := EVERYWHERE.get((feed, name)):
        service, usage_type, unit = found
        yield PriceKey(service, GLOBAL, usage_type), unit, 0
    elif (found := BY_REGION.get((feed, name))) and region in REGION_PREFIX:
        service, usage_type, unit = found
        yield PriceKey(service, region, with_prefix(usage_type, region)), unit, 0
    elif (charge := SERVERLESS.get((feed, name))) and region in REGION_PREFIX:
        service, usage_type, unit, tier = charge
        yield PriceKey(service, region, with_prefix(usage_type, region)), unit, tier
    elif feed == "cloudfront" and (said := TO_INTERNET.fullmatch(name)):
        if said[1] in EDGES:
            usage_type = f"{EDGES[said[1]]}-DataTransfer-Out-Bytes"
            key = PriceKey("AmazonCloudFront", GLOBAL, usage_type)
            yield key, "GB", STARTS[said[2].lower()]
    elif feed == "cloudfront" and (said := TO_ORIGIN.fullmatch(name)):
        usage_type = f"{EDGES[said[1]]}-DataTransfer-Out-OBytes"
        yield PriceKey("AmazonCloudFront", GLOBAL, usage_type), "GB", 0
    elif feed == "shield" and (said := PROTECTED.fullmatch(name)):
        start, operation = PROTECTED_KINDS[said[1]]
        where = GLOBAL if start and region == "Global" else region
        if said[2].lower() in STARTS and (where == GLOBAL or where in REGION_PREFIX):
            usage_type = with_prefix(f"{start}DataTransfer-Shield-Bytes", where)
            key = PriceKey("AWSShield", where, usage_type, operation)
            yield key, "GB", STARTS[said[2].lower()]


def with_named(facts: Iterable[Price], more: Iterable[Price]) -> list[Price]:
    """The facts, and the named rates that they lack or have with fewer tiers.

    Raises ValueError where the two have not the same first tier.
    """
    found = {bare_key(price.key): price for price in facts}
    for price in more:
        known = found.get(bare_key(price.key))
        if known is None or len(known.tiers) < len(price.tiers):
            found[bare_key(price.key)] = price
        if known is not None and known.tiers[0] != price.tiers[0]:
            raise ValueError(f"two prices of {price.key}")
    return list(found.values())
