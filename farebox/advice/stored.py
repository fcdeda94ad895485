"""Ideas for what is stored: how long logs are kept, and the classes of S3.

Both need figures of use: without them there is no saving to tell, and so no idea.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from farebox.advice.idea import Idea, beside, given, idea_for
from farebox.graph import Resource
from farebox.graph.values import number
from farebox.quote.basket import Basket
from farebox.rules.aws import s3_classes as classes
from farebox.rules.aws.cloudwatch import INGESTED, STORED
from farebox.rules.aws.s3 import LIFECYCLES

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

DAYS_KEPT = 30
DAYS_PER_MONTH = Decimal(365) / 12
ZERO = Decimal(0)


def retention(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """Log groups that keep everything, as those of 30 days.

    What stays is 30 days of what comes in, as if nothing of it were packed: AWS packs
    what it stores, so that more is saved than is said.
    """
    if resource.type != LOG_GROUP or number(resource.raw_inputs.get("retentionInDays")):
        return
    stored = given(basket, resource, STORED)
    arriving = given(basket, resource, INGESTED)
    if stored is None or arriving is None:
        return
    kept = min(stored, arriving * DAYS_KEPT / DAYS_PER_MONTH)
    yield idea_for(
        "log retention",
        resource,
        f"retentionInDays: {DAYS_KEPT}",
        f"logs older than {DAYS_KEPT} days are deleted: what must be kept longer is to "
        "be exported first",
        {**resource.raw_inputs, "retentionInDays": DAYS_KEPT},
        usage={STORED.key: kept},
    )


HELD, PUT, GOT = (use.key for use in classes.STANDARD)
READ, WRITTEN = classes.READ.key, classes.WRITTEN.key
ASKED = (*classes.STANDARD, classes.READ, classes.WRITTEN)
COLDER = {
    "STANDARD_IA": (classes.IA, 30, 30),
    "GLACIER_IR": (classes.INSTANT, 0, 90),
}
"""Classes that answer at once, by their names in a lifecycle: the key's first part, after
how many days a lifecycle may move there, and for how many AWS charges at least.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""


def colder(resource: Resource, basket: Basket) -> Iterator[Idea]:
    """A bucket's Standard objects in a class of rarer access, by what is read of them."""
    if resource.type not in BUCKETS or _has_lifecycle(resource, basket):
        return
    figures = {use.key: given(basket, resource, use) for use in ASKED}
    known = {key: value for key, value in figures.items() if value is not None}
    if len(known) < len(figures) or not known[HELD]:
        return
    for name, (group, days, least) in COLDER.items():
        rule = {
            "id": "colder",
            "status": "Enabled",
            "transitions": [{"days": days, "storageClass": name}],
        }
        yield idea_for(
            f"S3 {name}",
            resource,
            f"add s3.BucketLifecycleConfiguration with a transition to {name} after "
            f"{days} days",
            f"an object is charged for {least} days and 128 KB at least; what is read "
            "more often than the usage file says costs more",
            resource.raw_inputs,
            added=(
                beside(
                    resource,
                    LIFECYCLE,
                    name.lower(),
                    by="bucket",
                    bucket=resource.id or resource.name,
                    rules=[rule],
                ),
            ),
            usage=_moved(known, group, days),
        )


def _moved(known: Mapping[str, Decimal], group: str, days: int) -> dict[str, Decimal]:
    """The bucket's figures with all but the newest days in the class.

    Each write is one object at most, so there are no more moves than writes. All reads
    count as of the class, though some are of the newest days.
    """
    young = min(known[HELD], known[WRITTEN] * days / DAYS_PER_MONTH)
    return {
        HELD: young,
        GOT: ZERO,
        f"{group}.storage_gb": known[HELD] - young,
        f"{group}.monthly_tier_2_requests": known[GOT],
        f"{group}.monthly_data_retrieval_gb": known[READ],
        f"{group}.{classes.MOVES}": known[PUT],
    }


def _has_lifecycle(resource: Resource, basket: Basket) -> bool:
    own = ("lifecycleRules", "lifecycleConfiguration")
    if any(resource.input(name) is not None for name in own):
        return True
    return bool(basket.graph.referrers(resource, LIFECYCLES))
