"""Amazon CloudSearch: instances of a domain, uploads and indexing.

Source: https://aws.amazon.com/cloudsearch/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import amount, field, text

SERVICE = "AmazonCloudSearch"
SMALLEST = "search.small"
"""What a domain starts with that asks for no type.

Source: https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-scaling-options.html
"""
TWO_ZONES = Decimal(2)

INSTANCE = Meter(
    service=SERVICE,
    usage_type="SearchInstance:{type}",
    unit="Hrs",
    says="{type} instance",
    per="hour",
)
UPLOADS = Use(
    key="monthly_document_batches",
    service=SERVICE,
    usage_type="DocumentBatchUpload",
    unit="Batch Upload",
    says="batches of documents uploaded",
)
INDEXED = Use(
    key="monthly_indexed_gb",
    service=SERVICE,
    usage_type="IndexDocuments",
    unit="GB",
    says="data indexed again on request",
    optional=True,
)


def domain(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Instances by type, partitions and replicas, twice over in two zones."""
    scaling = resource.input("scalingParameters")
    type_ = text(field(scaling, "desiredInstanceType"))
    partitions = amount(
        resource, field(scaling, "desiredPartitionCount"), "partitions of"
    )
    copies = amount(resource, field(scaling, "desiredReplicationCount"), "replicas of")
    zones = flag(resource.input("multiAz"))
    if any(value is UNKNOWN for value in (type_, partitions, copies, zones)):
        yield INSTANCE.gap(
            resource,
            "how the domain scales is not known before deployment",
            type=type_ if isinstance(type_, str) else SMALLEST,
        )
    else:
        assert not isinstance(partitions, Unknown)
        assert not isinstance(copies, Unknown)
        count = (partitions or ONE) * (copies or ONE) * (TWO_ZONES if zones else ONE)
        yield INSTANCE.metered(
            resource,
            circumstances.hours_per_month * count,
            f"{count:f} at the start; CloudSearch adds more as data and requests grow",
            usage="assumed",
            type=str(type_ or SMALLEST),
        )
    yield UPLOADS.charge(resource, usage)
    yield from INDEXED.where_given(resource, usage)


TYPES = {
    "aws:cloudsearch/domain:Domain": Type(
        billed="A domain is billed by the hour of each instance, and by batches uploaded.",
        source="https://aws.amazon.com/cloudsearch/pricing/",
        meters=(INSTANCE,),
        uses=(UPLOADS, INDEXED),
        rule=domain,
        terraform="aws_cloudsearch_domain",
        notes=(
            "`scalingParameters` say with what a domain starts: one `search.small` where "
            "they are silent, twice as many with `multiAz`. The number is assumed, since "
            "the service scales it."
        ),
    ),
}

FREE = free(
    "cloudsearch",
    {"who may use a domain, which is charged": "DomainServiceAccessPolicy"},
)
