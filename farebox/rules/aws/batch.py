"""AWS Batch: free itself; the machines and tasks that run its jobs are charged.

Source: https://aws.amazon.com/batch/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import Assumption
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.known import known_amount, known_text, unknown
from farebox.rules.machines.clusters import CLUSTER_KEYS, Disk, working_fleet
from farebox.rules.machines.fleets import HUNDRED, ZERO, Fleet
from farebox.rules.machines.launch import ASSUMED_ROOT, Launch
from farebox.rules.machines.places import Place, places_of
from farebox.rules.machines.pools import Pool
from farebox.rules.machines.uses import INSTANCE_METERS
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Type, Use, free
from farebox.rules.shapes import field, values_of

SOURCE = "https://aws.amazon.com/batch/pricing/"

MACHINE_HOURS = Key(
    key="monthly_instance_hrs",
    says="hours of all machines together that run the jobs of the month",
    unit="hours",
)


def _fargate(key: str, part: str, says: str) -> Use:
    return Use(
        key=key,
        service="AmazonECS",
        usage_type=f"{{spot}}Fargate-{part}",
        unit="hours",
        says=says,
    )


VCPU_HOURS = _fargate(
    "monthly_vcpu_hrs", "vCPU-Hours:perCPU", "vCPUs of jobs on Fargate"
)
MEMORY_HOURS = _fargate(
    "monthly_memory_gb_hrs", "GB-Hours", "memory of jobs on Fargate"
)


def environment(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What Batch launches for jobs; what others launch is charged where they are."""
    said = resource.input("computeResources")
    kind = known_text(resource.input("type"), "type", "MANAGED")
    if isinstance(kind, Gap) or said is UNKNOWN:
        yield kind if isinstance(kind, Gap) else unknown("computeResources")
        return
    if kind.upper() == "UNMANAGED" or said is None:
        yield NoCharge("it launches nothing: its machines are charged where they are")
        return
    tell_of_folder(resource, circumstances, "Jobs of Batch", "/aws/batch/job")
    market = known_text(field(said, "type"), "computeResources.type", "EC2")
    if isinstance(market, Gap):
        yield market
        return
    if market.startswith("FARGATE"):
        spot = "SpotUsage-" if market == "FARGATE_SPOT" else ""
        yield VCPU_HOURS.charge(resource, usage, spot=spot)
        yield MEMORY_HOURS.charge(resource, usage, spot=spot)
        return
    yield from _machines(resource, usage, circumstances, said, market)


def _machines(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    said: Any,
    market: str,
) -> Iterator[Charge]:
    """Machines for the hours that use gives; Batch starts them for its jobs."""
    hours = usage.assumption(MACHINE_HOURS.key)
    if hours is None:
        yield _unsaid(resource, said)
        return
    pools = _pools(said)
    if isinstance(pools, Gap):
        yield pools
        return
    month = circumstances.hours_per_month or Decimal(1)
    count = Assumption(
        hours.low / month,
        hours.likely / month,
        hours.high / month,
        "instances",
        hours.source,
        hours.status,
    )
    if not count.high:
        yield NoCharge("no machine runs in the month, as the usage file says")
        return
    fleet = Fleet(
        launch=Launch(public_address=None),
        pools=pools,
        places=places_of(
            circumstances.graph, resource, "computeResources", field(said, "subnets")
        )
        or (Place(),),
        capacity=count,
        on_demand_percent=ZERO if market == "SPOT" else HUNDRED,
        strategy="pricecapacityoptimized",
    )
    root = Disk(ASSUMED_ROOT, "assumed")
    yield from working_fleet(resource, usage, circumstances, fleet, (root,))
    if field(said, "launchTemplate") is not None:
        circumstances.note(
            f"{resource.name}: disks and options of its launch template are not read"
        )


def _unsaid(resource: Resource, said: Any) -> Gap:
    """The gap of machines whose hours nobody gave, with what always runs."""
    least = known_amount(resource, field(said, "minVcpus"), "minVcpus", ZERO)
    if isinstance(least, Gap):
        return least
    always = f", at least {least:f} vCPUs all month" if least else ""
    return Gap(
        "no-usage",
        f"machines run for jobs{always}, and no {MACHINE_HOURS.key} is given",
        usage_key=MACHINE_HOURS.key,
    )


def _pools(said: Any) -> tuple[Pool, ...] | Gap:
    """The types that it may launch; a family alone leaves the choice to AWS."""
    names = values_of(field(said, "instanceTypes"))
    types = [name for name in names if isinstance(name, str) and "." in name]
    if UNKNOWN in names:
        return unknown("computeResources.instanceTypes")
    if not types or len(types) < len(names):
        return Gap(
            "unknown-input",
            "AWS chooses the instance type: name types in instanceTypes to have them "
            "priced",
        )
    return tuple(Pool(name) for name in types)


TYPES = {
    "aws:batch/computeEnvironment:ComputeEnvironment": Type(
        billed="Batch is free; the machines or Fargate tasks of its jobs are billed.",
        source=SOURCE,
        meters=INSTANCE_METERS,
        uses=(MACHINE_HOURS, VCPU_HOURS, MEMORY_HOURS, *CLUSTER_KEYS),
        rule=environment,
        terraform="aws_batch_compute_environment",
        notes=(
            "Machines start for jobs, so their hours are use: `monthly_instance_hrs`, "
            "all machines together. On demand the first type named is priced."
        ),
    )
}

FREE = free(
    "batch",
    {
        "a plan of jobs; what runs them is charged in its compute environment": (
            "JobDefinition JobQueue SchedulingPolicy"
        )
    },
)
