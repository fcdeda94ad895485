"""AWS's permanent free allowances, which an account gets once a month.

Twelve-month trials are not here: they end, and a bill that stands on them lies.
"""

from decimal import Decimal

FREE_PER_MONTH: dict[tuple[str, str], Decimal] = {
    # 100 GB to the internet, over all services and regions together.
    # Source: https://aws.amazon.com/ec2/pricing/on-demand/ (data transfer)
    ("AWSDataTransfer", "DataTransfer-Out-Bytes"): Decimal(100),
}
"""(service, usage type without prefix) to the free quantity, in the price's unit."""
