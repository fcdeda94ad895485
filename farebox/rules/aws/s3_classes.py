"""The usage keys of a bucket: what it holds and is asked, class by class.

Usage types: Amazon S3 User Guide, "Understanding your AWS billing and usage reports".
"""

from collections.abc import Iterator

from farebox.rules.service import GIB, Key, Metric, Use

PUTS = "PUT, COPY, POST and LIST requests"
GETS = "GET and all other requests"


IA, ZONE = "standard_infrequent_access", "one_zone_infrequent_access"
INSTANT, FLEXIBLE = "glacier_instant_retrieval", "glacier_flexible_retrieval"
DEEP, TIERING = "glacier_deep_archive", "intelligent_tiering"
MOVES = "monthly_lifecycle_transition_requests"
DEEP_ARCHIVE_LIST = frozenset(
    (
        "TimedStorage-GDA-ByteHrs",
        "EarlyDelete-GDA",
        "Requests-GDA-Tier1",
        "Requests-GDA-Tier3",
        "Requests-GDA-Tier5",
    )
)
"""Usage types that stand in the price list of Glacier Deep Archive, not in S3's.

Source: the price list API's attribute values of both services, 2022-09-29.
"""


CLASSES = {
    "standard.storage_gb": ("StandardStorage",),
    "standard_infrequent_access.storage_gb": ("StandardIAStorage",),
    "one_zone_infrequent_access.storage_gb": ("OneZoneIAStorage",),
    "glacier_instant_retrieval.storage_gb": ("GlacierInstantRetrievalStorage",),
    "glacier_flexible_retrieval.storage_gb": ("GlacierStorage",),
    "glacier_deep_archive.storage_gb": ("DeepArchiveStorage",),
    "intelligent_tiering.frequent_access_storage_gb": ("IntelligentTieringFAStorage",),
    "intelligent_tiering.infrequent_access_storage_gb": (
        "IntelligentTieringIAStorage",
    ),
}
"""Keys of what a bucket stores, to how CloudWatch calls the class.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
"""
ASKED = {
    "standard.monthly_tier_1_requests": ("PutRequests", "PostRequests", "ListRequests"),
    "standard.monthly_tier_2_requests": ("GetRequests", "HeadRequests"),
}
"""Keys of requests, to metrics of a bucket that has request metrics of all of it."""


def _metrics(key: str) -> tuple[Metric, ...]:
    """Where CloudWatch counts a key of a bucket."""
    if key in ASKED:
        dimensions = {"BucketName": "bucket", "FilterId": "=EntireBucket"}
        return (Metric(namespace="AWS/S3", names=ASKED[key], dimensions=dimensions),)
    return tuple(
        Metric(
            namespace="AWS/S3",
            names=("BucketSizeBytes",),
            dimensions={"BucketName": "bucket", "StorageType": f"={name}"},
            counts="level",
            stat="Average",
            unit=GIB,
        )
        for name in CLASSES.get(key, ())
    )


def _use(
    key: str,
    usage_type: str,
    unit: str,
    says: str,
    operation: str = "",
    *,
    optional: bool = True,
) -> Use:
    deep = key.startswith(DEEP) and usage_type in DEEP_ARCHIVE_LIST
    return Use(
        key=key,
        service="AmazonS3GlacierDeepArchive" if deep else "AmazonS3",
        usage_type=usage_type,
        operation=operation,
        unit=unit,
        says=says,
        optional=optional,
        metrics=_metrics(key),
    )


def _requests(key: str, part: str, says: str) -> Iterator[Use]:
    """Requests of a class beside Standard: `part` is its name in usage types."""
    for tier, what in ((1, PUTS), (2, GETS)):
        name = f"{key}.monthly_tier_{tier}_requests"
        yield _use(name, f"Requests-{part}-Tier{tier}", "Requests", f"{says} {what}")


def _selected(key: str, part: str, says: str) -> Iterator[Use]:
    """What S3 Select scans and returns in a class."""
    for verb in ("scanned", "returned"):
        usage_type = f"Select-{verb.title()}{part}-Bytes"
        name = f"{key}.monthly_select_data_{verb}_gb"
        yield _use(name, usage_type, "GB", f"{says} {verb} by S3 Select")


