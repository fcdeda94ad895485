"""Amazon Keyspaces: tables on demand or provisioned, with storage and backups.

Source: https://aws.amazon.com/keyspaces/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Meter, Type, Use, free
from farebox.rules.shapes import amount, block, blocks, field, text

SOURCE = "https://aws.amazon.com/keyspaces/pricing/"
SERVICE = "AmazonMCS"
KEYSPACES = frozenset(("aws:keyspaces/keyspace:Keyspace",))

_PROVISIONED, _REQUESTS = "CommittedThroughput", "PayPerRequestThroughput"

CAPACITY = {
    way: Meter(
        service=SERVICE,
        usage_type=f"{way}CapacityUnit-Hrs",
        operation=_PROVISIONED,
        unit=f"{way}CapacityUnit-Hrs",
        says=f"provisioned {way.lower()}s",
    )
    for way in ("Read", "Write")
}
REQUESTS = tuple(
    Use(
        key=f"monthly_{way.lower()}_request_units",
        service=SERVICE,
        usage_type=f"{way}RequestUnits",
        operation=_REQUESTS,
        unit=f"{way}RequestUnits",
        says=f"{way.lower()}s on demand",
    )
    for way in ("Read", "Write")
)
STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="TimedStorage-ByteHrs",
    unit="GB-Mo",
    says="data of the table",
)
CONTINUOUS = Use(
    key="pitr_backup_storage_gb",
    service=SERVICE,
    usage_type="TimedPITRStorage-ByteHrs",
    unit="GB-Mo",
    says="continuous backups",
)
RESTORED = Use(
    key="monthly_data_restored_gb",
    service=SERVICE,
    usage_type="RestoreDataSize-Bytes",
    unit="GB",
    says="data restored",
    optional=True,
)
EXPIRED = Use(
    key="monthly_ttl_deletes",
    service=SERVICE,
    usage_type="TTLDeletes",
    operation="TimeToLiveDelete",
    unit="TTLDeletes",
    says="rows deleted when their time is over",
    optional=True,
)


def table(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A table is billed for requests or capacity, for what it stores, and for backups.

    Source: https://aws.amazon.com/keyspaces/pricing/
    """
    value = resource.input("capacitySpecification")
    mode = text(field(value, "throughputMode"))
    if isinstance(mode, Unknown):
        yield Gap("unknown-input", "its throughput mode is not known before deployment")
        return
    if _regions(resource, circumstances) > 1:
        yield Gap(
            "no-price",
            "a table in several regions is written, and stored, in each of them, at "
            "rates that no facts have",
        )
    if mode == "PROVISIONED":
        for way, meter in CAPACITY.items():
            given = block(value).get(f"{way.lower()}CapacityUnits")
            units = amount(resource, given, "a capacity of")
            if units is None or isinstance(units, Unknown):
                yield meter.gap(resource, f"its {way.lower()} capacity is not known")
                continue
            hours = units * circumstances.hours_per_month
            yield meter.metered(resource, hours, f"{units:f} units all month")
    else:
        for use in REQUESTS:
            yield use.charge(resource, usage)
    yield STORED.charge(resource, usage)
    status = text(field(resource.input("pointInTimeRecovery"), "status"))
    if status is UNKNOWN:
        yield CONTINUOUS.gap(resource, "whether it has continuous backups is not known")
    elif status == "ENABLED":
        yield CONTINUOUS.charge(resource, usage)
    for use in (RESTORED, EXPIRED):
        yield from use.where_given(resource, usage)


def _regions(resource: Resource, circumstances: Circumstances) -> int:
    """How many regions the table's keyspace names; 1 where the stack has none."""
    name = resource.input("keyspaceName")
    found = circumstances.graph.references(resource, "keyspaceName", name, KEYSPACES)
    counts = [1]
    for item in found:
        for one in blocks(item.input("replicationSpecification")):
            regions = one.get("regionLists")
            counts.append(len(regions) if isinstance(regions, list) else 1)
    return max(counts)


TYPES = {
    "aws:keyspaces/table:Table": Type(
        billed=(
            "A table is billed for requests or for provisioned capacity, for what it "
            "stores, and for its backups."
        ),
        source=SOURCE,
        meters=tuple(CAPACITY.values()),
        uses=(*REQUESTS, STORED, CONTINUOUS, RESTORED, EXPIRED),
        rule=table,
        terraform="aws_keyspaces_table",
        not_modelled="tables in several regions (a gap), capacity that scaling changes",
    ),
}

FREE = free(
    "keyspaces", {"a keyspace costs nothing; its tables are charged": "Keyspace"}
)
