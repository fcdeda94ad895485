"""Amazon S3: what a bucket holds, and the requests to it, by storage class.

Usage keys are nested by class, as Infracost has them: `standard: {storage_gb: 500}`.

Source: https://aws.amazon.com/s3/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, key_of, metered_use, used
from farebox.rules.service import Type, free

SERVICE = "AmazonS3"

STANDARD = (
    ("standard.storage_gb", "TimedStorage-ByteHrs", "GB-Mo", "Standard storage"),
    (
        "standard.monthly_tier_1_requests",
        "Requests-Tier1",
        "Requests",
        "PUT, COPY, POST and LIST requests",
    ),
    (
        "standard.monthly_tier_2_requests",
        "Requests-Tier2",
        "Requests",
        "GET and all other requests",
    ),
)

OTHERS = (
    (
        ("standard_infrequent_access", "storage_gb"),
        "TimedStorage-SIA-ByteHrs",
        "GB-Mo",
        "Standard-IA storage",
    ),
    (
        ("standard_infrequent_access", "monthly_tier_1_requests"),
        "Requests-SIA-Tier1",
        "Requests",
        "Standard-IA PUT, COPY, POST and LIST requests",
    ),
    (
        ("standard_infrequent_access", "monthly_tier_2_requests"),
        "Requests-SIA-Tier2",
        "Requests",
        "Standard-IA GET and all other requests",
    ),
    (
        ("standard_infrequent_access", "monthly_data_retrieval_gb"),
        "Retrieval-SIA",
        "GB",
        "Standard-IA retrieval",
    ),
    (
        ("one_zone_infrequent_access", "storage_gb"),
        "TimedStorage-ZIA-ByteHrs",
        "GB-Mo",
        "One Zone-IA storage",
    ),
    (
        ("one_zone_infrequent_access", "monthly_data_retrieval_gb"),
        "Retrieval-ZIA",
        "GB",
        "One Zone-IA retrieval",
    ),
    (
        ("glacier_instant_retrieval", "storage_gb"),
        "TimedStorage-GIR-ByteHrs",
        "GB-Mo",
        "Glacier Instant Retrieval storage",
    ),
    (
        ("glacier_flexible_retrieval", "storage_gb"),
        "TimedStorage-GlacierByteHrs",
        "GB-Mo",
        "Glacier Flexible Retrieval storage",
    ),
    (
        ("glacier_deep_archive", "storage_gb"),
        "TimedStorage-GDA-ByteHrs",
        "GB-Mo",
        "Glacier Deep Archive storage",
    ),
    (
        ("intelligent_tiering", "frequent_access_storage_gb"),
        "TimedStorage-INT-FA-ByteHrs",
        "GB-Mo",
        "Intelligent-Tiering frequent access storage",
    ),
    (
        ("intelligent_tiering", "monitored_objects"),
        "Monitoring-Automation-INT",
        "Objects",
        "Intelligent-Tiering monitoring",
    ),
    (("object_tags",), "TagStorage-TagHrs", "Tag-Mo", "object tags"),
)
"""Charged where the usage file gives them: a bucket need not use these classes.

Usage types: Amazon S3 User Guide, "Understanding your AWS billing and usage reports".
"""


def bucket(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A bucket is billed by what it holds and by the requests to it.

    Source: https://aws.amazon.com/s3/pricing/
    """
    for usage_key, usage_type, unit, what in STANDARD:
        yield used(
            resource,
            usage,
            usage_key,
            SERVICE,
            usage_type,
            unit=unit,
            description=what,
        )
    for path, usage_type, unit, what in OTHERS:
        given = usage.quantity(*path)
        if given is not None:
            key = key_of(resource, SERVICE, usage_type)
            yield metered_use(key, given, unit, what)


_BUCKET = Type(
    billed="A bucket is billed by what it holds and by the requests to it.",
    source="https://aws.amazon.com/s3/pricing/",
    rule=bucket,
)

TYPES = {
    "aws:s3/bucket:Bucket": _BUCKET,
    "aws:s3/bucketV2:BucketV2": _BUCKET,
}

FREE = free(
    "s3",
    {
        "a setting of a bucket; what the bucket holds is charged, on the bucket": (
            "AccessPoint AccountPublicAccessBlock BucketAbac BucketAcl BucketAclV2 "
            "BucketCorsConfiguration BucketCorsConfigurationV2 "
            "BucketLifecycleConfiguration BucketLifecycleConfigurationV2 BucketLogging "
            "BucketLoggingV2 BucketNotification BucketObject BucketObjectv2 "
            "BucketObjectLockConfiguration BucketObjectLockConfigurationV2 "
            "BucketOwnershipControls BucketPolicy BucketPublicAccessBlock "
            "BucketRequestPaymentConfiguration BucketRequestPaymentConfigurationV2 "
            "BucketServerSideEncryptionConfiguration "
            "BucketServerSideEncryptionConfigurationV2 BucketVersioning "
            "BucketVersioningV2 BucketWebsiteConfiguration "
            "BucketWebsiteConfigurationV2 ObjectCopy"
        )
    },
)
