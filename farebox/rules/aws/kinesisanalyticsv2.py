"""Amazon Managed Service for Apache Flink: processing units by the hour.

Source: https://aws.amazon.com/managed-service-apache-flink/pricing/
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, by_program
from farebox.rules.known import known_amount, known_text, unknown
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import field

SOURCE = "https://aws.amazon.com/managed-service-apache-flink/pricing/"
SERVICE = "AmazonKinesisAnalytics"

GB_PER_UNIT = Decimal(50)
"""Running storage that each processing unit brings; it is charged.

Source: https://aws.amazon.com/managed-service-apache-flink/pricing/
"""

EXTRA_UNITS = {"-Java": ONE, "-Interactive": Decimal(2), "": Decimal(0)}
"""Units on top of those that work: one that directs, and one more for a notebook.

Source: https://aws.amazon.com/managed-service-apache-flink/pricing/
"""

UNITS = Meter(
    service=SERVICE,
    usage_type="KPU-Hour{kind}",
    unit="KPU-Hour",
    says="processing units",
)
STORAGE = Meter(
    service=SERVICE,
    usage_type="RunningApplicationStorage{kind}",
    unit="GB-Mo",
    says="running storage, 50 GB a processing unit",
)
PROCESSING_UNITS = Key(
    key="kinesis_processing_units",
    says="processing units at work, as a mean over the month",
    unit="KPUs",
)


def _backups(optional: bool) -> Use:
    return Use(
        key="durable_application_backup_gb",
        service=SERVICE,
        usage_type="DurableApplicationBackups",
        operation="CreateSnapshot",
        unit="GB-Mo",
        says="backups of the application",
        optional=optional,
    )


BACKUPS = _backups(True)


def application(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Units by the hour while it runs: those at work, and those that AWS adds."""
    yield from BACKUPS.where_given(resource, usage)
    runtime = known_text(resource.input("runtimeEnvironment"), "runtimeEnvironment")
    if isinstance(runtime, Gap):
        yield runtime
        return
    kind = _kind(runtime)
    given = PROCESSING_UNITS.given(usage)
    if given is not None:
        yield from _charges(resource, circumstances, given.quantity, kind, given.status)
        return
    units, stopped = _units(resource, kind), _not_running(resource, kind)
    if isinstance(units, Gap):
        yield UNITS.gap(resource, units.reason, kind=kind)
    elif stopped is not None:
        yield stopped
    else:
        said = field(_parallelism(resource), "parallelism")
        status: UsageStatus = "assumed" if _scales(resource) else by_program(said)
        yield from _charges(resource, circumstances, units, kind, status)


def _kind(runtime: str) -> str:
    """The end of the usage types of a runtime."""
    if runtime.startswith("ZEPPELIN"):
        return "-Interactive"
    return "" if runtime.startswith("SQL") else "-Java"


def _units(resource: Resource, kind: str) -> Decimal | Gap:
    """The units that the configured parallelism takes; one where nothing is said.

    Source: https://docs.aws.amazon.com/managed-flink/latest/java/how-scaling.html
    """
    if not kind:
        return Gap("unknown-input", "AWS scales SQL applications by itself")
    said = _parallelism(resource)
    each = known_amount(
        resource, field(said, "parallelismPerKpu"), "parallelismPerKpu", ONE
    )
    tasks = known_amount(resource, field(said, "parallelism"), "parallelism", ONE)
    if isinstance(each, Gap):
        return each
    if isinstance(tasks, Gap):
        return tasks
    return (tasks / max(each, ONE)).to_integral_value(ROUND_CEILING)


def _parallelism(resource: Resource) -> object:
    said = resource.input("applicationConfiguration")
    flink = field(said, "flinkApplicationConfiguration")
    return field(flink, "parallelismConfiguration")


def _scales(resource: Resource) -> bool:
    """Whether AWS may change the units by itself, which it does unless told not to."""
    return flag(field(_parallelism(resource), "autoScalingEnabled")) is not False


def _not_running(resource: Resource, kind: str) -> Gap | None:
    """Why the program alone does not tell that it runs; None where it does."""
    if resource.output("status") == "RUNNING":
        return None
    started = flag(resource.input("startApplication"))
    key = UNITS.price_key(resource, kind=kind)
    if started is UNKNOWN:
        return Gap("unknown-input", unknown("startApplication").reason, key, "KPU-Hour")
    if started:
        return None
    reason = (
        "the program does not start the application; while it runs it costs, and no "
        f"{PROCESSING_UNITS.key} is given"
    )
    return Gap("no-usage", reason, key, "KPU-Hour", PROCESSING_UNITS.key)


def _charges(
    resource: Resource,
    circumstances: Circumstances,
    units: Decimal,
    kind: str,
    status: UsageStatus,
) -> Iterator[Charge]:
    extra = EXTRA_UNITS[kind] if units else Decimal(0)
    yield UNITS.metered(
        resource,
        (units + extra) * circumstances.hours_per_month,
        f"{units:f} at work and {extra:f} beside",
        usage=status,
        kind=kind,
    )
    if kind:
        storage = "-Interactive" if kind == "-Interactive" else ""
        yield STORAGE.metered(
            resource,
            units * GB_PER_UNIT,
            f"{units:f} x {GB_PER_UNIT} GB",
            usage=status,
            kind=storage,
        )


def sql_application(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An SQL application of the first version: AWS scales it, so use gives its units."""
    given = PROCESSING_UNITS.given(usage)
    if given is None:
        key = UNITS.price_key(resource, kind="")
        reason = (
            "processing units: the cost depends on use, and no "
            f"{PROCESSING_UNITS.key} is given"
        )
        yield Gap("no-usage", reason, key, "KPU-Hour", PROCESSING_UNITS.key)
        return
    yield from _charges(resource, circumstances, given.quantity, "", given.status)


TYPES = {
    "aws:kinesisanalyticsv2/application:Application": Type(
        billed=(
            "An application is billed for its processing units by the hour while it "
            "runs, one more that directs them, 50 GB of storage each, and backups."
        ),
        source=SOURCE,
        meters=(UNITS, STORAGE),
        uses=(PROCESSING_UNITS, BACKUPS),
        rule=application,
        terraform="aws_kinesisanalyticsv2_application",
        notes=(
            "Units are the parallelism by the tasks of a unit, `assumed` where AWS may "
            "scale them. An application that the program does not start is `no-usage`."
        ),
    ),
    "aws:kinesisanalyticsv2/applicationSnapshot:ApplicationSnapshot": Type(
        billed="A snapshot is billed by the GB-month.",
        source=SOURCE,
        uses=(_backups(False),),
        terraform="aws_kinesisanalyticsv2_application_snapshot",
    ),
    "aws:kinesis/analyticsApplication:AnalyticsApplication": Type(
        billed="An SQL application is billed for its processing units by the hour.",
        source=SOURCE,
        meters=(UNITS,),
        uses=(PROCESSING_UNITS,),
        rule=sql_application,
        terraform="aws_kinesis_analytics_application",
    ),
}
