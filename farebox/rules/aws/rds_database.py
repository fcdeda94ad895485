"""An RDS instance as its inputs and its source describe it, and its storage.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from decimal import Decimal

from msgspec import Struct

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.db_engines import Engine, engine_of
from farebox.rules.aws.rds_sources import told
from farebox.rules.aws.rds_storage import MIRROR, MULTI_AZ, SINGLE, Storage
from farebox.rules.charges import Circumstances, Gap
from farebox.rules.shapes import amount, text

STATE_TYPES = frozenset(("aws:rds/instanceDesiredState:InstanceDesiredState",))
STOPPED = frozenset(("stopped", "stopping"))


class Database(Struct, frozen=True):
    """An instance: its engine, its class, and how often it runs and is stored."""

    engine: Engine
    instance_class: str
    layout: str

    @property
    def nodes(self) -> Decimal:
        """Machines that run for it: two where it has a standby."""
        return Decimal(2 if self.layout in (MULTI_AZ, MIRROR) else 1)


def database_of(resource: Resource, circumstances: Circumstances) -> Database | Gap:
    """The database that an `aws:rds/instance:Instance` asks for, or why it is not known."""
    graph = circumstances.graph
    name = text(told(resource, graph, "engine"))
    licence = text(told(resource, graph, "licenseModel"))
    kind = text(told(resource, graph, "instanceClass"))
    multi_az = flag(resource.input("multiAz"))
    for value, what in (
        (name, "engine"),
        (licence, "licence"),
        (kind, "class"),
        (multi_az, "choice of one zone or several"),
    ):
        missing = value is None and what in ("engine", "class")
        if isinstance(value, Unknown) or missing:
            return Gap("unknown-input", f"its {what} is not known before deployment")
    assert isinstance(licence, str | None)
    engine = engine_of(str(name), licence)
    if engine is None:
        return Gap(
            "no-price",
            f"Farebox knows no list that has the hours of {name}"
            + (f" with the licence {licence}" if licence else ""),
        )
    layout = SINGLE
    if multi_az:
        layout = MIRROR if engine.is_sql_server else MULTI_AZ
    return Database(engine, str(kind), layout)


def storage_of(resource: Resource, circumstances: Circumstances) -> Storage | Gap:
    """The storage that an instance asks for; AWS's own choice of a type is assumed."""
    graph = circumstances.graph
    kind = text(told(resource, graph, "storageType"))
    gib = amount(resource, told(resource, graph, "allocatedStorage"), "storage of")
    most = amount(resource, resource.input("maxAllocatedStorage"), "storage up to")
    grown = amount(resource, resource.output("allocatedStorage"), "storage of")
    if most and isinstance(gib, Decimal) and isinstance(grown, Decimal):
        # What grows by itself does not shrink again: the provider leaves it at that.
        gib = max(gib, grown)
    iops = amount(resource, told(resource, graph, "iops"), "iops of")
    mibps = amount(
        resource, told(resource, graph, "storageThroughput"), "a throughput of"
    )
    if isinstance(kind, Unknown) or (kind is None and isinstance(iops, Unknown)):
        return Gap("unknown-input", "its storage type is not known before deployment")
    if UNKNOWN in (iops, mibps):
        return Gap("unknown-input", "its iops or storageThroughput is not known yet")
    status: UsageStatus = "given" if kind else "assumed"
    if kind is None:
        # Source: API_CreateDBInstance, StorageType.
        kind = "io1" if iops else "gp3"
    size = UNKNOWN if not isinstance(gib, Decimal) else _sizes(gib, most)
    return Storage(kind, size, _unless_0(iops), _unless_0(mibps), status)


def _unless_0(value: Decimal | Unknown | None) -> Decimal | Unknown | None:
    """None for 0, which is how some programs leave a rate to AWS."""
    return None if value == 0 else value


def _sizes(gib: Decimal, most: Decimal | Unknown | None) -> Assumption | Unknown:
    """GiB now and, where it grows by itself, at most: from there on AWS stops."""
    if isinstance(most, Unknown):
        return UNKNOWN
    if isinstance(most, Decimal) and most > gib:
        return Assumption(gib, gib, most, "GiB", status="given")
    return exactly(gib)


def is_stopped(resource: Resource, circumstances: Circumstances) -> bool | Unknown:
    """Whether it is held stopped; UNKNOWN where only the deployment tells.

    What the program asks for goes before what AWS answered when it was last asked.
    """
    for item in circumstances.graph.referrers(resource, STATE_TYPES):
        said = text(item.input("state"))
        return UNKNOWN if isinstance(said, Unknown) else said in STOPPED
    return resource.output("status") in STOPPED
