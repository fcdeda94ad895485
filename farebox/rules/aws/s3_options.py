"""What S3 charges beside buckets of objects: copies, lists, analyses, other buckets.

Source: https://aws.amazon.com/s3/pricing/
"""

from collections.abc import Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.prices.prefixes import REGION_PREFIX
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, Use
from farebox.rules.shapes import blocks, field, holds_unknown, text

SOURCE = "https://aws.amazon.com/s3/pricing/"
SERVICE = "AmazonS3"
BUCKETS = frozenset(("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"))


def _use(
    key: str, usage_type: str, unit: str, says: str, *, optional: bool = False
) -> Use:
    return Use(
        key=key,
        service=SERVICE,
        usage_type=usage_type,
        unit=unit,
        says=says,
        optional=optional,
    )


EXPRESS = (
    _use(
        "storage_gb", "TimedStorage-XZ-ByteHrs", "GB-Mo", "S3 Express One Zone storage"
    ),
    _use(
        "monthly_tier_1_requests",
        "Requests-XZ-Tier1",
        "Requests",
        "S3 Express One Zone PUT, COPY, POST and LIST requests",
    ),
    _use(
        "monthly_tier_2_requests",
        "Requests-XZ-Tier2",
        "Requests",
        "S3 Express One Zone GET and all other requests",
    ),
)
ANALYZED = _use(
    "monthly_monitored_objects",
    "StorageAnalytics-ObjCount",
    "Objects",
    "objects that storage class analysis watches",
)
LISTED = _use(
    "monthly_listed_objects",
    "Inventory-ObjectsListed",
    "Objects",
    "objects that inventories list",
)
REQUEST_METRICS = Use(
    key="request_metrics",
    service="AmazonCloudWatch",
    usage_type="CW:MetricMonitorUsage",
    unit="Metrics",
    says="request metrics that get data, 16 at most",
)
COPIED_OBJECTS = _use(
    "monthly_replicated_objects",
    "Requests-{kind}Tier1",
    "Requests",
    "PUT requests of copies",
)
PUT_RATES = {
    "STANDARD": "",
    "REDUCED_REDUNDANCY": "",
    "INTELLIGENT_TIERING": "INT-",
    "STANDARD_IA": "SIA-",
    "ONEZONE_IA": "ZIA-",
    "GLACIER_IR": "GIR-",
}
"""Storage classes, and what the usage types of their requests have in the middle.

What goes into the two archive classes of Glacier is `no-price` here.
"""
COPIED = Use(
    key="monthly_replicated_gb",
    service="AWSDataTransfer",
    usage_type="{to}-AWS-Out-Bytes",
    unit="GB",
    says="copies that leave the region",
)
IN_TIME = _use(
    "monthly_replicated_in_time_gb",
    "{to}-S3RTC-Out-Bytes",
    "GB",
    "copies that are made in 15 minutes",
)


