"""AWS's services for video: what is packaged, stored and turned into other forms.

Source: https://aws.amazon.com/media-services/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_text
from farebox.rules.service import Type, Use, free, unpriced

INGESTED = Use(
    key="monthly_ingested_gb",
    service="AWSElementalMediaPackage",
    usage_type="EMP-ingest-bytes",
    unit="GB",
    says="video taken in",
)
PACKAGED = Use(
    key="monthly_packaged_gb",
    service="AWSElementalMediaPackage",
    usage_type="EMP-origin-packaging-bytes",
    unit="GB",
    says="video packaged and sent on",
)
KEPT = Use(
    key="storage_gb",
    service="AWSElementalMediaStore",
    usage_type="Storage-S3",
    unit="GB-Mo",
    says="video stored",
)
TAKEN_IN = Use(
    key="monthly_ingested_gb",
    service="AWSElementalMediaStore",
    usage_type="Ingest-Optimized-Bytes",
    unit="GB",
    says="video taken in",
)


def queue(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Jobs on demand pay for each minute that they make; reserved slots by the month."""
    plan = known_text(resource.input("pricingPlan"), "pricingPlan", "ON_DEMAND")
    if isinstance(plan, Gap):
        yield plan
    elif plan == "RESERVED":
        reason = (
            "reserved slots are charged by the month, for a year, at their own rate"
        )
        yield Gap("no-price", reason)
    else:
        yield Gap(
            "no-usage",
            "jobs are charged by the minute that they make, by codec, size and frame "
            "rate, which is in no input of the queue",
        )


TYPES = {
    "aws:mediaconvert/queue:Queue": Type(
        billed="Reserved slots are billed by the month, jobs on demand by the minute.",
        source="https://aws.amazon.com/mediaconvert/pricing/",
        rule=queue,
        terraform="aws_media_convert_queue",
    ),
    "aws:mediapackage/channel:Channel": Type(
        billed="A channel is billed by the GB that it takes in and packages.",
        source="https://aws.amazon.com/mediapackage/pricing/",
        uses=(INGESTED, PACKAGED),
        terraform="aws_media_package_channel",
    ),
    "aws:mediastore/container:Container": Type(
        billed="A container is billed by the GB that it takes in and stores.",
        source="https://aws.amazon.com/mediastore/pricing/",
        uses=(KEPT, TAKEN_IN),
        terraform="aws_media_store_container",
        not_modelled="requests",
    ),
}

FREE = (
    free("medialive", {"who may send video in": "InputSecurityGroup"})
    | free("mediastore", {"a right of a container": "ContainerPolicy"})
    | free(
        "mediapackagev2",
        {"a group of channels; what they take in is charged": "ChannelGroup"},
    )
)

UNPRICED = unpriced(
    "medialive",
    {
        "each input and output is charged by the hour, by codec, size and bit rate": (
            "Channel"
        ),
        "an input that nothing uses, and one that pushes, is charged by the hour": "Input",
        "a multiplex and its programs are charged by the hour and the bit rate": (
            "Multiplex MultiplexProgram"
        ),
    },
)
