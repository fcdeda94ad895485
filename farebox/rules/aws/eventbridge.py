"""Amazon EventBridge rules: free themselves, but not what their targets start.

Source: https://aws.amazon.com/eventbridge/pricing/
"""

from collections.abc import Iterator

from farebox.bill.statement import GapCode
from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.event_buses import CALLS
from farebox.rules.aws.fargate import SERVICE as FARGATE
from farebox.rules.aws.fargate import TASK_METERS
from farebox.rules.aws.scheduler import runs_per_month
from farebox.rules.aws.started_tasks import TASK_MINUTES, started_tasks
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge, key_of
from farebox.rules.service import Key, Type, free
from farebox.rules.shapes import block, text

SOURCE = "https://aws.amazon.com/eventbridge/pricing/"

EVENTS = Key(
    key="monthly_invocations",
    says="how often the rule's target is started; goes before the rule's schedule",
    unit="invocations",
)
RULE_TYPES = frozenset(("aws:cloudwatch/eventRule:EventRule",))
API_DESTINATION = ":api-destination/"
DESTINATION_TYPES = frozenset(
    ("aws:cloudwatch/eventApiDestination:EventApiDestination",)
)


def event_target(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A target is free; Fargate tasks that it starts are billed, and calls of an API are.

    What other targets cost (a function, a queue) is charged on them.
    Source: https://aws.amazon.com/fargate/pricing/
    """
    runs = _runs(resource, usage, circumstances)
    if runs is None:
        yield NoCharge("its rule is disabled: it starts nothing")
        return
    yield NoCharge("a target is not charged; what it starts is, where it runs")
    arn = resource.input("arn")
    if isinstance(arn, str) and API_DESTINATION in arn:
        yield from _calls(resource, circumstances, arn, runs)
    tasks = resource.input("ecsTarget")
    if isinstance(tasks, Unknown):
        yield Gap("unknown-input", "what it starts is not known before deployment")
    elif block(tasks):
        yield from started_tasks(
            resource, usage, circumstances, "ecsTarget", tasks, ("arn", arn), runs
        )


def _calls(
    resource: Resource, circumstances: Circumstances, arn: str, runs: Given | Gap
) -> Iterator[Charge]:
    """Calls of an API destination that is not in the stack, where they are charged."""
    if circumstances.graph.references(resource, "arn", arn, DESTINATION_TYPES):
        return
    if isinstance(runs, Gap):
        yield CALLS.without_use(resource, EVENTS.key)
    else:
        yield CALLS.metered(resource, runs.quantity, runs.source, usage=runs.status)


def _runs(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Given | Gap | None:
    """How often its rule starts it in the month; None where the rule is off."""
    given = EVENTS.given(usage)
    if given is not None:
        said = given.source or f"{given.quantity.normalize():f} a month as given"
        return Given(given.quantity, given.status, said)
    rules = circumstances.graph.references(
        resource, "rule", resource.input("rule"), RULE_TYPES
    )
    rule = rules[0] if len(rules) == 1 else None
    if rule is None:
        return _unsaid(resource, "unknown-input", "its rule is not in this stack")
    if rule.input("isEnabled") is False or text(rule.input("state")) == "DISABLED":
        return None
    expression = text(rule.input("scheduleExpression"))
    if expression is UNKNOWN:
        return _unsaid(
            resource, "unknown-input", f"the schedule of {rule.name} is not known yet"
        )
    if expression is None:
        return _unsaid(
            resource, "no-usage", f"{rule.name} has no schedule: it waits for events"
        )
    found = runs_per_month(str(expression), circumstances.hours_per_month)
    if found is None:
        return _unsaid(resource, "no-usage", f"{expression} is not worked out here")
    hours = circumstances.hours_per_month.normalize()
    return Given(found, "given", f"{expression} in a month of {hours:f} hours")


def _unsaid(resource: Resource, code: GapCode, why: str) -> Gap:
    reason = f"how often it starts its tasks is not known, as {why}; give {EVENTS.key}"
    key = key_of(resource, FARGATE, "Fargate-vCPU-Hours:perCPU")
    return Gap(code, reason, key, "hours", EVENTS.key)


TYPES = {
    "aws:cloudwatch/eventTarget:EventTarget": Type(
        billed="A target is free; the Fargate tasks that it starts are billed by their time.",
        source=SOURCE,
        meters=(*TASK_METERS, CALLS),
        uses=(EVENTS, TASK_MINUTES),
        rule=event_target,
        terraform="aws_cloudwatch_event_target",
        notes="""
How often a target is started follows from its rule's `scheduleExpression`, as for a
schedule; a rule that waits for events needs `monthly_invocations`. Tasks of
an `ecsTarget` on Fargate are `taskCount` x runs x `task_minutes` / 60 hours of the task
definition's vCPU and memory. Calls of an API destination are charged on it; of one that is
not in the stack, here.
""",
    ),
}

FREE = free(
    "cloudwatch",
    {
        "rules are not charged, nor are the events of AWS services": (
            "EventRule EventPermission EventBusPolicy"
        ),
        "the secret that a connection keeps is part of the charge for its calls": (
            "EventConnection"
        ),
    },
)
