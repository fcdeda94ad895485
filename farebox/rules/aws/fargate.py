"""Tasks on AWS Fargate: what one takes, and what its hours cost.

A task definition runs nothing: its tasks are charged on the service or the schedule
that starts them. Usage types are those of the price list and of bills.

Source: https://aws.amazon.com/fargate/pricing/
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.statement import UsageStatus
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.addresses import IN_USE
from farebox.rules.aws.addresses import SERVICE as ADDRESSES
from farebox.rules.charges import Charge, Circumstances, Gap, Metered, key_of
from farebox.rules.service import Meter
from farebox.rules.shapes import amount, field, text

SERVICE = "AmazonECS"

TASK_METERS = (
    *(
        Meter(
            service=SERVICE,
            usage_type=f"{spot}Fargate-{arm}{part}",
            unit="hours",
            says=f"{says}{on}{with_}",
        )
        for part, says in (("vCPU-Hours:perCPU", "vCPU"), ("GB-Hours", "memory"))
        for spot, on in (("", ""), ("SpotUsage-", " on Fargate Spot"))
        for arm, with_ in (("", ""), ("ARM-", ", ARM64"))
    ),
    *(
        Meter(
            service=SERVICE,
            usage_type=f"Fargate-Windows-{part}",
            unit="hours",
            says=says,
        )
        for part, says in (
            ("vCPU-Hours:perCPU", "vCPU of Windows tasks"),
            ("GB-Hours", "memory of Windows tasks"),
            ("OS-Hours:perCPU", "Windows's licence by vCPU"),
        )
    ),
    Meter(
        service=SERVICE,
        usage_type="Fargate-EphemeralStorage-GB-Hours",
        unit="GB-Hours",
        says="storage beyond 20 GB",
    ),
    Meter(
        service=ADDRESSES,
        usage_type=IN_USE,
        unit="Hrs",
        says="public IPv4 address, with `assignPublicIp`",
    ),
)
"""What the tasks of a service or a schedule are charged by."""

TASK_DEFINITIONS = frozenset({"aws:ecs/taskDefinition:TaskDefinition"})
UNITS_PER_VCPU = MIB_PER_GIB = Decimal(1024)
FREE_STORAGE_GIB = Decimal(20)
"""Ephemeral storage that comes with a task.

