"""S3's access points, lens and grants; buckets on Outposts; tables.

Source: https://aws.amazon.com/s3/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import block, field

SOURCE = "https://aws.amazon.com/s3/pricing/"
ADVANCED = (
    "activityMetrics",
    "advancedCostOptimizationMetrics",
    "advancedDataProtectionMetrics",
    "advancedPerformanceMetrics",
    "detailedStatusCodeMetrics",
)
"""Metrics of S3 Storage Lens that are not among its free ones."""

RETURNED = Use(
    key="monthly_data_returned_gb",
    service="AmazonS3",
    usage_type="S3-API-OL-BytesReturned",
    unit="GB",
    says="data that Object Lambda returns",
)
WATCHED = Use(
    key="monthly_monitored_objects",
    service="AmazonS3",
    usage_type="StorageLens-ObjCount",
    operation="StorageLens",
    unit="Objects",
    says="objects that advanced metrics of Storage Lens watch",
)


def storage_lens(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Free metrics cost nothing; advanced ones are charged by the object."""
    lens = resource.input("storageLensConfiguration")
    account = field(lens, "accountLevel")
    if account is UNKNOWN:
        yield Gap("unknown-input", "which metrics it takes is not known yet")
        return
    levels = (block(account), block(block(account).get("bucketLevel")))
    on = {_on(level.get(name)) for level in levels for name in ADVANCED}
    if _on(lens) is False:
        yield NoCharge("the lens is switched off")
    elif True in on:
        yield WATCHED.charge(resource, usage)
    elif UNKNOWN in on:
        yield Gap("unknown-input", "whether its metrics are advanced is not known yet")
    else:
        yield NoCharge("the free metrics of Storage Lens cost nothing")


def _on(value: Any) -> bool | Unknown | None:
    """Whether a block is switched on, as Pulumi or CloudFormation writes it."""
    found = [flag(field(value, name)) for name in ("enabled", "isEnabled")]
    return next((item for item in found if item is not None), None)


_TABLES = Type(
    billed="Tables are billed by what they hold, by requests, and by their upkeep.",
    source=SOURCE,
    no_price=(
        "tables are charged by the GB-month, the request, the object that is watched and "
        "what is compacted, and Farebox knows no price for it"
    ),
)
_TABLE_COPIES = Type(
    billed="Copies of tables are billed where they are kept, and by the update.",
    source=SOURCE,
    no_price=(
        "copies of tables are charged by what they hold and move, and Farebox knows no "
        "price for it"
    ),
)

TYPES = {
    "aws:s3control/objectLambdaAccessPoint:ObjectLambdaAccessPoint": Type(
        billed="Object Lambda is billed by the GB that it returns, beside its function.",
        source=SOURCE,
        uses=(RETURNED,),
        terraform="aws_s3control_object_lambda_access_point",
        notes="Requests and the function's runs are given on the bucket and the function.",
    ),
    "aws:s3control/storageLensConfiguration:StorageLensConfiguration": Type(
        billed="Advanced metrics of Storage Lens are billed by the object.",
        source=SOURCE,
        uses=(WATCHED,),
        rule=storage_lens,
        terraform="aws_s3control_storage_lens_configuration",
    ),
    "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": Type(
        billed="A multi-Region access point is billed by the GB that it routes.",
        source=SOURCE,
        no_price=(
            "what a multi-Region access point routes is charged by the GB, more over the "
            "internet, and Farebox knows no price for it"
        ),
        terraform="aws_s3control_multi_region_access_point",
    ),
    "aws:s3control/accessGrantsInstance:AccessGrantsInstance": Type(
        billed="Access grants are billed by the request for access.",
        source=SOURCE,
        no_price=(
            "requests for access to what is granted are charged, and Farebox knows no "
            "price for them"
        ),
    ),
    "aws:s3tables/tableBucket:TableBucket": _TABLES,
    "aws:s3tables/tableBucketReplication:TableBucketReplication": _TABLE_COPIES,
    "aws:s3tables/tableReplication:TableReplication": _TABLE_COPIES,
}

FREE = (
    free(
        "s3control",
        {
            "a setting of buckets and access points; what buckets hold is charged": (
                "AccessGrant AccessGrantsInstanceResourcePolicy AccessGrantsLocation "
                "AccessPointPolicy DirectoryBucketAccessPointScope "
                "MultiRegionAccessPointPolicy MultiRegionAccessPointRoutes "
                "ObjectLambdaAccessPointPolicy"
            ),
            "a bucket on an Outpost, which is paid for as a whole": (
                "Bucket BucketLifecycleConfiguration BucketPolicy"
            ),
        },
    )
    | free(
        "s3outposts", {"part of an Outpost, which is paid for as a whole": "Endpoint"}
    )
    | free(
        "s3tables",
        {
            "part of a bucket of tables, which is charged": (
                "Namespace Table TableBucketPolicy TablePolicy"
            )
        },
    )
)