def directory_bucket(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Storage and requests of S3 Express One Zone; bytes have no key that was seen."""
    kind = field(resource.input("location"), "type")
    if kind is UNKNOWN:
        yield Gap("unknown-input", "location is not known before deployment")
        return
    if kind not in (None, "AvailabilityZone"):
        yield Gap("no-price", "a bucket in a Local Zone has prices of its own")
        return
    for use in EXPRESS:
        yield use.charge(resource, usage)
    yield Gap(
        "no-price",
        "bytes that are put into and read from a directory bucket are charged by the GB, "
        "and Farebox knows no price for them",
    )


def inventory(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The objects listed, unless the inventory is switched off."""
    if flag(resource.input("enabled")) is False:
        yield NoCharge("the inventory is switched off")
    else:
        yield LISTED.charge(resource, usage)


def replication(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A PUT for each object, and the bytes that leave; what is kept is the bucket's."""
    rules = resource.input("rules")
    if holds_unknown(rules):
        yield Gap("unknown-input", "the rules are not known before deployment")
        return
    active = [each for each in blocks(rules) if each.get("status") != "Disabled"]
    if not active:
        yield NoCharge("no rule of the replication is enabled")
        return
    yield _puts(resource, usage, active)
    regions = {_region(resource, circumstances, each) for each in active}
    to = next(iter(regions)) if len(regions) == 1 else None
    prefix = REGION_PREFIX.get(to or "")
    if to is None or prefix is None:
        yield Gap(
            "unknown-input",
            "to which regions the copies go is not in the stack, or they are several",
        )
        return
    if to != resource.region:
        yield COPIED.charge(resource, usage, to=prefix)
    wanted = [_time_control(each) for each in active]
    if "Enabled" in wanted:
        yield IN_TIME.charge(resource, usage, to=prefix)
    elif UNKNOWN in wanted:
        reason = "whether it copies in a time that is held is not known"
        yield IN_TIME.gap(resource, reason, to=prefix)


def _puts(resource: Resource, usage: Usage, rules: list[dict[str, Any]]) -> Charge:
    """The PUT of each copy, at the rate of the class that the copies are kept in."""
    kept = {field(each.get("destination"), "storageClass") for each in rules}
    if UNKNOWN in kept:
        return COPIED_OBJECTS.gap(
            resource, "the class of the copies is not known", kind=""
        )
    kinds = {PUT_RATES.get(str(name or "STANDARD")) for name in kept}
    kind = next(iter(kinds))
    if len(kinds) > 1 or kind is None:
        return Gap(
            "no-price",
            "PUT requests of copies have a rate for each class: Farebox has none for the "
            "archives of Glacier, and cannot tell how many go to each of several classes",
        )
    return COPIED_OBJECTS.charge(resource, usage, kind=kind)


def _time_control(rule: dict[str, Any]) -> Any:
    """`Enabled` where the rule has Replication Time Control."""
    return field(field(rule.get("destination"), "replicationTime"), "status")


def _region(
    resource: Resource, circumstances: Circumstances, rule: dict[str, Any]
) -> str | None:
    """The region of a rule's bucket, where it is in the stack."""
    bucket = field(rule.get("destination"), "bucket")
    named = text(bucket)
    if isinstance(named, str):
        named = named.removeprefix("arn:aws:s3:::")
    graph = circumstances.graph
    found = graph.references(resource, "rules", bucket, BUCKETS)
    if not found and isinstance(named, str):
        found = tuple(
            item
            for type_ in BUCKETS
            for item in graph.by_type.get(type_, ())
            if named in (item.id, item.input("bucket"))
        )
    sources = graph.references(resource, "bucket", resource.input("bucket"), BUCKETS)
    found = tuple(item for item in found if item not in sources)
    regions = {item.region for item in found}
    return regions.pop() if len(regions) == 1 else None


def _unpriced(billed: str, no_price: str, source: str = SOURCE) -> Type:
    return Type(
        billed=billed,
        source=source,
        no_price=f"{no_price}, and Farebox knows no price for it",
    )


_ACCELERATED = _unpriced(
    "Accelerated transfer is billed by the GB, beside the transfer itself.",
    "accelerated transfer is charged by the GB, by the edge that it goes through",
)
_VECTORS = _unpriced(
    "Vectors are billed by what is stored, put and asked.",
    "vectors are charged by the GB that is stored and put, and by the query",
)
_FILES = _unpriced(
    "A file system on a bucket is billed by what it holds and moves.",
    "a file system on a bucket is charged by what it holds and moves",
)

TYPES = {
    "aws:s3/directoryBucket:DirectoryBucket": Type(
        billed="A directory bucket is billed as S3 Express One Zone: storage, requests, GB.",
        source=SOURCE,
        uses=EXPRESS,
        rule=directory_bucket,
        terraform="aws_s3_directory_bucket",
    ),
    "aws:s3/analyticsConfiguration:AnalyticsConfiguration": Type(
        billed="Storage class analysis is billed by the object that it watches.",
        source=SOURCE,
        uses=(ANALYZED,),
        terraform="aws_s3_bucket_analytics_configuration",
    ),
    "aws:s3/inventory:Inventory": Type(
        billed="An inventory is billed by the object that it lists, each time.",
        source=SOURCE,
        uses=(LISTED,),
        rule=inventory,
        terraform="aws_s3_bucket_inventory",
    ),
    "aws:s3/bucketMetric:BucketMetric": Type(
        billed="Request metrics are billed as CloudWatch's custom metrics.",
        source="https://aws.amazon.com/cloudwatch/pricing/",
        uses=(REQUEST_METRICS,),
        terraform="aws_s3_bucket_metric",
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": Type(
        billed="Copies are billed by the PUT, the GB that leaves, and where they are kept.",
        source=SOURCE,
        uses=(COPIED_OBJECTS, COPIED, IN_TIME),
        rule=replication,
        terraform="aws_s3_bucket_replication_configuration",
        notes=(
            "The keys are for all rules together. What copies take up is given on the "
            "bucket that keeps them."
        ),
        not_modelled="metrics of rules",
    ),
    "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration": _ACCELERATED,
    "aws:s3/bucketAccelerateConfigurationV2:BucketAccelerateConfigurationV2": _ACCELERATED,
    "aws:s3/bucketMetadataConfiguration:BucketMetadataConfiguration": _unpriced(
        "Tables of metadata are billed by the update and by what they hold.",
        "tables of metadata are charged by the update and by what they hold",
    ),
    "aws:s3/vectorsIndex:VectorsIndex": _VECTORS,
    "aws:s3/vectorsVectorBucket:VectorsVectorBucket": _VECTORS,
    "aws:s3/filesFileSystem:FilesFileSystem": _FILES,
    "aws:s3/filesMountTarget:FilesMountTarget": _FILES,
}