Source: https://aws.amazon.com/fargate/pricing/
"""
SIZE = re.compile(r"([0-9]*\.?[0-9]+)\s*(vcpu|gb)?", re.IGNORECASE)


class Task(Struct, frozen=True):
    """What one task of a definition takes, and on what it runs."""

    name: str
    vcpu: Decimal
    gib: Decimal
    storage_gib: Decimal = FREE_STORAGE_GIB
    arm: bool = False
    windows: bool = False


class Runs(Struct, frozen=True):
    """How long tasks run in a month, in hours of one task, and how that is known."""

    hours: Decimal
    because: str
    status: UsageStatus = "given"
    spot: bool = False


def task_of(
    resource: Resource, circumstances: Circumstances, input_name: str, value: Any
) -> Task | Gap:
    """The task that a reference to a definition means, or why it has no size."""
    found = _definitions(circumstances.graph, resource, input_name, value)
    if len(found) != 1:
        return Gap(
            "unknown-input",
            "which task definition it runs is not known, or it lies outside the "
            "stack: its vCPU and memory are needed",
        )
    definition = found[0]
    vcpu = _size(definition.input("cpu"), "vcpu", UNITS_PER_VCPU)
    gib = _size(definition.input("memory"), "gb", MIB_PER_GIB)
    if vcpu is None or gib is None:
        return Gap(
            "unknown-input",
            f"{definition.name} says no cpu and memory for the task as a whole, as "
            "Fargate needs",
        )
    platform: Any = definition.input("runtimePlatform")
    system = text(field(platform, "operatingSystemFamily"))
    processor = text(field(platform, "cpuArchitecture"))
    if UNKNOWN in (system, processor):
        return Gap("unknown-input", f"what {definition.name} runs on is not known")
    storage = amount(
        definition,
        field(definition.input("ephemeralStorage"), "sizeInGib"),
        "ephemeral storage of",
    )
    if isinstance(storage, Unknown):
        return Gap("unknown-input", f"the storage of {definition.name} is not known")
    return Task(
        definition.name,
        vcpu,
        gib,
        storage or FREE_STORAGE_GIB,
        processor == "ARM64",
        str(system or "LINUX").startswith("WINDOWS"),
    )


def _definitions(
    graph: ResourceGraph, resource: Resource, input_name: str, value: Any
) -> tuple[Resource, ...]:
    """The task definitions that a reference may mean: by id, arn, family or origin."""
    found = graph.references(resource, input_name, value, TASK_DEFINITIONS)
    if found or not isinstance(value, str):
        return found
    # `family`, `family:revision`, or the end of an arn of either.
    family = value.rpartition("/")[2].partition(":")[0]
    named = tuple(
        item
        for kind in TASK_DEFINITIONS
        for item in graph.by_type.get(kind, ())
        if item.input("family") == family and item.region == resource.region
    )
    return named or graph.references(resource, input_name, UNKNOWN, TASK_DEFINITIONS)


def _size(value: Any, unit: str, per_unit: Decimal) -> Decimal | None:
    """`256`, `0.25 vCPU`, `512` or `0.5 GB` in vCPU or GiB; None for anything else."""
    if type(value) is float and value.is_integer():
        value = int(value)
    match = SIZE.fullmatch(str(value).strip()) if value is not None else None
    if match is None or len(match[1]) > 12:
        return None
    figure = Decimal(match[1])
    if (match[2] or unit).lower() != unit or figure == 0:
        return None
    return figure if match[2] else figure / per_unit


def task_charges(
    resource: Resource, task: Task, runs: Runs, public_address: Any
) -> Iterator[Charge]:
    """vCPU, memory, storage over the free 20 GB and a public address, by the hour.

    Source: https://aws.amazon.com/fargate/pricing/
    """
    system = "Windows-" if task.windows else "ARM-" if task.arm else ""
    kind = f"{'SpotUsage-' if runs.spot else ''}Fargate-{system}"
    what = " on Fargate Spot" if runs.spot else ""
    parts = [
        (f"{kind}vCPU-Hours:perCPU", task.vcpu, "hours", "vCPU"),
        (f"{kind}GB-Hours", task.gib, "hours", "GB of memory"),
    ]
    if task.windows:
        licence = (f"{kind}OS-Hours:perCPU", task.vcpu, "hours", "Windows on vCPU")
        parts.append(licence)
    if task.storage_gib > FREE_STORAGE_GIB:
        parts.append(
            (
                "Fargate-EphemeralStorage-GB-Hours",
                task.storage_gib - FREE_STORAGE_GIB,
                "GB-Hours",
                "GB of storage beyond 20",
            )
        )
    for usage_type, size, unit, name in parts:
        yield Metered(
            key_of(resource, SERVICE, usage_type),
            size * runs.hours,
            unit,
            f"{name} of tasks{what}",
            f"{size.normalize():f} a task; {runs.because}",
            runs.status,
        )
    public = flag(public_address)
    if public is UNKNOWN:
        yield Gap(
            "unknown-input",
            "whether its tasks get a public IPv4 address is not known",
            key_of(resource, ADDRESSES, IN_USE),
            "Hrs",
        )
    elif public:
        yield Metered(
            key_of(resource, ADDRESSES, IN_USE),
            runs.hours,
            "Hrs",
            "public IPv4 address in use",
            f"one a task; {runs.because}",
            runs.status,
        )


__all__ = ["SERVICE", "TASK_METERS", "Runs", "Task", "task_charges", "task_of"]
