"""Amazon MSK Connect: connectors by the worker and hour.

Source: https://aws.amazon.com/msk/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, by_program
from farebox.rules.known import known_amount, unknown
from farebox.rules.service import Key, Meter, Type, free
from farebox.rules.shapes import block, field

SOURCE = "https://aws.amazon.com/msk/pricing/"

UNITS = Meter(
    service="AmazonMSK",
    usage_type="Kafka.mcu.general",
    operation="RunConnect",
    unit="MCU-hours",
    says="connect units",
    per="hour",
)
WORKERS = Key(
    key="workers",
    says="workers that a connector runs as a rule, where it scales by itself",
    unit="workers",
)


def connector(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Its workers, each of so many units, by the hour; a range where AWS scales them."""
    capacity = resource.input("capacity")
    if capacity is UNKNOWN:
        yield UNITS.gap(resource, unknown("capacity").reason)
        return
    scaled = bool(block(field(capacity, "autoscaling")))
    name = "autoscaling" if scaled else "provisionedCapacity"
    said = field(capacity, name)
    units = known_amount(resource, field(said, "mcuCount"), "mcuCount", ONE)
    workers = _scaled(resource, usage, said) if scaled else _fixed(resource, said)
    if isinstance(units, Gap) or isinstance(workers, Gap):
        gap = units if isinstance(units, Gap) else workers
        assert isinstance(gap, Gap)
        yield UNITS.gap(resource, gap.reason)
        return
    count, hours = circumstances.level.pick(workers), circumstances.hours_per_month
    yield UNITS.metered(
        resource,
        count * units * hours,
        f"{count:f} workers x {units:f} units x {hours:f} hours",
        usage=workers.status
        if workers.status != "given"
        else by_program(field(said, "mcuCount")),
    )


def _fixed(resource: Resource, said: object) -> Assumption | Gap:
    count = known_amount(resource, field(said, "workerCount"), "workerCount")
    return count if isinstance(count, Gap) else exactly(count)


def _scaled(resource: Resource, usage: Usage, said: object) -> Assumption | Gap:
    """From the least to the most workers; the least as a rule unless use tells."""
    given = usage.assumption(WORKERS.key)
    if given is not None and given.is_range:
        return given
    least = known_amount(resource, field(said, "minWorkerCount"), "minWorkerCount")
    most = known_amount(resource, field(said, "maxWorkerCount"), "maxWorkerCount")
    if isinstance(least, Gap):
        return least
    if isinstance(most, Gap):
        return most
    likely = least if given is None else given.likely
    return Assumption(
        min(least, likely),
        likely,
        max(most, likely, Decimal(0)),
        "workers",
        status="assumed" if given is None else given.status,
    )


TYPES = {
    "aws:mskconnect/connector:Connector": Type(
        billed="A connector is billed for the units of its workers by the hour.",
        source=SOURCE,
        meters=(UNITS,),
        uses=(WORKERS,),
        rule=connector,
        terraform="aws_mskconnect_connector",
        notes=(
            "Where AWS scales the workers the least is likely and the most is the high "
            "end; `workers` says how many run as a rule."
        ),
    )
}

FREE = free(
    "mskconnect",
    {"a part of connectors, which are charged": "CustomPlugin WorkerConfiguration"},
)
