"""AWS Glue: jobs and crawlers by the DPU-hour, and the catalogue by what it holds.

Source: https://aws.amazon.com/glue/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import known_amount, known_text, unknown
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/glue/pricing/"
SERVICE = "AWSGlue"

DPUS = {
    "Standard": ONE,
    "G.025X": Decimal("0.25"),
    "G.1X": ONE,
    "G.2X": Decimal(2),
    "G.4X": Decimal(4),
    "G.8X": Decimal(8),
    "G.12X": Decimal(12),
    "G.16X": Decimal(16),
}
"""Processing units of a worker.

Source: https://docs.aws.amazon.com/glue/latest/dg/worker-types.html
"""

OTHER_UNITS = ("R.", "Z.")
"""How worker types begin that are billed in units with more memory."""

JOB_DPUS = Decimal(10)
SHELL_DPUS = Decimal("0.0625")
"""Units of a job of Spark and of a Python shell that says nothing of them.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateJob.html
"""

CRAWLER_DPUS = Decimal(2)
"""Units of a crawler in AWS's own example; assumed, for AWS chooses them.

Source: https://aws.amazon.com/glue/pricing/
"""

ENDPOINT_NODES = Decimal(5)
"""Nodes of a development endpoint that names none.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDevEndpoint.html
"""

NEW_GENERATION = Decimal(6)
"""The version of Glue from which on jobs have lower rates."""

RUN = Use(
    key="monthly_hours",
    service=SERVICE,
    usage_type="ETL{flex}-DPU-Hour{generation}",
    operation="{operation}",
    unit="DPU-Hour",
    says="runs of the job",
)
CRAWL = Use(
    key="monthly_hours",
    service=SERVICE,
    usage_type="Crawler-DPU-Hour",
    operation="CrawlerRun",
    unit="DPU-Hour",
    says="runs of the crawler",
)
CRAWLER_UNITS = Key(
    key="crawler_dpus", says="DPUs that the crawler takes; 2 are assumed", unit="DPUs"
)
ENDPOINT = Meter(
    service=SERVICE,
    usage_type="DEVED-DPU-Hour",
    operation="StartDevEndpoint",
    unit="DPU-Hour",
    says="development endpoint",
    per="hour",
)
OBJECTS = Use(
    key="monthly_objects",
    service=SERVICE,
    usage_type="Catalog-Storage",
    operation="Storage",
    unit="Obj-Month",
    says="objects in the catalogue: tables, their versions, partitions",
)
REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="Catalog-Request",
    operation="Request",
    unit="Request",
    says="requests to the catalogue",
)


def job(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours that it runs, times its units; less for flexible execution.

    A job of Spark from Glue 6.0 on has the rate of the new generation.
    """
    tell_of_folder(resource, circumstances, "Jobs of Glue", "/aws-glue/jobs")
    command = field(resource.input("command"), "name")
    flex = known_text(resource.input("executionClass"), "executionClass", "STANDARD")
    version = known_amount(
        resource, resource.input("glueVersion"), "glueVersion", Decimal(0)
    )
    units = _units(resource, command)
    gaps = [item for item in (flex, version, units) if isinstance(item, Gap)]
    if gaps or command is UNKNOWN:
        yield gaps[0] if gaps else unknown("command.name")
        return
    assert isinstance(version, Decimal)
    assert isinstance(units, Decimal)
    new = version >= NEW_GENERATION and command != "pythonshell"
    yield RUN.charge(
        resource,
        usage,
        factor=units,
        flex="-Flex" if flex == "FLEX" else "",
        generation="-Gen2" if new else "",
        operation="FlexJobrun" if flex == "FLEX" else "Jobrun",
    )


def _units(resource: Resource, command: object) -> Decimal | Gap:
    """The units of a job: its capacity, or its workers by their type."""
    worker = known_text(resource.input("workerType"), "workerType", "")
    if isinstance(worker, Gap):
        return worker
    if command == "glueray" or worker.startswith(OTHER_UNITS):
        return Gap(
            "no-price",
            f"workers {worker or 'of Ray'} are billed in units with more memory, which "
            "have a rate of their own",
        )
    default = SHELL_DPUS if command == "pythonshell" else JOB_DPUS
    if not worker:
        return known_amount(
            resource, resource.input("maxCapacity"), "maxCapacity", default
        )
    return _of_workers(resource, worker, JOB_DPUS)