STANDARD = (
    _use(
        "standard.storage_gb",
        "TimedStorage-ByteHrs",
        "GB-Mo",
        "Standard storage",
        optional=False,
    ),
    _use(
        "standard.monthly_tier_1_requests",
        "Requests-Tier1",
        "Requests",
        PUTS,
        optional=False,
    ),
    _use(
        "standard.monthly_tier_2_requests",
        "Requests-Tier2",
        "Requests",
        GETS,
        optional=False,
    ),
)
READ, WRITTEN = (
    Key(
        key=f"standard.monthly_data_{verb}_gb",
        says=f"what is {verb} in Standard; for fare advise",
        unit="GB",
    )
    for verb in ("read", "written")
)
OTHERS = (
    _use(
        f"{IA}.storage_gb", "TimedStorage-SIA-ByteHrs", "GB-Mo", "Standard-IA storage"
    ),
    *_requests(IA, "SIA", "Standard-IA"),
    _use(
        f"{IA}.monthly_data_retrieval_gb",
        "Retrieval-SIA",
        "GB",
        "Standard-IA retrieval",
    ),
    _use(
        f"{ZONE}.storage_gb", "TimedStorage-ZIA-ByteHrs", "GB-Mo", "One Zone-IA storage"
    ),
    _use(
        f"{ZONE}.monthly_data_retrieval_gb",
        "Retrieval-ZIA",
        "GB",
        "One Zone-IA retrieval",
    ),
    _use(
        f"{INSTANT}.storage_gb",
        "TimedStorage-GIR-ByteHrs",
        "GB-Mo",
        "Glacier Instant Retrieval storage",
    ),
    _use(
        f"{FLEXIBLE}.storage_gb",
        "TimedStorage-GlacierByteHrs",
        "GB-Mo",
        "Glacier Flexible Retrieval storage",
    ),
    _use(
        f"{DEEP}.storage_gb",
        "TimedStorage-GDA-ByteHrs",
        "GB-Mo",
        "Glacier Deep Archive storage",
    ),
    _use(
        f"{TIERING}.frequent_access_storage_gb",
        "TimedStorage-INT-FA-ByteHrs",
        "GB-Mo",
        "Intelligent-Tiering frequent access storage",
    ),
    _use(
        f"{TIERING}.monitored_objects",
        "Monitoring-Automation-INT",
        "Objects",
        "Intelligent-Tiering monitoring",
    ),
    _use("object_tags", "TagStorage-TagHrs", "Tag-Mo", "object tags"),
    _use(
        f"{TIERING}.infrequent_access_storage_gb",
        "TimedStorage-INT-IA-ByteHrs",
        "GB-Mo",
        "Intelligent-Tiering infrequent access storage",
    ),
    *_requests(TIERING, "INT", "Intelligent-Tiering"),
    *_requests(ZONE, "ZIA", "One Zone-IA"),
    *_requests(INSTANT, "GIR", "Glacier Instant Retrieval"),
    _use(
        f"{INSTANT}.monthly_data_retrieval_gb",
        "Retrieval-GIR",
        "GB",
        "Glacier Instant Retrieval retrieval",
    ),
)
"""Charged where the usage file gives them: a bucket need not use these classes."""

