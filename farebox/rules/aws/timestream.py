"""Amazon Timestream: tables by what is written, kept and scanned.

Source: https://aws.amazon.com/timestream/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.service import Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/timestream/pricing/"
SERVICE = "AmazonTimestream"

WRITTEN = Use(
    key="monthly_ingested_gb",
    service=SERVICE,
    usage_type="DataIngestion-Bytes",
    unit="GB",
    says="data written",
)
MEMORY = Use(
    key="memory_store_gb",
    service=SERVICE,
    usage_type="MemoryStore-ByteHrs",
    unit="GB-Hours",
    says="data in the memory store",
)
MAGNETIC = Use(
    key="magnetic_store_gb",
    service=SERVICE,
    usage_type="MagneticStore-ByteHrs",
    unit="GB-Mo",
    says="data in the magnetic store",
)
SCANNED = Use(
    key="monthly_data_scanned_gb",
    service=SERVICE,
    usage_type="DataScanned-Bytes",
    unit="GB",
    says="data that queries scan",
)


def table(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A table is billed for what is written, and for what each store keeps.

    Source: https://aws.amazon.com/timestream/pricing/
    """
    yield WRITTEN.charge(resource, usage)
    hours = circumstances.hours_per_month
    yield MEMORY.charge(resource, usage, factor=hours)
    yield MAGNETIC.charge(resource, usage)
    yield from SCANNED.where_given(resource, usage)


TYPES = {
    "aws:timestreamwrite/table:Table": Type(
        billed="A table is billed for what is written, and for what each store keeps.",
        source=SOURCE,
        uses=(WRITTEN, MEMORY, MAGNETIC, SCANNED),
        rule=table,
        terraform="aws_timestreamwrite_table",
        not_modelled="queries by the compute unit, as newer accounts are charged",
    ),
    "aws:timestreamquery/scheduledQuery:ScheduledQuery": Type(
        billed="A scheduled query is billed for what it scans each time.",
        source=SOURCE,
        uses=(SCANNED,),
        terraform="aws_timestreamquery_scheduled_query",
    ),
}

FREE = free(
    "timestreamwrite", {"a database costs nothing; its tables are charged": "Database"}
)

UNPRICED = unpriced(
    "timestreaminfluxdb",
    {
        "InfluxDB is charged by the hour of its type and by its storage, under names of the "
        "price list that were not seen": "DbCluster DbInstance"
    },
)
