"""Databases that are built as Aurora is: DocumentDB and Neptune.

A cluster stores, its instances run; I/O-Optimized storage changes the rates of both.
Sources: https://aws.amazon.com/documentdb/pricing/ and https://aws.amazon.com/neptune/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from msgspec import Struct

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import Resource, ResourceGraph, Unknown
from farebox.rules.aws.aurora_storage import DAILY_BACKUP, READS, WRITES
from farebox.rules.aws.db_classes import listed_class
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Key, Meter, Use
from farebox.rules.shapes import amount, block, text

SERVERLESS = "db.serverless"
OPTIMIZED = "iopt1"
SECONDS_PER_HOUR = Decimal(3600)

RUNNING = Key(
    key="monthly_hrs", says="hours that an instance runs in the month", unit="hours"
)
CAPACITY = Key(
    key="capacity_units_per_hr",
    says="capacity units that run as a rule; a range stands for the least and the most",
    unit="units",
)


INFRACOST_OF_CLUSTERS = (
    Key(
        key="monthly_io_requests",
        says="requests to the storage",
        unused="read_requests_per_sec and write_requests_per_sec say how many there are",
    ),
    Key(
        key="backup_storage_gb",
        says="backups beyond the first day",
        unused="backup_snapshot_size_gb says how large one is",
    ),
)
INFRACOST_OF_INSTANCES = (
    Key(
        key="data_storage_gb",
        says="data of the cluster",
        unused="the cluster stores it: storage_gb says it there",
    ),
    Key(
        key="monthly_io_requests",
        says="requests to the storage",
        unused="they are the cluster's: read_requests_per_sec says it there",
    ),
)
"""Keys of Infracost's files that are told another way here."""


class Family(Struct, frozen=True, kw_only=True):
    """A service of this kind: its meters, and the type of its clusters.

    `stored_optimized` and `serverless_optimized` are None where no list that was read
    has their names.
    """

    cluster_type: str
    stored: Use
    stored_optimized: Use | None
    requests: Meter
    backups: Meter
    replicated: Use
    hours: Meter
    hours_optimized: Meter
    serverless: Meter
    serverless_optimized: Meter | None
    credits: Use

    @classmethod
    def sold_as(
        cls,
        service: str,
        operation: str,
        *,
        cluster_type: str,
        stored: Use,
        serverless: Meter,
        copied_by: str,
        stored_optimized: Use | None = None,
        serverless_optimized: Meter | None = None,
    ) -> "Family":
        """A family under the names that all these services share in their price lists.

        `copied_by` is what the service calls a cluster over regions.
        """
        use, meter = partial(Use, service=service), partial(Meter, service=service)
        hours = partial(meter, operation=operation, unit="Hrs")
        return cls(
            cluster_type=cluster_type,
            stored=stored,
            stored_optimized=stored_optimized,
            requests=meter(
                usage_type="StorageIOUsage", unit="IOs", says="requests to the storage"
            ),
            backups=meter(
                usage_type="BackupUsage",
                unit="GB-Mo",
                says="backups beyond the first day",
            ),
            replicated=use(
                key="monthly_replicated_write",
                usage_type="ReplicatedWriteIOUsage",
                unit="IOs",
                says=f"writes that the {copied_by} replicates",
            ),
            hours=hours(usage_type="InstanceUsage:{CLASS}", says="{NAME}"),
            hours_optimized=hours(
                usage_type="InstanceUsageIOOptimized:{CLASS}",
                says="{NAME}, I/O-Optimized",
            ),
            serverless=serverless,
            serverless_optimized=serverless_optimized,
            credits=use(
                key="monthly_cpu_credit_hrs",
                usage_type="CPUCredits:{FAMILY}",
                unit="vCPU-Hours",
                says="vCPU hours of {FAMILY} beyond its baseline",
                optional=True,
            ),
        )

    @property
    def cluster_meters(self) -> tuple[Meter, ...]:
        """What a cluster's rule fills, beside its uses."""
        more = (self.stored_optimized,) if self.stored_optimized else ()
        return self.requests, self.backups, *more

    @property
    def cluster_uses(self) -> tuple[Use | Key, ...]:
        """The keys that a cluster's rule reads."""
        read = self.stored, READS, WRITES, DAILY_BACKUP, self.replicated
        return *read, *INFRACOST_OF_CLUSTERS

    @property
    def instance_meters(self) -> tuple[Meter, ...]:
        """What an instance's rule fills, beside its uses."""
        more = (self.serverless_optimized,) if self.serverless_optimized else ()
        return self.hours, self.hours_optimized, self.serverless, *more

    @property
    def instance_uses(self) -> tuple[Use | Key, ...]:
        """The keys that an instance's rule reads."""
        return RUNNING, CAPACITY, self.credits, *INFRACOST_OF_INSTANCES


