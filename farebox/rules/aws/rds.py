"""Amazon RDS: database instances, their snapshots and what is made of them.

Aurora and clusters are in `aurora`, proxies in `rds_proxy`.
Source: https://aws.amazon.com/rds/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.graph.values import flag
from farebox.rules.aws.addresses import USED as PUBLIC_ADDRESS
from farebox.rules.aws.addresses import public_ipv4
from farebox.rules.aws.db_classes import listed_class, vcpus_of
from farebox.rules.aws.db_support import BY_VCPU, DISABLED, support_charges
from farebox.rules.aws.ebs import PEAK_IOPS
from farebox.rules.aws.managed_secrets import SECRET, managed_secret
from farebox.rules.aws.rds_database import (
    Database,
    database_of,
    is_stopped,
    storage_of,
)
from farebox.rules.aws.rds_insights import REQUESTS as INSIGHTS
from farebox.rules.aws.rds_insights import RETENTION, insights_charges
from farebox.rules.aws.rds_sources import told
from farebox.rules.aws.rds_storage import (
    BACKUPS,
    METERS,
    MIRROR,
    MULTI_AZ,
    REQUESTS,
    SERVICE,
    SINGLE,
    backup_charges,
    storage_charges,
)
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.machines.uses import RESERVED_TERM
from farebox.rules.service import Key, Meter, Type, Use, free, unpriced

SOURCE = "https://aws.amazon.com/rds/pricing/"


def _hours(usage_type: str, says: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=usage_type,
        operation="{OPERATION}",
        unit="Hrs",
        says=says,
    )


HOURS = {
    SINGLE: _hours("InstanceUsage:{CLASS}", "{NAME} in one zone, {ENGINE}"),
    MULTI_AZ: _hours("Multi-AZUsage:{CLASS}", "{NAME} with a standby, {ENGINE}"),
    MIRROR: _hours("MirrorUsage:{CLASS}", "{NAME} with a mirror, {ENGINE}"),
}
"""Hours of an instance by how it is laid out: the standby is in the rate."""

RUNNING = Key(
    key="monthly_hrs",
    says="hours that an instance runs in the month; its storage stays for the month",
    unit="hours",
)
CREDITS = Use(
    key="monthly_cpu_credit_hrs",
    service=SERVICE,
    usage_type="CPUCredits:{FAMILY}",
    operation="{OPERATION}",
    unit="vCPU-Hours",
    says="vCPU hours of {FAMILY} beyond its baseline",
    optional=True,
)


def instance(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance is billed for each hour it runs, and all month for its storage.

    Source: https://aws.amazon.com/rds/pricing/
    """
    database = database_of(resource, circumstances)
    if isinstance(database, Gap):
        yield database
        return
    yield from _running(resource, usage, circumstances, database)
    storage = storage_of(resource, circumstances)
    if isinstance(storage, Gap):
        yield storage
    elif not database.engine.is_aurora:
        yield from storage_charges(
            resource,
            usage,
            circumstances,
            storage,
            engine=database.engine.name,
            operation=database.engine.operation,
            layout=database.layout,
        )
    name = "manageMasterUserPassword"
    yield from managed_secret(resource, circumstances, name)
    retention = resource.input("backupRetentionPeriod")
    yield from backup_charges(resource, usage, retention)
    vcpus = vcpus_of(database.instance_class)
    yield from _support(resource, circumstances, database, vcpus)
    yield from insights_charges(
        resource, usage, circumstances, database.instance_class, vcpus
    )


def _running(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    database: Database,
) -> Iterator[Charge]:
    """The hours that it runs, with a public address, and extra CPU credits."""
    engine, kind = database.engine, database.instance_class
    stopped = is_stopped(resource, circumstances)
    given = RUNNING.given(usage)
    status: UsageStatus = "assumed" if engine.guessed else "given"
    running = circumstances.hours_per_month
    because = "runs all month"
    if given is not None:
        running, status = given.quantity, given.status
        because = f"runs {running:f} hours"
    elif stopped is UNKNOWN:
        yield Gap("unknown-input", "whether it runs or is stopped is not known")
    elif stopped:
        circumstances.note(
            f"{resource.name} is stopped: its storage is charged, its hours are not; "
            "AWS starts it again after seven days"
        )
        running = Decimal(0)
    parts = {"NAME": kind, "ENGINE": _said(database)}
    if running:
        yield HOURS[database.layout].metered(
            resource,
            running,
            because,
            usage=status,
            CLASS=listed_class(kind),
            OPERATION=engine.operation,
            **parts,
        )
        yield from public_address(resource, circumstances, running)
    if engine.licence == "marketplace":
        reason = "its licence is charged by the AWS Marketplace, by the vCPU and hour"
        yield Gap("no-price", reason)
    family = ".".join(kind.split(".")[:2])
    yield from CREDITS.where_given(
        resource, usage, FAMILY=family, OPERATION=engine.operation
    )


