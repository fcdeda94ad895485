"""Traffic: usage of the account in a region, which no resource owns.

It is given per region under `account_usage`, with the key names of Infracost's
`aws_data_transfer`. Traffic from the internet is free and has no key.

Source: https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Given, Usage
from farebox.graph import Resource
from farebox.prices.prefixes import REGION_PREFIX
from farebox.rules.charges import Charge, Circumstances, Gap, metered_use
from farebox.rules.service import Type, Use

US_EAST = {"us-east-1": "us-east-2", "us-east-2": "us-east-1"}
"""The two regions between which traffic has a rate of its own."""

OUTBOUND = Use(
    key="monthly_outbound_internet_gb",
    service="AWSDataTransfer",
    usage_type="DataTransfer-Out-Bytes",
    unit="GB",
    says="traffic to the internet",
    optional=True,
)
BETWEEN_ZONES = Use(
    key="monthly_intra_region_gb",
    service="AmazonEC2",
    usage_type="DataTransfer-Regional-Bytes",
    unit="GB",
    says="traffic between zones, out and in",
    factor=Decimal(2),  # the sender is charged, and the receiver
    optional=True,
)
US_EAST_TO_US_EAST = Use(
    key="monthly_outbound_us_east_to_us_east_gb",
    service="AWSDataTransfer",
    usage_type="{to}-AWS-Out-Bytes",
    unit="GB",
    says="traffic between us-east-1 and us-east-2",
    optional=True,
)
ELSEWHERE = Use(
    key="monthly_outbound_other_regions_gb",
    service="AWSDataTransfer",
    usage_type="{to}-AWS-Out-Bytes",
    unit="GB",
    says="traffic to other regions",
    optional=True,
)
TO_REGION = {
    region: Use(
        key=f"monthly_outbound_to_region_gb.{region}",
        service="AWSDataTransfer",
        usage_type="{to}-AWS-Out-Bytes",
        unit="GB",
        says=f"traffic to {region}",
        optional=True,
    )
    for region in REGION_PREFIX
}
"""A key for each region that traffic can go to, at the rate of that pair of regions."""


SENDERS = frozenset(
    ("AmazonEC2", "AmazonECS", "AmazonEKS", "AWSELB", "AWSLambda", "AmazonS3")
)
"""Services whose resources send traffic that is charged beside them."""

SILENT = ("EBS:", "CPUCredits:")
"""How usage types of those services begin that send nothing by themselves."""

NOT_GIVEN = (
    "Traffic to the internet, between zones and between regions is not in the total: "
    "no account_usage of a usage file gives it."
)


def account_usage(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Traffic to the internet by the tier, between zones on both sides, and by region.

    Traffic to another region is charged to the sender alone, under a usage type that
    names both regions.
    """
    yield from OUTBOUND.where_given(resource, usage)
    yield from BETWEEN_ZONES.where_given(resource, usage)
    region = str(resource.region)
    us_east = US_EAST_TO_US_EAST.given(usage)
    if us_east is not None:
        other = US_EAST.get(region)
        if other is None:
            yield Gap(
                "no-price",
                f"{US_EAST_TO_US_EAST.key} holds for us-east-1 and us-east-2 only, not "
                f"for {region}: give {ELSEWHERE.key}",
            )
        else:
            yield _to_region(resource, US_EAST_TO_US_EAST, other, us_east)
    elsewhere = ELSEWHERE.given(usage)
    if elsewhere is not None:
        far = "us-east-1" if region in ("us-west-1", "us-west-2") else "us-west-2"
        how = "to other regions, at the rate "
        yield _to_region(resource, ELSEWHERE, far, elsewhere, how)
    for to, use in TO_REGION.items():
        given = use.given(usage)
        if given is None:
            continue
        if to == region:
            yield Gap("no-price", f"{use.key} is traffic of {region} to itself")
        else:
            yield _to_region(resource, use, to, given)


def _to_region(
    resource: Resource, use: Use, region: str, given: Given, how: str = ""
) -> Charge:
    """Traffic to one region; its usage type has the prefixes of both regions."""
    key = use.price_key(resource, to=REGION_PREFIX[region])
    return metered_use(key, given, use.unit, f"traffic {how}to {region}")


ACCOUNT = Type(
    billed="An account is billed for what leaves a zone, a region or AWS.",
    source="https://aws.amazon.com/ec2/pricing/on-demand/",
    uses=(
        OUTBOUND,
        BETWEEN_ZONES,
        US_EAST_TO_US_EAST,
        ELSEWHERE,
        *TO_REGION.values(),
    ),
    rule=account_usage,
    terraform="aws_data_transfer",
    notes="""
Traffic to the internet is charged by the tier, after 100 GB free. Between zones it is
charged twice, out and in. Between us-east-1 and us-east-2 the key is for these two regions
only. `monthly_outbound_to_region_gb` names each region that traffic goes to, at the rate of
that pair; for traffic to other regions without a name the rate is that to us-west-2, from
the two western regions that to us-east-1.
""",
    not_modelled="traffic of CloudFront and Direct Connect, which is given there",
)
"""What the account's usage in one region is charged by; no resource has this type."""
