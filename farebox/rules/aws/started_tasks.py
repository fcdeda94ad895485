"""Fargate tasks that a schedule or an event starts: by how often and how long they run.

Source: https://aws.amazon.com/fargate/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Given, Usage
from farebox.graph import Resource, Unknown
from farebox.rules.aws.fargate import SERVICE as FARGATE
from farebox.rules.aws.fargate import Runs, task_charges, task_of
from farebox.rules.aws.task_placement import by_market, placement_of
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, key_of
from farebox.rules.service import Key
from farebox.rules.shapes import amount, block, field

TASK_MINUTES = Key(
    key="task_minutes",
    says="minutes that one Fargate task runs; at least one is charged",
    unit="minutes",
)
MINUTES_PER_HOUR = Decimal(60)
LEAST_MINUTES = ONE
"""Fargate bills by the second, from one minute a task on.

Source: https://aws.amazon.com/fargate/pricing/
"""


def started_tasks(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    input_name: str,
    parameters: Any,
    cluster: tuple[str, Any],
    runs: Given | Gap,
) -> Iterator[Charge]:
    """What the Fargate tasks of all runs take in the month; nothing on machines.

    `parameters` is the block of the input `input_name` that describes the tasks;
    `cluster` is the input that names their cluster, and its value.
    """
    minutes = TASK_MINUTES.given(usage)
    said = block(parameters)
    placement = placement_of(circumstances.graph, resource, said, *cluster)
    if isinstance(placement, Gap):
        yield placement
        return
    if not placement:
        return
    if isinstance(runs, Gap):
        yield runs
        return
    task = task_of(resource, circumstances, input_name, said.get("taskDefinitionArn"))
    if isinstance(task, Gap):
        yield task
        return
    if minutes is None:
        yield Gap(
            "no-usage",
            f"tasks of {task.name}: the cost depends on how long each runs, and no "
            "task_minutes are given",
            key_of(resource, FARGATE, "Fargate-vCPU-Hours:perCPU"),
            "hours",
            "task_minutes",
        )
        return
    count = amount(resource, said.get("taskCount"), "a task count of")
    if isinstance(count, Unknown):
        yield Gap("unknown-input", "how many tasks it starts is not known")
        return
    each = max(minutes.quantity, LEAST_MINUTES)
    tasks = runs.quantity * (ONE if count is None else count)
    address = field(said.get("networkConfiguration"), "assignPublicIp")
    for spot, part in by_market(placement, tasks):
        because = (
            f"{part.normalize():f} tasks of {each.normalize():f} minutes; {runs.source}"
        )
        hours = part * each / MINUTES_PER_HOUR
        of_it = Runs(hours, because, minutes.status, spot)
        yield from task_charges(resource, task, of_it, address)
