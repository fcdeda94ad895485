"""Usage of the account in a region that no resource owns: traffic.

Keys are those of Infracost's `aws_data_transfer`.

Source: https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Given, Usage
from farebox.graph import Resource
from farebox.prices.prefixes import REGION_PREFIX
from farebox.rules.charges import Charge, Circumstances, Gap, key_of, metered_use

BOTH_SIDES = Decimal(2)
"""Traffic between zones is charged to the sender and to the receiver."""

US_EAST = {"us-east-1": "us-east-2", "us-east-2": "us-east-1"}
"""The two regions between which traffic has a rate of its own."""


def account_usage(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Traffic to the internet by the tier, between zones on both sides, and by region.

    What comes in from the internet is free. Traffic to another region is charged to
    the sender alone, under a usage type that names both regions.
    """
    outbound = usage.quantity("monthly_outbound_internet_gb")
    if outbound is not None:
        yield metered_use(
            key_of(resource, "AWSDataTransfer", "DataTransfer-Out-Bytes"),
            outbound,
            "GB",
            "traffic to the internet",
        )
    between_zones = usage.quantity("monthly_intra_region_gb")
    if between_zones is not None:
        yield metered_use(
            key_of(resource, "AmazonEC2", "DataTransfer-Regional-Bytes"),
            between_zones,
            "GB",
            "traffic between zones, out and in",
            factor=BOTH_SIDES,
        )
    region = str(resource.region)
    us_east = usage.quantity("monthly_outbound_us_east_to_us_east_gb")
    if us_east is not None:
        other = US_EAST.get(region)
        if other is None:
            yield Gap(
                "no-price",
                "monthly_outbound_us_east_to_us_east_gb holds for us-east-1 and "
                f"us-east-2 only, not for {region}: give "
                "monthly_outbound_other_regions_gb",
            )
        else:
            yield _to_region(resource, other, us_east)
    elsewhere = usage.quantity("monthly_outbound_other_regions_gb")
    if elsewhere is not None:
        far = "us-east-1" if region in ("us-west-1", "us-west-2") else "us-west-2"
        yield _to_region(resource, far, elsewhere, "to other regions, at the rate ")


def _to_region(resource: Resource, region: str, given: Given, how: str = "") -> Charge:
    """Traffic to one region; its usage type has the prefixes of both regions."""
    key = key_of(resource, "AWSDataTransfer", f"{REGION_PREFIX[region]}-AWS-Out-Bytes")
    return metered_use(key, given, "GB", f"traffic {how}to {region}")
