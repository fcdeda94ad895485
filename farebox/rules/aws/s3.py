"""Amazon S3: what a bucket holds, and the requests to it, by storage class.

Usage keys are nested by class, as Infracost has them: `standard: {storage_gb: 500}`.

Source: https://aws.amazon.com/s3/pricing/
"""

from farebox.rules.aws.s3_classes import KEYS
from farebox.rules.charges import NoCharge
from farebox.rules.service import Type, free

SOURCE = "https://aws.amazon.com/s3/pricing/"

_BUCKET = Type(
    billed="A bucket is billed by what it holds and by the requests to it.",
    source=SOURCE,
    uses=KEYS,
    terraform="aws_s3_bucket",
    notes=(
        "The standard class is `no-usage` where nothing is given; the other classes are "
        "charged only where the usage file names them. Storage is priced by the tier."
    ),
    not_modelled="transfer acceleration, retrieval from the archive tiers of "
    "Intelligent-Tiering",
)

TYPES = {"aws:s3/bucket:Bucket": _BUCKET, "aws:s3/bucketV2:BucketV2": _BUCKET}

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
            "BucketWebsiteConfigurationV2 BucketIntelligentTieringConfiguration "
            "ObjectCopy"
        ),
        "part of a file system or a vector bucket, which is charged as a whole": (
            "FilesAccessPoint FilesFileSystemPolicy FilesSynchronizationConfiguration "
            "VectorsVectorBucketPolicy"
        ),
    },
) | {
    "aws:s3/BucketObject:BucketObject": NoCharge(
        "a setting of a bucket; what the bucket holds is charged, on the bucket"
    )
}