def _of_workers(resource: Resource, worker: str, default: Decimal) -> Decimal | Gap:
    each = DPUS.get(worker)
    if each is None:
        return Gap("no-price", f"the units of a worker {worker} are not known")
    workers = known_amount(
        resource, resource.input("numberOfWorkers"), "numberOfWorkers", default
    )
    return workers if isinstance(workers, Gap) else workers * each


def crawler(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours that it runs, times the units that AWS gives it."""
    tell_of_folder(resource, circumstances, "Crawlers of Glue", "/aws-glue/crawlers")
    given = CRAWLER_UNITS.given(usage)
    units = CRAWLER_DPUS if given is None else given.quantity
    hours = CRAWL.given(usage)
    if hours is None:
        yield CRAWL.charge(resource, usage)
        return
    status: UsageStatus = hours.status if given is not None else "assumed"
    yield CRAWL.metered(
        resource,
        hours.quantity * units,
        f"{hours.quantity:f} hours x {units:f} DPUs",
        usage=status,
    )


def dev_endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Its nodes, or its workers by their type, for every hour."""
    worker = known_text(resource.input("workerType"), "workerType", "")
    if isinstance(worker, Gap):
        yield ENDPOINT.gap(resource, worker.reason)
        return
    if worker:
        units = _of_workers(resource, worker, ENDPOINT_NODES)
    else:
        units = known_amount(
            resource, resource.input("numberOfNodes"), "numberOfNodes", ENDPOINT_NODES
        )
    if isinstance(units, Gap):
        yield ENDPOINT.gap(resource, units.reason)
        return
    yield ENDPOINT.all_month(
        resource, circumstances, count=units, because=f"{units:f} DPUs"
    )


TYPES = {
    "aws:glue/job:Job": Type(
        billed="A job is billed by the DPU-hours that it runs.",
        source=SOURCE,
        uses=(RUN,),
        rule=job,
        terraform="aws_glue_job",
        notes=(
            "`monthly_hours` are those of the job; the units come from its worker type "
            "and their number, or from its capacity. Glue 6.0 has lower rates."
        ),
        not_modelled="workers that AWS leaves out where the job scales by itself",
    ),
    "aws:glue/crawler:Crawler": Type(
        billed="A crawler is billed by the DPU-hours that it runs.",
        source=SOURCE,
        uses=(CRAWL, CRAWLER_UNITS),
        rule=crawler,
        terraform="aws_glue_crawler",
    ),
    "aws:glue/devEndpoint:DevEndpoint": Type(
        billed="A development endpoint is billed by the DPU-hour while it exists.",
        source=SOURCE,
        meters=(ENDPOINT,),
        rule=dev_endpoint,
        terraform="aws_glue_dev_endpoint",
    ),
    "aws:glue/catalogDatabase:CatalogDatabase": Type(
        billed="A catalogue is billed by the objects in it and the requests to it.",
        source=SOURCE,
        uses=(OBJECTS, REQUESTS),
        terraform="aws_glue_catalog_database",
        notes="A million objects and a million requests a month are free.",
    ),
}

FREE = free(
    "glue",
    {
        "a setting, or what starts jobs, which are charged": (
            "Classifier Connection DataCatalogEncryptionSettings ResourcePolicy "
            "SecurityConfiguration Trigger Workflow"
        ),
        "an object of the catalogue, whose objects are given with their database": (
            "CatalogTable Partition PartitionIndex UserDefinedFunction"
        ),
        "the schema registry is not charged": "Registry Schema",
    },
)

UNPRICED = unpriced(
    "glue",
    {
        "compaction of tables is charged by the DPU-hour": "CatalogTableOptimizer",
        "checks of data are charged by the DPU-hour": "DataQualityRuleset",
        "what trains and runs a transform is charged by the DPU-hour": "MLTransform",
        "a catalogue of Redshift is charged by what Redshift stores": "Catalog",
    },
)
