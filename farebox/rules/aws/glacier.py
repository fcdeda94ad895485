"""Amazon S3 Glacier's own vaults: what they hold, take in and give back.

Source: https://aws.amazon.com/s3/glacier/pricing/
"""

from farebox.rules.service import Type, Use, free

SOURCE = "https://aws.amazon.com/s3/glacier/pricing/"


def _use(
    key: str, usage_type: str, unit: str, says: str, *, optional: bool = True
) -> Use:
    return Use(
        key=key,
        service="AmazonGlacier",
        usage_type=usage_type,
        unit=unit,
        says=says,
        optional=optional,
    )


STORED = _use(
    "storage_gb", "TimedStorage-ByteHrs", "GB-Mo", "archives stored", optional=False
)
USES = (
    STORED,
    _use(
        "monthly_requests",
        "Requests-Tier1",
        "Requests",
        "uploads and requests for standard retrieval",
    ),
    _use(
        "monthly_expedited_requests",
        "Requests-Tier3",
        "Requests",
        "requests for expedited retrieval",
    ),
    _use(
        "monthly_standard_data_retrieval_gb",
        "Standard-Retrieval-Bytes",
        "GB",
        "standard retrieval",
    ),
    _use(
        "monthly_expedited_data_retrieval_gb",
        "Expedited-Retrieval-Bytes",
        "GB",
        "expedited retrieval",
    ),
    _use("early_delete_gb", "EarlyDelete-ByteHrs", "GB-Mo", "early deletion"),
    _use(
        "provisioned_capacity_units",
        "ProvisionedCapacityUnit",
        "Unit",
        "provisioned capacity for expedited retrieval",
    ),
)

TYPES = {
    "aws:glacier/vault:Vault": Type(
        billed="A vault is billed by the GB-month, by requests and by what is retrieved.",
        source=SOURCE,
        uses=USES,
        terraform="aws_glacier_vault",
        notes="Bulk retrieval is free. The storage classes of S3 are charged on buckets.",
    )
}

FREE = free("glacier", {"a rule of a vault, which is charged": "VaultLock"})
