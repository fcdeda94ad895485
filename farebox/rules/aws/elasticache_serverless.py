"""Amazon ElastiCache Serverless: what is stored, and units of what is done with it.

Source: https://aws.amazon.com/elasticache/pricing/ (serverless)
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import GIB, Key, Meter, Metric, Type, Use
from farebox.rules.shapes import amount, block, field, text

SOURCE = "https://aws.amazon.com/elasticache/pricing/"
SERVICE = "AmazonElastiCache"
SECONDS_PER_HOUR = Decimal(3600)

NAMES = {"redis": "Redis", "valkey": "Valkey", "memcached": "Memcached"}
LEAST_GB = {"valkey": Decimal("0.1")}
"""GB that AWS charges at least; 1 GB for the other engines."""

STORED = Meter(
    service=SERVICE,
    usage_type="CachedData:{ENGINE}",
    operation="CreateServerlessCache",
    unit="GB-Hours",
    says="data in the cache",
)
UNITS = Meter(
    service=SERVICE,
    usage_type="ElastiCacheProcessingUnits:{ENGINE}",
    operation="CreateServerlessCache",
    unit="ElastiCacheProcessingUnit",
    says="processing units",
)
STORED_GB = Key(
    key="storage_gb",
    says="data in the cache on average",
    unit="GB",
    metrics=(
        Metric(
            namespace="AWS/ElastiCache",
            names=("BytesUsedForCache",),
            dimensions={"clusterId": "name"},
            counts="level",
            stat="Average",
            unit=GIB,
        ),
    ),
)
MONTHLY_UNITS = Key(
    key="monthly_ecpus",
    says="processing units that requests take",
    unit="units",
    metrics=(
        Metric(
            namespace="AWS/ElastiCache",
            names=("ElastiCacheProcessingUnits",),
            dimensions={"clusterId": "name"},
        ),
    ),
)
SNAPSHOTS = Use(
    key="snapshot_storage_size_gb",
    service=SERVICE,
    usage_type="ElastiCache:BackupUsage",
    unit="GB-Mo",
    says="snapshots",
    optional=True,
)


def cache(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A serverless cache is billed for data by the GB and hour, and for what is done.

    Its limits are charged as the least that it stores and does.
    Source: https://aws.amazon.com/elasticache/pricing/
    """
    engine = text(resource.input("engine"))
    name = NAMES.get(engine) if isinstance(engine, str) else None
    if name is None:
        known = isinstance(engine, str)
        reason = f"Farebox knows no cache of {engine}" if known else "its engine"
        yield Gap(
            "no-price" if known else "unknown-input",
            reason if known else f"{reason} is not known before deployment",
        )
        return
    limits = resource.input("cacheUsageLimits")
    least = LEAST_GB.get(str(engine), Decimal(1))
    yield _stored(resource, usage, circumstances, name, limits, least)
    yield _units(resource, usage, circumstances, name, limits)
    days = amount(resource, resource.input("snapshotRetentionLimit"), "a retention of")
    if isinstance(days, Unknown):
        yield SNAPSHOTS.gap(resource, "whether snapshots are kept is not known")
    elif days:
        yield SNAPSHOTS.charge(resource, usage)
    else:
        yield from SNAPSHOTS.where_given(resource, usage)


def _stored(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    name: str,
    limits: Any,
    least: Decimal,
) -> Charge:
    given = usage.assumption(STORED_GB.key)
    low, high = _limits(resource, field(limits, "dataStorage"))
    if given is None:
        if isinstance(low, Unknown) or isinstance(high, Unknown):
            reason = "its limits are not known before deployment"
            return STORED.gap(resource, reason, ENGINE=name)
        floor = max(low or least, least)
        given = Assumption(
            floor, floor, max(floor, high or floor), "GB", status="assumed"
        )
    elif isinstance(low, Decimal):
        least = max(least, low)
    gb = max(circumstances.level.pick(given), least)
    return STORED.metered(
        resource,
        gb * circumstances.hours_per_month,
        f"{gb:f} GB all month",
        usage=given.status,
        ENGINE=name,
    )


def _units(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    name: str,
    limits: Any,
) -> Charge:
    """What requests take, and never less than the least rate that the cache keeps."""
    given = usage.assumption(MONTHLY_UNITS.key)
    low, high = _limits(resource, field(limits, "ecpuPerSeconds"))
    month = circumstances.hours_per_month * SECONDS_PER_HOUR
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        reason = "its limits are not known before deployment"
        return UNITS.gap(resource, reason, ENGINE=name)
    least = (low or Decimal(0)) * month
    if given is None:
        if not least:
            key = UNITS.price_key(resource, ENGINE=name)
            reason = f"{UNITS.says}: no {MONTHLY_UNITS.key} is given"
            return Gap("no-usage", reason, key, UNITS.unit, MONTHLY_UNITS.key)
        most = max(least, (high or Decimal(0)) * month)
        given = Assumption(least, least, most, "units", status="assumed")
    units = max(circumstances.level.pick(given), least)
    because = f"{units:f} units in the month"
    return UNITS.metered(resource, units, because, usage=given.status, ENGINE=name)


def _limits(
    resource: Resource, value: Any
) -> tuple[Decimal | Unknown | None, Decimal | Unknown | None]:
    """The least and the most of a limit; None for one that is not set."""
    if isinstance(value, Unknown) or (isinstance(value, list) and UNKNOWN in value):
        return UNKNOWN, UNKNOWN
    found = block(value)
    return (
        amount(resource, found.get("minimum"), "a minimum of"),
        amount(resource, found.get("maximum"), "a maximum of"),
    )


TYPES = {
    "aws:elasticache/serverlessCache:ServerlessCache": Type(
        billed=(
            "A serverless cache is billed for data by the GB and hour, and for "
            "processing units."
        ),
        source=SOURCE,
        meters=(STORED, UNITS),
        uses=(STORED_GB, MONTHLY_UNITS, SNAPSHOTS),
        rule=cache,
        terraform="aws_elasticache_serverless_cache",
        notes=(
            "At least 1 GB is charged, 0.1 GB with Valkey, and never less than the "
            "cache's own minimum. Without usage the data is that least, marked assumed, "
            "up to the cache's maximum."
        ),
    ),
}
