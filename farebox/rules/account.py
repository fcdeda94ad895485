"""Usage of the account in a region that no resource owns: traffic.

Source: https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, key_of, metered_use
from farebox.usage import Usage

BOTH_SIDES = Decimal(2)
"""Traffic between zones is charged to the sender and to the receiver."""


def account_usage(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Traffic to the internet by the tier, and between zones on both sides."""
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