def cluster_charges(
    family: Family, resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What a cluster stores, requests to it unless it is I/O-Optimized, and backups."""
    optimized = _is_optimized(resource)
    if isinstance(optimized, Gap):
        yield optimized
        return
    if not optimized:
        yield family.stored.charge(resource, usage)
        yield _requests(family, resource, usage, circumstances)
    elif family.stored_optimized is not None:
        yield family.stored_optimized.charge(resource, usage)
    else:
        reason = "I/O-Optimized storage has a rate of its own, which no book has"
        yield Gap("no-price", reason)
    yield from _backups(family, resource, usage)
    if resource.input("globalClusterIdentifier") in (None, ""):
        yield from family.replicated.where_given(resource, usage)
    else:
        yield family.replicated.charge(resource, usage)


def _requests(
    family: Family, resource: Resource, usage: Usage, circumstances: Circumstances
) -> Charge:
    given = [one for one in (READS.given(usage), WRITES.given(usage)) if one]
    meter = family.requests
    if not given:
        reason = f"{meter.says}: the cost depends on use, and no {WRITES.key} is given"
        key = meter.price_key(resource)
        return Gap("no-usage", reason, key, meter.unit, WRITES.key)
    rate = sum((one.quantity for one in given), Decimal(0))
    month = circumstances.hours_per_month * SECONDS_PER_HOUR
    because = f"{rate:f} a second, all month"
    return meter.metered(resource, rate * month, because, usage=given[0].status)


def _backups(family: Family, resource: Resource, usage: Usage) -> Iterator[Charge]:
    """The first day's backup is free; the others are as large as a day's."""
    days = amount(resource, resource.input("backupRetentionPeriod"), "a retention of")
    meter, size = family.backups, DAILY_BACKUP.given(usage)
    if days is None or days == 1 or days == 0:
        return
    if isinstance(days, Unknown):
        yield meter.gap(resource, "how long backups are kept is not known")
    elif size is None:
        reason = f"{meter.says}: no {DAILY_BACKUP.key} is given"
        key = meter.price_key(resource)
        yield Gap("no-usage", reason, key, meter.unit, DAILY_BACKUP.key)
    else:
        because = f"{days - 1:f} days of {size.quantity:f} GB"
        quantity = size.quantity * (days - 1)
        yield meter.metered(resource, quantity, because, usage=size.status)


def instance_charges(
    family: Family, resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An instance by the hour of its class, or by its cluster's capacity units."""
    owner = cluster_of(family, resource, circumstances.graph)
    optimized = _is_optimized(owner) if owner else False
    kind = text(resource.input("instanceClass"))
    if isinstance(optimized, Gap) or not isinstance(kind, str):
        reason = "its class is not known before deployment"
        yield optimized if isinstance(optimized, Gap) else Gap("unknown-input", reason)
        return
    running, because = circumstances.hours_per_month, "runs all month"
    status: UsageStatus = "given"
    given = RUNNING.given(usage)
    if given is not None:
        running, status = given.quantity, given.status
        because = f"runs {running:f} hours"
    if kind == SERVERLESS:
        yield _serverless(
            family, resource, owner, usage, circumstances, running, optimized
        )
        return
    yield (family.hours_optimized if optimized else family.hours).metered(
        resource, running, because, usage=status, CLASS=listed_class(kind), NAME=kind
    )
    name = ".".join(kind.split(".")[:2])
    yield from family.credits.where_given(resource, usage, FAMILY=name)


def _serverless(
    family: Family,
    resource: Resource,
    owner: Resource | None,
    usage: Usage,
    circumstances: Circumstances,
    running: Decimal,
    optimized: bool,
) -> Charge:
    meter = family.serverless_optimized if optimized else family.serverless
    if meter is None:
        reason = "I/O-Optimized capacity has a rate of its own, which no book has"
        return Gap("no-price", reason)
    capacity = usage.assumption(CAPACITY.key)
    if capacity is None:
        value = owner.input("serverlessV2ScalingConfiguration") if owner else None
        least = amount(resource, block(value).get("minCapacity"), "a capacity of")
        most = amount(resource, block(value).get("maxCapacity"), "a capacity of")
        if not isinstance(least, Decimal) or not isinstance(most, Decimal):
            reason = f"its capacity is not known before deployment: give {CAPACITY.key}"
            return meter.gap(resource, reason)
        capacity = Assumption(least, least, max(least, most), "units", status="assumed")
    units = circumstances.level.pick(capacity)
    because = f"{units:f} capacity units for {running:f} hours"
    return meter.metered(resource, units * running, because, usage=capacity.status)


def cluster_of(
    family: Family, resource: Resource, graph: ResourceGraph
) -> Resource | None:
    """The cluster of an instance, where the stack has it."""
    value = resource.input("clusterIdentifier")
    types = frozenset((family.cluster_type,))
    found = graph.references(resource, "clusterIdentifier", value, types)
    return found[0] if len(found) == 1 else None


def _is_optimized(resource: Resource) -> bool | Gap:
    kind = text(resource.input("storageType"))
    if isinstance(kind, Unknown):
        return Gap("unknown-input", "its storage type is not known before deployment")
    return kind == OPTIMIZED
