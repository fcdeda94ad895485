"""Amazon Athena: queries by the TB that they scan, and capacity by the hour.

Source: https://aws.amazon.com/athena/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.known import known_amount, unknown
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/athena/pricing/"

SCANNED = Use(
    key="monthly_scanned_tb",
    service="AmazonAthena",
    usage_type="DataScannedInTB",
    unit="Terabytes",
    says="scanned by queries, at least 10 MB each",
)


def workgroup(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Queries in SQL by what they scan; sessions of Spark by the DPU-hour."""
    engine = field(resource.input("configuration"), "engineVersion")
    version = text(field(engine, "selectedEngineVersion"))
    if version is UNKNOWN:
        yield unknown("selectedEngineVersion")
    elif "spark" in str(version).lower():
        yield Gap(
            "no-price",
            "sessions of Spark are charged by the DPU-hour, for which Farebox knows no "
            "price",
        )
    else:
        yield SCANNED.charge(resource, usage)


def reservation(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Reserved units are charged by the hour, used or not."""
    units = known_amount(resource, resource.input("targetDpus"), "targetDpus")
    if isinstance(units, Gap):
        yield units
        return
    yield Gap(
        "no-price",
        f"{units:f} reserved DPUs are charged by the hour, and Farebox knows no price "
        "for them",
    )


TYPES = {
    "aws:athena/workgroup:Workgroup": Type(
        billed="Queries of a workgroup are billed by the TB that they scan.",
        source=SOURCE,
        uses=(SCANNED,),
        rule=workgroup,
        terraform="aws_athena_workgroup",
        not_modelled="queries that run on reserved capacity, which are not billed by TB",
    ),
    "aws:athena/capacityReservation:CapacityReservation": Type(
        billed="Reserved units are billed by the hour, used or not.",
        source=SOURCE,
        rule=reservation,
    ),
}

FREE = free(
    "athena",
    {
        "a name of data or of a query; what its queries scan is charged": (
            "DataCatalog Database NamedQuery PreparedStatement"
        )
    },
)
