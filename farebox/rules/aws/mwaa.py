"""Amazon MWAA: environments by the hour, and the workers and schedulers beside.

Source: https://aws.amazon.com/managed-workflows-for-apache-airflow/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.known import known_amount, known_text
from farebox.rules.service import Key, Meter, Type, Use

SOURCE = "https://aws.amazon.com/managed-workflows-for-apache-airflow/pricing/"
SERVICE = "AmazonMWAA"

INCLUDED = Decimal(2)
MOST_WORKERS = Decimal(10)
"""Schedulers and web servers that an environment includes, and workers at most.

One worker is included; a micro environment has one of everything.
Source: https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html
"""


def _meter(part: str, says: str) -> Meter:
    return Meter(
        service=SERVICE,
        usage_type=f"Airflow-{{size}}{part}",
        unit="hours",
        says=says,
        per="hour",
    )


ENVIRONMENT = _meter("Environment", "environment {size}")
WORKERS = _meter("Worker", "workers beside the first")
SCHEDULERS = _meter("Scheduler", "schedulers beside the included")
STORAGE = Use(
    key="meta_database_gb",
    service=SERVICE,
    usage_type="Airflow-StandardDatabaseStorage",
    unit="GB-Mo",
    says="metadata stored",
)
MORE_WORKERS = Key(
    key="additional_workers",
    says="workers beside the first, as a mean over the month",
    unit="workers",
)
MORE_SCHEDULERS = Key(
    key="additional_schedulers",
    says="schedulers beside the included, where the inputs do not tell",
    unit="schedulers",
)


def environment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The hours of its class, workers from the least to the most, and its metadata."""
    kind = known_text(
        resource.input("environmentClass"), "environmentClass", "mw1.small"
    )
    if isinstance(kind, Gap):
        yield kind
        return
    name = kind.partition(".")[2] or kind
    size = name.replace("xlarge", "XLarge") if "xlarge" in name else name.capitalize()
    yield ENVIRONMENT.all_month(
        resource, circumstances, because="exists all month", size=size
    )
    yield from _workers(resource, usage, circumstances, size)
    yield from _schedulers(resource, usage, circumstances, size)
    yield from _web_servers(resource)
    yield STORAGE.charge(resource, usage)


def _workers(
    resource: Resource, usage: Usage, circumstances: Circumstances, size: str
) -> Iterator[Charge]:
    most_ever = ONE if size == "Micro" else MOST_WORKERS
    least = known_amount(resource, resource.input("minWorkers"), "minWorkers", ONE)
    most = known_amount(resource, resource.input("maxWorkers"), "maxWorkers", most_ever)
    given = usage.assumption(MORE_WORKERS.key)
    if given is None and (isinstance(least, Gap) or isinstance(most, Gap)):
        gap = least if isinstance(least, Gap) else most
        assert isinstance(gap, Gap)
        yield WORKERS.gap(resource, gap.reason, size=size)
        return
    low = least - ONE if isinstance(least, Decimal) and least else Decimal(0)
    likely = low if given is None else given.likely
    high = most - ONE if isinstance(most, Decimal) and most else likely
    more = given
    if more is None or not more.is_range:
        more = Assumption(
            min(low, likely),
            likely,
            max(high, likely),
            status="assumed" if given is None else given.status,
        )
    if more.high:
        count = circumstances.level.pick(more)
        yield WORKERS.metered(
            resource,
            count * circumstances.hours_per_month,
            f"{count:f} workers beside the first",
            usage=more.status,
            size=size,
        )


def _schedulers(
    resource: Resource, usage: Usage, circumstances: Circumstances, size: str
) -> Iterator[Charge]:
    said = known_amount(resource, resource.input("schedulers"), "schedulers", INCLUDED)
    given = MORE_SCHEDULERS.given(usage)
    if given is not None:
        more: Decimal | Gap = given.quantity
    else:
        more = said if isinstance(said, Gap) else max(said - INCLUDED, Decimal(0))
    if isinstance(more, Gap):
        yield SCHEDULERS.gap(resource, more.reason, size=size)
    elif more:
        yield SCHEDULERS.all_month(
            resource,
            circumstances,
            count=more,
            because=f"{more:f} schedulers beside the included",
            size=size,
        )


def _web_servers(resource: Resource) -> Iterator[Charge]:
    """Web servers beside the two that are included have a rate of their own."""
    for name in ("minWebservers", "maxWebservers"):
        count = known_amount(resource, resource.input(name), name, INCLUDED)
        if isinstance(count, Gap):
            yield count
            return
        if count > INCLUDED:
            reason = "web servers beside the two included are charged by the hour"
            yield Gap("no-price", reason)
            return


TYPES = {
    "aws:mwaa/environment:Environment": Type(
        billed=(
            "An environment is billed by the hour of its class, by the hours of more "
            "workers and schedulers, and by the GB of its metadata."
        ),
        source=SOURCE,
        meters=(ENVIRONMENT, WORKERS, SCHEDULERS),
        uses=(STORAGE, MORE_WORKERS, MORE_SCHEDULERS),
        rule=environment,
        terraform="aws_mwaa_environment",
        notes=(
            "The least workers are likely and the most are the high end; "
            "`additional_workers` says how many run as a mean."
        ),
    )
}
