"""Price lists as AWS's bulk files have them, written by hand in the recorded shape.

The shape is that of the files under `/offers/v1.0/aws/` (read 2026-11): five lines of
metadata, a header, a row per price dimension, every field quoted. A list is made of
`Price` values, so a test knows every figure in it beforehand.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256

from msgspec import json

from farebox.prices import Price

LOCATIONS = {"us-east-1": "US East (N. Virginia)", "eu-west-1": "EU (Ireland)"}

COMMON = (
    *("SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription"),
    *("EffectiveDate", "StartingRange", "EndingRange", "Unit", "PricePerUnit"),
    *("Currency", "Product Family", "serviceCode", "Location", "Location Type"),
    *("Group", "Group Description", "usageType", "operation", "Region Code"),
    "serviceName",
)
EC2 = (
    *("RelatedTo", "LeaseContractLength", "PurchaseOption", "OfferingClass"),
    *("Instance Type", "vCPU", "Memory", "Volume API Name", "Tenancy"),
    *("Operating System", "License Model", "Pre Installed S/W", "CapacityStatus"),
    "MarketOption",
)
LINUX = {
    "Product Family": "Compute Instance",
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "License Model": "No License required",
    "Pre Installed S/W": "NA",
    "CapacityStatus": "Used",
    "MarketOption": "OnDemand",
}
ON_DEMAND = "JRTCKXETXF"
"""AWS's code of the on-demand term."""


def published(version: str) -> str:
    """The publication date of a version: 20261110000000 is 2026-11-10T00:00:00Z."""
    day, hour = version[:8], version[8:]
    return (
        f"{day[:4]}-{day[4:6]}-{day[6:]}T{hour[:2]}:{hour[2:4]}:{hour[4:]}Z"  # as AWS
    )


def region_index(service: str, version: str, regions: Iterable[str]) -> bytes:
    """`region_index.json` of a service: where each region's newest list lies."""
    return json.encode(
        {
            "formatVersion": "v1.0",
            "disclaimer": "This pricing list is for informational purposes only.",
            "publicationDate": published(version),
            "regions": {
                region: {
                    "regionCode": region,
                    "currentVersionUrl": (
                        f"/offers/v1.0/aws/{service}/{version}/{region}/index.json"
                    ),
                }
                for region in regions
            },
        }
    )


def offer_csv(service: str, version: str, prices: Sequence[Price]) -> bytes:
    """A region's list of a service, with rows beside the prices that must be left out."""
    text = io.StringIO()
    write = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
    write(("FormatVersion", "v1.0"))
    write(("Disclaimer", "This pricing list is for informational purposes only."))
    write(("Publication Date", published(version)))
    write(("Version", version))
    write(("OfferCode", service))
    header = COMMON + (EC2 if service == "AmazonEC2" else ())
    write(header)
    for price in prices:
        for row in _rows(price):
            write([row.get(name, "") for name in header])
    return text.getvalue().encode()


def _rows(price: Price) -> Iterable[dict[str, str]]:
    key = price.key
    if key.usage_type.partition(":")[0].endswith("BoxUsage"):
        listed = price.usd_per_unit
        yield from _tiers(price, LINUX)
        if not key.usage_type.endswith(".4xlarge"):
            return  # AWS has the rows below for every type
        yield from _other(
            price,
            "Reservation",
            Decimal(0),
            {"CapacityStatus": "AllocatedCapacityReservation"},
        )
        yield from _other(
            price, "DedicatedUsage", listed * Decimal("1.1"), {"Tenancy": "Dedicated"}
        )
        yield from _other(
            price,
            "BoxUsage",
            listed * 2,
            {"Operating System": "Windows", "operation": "RunInstances:0002"},
        )
    else:
        yield from _tiers(price, {})


def _tiers(price: Price, attributes: dict[str, str]) -> Iterable[dict[str, str]]:
    ends = [str(tier.from_quantity) for tier in price.tiers[1:]] + ["Inf"]
    for tier, end in zip(price.tiers, ends, strict=True):
        yield _row(price, str(tier.from_quantity), end, tier.usd_per_unit, attributes)


def _other(
    price: Price, usage: str, usd: Decimal, attributes: dict[str, str]
) -> Iterable[dict[str, str]]:
    usage_type = price.key.usage_type.replace("BoxUsage", usage)
    changed = {"usageType": usage_type, **attributes}
    yield _row(price, "0", "Inf", usd, LINUX | changed)


def _row(
    price: Price, start: str, end: str, usd: Decimal, attributes: dict[str, str]
) -> dict[str, str]:
    key = price.key
    named = f"{key} {sorted(attributes.items())}"
    sku = sha256(named.encode()).hexdigest()[:16].upper()
    rate = sha256(f"{named} {start}".encode()).hexdigest()[:10].upper()
    instance_type = key.usage_type.partition("BoxUsage:")[2]
    return {
        "SKU": sku,
        "OfferTermCode": ON_DEMAND,
        "RateCode": f"{sku}.{ON_DEMAND}.{rate}",
        "TermType": "OnDemand",
        "PriceDescription": f"${usd:.10f} per {price.unit} for {key.usage_type}",
        "EffectiveDate": "2026-10-01",
        "StartingRange": start,
        "EndingRange": end,
        "Unit": price.unit,
        "PricePerUnit": f"{usd:.10f}",
        "Currency": "USD",
        "Product Family": "Other",
        "serviceCode": key.service,
        "Location": LOCATIONS.get(key.region, key.region),
        "Location Type": "AWS Region",
        "usageType": key.usage_type,
        "operation": key.operation,
        "Region Code": key.region,
        "serviceName": key.service,
        "Instance Type": instance_type,
    } | attributes
