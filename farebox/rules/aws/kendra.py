"""Amazon Kendra: the index by its edition and units, and the connectors that fill it.

Source: https://aws.amazon.com/kendra/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import amount, field, text

SOURCE = "https://aws.amazon.com/kendra/pricing/"
SERVICE = "AmazonKendra"

EDITION = Meter(
    service=SERVICE,
    usage_type="{edition}",
    unit="hours",
    says="the index, {edition}",
    per="hour",
    because="the index exists all month, asked or not",
)
QUERIES = Meter(
    service=SERVICE,
    usage_type="Kendra-Query-Capacity-Unit",
    unit="hours",
    says="units of queries",
    per="hour",
)
STORAGE = Meter(
    service=SERVICE,
    usage_type="Kendra-Storage-Capacity-Unit",
    unit="hours",
    says="units of storage",
    per="hour",
)
SYNCED = Use(
    key="monthly_sync_hrs",
    service=SERVICE,
    usage_type="ConnectorSync",
    unit="hours",
    says="hours of synchronising",
)
SCANNED = Use(
    key="monthly_documents_scanned",
    service=SERVICE,
    usage_type="DocumentsScanned",
    unit="Count",
    says="documents scanned",
)
EDITIONS = {
    None: "Kendra-Enterprise-Edition",
    "ENTERPRISE_EDITION": "Kendra-Enterprise-Edition",
    "DEVELOPER_EDITION": "KendraDeveloperEdition",
}
"""An index without an edition is an enterprise one.

Source: https://docs.aws.amazon.com/kendra/latest/APIReference/API_CreateIndex.html
"""


def index(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The edition's hours, and those of each unit that is added."""
    edition = text(resource.input("edition"))
    if edition is UNKNOWN:
        yield Gap("unknown-input", "its edition is not known before deployment")
        return
    said = str(edition) if edition else None
    if said not in EDITIONS:
        yield Gap(
            "no-price",
            f"an index of {said} is charged by the hour and its units, and Farebox "
            "knows no price for it",
        )
        return
    yield EDITION.all_month(resource, circumstances, edition=EDITIONS[said])
    units = resource.input("capacityUnits")
    for name, meter in (
        ("queryCapacityUnits", QUERIES),
        ("storageCapacityUnits", STORAGE),
    ):
        count = amount(resource, field(units, name), f"{name} of")
        if isinstance(count, Unknown):
            yield meter.gap(resource, f"its {name} are not known before deployment")
        elif count:
            yield _units(resource, circumstances, meter, count)


def _units(
    resource: Resource, circumstances: Circumstances, meter: Meter, count: Decimal
) -> Charge:
    hours = circumstances.hours_per_month.normalize()
    because = f"{count.normalize():f} x {hours:f} hours"
    return meter.all_month(resource, circumstances, count=count, because=because)


def data_source(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Synchronising by the hour and the document; what fills itself costs nothing."""
    if text(resource.input("type")) == "CUSTOM":
        yield NoCharge("what one puts in oneself is not charged")
        return
    yield SYNCED.charge(resource, usage)
    yield SCANNED.charge(resource, usage)


TYPES = {
    "aws:kendra/index:Index": Type(
        billed="An index is billed by the hour of its edition and of each unit added.",
        source=SOURCE,
        meters=(EDITION, QUERIES, STORAGE),
        rule=index,
        terraform="aws_kendra_index",
        notes="An index costs the same whether it is asked or not.",
        not_modelled="the 750 free hours of a new account's developer edition",
    ),
    "aws:kendra/dataSource:DataSource": Type(
        billed="A connector is billed by the hour of synchronising and the document.",
        source=SOURCE,
        uses=(SYNCED, SCANNED),
        rule=data_source,
        terraform="aws_kendra_data_source",
    ),
}

FREE = free(
    "kendra",
    {
        "part of an index, which is charged": (
            "Experience Faq QuerySuggestionsBlockList Thesaurus"
        )
    },
)
