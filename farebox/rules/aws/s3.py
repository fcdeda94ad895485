"""Amazon S3: what a bucket holds, and the requests to it, by storage class.

Usage keys are nested by class, as Infracost has them: `standard: {storage_gb: 500}`.

Source: https://aws.amazon.com/s3/pricing/
"""

from farebox.rules.aws.s3_classes import KEYS
from farebox.rules.charges import NoCharge
from farebox.rules.service import Type, free, unpriced

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
    not_modelled="transfer acceleration, the archive tiers of "
    "Intelligent-Tiering, small objects that count as 128 KB",
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

UNPRICED = unpriced(
    "s3",
    {
        "a file system on a bucket is charged by what it holds and moves": (
            "FilesFileSystem FilesMountTarget"
        ),
        "vectors are charged by what is stored, put and asked": (
            "VectorsIndex VectorsVectorBucket"
        ),
        "a directory bucket has the rates of S3 Express One Zone": "DirectoryBucket",
        "storage class analysis and inventories are charged by the object": (
            "AnalyticsConfiguration Inventory"
        ),
        "accelerated transfer is charged by the GB": (
            "BucketAccelerateConfiguration BucketAccelerateConfigurationV2"
        ),
        "metadata tables are charged by the update and by what they hold": (
            "BucketMetadataConfiguration"
        ),
        "request metrics of a bucket are charged as CloudWatch's custom metrics": (
            "BucketMetric"
        ),
        "replication is charged by the request and by the GB that leaves the region": (
            "BucketReplicationConfig"
        ),
    },
)
