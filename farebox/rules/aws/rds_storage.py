"""Storage of RDS instances and of Multi-AZ clusters: size, IOPS, throughput, backups.

Source: https://aws.amazon.com/rds/postgresql/pricing/ (storage, alike for all engines)
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.prices import PriceKey
from farebox.rules.charges import Charge, Circumstances, Gap, Metered
from farebox.rules.service import Meter, Use

SERVICE = "AmazonRDS"
ZERO = Decimal(0)

SINGLE, MULTI_AZ, MIRROR, CLUSTER = "", "Multi-AZ-", "Mirror-", "Multi-AZCluster-"
"""How often data is kept, as usage types have it; each has a rate of its own."""

_GB, _IOPS = "GB-Mo", "IOPS-Mo"


def _meter(usage_type: str, unit: str, says: str) -> Meter:
    return Meter(service=SERVICE, usage_type=usage_type, unit=unit, says=says)


SIZE = {
    "gp2": _meter("RDS:{LAYOUT}GP2-Storage", _GB, "gp2 storage"),
    "gp3": _meter("RDS:{LAYOUT}GP3-Storage", _GB, "gp3 storage"),
    "io1": _meter("RDS:{LAYOUT}PIOPS-Storage", _GB, "io1 storage"),
    "io2": _meter("RDS:{LAYOUT}PIOPS-Storage-IO2", _GB, "io2 storage"),
    "standard": _meter("RDS:{LAYOUT}StorageUsage", _GB, "magnetic storage"),
}
IOPS = {
    "gp3": _meter("RDS:{LAYOUT}GP3-PIOPS", _IOPS, "gp3 IOPS beyond the baseline"),
    "io1": _meter("RDS:{LAYOUT}PIOPS", _IOPS, "io1 IOPS"),
    "io2": _meter("RDS:{LAYOUT}IO2-PIOPS", _IOPS, "io2 IOPS"),
}
THROUGHPUT = _meter(
    "RDS:{LAYOUT}GP3-Throughput", "MBPS-Mo", "gp3 throughput beyond the baseline"
)
REQUESTS = Use(
    key="monthly_standard_io_requests",
    service=SERVICE,
    usage_type="RDS:StorageIOUsage",
    unit="IOs",
    says="requests to magnetic storage",
)
BACKUPS = Use(
    key="additional_backup_storage_gb",
    service=SERVICE,
    usage_type="RDS:ChargedBackupUsage",
    unit=_GB,
    says="backups beyond the size of the region's databases",
)
METERS = (*SIZE.values(), *IOPS.values(), THROUGHPUT)

STRIPED = (Decimal(12_000), Decimal(500))
PLAIN = (Decimal(3_000), Decimal(125))
"""IOPS and MiB/s that gp3 includes, over several volumes and with one.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""
STRIPED_FROM_GIB = Decimal(400)
ORACLE_STRIPED_FROM_GIB = Decimal(200)


class Storage(Struct, frozen=True):
    """What is asked for: a type, GiB as a range, IOPS, MiB/s.

    `status` is `assumed` where AWS chooses the type.
    """

    kind: str
    gib: Assumption | Unknown
    iops: Decimal | Unknown | None
    mibps: Decimal | Unknown | None
    status: UsageStatus = "given"


def gp3_baseline(engine: str, gib: Decimal) -> tuple[Decimal, Decimal]:
    """IOPS and MiB/s that a gp3 volume of this size includes for an engine."""
    if engine.startswith("sqlserver"):
        return PLAIN
    oracle = engine.startswith("oracle")
    from_gib = ORACLE_STRIPED_FROM_GIB if oracle else STRIPED_FROM_GIB
    return STRIPED if gib >= from_gib else PLAIN


def key_for_engine(
    meter: Meter,
    resource: Resource,
    circumstances: Circumstances,
    operation: str,
    **parts: str,
) -> PriceKey:
    """The key of a rate that lists have for each engine, or once for all of them.

    The engine's own where the book has it; else the key that names no engine.
    """
    key = meter.price_key(resource, **parts)
    for price in circumstances.book.operations(key):
        if price.key.operation == operation:
            return replace(key, operation=operation)
    return key


def storage_charges(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    storage: Storage,
    *,
    engine: str,
    operation: str,
    layout: str,
) -> Iterator[Charge]:
    """Size, IOPS and throughput of a database's storage, kept as `layout` says."""
    meter = SIZE.get(storage.kind)
    if meter is None:
        yield Gap("no-price", f"Farebox knows no storage of type {storage.kind}")
        return

    def charge(of: Meter, quantity: Decimal, because: str) -> Metered:
        key = key_for_engine(of, resource, circumstances, operation, LAYOUT=layout)
        return Metered(key, quantity, of.unit, of.says, because, storage.status)

    if isinstance(storage.gib, Unknown):
        yield meter.gap(resource, "its size is not known", LAYOUT=layout)
        return
    gib = circumstances.level.pick(storage.gib)
    yield charge(meter, gib, f"{gib:f} GiB for a month")
    if storage.kind == "standard":
        yield REQUESTS.charge(resource, usage)
        return
    iops_meter = IOPS.get(storage.kind)
    if iops_meter is None:
        return
    gp3 = storage.kind == "gp3"
    iops_free, mibps_free = gp3_baseline(engine, gib) if gp3 else (ZERO, ZERO)
    for of, asked, included in (
        (iops_meter, storage.iops, iops_free),
        *([(THROUGHPUT, storage.mibps, mibps_free)] if gp3 else []),
    ):
        if isinstance(asked, Unknown) or (asked is None and not gp3):
            reason = f"{of.says}: how many is not known before deployment"
            yield of.gap(resource, reason, LAYOUT=layout)
        elif asked is not None and asked > included:
            because = f"{asked:f} asked for, {included:f} included"
            yield charge(of, asked - included, because)


def backup_charges(
    resource: Resource, usage: Usage, retention: object
) -> Iterator[Charge]:
    """Backups beyond what is free: as much as the region's databases are large.

    Source: https://aws.amazon.com/rds/postgresql/pricing/ (backup storage)
    """
    if retention is UNKNOWN or (retention and str(retention) != "0"):
        yield BACKUPS.charge(resource, usage)
    else:
        yield from BACKUPS.where_given(resource, usage)