MOVED = tuple(
    _use(
        f"{key}.{MOVES}",
        usage_type,
        "Requests",
        f"transitions to {says}",
        f"S3-{part}Transition",
    )
    for key, usage_type, part, says in (
        (TIERING, "Requests-Tier4", "INT", "Intelligent-Tiering"),
        (IA, "Requests-Tier4", "SIA", "Standard-IA"),
        (ZONE, "Requests-Tier4", "ZIA", "One Zone-IA"),
        (INSTANT, "Requests-Tier4", "GIR", "Glacier Instant Retrieval"),
        (FLEXIBLE, "Requests-Tier3", "Glacier", "Glacier Flexible Retrieval"),
        (DEEP, "Requests-Tier3", "GDA", "Glacier Deep Archive"),
    )
)
SELECTED = (
    *_selected("standard", "", "Standard data"),
    *_selected(IA, "-SIA", "Standard-IA data"),
    *_selected(ZONE, "-ZIA", "One Zone-IA data"),
    *_selected(TIERING, "-INT", "Intelligent-Tiering data"),
    *(
        _use(
            f"{FLEXIBLE}.monthly_{speed}_select_data_{verb}_gb",
            f"{part}-Select-{verb.title()}-Bytes",
            "GB",
            f"Glacier Flexible Retrieval data {verb} by S3 Select, {speed}",
        )
        for speed, part in (("standard", "Std"), ("bulk", "Bulk"), ("expedited", "Exp"))
        for verb in ("scanned", "returned")
    ),
)
RESTORED = (
    _use(
        f"{FLEXIBLE}.monthly_tier_1_requests",
        "Requests-GLACIER-Tier1",
        "Requests",
        f"Glacier Flexible Retrieval {PUTS}",
        "PutObject",
    ),
    _use(
        f"{FLEXIBLE}.monthly_tier_2_requests",
        "Requests-GLACIER-Tier2",
        "Requests",
        f"Glacier Flexible Retrieval {GETS}",
    ),
    _use(
        f"{FLEXIBLE}.monthly_standard_data_retrieval_gb",
        "Standard-Retrieval-Bytes",
        "GB",
        "Glacier Flexible Retrieval standard retrieval",
        "RestoreObject",
    ),
    _use(
        f"{FLEXIBLE}.monthly_expedited_data_retrieval_gb",
        "Expedited-Retrieval-Bytes",
        "GB",
        "Glacier Flexible Retrieval expedited retrieval",
        "RestoreObject",
    ),
    *(
        _use(
            f"{DEEP}.monthly_tier_{tier}_requests",
            f"Requests-GDA-Tier{tier}",
            "Requests",
            f"Glacier Deep Archive {what}",
        )
        for tier, what in ((1, PUTS), (2, GETS))
    ),
    _use(
        f"{DEEP}.monthly_standard_data_retrieval_gb",
        "Standard-Retrieval-Bytes",
        "GB",
        "Glacier Deep Archive standard retrieval",
        "DeepArchiveRestoreObject",
    ),
    _use(
        f"{DEEP}.monthly_bulk_data_retrieval_gb",
        "Bulk-Retrieval-Bytes",
        "GB",
        "Glacier Deep Archive bulk retrieval",
        "DeepArchiveRestoreObject",
    ),
)
REQUESTED = tuple(
    _use(
        f"{key}.monthly_{speed}_data_retrieval_requests",
        f"Requests-{part}Tier{tier}",
        "Requests",
        f"{says} {speed} retrieval requests",
        operation,
    )
    for key, speed, part, tier, says, operation in (
        (FLEXIBLE, "standard", "", 3, "Glacier Flexible Retrieval", "RestoreObject"),
        (FLEXIBLE, "expedited", "", 6, "Glacier Flexible Retrieval", "RestoreObject"),
        (DEEP, "standard", "GDA-", 3, "Glacier Deep Archive", ""),
        (DEEP, "bulk", "GDA-", 5, "Glacier Deep Archive", ""),
    )
)
EARLY = tuple(
    _use(f"{key}.early_delete_gb", usage_type, "GB-Mo", f"early deletion from {says}")
    for key, usage_type, says in (
        (TIERING, "EarlyDelete-INT", "Intelligent-Tiering"),
        (IA, "EarlyDelete-SIA", "Standard-IA"),
        (ZONE, "EarlyDelete-ZIA", "One Zone-IA"),
        (INSTANT, "EarlyDelete-GIR", "Glacier Instant Retrieval"),
        (FLEXIBLE, "EarlyDelete-ByteHrs", "Glacier Flexible Retrieval"),
        (DEEP, "EarlyDelete-GDA", "Glacier Deep Archive"),
    )
)
SMALL = tuple(
    _use(
        f"{key}.small_objects_gb",
        f"TimedStorage-{part}-SmObjects",
        "GB-Mo",
        f"what objects below 128 KB are filled up by in {says}",
    )
    for key, part, says in (
        (IA, "SIA", "Standard-IA"),
        (ZONE, "ZIA", "One Zone-IA"),
        (INSTANT, "GIR", "Glacier Instant Retrieval"),
    )
)
ARCHIVED = tuple(
    _use(
        f"{TIERING}.{name}_access_storage_gb",
        f"TimedStorage-INT-{part}-ByteHrs",
        "GB-Mo",
        f"Intelligent-Tiering {says} storage",
    )
    for name, part, says in (
        ("archive_instant", "AIA", "archive instant access"),
        ("archive", "AA", "archive access"),
        ("deep_archive", "DAA", "deep archive access"),
    )
)
BATCHES = (
    _use("monthly_batch_jobs", "BatchOperations-Jobs", "Jobs", "batch jobs"),
    _use(
        "monthly_batch_objects",
        "BatchOperations-Objects",
        "Objects",
        "objects of batch jobs",
    ),
)

KEYS = (
    *STANDARD,
    *OTHERS,
    *MOVED,
    *SELECTED,
    *RESTORED,
    *REQUESTED,
    *EARLY,
    *SMALL,
    *ARCHIVED,
    *BATCHES,
)
"""In the order in which they are charged."""
