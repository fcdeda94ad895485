"""The prefixes that AWS puts before usage types, region by region.

Sources: Amazon S3 User Guide, "Understanding your AWS billing and usage reports"; AWS
Global Infrastructure, "AWS Region billing codes", as three public programs copy it
(2026). They disagree on ap-southeast-6, which is therefore not here. APS5, APS9, APE2
and AFS1 stand on rows of AWS's own lists; S3's guide has CPT for af-south-1, and some
usage types of MQ, X-Ray and Firehose have EUW1 in eu-west-1.
"""

REGION_PREFIX = {
    "us-east-1": "USE1",
    "us-east-2": "USE2",
    "us-west-1": "USW1",
    "us-west-2": "USW2",
    "ca-central-1": "CAN1",
    "ca-west-1": "CAN2",
    "mx-central-1": "MXC1",
    "eu-west-1": "EU",
    "eu-west-2": "EUW2",
    "eu-west-3": "EUW3",
    "eu-central-1": "EUC1",
    "eu-central-2": "EUC2",
    "eu-north-1": "EUN1",
    "eu-south-1": "EUS1",
    "eu-south-2": "EUS2",
    "ap-east-1": "APE1",
    "ap-east-2": "APE2",
    "ap-northeast-1": "APN1",
    "ap-northeast-2": "APN2",
    "ap-northeast-3": "APN3",
    "ap-southeast-1": "APS1",
    "ap-southeast-2": "APS2",
    "ap-southeast-3": "APS4",
    "ap-southeast-4": "APS6",
    "ap-southeast-5": "APS7",
    "ap-southeast-7": "APS9",
    "ap-south-1": "APS3",
    "ap-south-2": "APS5",
    "af-south-1": "AFS1",
    "il-central-1": "ILC1",
    "me-central-1": "MEC1",
    "me-south-1": "MES1",
    "sa-east-1": "SAE1",
    "us-gov-west-1": "UGW1",
    "us-gov-east-1": "UGE1",
}
"""Region code to the prefix of its usage types; us-east-1's is often left out."""


ALSO = {"af-south-1": "CPT-", "eu-west-1": "EUW1-"}
"""A second prefix that a region has in some services."""

_WITH_DASH = {region: f"{prefix}-" for region, prefix in REGION_PREFIX.items()}


def prefixes(region: str) -> tuple[str, ...]:
    """All that may stand before a usage type of the region, nothing among them."""
    own = (_WITH_DASH.get(region, ""), ALSO.get(region, ""), f"{region}-")
    return ("", *(prefix for prefix in own if prefix))


def without_prefix(usage_type: str, region: str) -> str:
    """The usage type without `USE1-` or, as KMS has it, `us-east-1-` before it."""
    prefix = _WITH_DASH.get(region)
    if prefix is not None and usage_type.startswith(prefix):
        return usage_type[len(prefix) :]
    also = ALSO.get(region)
    if also is not None and usage_type.startswith(also):
        return usage_type[len(also) :]
    if usage_type.startswith(region) and usage_type[len(region) :].startswith("-"):
        return usage_type[len(region) + 1 :]
    return usage_type


def with_prefix(usage_type: str, region: str) -> str:
    """The usage type as the region's bill has it; in us-east-1 as it stands.

    There some services have `USE1-` and most have none, so the form without stays.
    """
    prefix = _WITH_DASH.get(region)
    if prefix is None or region == "us-east-1" or usage_type.startswith(prefix):
        return usage_type
    return f"{prefix}{usage_type}"
