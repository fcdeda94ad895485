"""EventBridge Scheduler: invocations, and the Fargate tasks that a schedule starts.

Source: https://aws.amazon.com/eventbridge/pricing/
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.fargate import TASK_METERS
from farebox.rules.aws.started_tasks import (
    MINUTES_PER_HOUR,
    TASK_MINUTES,
    started_tasks,
)
from farebox.rules.charges import (
    ONE,
    Charge,
    Circumstances,
    Gap,
    Metered,
    NoCharge,
    key_of,
)
from farebox.rules.cron import cron_runs_per_month
from farebox.rules.service import Type, Use, free
from farebox.rules.shapes import block, field, text

SERVICE = "AWSEvents"

INVOKED = Use(
    key="monthly_invocations",
    service=SERVICE,
    usage_type="ScheduledInvocation",
    unit="Invocations",
    says="scheduled invocations",
)
RATE = re.compile(r"rate\(\s*([1-9][0-9]{0,8})\s+(minute|hour|day)s?\s*\)")
CRON = re.compile(r"cron\((.*)\)")
MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}


def schedule(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Each invocation is billed; the Fargate tasks that it starts are, by their time.

    How often it runs comes from its rate or cron expression; `monthly_invocations`
    goes before that. How long a task runs is the usage key `task_minutes`.
    Source: https://aws.amazon.com/eventbridge/pricing/ (Scheduler) and
    https://aws.amazon.com/fargate/pricing/
    """
    state = text(resource.input("state"))
    if state is UNKNOWN:
        yield Gap("unknown-input", "whether it is enabled is not known: see state")
        return
    if state == "DISABLED":
        yield NoCharge("it is disabled: it starts nothing")
        return
    runs = _invocations(resource, usage, circumstances)
    if isinstance(runs, Gap):
        yield runs
        return
    yield Metered(
        key_of(resource, SERVICE, "ScheduledInvocation"),
        runs.quantity,
        "Invocations",
        "scheduled invocations",
        runs.source,
        runs.status,
    )
    target = resource.input("target")
    tasks = field(target, "ecsParameters")
    if isinstance(target, Unknown) or isinstance(tasks, Unknown):
        yield Gap("unknown-input", "what it starts is not known before deployment")
    elif block(tasks):
        cluster = ("target", field(target, "arn"))
        yield from started_tasks(
            resource, usage, circumstances, "target", tasks, cluster, runs
        )


def _invocations(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Given | Gap:
    """Invocations in the month: as given, else by the expression."""
    key = key_of(resource, SERVICE, "ScheduledInvocation")
    given = INVOKED.given(usage)
    expression = text(resource.input("scheduleExpression"))
    if given is not None:
        source = given.source or f"{given.quantity.normalize():f} a month as given"
        return Given(given.quantity, given.status, source)
    if not isinstance(expression, str):
        return Gap(
            "unknown-input",
            "its scheduleExpression is not known; give monthly_invocations",
            key,
            "Invocations",
            "monthly_invocations",
        )
    found = runs_per_month(expression, circumstances.hours_per_month)
    if found is None:
        return Gap(
            "no-usage",
            f"how often {expression} runs in a month is not worked out here; give "
            "monthly_invocations",
            key,
            "Invocations",
            "monthly_invocations",
        )
    hours = circumstances.hours_per_month.normalize()
    return Given(found, "given", f"{expression} in a month of {hours:f} hours")


def runs_per_month(expression: str, hours_per_month: Decimal) -> Decimal | None:
    """How often `rate(…)`, `cron(…)` or `at(…)` runs; None where it is not simple.

    A date comes once, whichever month it lies in.
    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    if expression.startswith("at("):
        return ONE
    rate = RATE.fullmatch(expression.strip())
    if rate is not None:
        minutes = Decimal(int(rate[1]) * MINUTES[rate[2]])
        return hours_per_month * MINUTES_PER_HOUR / minutes
    cron = CRON.fullmatch(expression.strip())
    return cron_runs_per_month(cron[1], hours_per_month) if cron is not None else None


TYPES = {
    "aws:scheduler/schedule:Schedule": Type(
        billed="Each invocation is billed; the Fargate tasks that it starts are, by their time.",
        source="https://aws.amazon.com/eventbridge/pricing/",
        meters=TASK_METERS,
        uses=(INVOKED, TASK_MINUTES),
        rule=schedule,
        terraform="aws_scheduler_schedule",
        notes="""
`monthly_invocations` goes before the expression, from which the runs follow otherwise; an
account has 14 million free a month.

| expression | runs in a month |
|---|---|
| `rate(N minutes)` | minutes of the month / N |
| `cron(…)` | minutes x hours x matching days of a year of 365, / 12 at 730 hours |
| `at(…)` | 1 |
| with `L`, `W`, `#`, a year, or both day fields | `no-usage`: give `monthly_invocations` |

A target with `ecsParameters` on Fargate also carries its tasks: `taskCount` x runs x
minutes / 60 hours of the task definition's vCPU and memory. Without `task_minutes` that is
`no-usage`. A disabled schedule is free.
""",
        not_modelled=(
            "retries, `startDate` and `endDate`, what other targets cost (a function, a "
            "state machine: on them)"
        ),
    ),
}

FREE = free(
    "scheduler",
    {"a group of schedules is a name; their invocations are charged": "ScheduleGroup"},
)
