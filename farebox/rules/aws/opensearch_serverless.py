"""OpenSearch's compute units: serverless collections, ingestion pipelines, endpoints.

Source: https://aws.amazon.com/opensearch-service/pricing/ (serverless, ingestion)
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.privatelink import HOURS
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Meter, Type, free
from farebox.rules.shapes import amount, field, text

SOURCE = "https://aws.amazon.com/opensearch-service/pricing/"
SERVICE = "AmazonES"
COLLECTION = "aws:opensearch/serverlessCollection:ServerlessCollection"
VECTORS = "VECTORSEARCH"


def _units(usage_type: str, says: str) -> Meter:
    return Meter(service=SERVICE, usage_type=usage_type, unit="OCU-Hours", says=says)


INDEXING = _units("IndexingOCU", "units that index")
SEARCH = _units("SearchOCU", "units that search")
INGESTION = _units("IngestionOCU", "units of the pipeline")

INDEXING_UNITS = Key(
    key="indexing_ocus", says="units that index on average", unit="OCU"
)
SEARCH_UNITS = Key(key="search_ocus", says="units that search on average", unit="OCU")
PIPELINE_UNITS = Key(
    key="ocus", says="units that the pipeline runs on average", unit="OCU"
)

LEAST, LEAST_ALONE = Decimal(1), Decimal("0.5")
"""Units of each kind that an account's first collection runs, with standbys or without.

Source: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scaling.html
"""


def collection(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Collections are billed by the unit that indexes or searches, which they share.

    Those that search vectors share their own. The first collection of those that share
    carries the least that AWS keeps running.
    Source: https://aws.amazon.com/opensearch-service/pricing/
    """
    kind, standbys = (
        text(resource.input("type")),
        text(resource.input("standbyReplicas")),
    )
    if resource.input("collectionGroupName") not in (None, ""):
        yield Gap("no-price", "its group's capacity is charged, which has no rule yet")
        return
    if UNKNOWN in (kind, standbys):
        yield Gap("unknown-input", "its type or its standbys are not known")
        return
    first = _first_of(resource, circumstances, kind == VECTORS)
    given = [one.given(usage) is not None for one in (INDEXING_UNITS, SEARCH_UNITS)]
    if first is not resource and not any(given):
        yield NoCharge(f"it shares the units of {first.name}", "priced-with")
        return
    least = LEAST_ALONE if standbys == "DISABLED" else LEAST
    for meter, key in ((INDEXING, INDEXING_UNITS), (SEARCH, SEARCH_UNITS)):
        said = usage.assumption(key.key) or Assumption(
            least, least, least, "OCU", status="assumed"
        )
        units = circumstances.level.pick(said)
        yield meter.metered(
            resource,
            units * circumstances.hours_per_month,
            f"{units:f} units all month",
            usage=said.status,
        )
    yield Gap(
        "no-price",
        "what the collection stores is charged by the GB-month, and no facts have its "
        "price",
    )


def _first_of(
    resource: Resource, circumstances: Circumstances, vectors: bool
) -> Resource:
    """The first of the collections in a region that share units with this one."""
    for item in circumstances.graph.by_type.get(COLLECTION, ()):
        same = (item.input("type") == VECTORS) == vectors
        grouped = item.input("collectionGroupName") not in (None, "")
        if same and not grouped and item.region == resource.region:
            return item
    return resource


def pipeline(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A pipeline is billed for each hour of each unit, between its least and its most.

    Source: https://aws.amazon.com/opensearch-service/pricing/ (ingestion)
    """
    least = amount(resource, resource.input("minUnits"), "units of")
    most = amount(resource, resource.input("maxUnits"), "units of")
    said = usage.assumption(PIPELINE_UNITS.key)
    if said is None:
        if not isinstance(least, Decimal) or not isinstance(most, Decimal):
            yield INGESTION.gap(resource, "how many units it runs is not known")
            return
        said = Assumption(least, least, max(least, most), "OCU", status="assumed")
    units = circumstances.level.pick(said)
    yield INGESTION.metered(
        resource,
        units * circumstances.hours_per_month,
        f"{units:f} units all month",
        usage=said.status,
    )
    buffered = flag(field(resource.input("bufferOptions"), "persistentBufferEnabled"))
    if buffered is UNKNOWN:
        yield Gap("unknown-input", "whether its buffer is persistent is not known")
    elif buffered:
        reason = "a persistent buffer takes units of its own, by how much it holds"
        yield Gap("no-usage", reason)


def endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An endpoint in a network is billed as one of PrivateLink, in each subnet.

    Source: https://aws.amazon.com/privatelink/pricing/
    """
    parts = {"infix": "", "kind": "interface"}
    subnets = resource.input("subnetIds")
    if subnets is None:
        subnets = field(resource.input("vpcOptions"), "subnetIds")
    if not isinstance(subnets, list) or not subnets:
        yield HOURS.gap(resource, "its subnets are not known", **parts)
        return
    count = Decimal(len(subnets))
    because = f"in {count:f} subnets all month"
    yield HOURS.all_month(
        resource, circumstances, count=count, because=because, **parts
    )


ENDPOINT = Type(
    billed="An endpoint in a network is billed as one of PrivateLink, in each subnet.",
    source="https://aws.amazon.com/privatelink/pricing/",
    meters=(HOURS,),
    rule=endpoint,
    not_modelled="the GB that go through it",
)

TYPES = {
    COLLECTION: Type(
        billed="Collections are billed by the unit that indexes or searches, which they share.",
        source=SOURCE,
        meters=(INDEXING, SEARCH),
        uses=(INDEXING_UNITS, SEARCH_UNITS),
        rule=collection,
        terraform="aws_opensearchserverless_collection",
        notes=(
            "AWS keeps a unit of each kind running for an account's first collection, "
            "half a unit without standbys. Collections of a region share them, those that "
            "search vectors apart; the first one of the stack carries them, marked assumed."
        ),
        not_modelled="keys that encrypt collections apart, which share nothing",
    ),
    "aws:opensearchingest/pipeline:Pipeline": Type(
        billed="A pipeline is billed for each hour of each unit, between its least and most.",
        source=SOURCE,
        meters=(INGESTION,),
        uses=(PIPELINE_UNITS,),
        rule=pipeline,
        terraform="aws_osis_pipeline",
        notes="Without usage it runs its least, marked assumed, and its most at the high end.",
    ),
    "aws:opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": ENDPOINT,
    "aws:opensearch/vpcEndpoint:VpcEndpoint": ENDPOINT,
    "aws:opensearchingest/pipelineEndpoint:PipelineEndpoint": ENDPOINT,
}

FREE = free(
    "opensearchingest", {"a setting of pipelines, which are charged": "ResourcePolicy"}
)