def _said(database: Database) -> str:
    licence = {"included": " with its licence", "own": " with one's own licence"}
    return database.engine.name + licence.get(database.engine.licence, "")


def public_address(
    resource: Resource, circumstances: Circumstances, running: Decimal
) -> Iterator[Charge]:
    """The public address of a database that the internet may reach."""
    public = flag(resource.input("publiclyAccessible"))
    if public is UNKNOWN:
        reason = "whether it has a public address is not known before deployment"
        yield PUBLIC_ADDRESS.gap(resource, reason)
    elif public:
        count = running / circumstances.hours_per_month
        because = "one address while it runs"
        yield public_ipv4(resource, circumstances, count, because)


def _support(
    resource: Resource,
    circumstances: Circumstances,
    database: Database,
    vcpus: Decimal | None,
) -> Iterator[Charge]:
    """Extended support, which a standby doubles; the engine's lifecycle may refuse it."""
    graph = circumstances.graph
    if told(resource, graph, "engineLifecycleSupport") == DISABLED:
        return
    version = told(resource, graph, "engineVersion")
    nodes = database.nodes
    yield from support_charges(
        resource,
        circumstances,
        database.engine.name,
        version,
        None if vcpus is None else vcpus * nodes,
        what=f"{vcpus or 0:f} vCPU on {nodes:f} machine{'s' if nodes > 1 else ''}",
    )


TYPES = {
    "aws:rds/instance:Instance": Type(
        billed=(
            "An instance is billed for each hour it runs, for its storage and IOPS all "
            "month, and for backups beyond the size of the region's databases."
        ),
        source=SOURCE,
        meters=(*HOURS.values(), *METERS, BY_VCPU, RETENTION, PUBLIC_ADDRESS, SECRET),
        uses=(
            REQUESTS,
            BACKUPS,
            RUNNING,
            CREDITS,
            INSIGHTS,
            PEAK_IOPS,
            *RESERVED_TERM,
        ),
        rule=instance,
        terraform="aws_db_instance",
        notes=(
            "A replica or a restored instance has its source's engine, class and storage "
            "where its own inputs leave them out and the stack has the source. No storage "
            "type means gp3, or io1 with IOPS, as AWS has it; the line is marked assumed, "
            "and so is an Oracle SE2 licence that is not given (included). "
            "`maxAllocatedStorage` is the high end of the storage. A stopped instance "
            "pays for its storage and for extended support. Extended support is charged "
            "on both machines of a Multi-AZ instance."
        ),
        not_modelled=(
            "RDS Custom, dedicated log volumes, Outposts, unbundled licences by the vCPU"
        ),
    ),
}

FREE = free(
    "rds",
    {
        "a setting of databases; what runs is charged": (
            "Certificate ClusterEndpoint ClusterParameterGroup ClusterRoleAssociation "
            "OptionGroup ParameterGroup RoleAssociation SubnetGroup"
        ),
        "a state costs nothing; the instance is charged while it runs": (
            "InstanceDesiredState"
        ),
        "what a proxy leads to is not charged by itself; the proxy is": (
            "ProxyDefaultTargetGroup ProxyTarget"
        ),
        "events cost nothing here; Amazon SNS charges what it delivers": (
            "EventSubscription"
        ),
        "the integration has no fee; what it reads and fills is charged there": (
            "Integration"
        ),
    },
)

UNPRICED = unpriced(
    "rds",
    {
        "a reservation is paid by its offering, whose terms only AWS can tell by its id": (
            "ReservedInstance"
        ),
        "the version's image and files are stored, and charged, by EC2 and S3": (
            "CustomDbEngineVersion"
        ),
        "the stream is charged by Amazon Kinesis, by what the database does": (
            "ClusterActivityStream"
        ),
        "Aurora Limitless is charged by capacity units, at a rate that no facts have": (
            "ShardGroup"
        ),
    },
)
