"""Amazon S3: what a bucket holds, and the requests to it, by storage class.

Usage keys are nested by class, as Infracost has them: `standard: {storage_gb: 500}`.

Source: https://aws.amazon.com/s3/pricing/
"""

from collections.abc import Iterable, Iterator
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.aws.s3_classes import (
    DEEP,
    FLEXIBLE,
    IA,
    INSTANT,
    KEYS,
    MOVES,
    READ,
    TIERING,
    WRITTEN,
    ZONE,
)
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Type, free
from farebox.rules.shapes import blocks, field, holds_unknown, values_of

SOURCE = "https://aws.amazon.com/s3/pricing/"

LIFECYCLES = frozenset(
    (
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
    )
)
TRANSITIONS = (
    "transition",
    "transitions",
    "noncurrentVersionTransition",
    "noncurrentVersionTransitions",
)
MOVED_TO = {
    "INTELLIGENT_TIERING": TIERING,
    "STANDARD_IA": IA,
    "ONEZONE_IA": ZONE,
    "GLACIER_IR": INSTANT,
    "GLACIER": FLEXIBLE,
    "DEEP_ARCHIVE": DEEP,
}
"""Storage classes to which a lifecycle moves objects, by the first part of their keys."""


def bucket(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each class that the usage file names, Standard, and those a lifecycle moves to.

    Source: https://aws.amazon.com/s3/pricing/ (requests: lifecycle transitions)
    """
    classes = list(_moved_to(_rules_of(resource, circumstances)))
    if UNKNOWN in classes:
        yield Gap(
            "unknown-input",
            "to which classes the lifecycle moves objects is not known: each move is a "
            "request that is charged, and each class has a rate of its own",
        )
    moved = {MOVED_TO.get(str(name)) for name in classes}
    for use in KEYS:
        group, _, what = use.key.partition(".")
        wanted = group in moved and (what == MOVES or what in HELD)
        if wanted or not use.optional:
            yield use.charge(resource, usage)
        else:
            yield from use.where_given(resource, usage)


HELD = frozenset(("storage_gb", "frequent_access_storage_gb"))
"""What a class holds, in the second part of the keys."""


def _rules_of(resource: Resource, circumstances: Circumstances) -> list[Any]:
    """The rules of a bucket's lifecycle: its own, a template's, and resources'."""
    found = [
        resource.input("lifecycleRules"),
        field(resource.input("lifecycleConfiguration"), "rules"),
    ]
    referring = circumstances.graph.referrers(resource, LIFECYCLES)
    return [*found, *(each.input("rules") for each in referring)]


def _moved_to(rules: Iterable[Any]) -> Iterator[Any]:
    """The classes of all transitions; UNKNOWN where a part of them is not known."""
    for listed in rules:
        if holds_unknown(listed):
            yield UNKNOWN
            continue
        for rule in blocks(listed):
            for name in TRANSITIONS:
                for transition in values_of(rule.get(name)):
                    yield field(transition, "storageClass")


_BUCKET = Type(
    billed="A bucket is billed by what it holds and by the requests to it.",
    source=SOURCE,
    uses=(*KEYS, READ, WRITTEN),
    rule=bucket,
    terraform="aws_s3_bucket",
    notes=(
        "The standard class, and each to which a lifecycle moves objects, is `no-usage` "
        "where nothing is given; the other classes are charged only where the usage file "
        "names them. Storage is priced by the tier."
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
