"""AWS Step Functions: transitions of standard workflows, requests and time of express ones.

Source: https://aws.amazon.com/step-functions/pricing/
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from farebox.bill.usage import Given, Usage
from farebox.graph import Resource
from farebox.rules.aws.xray import TRACES, traced
from farebox.rules.charges import Charge, Circumstances, Gap
from farebox.rules.service import Key, Meter, Metric, Type, Use, free
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/step-functions/pricing/"
SERVICE = "AmazonStates"

MB_PER_CHUNK = Decimal(64)
MB_PER_GB = Decimal(1024)
MS_PER_STEP = Decimal(100)
STEPS_PER_SECOND = Decimal(10)
"""Memory is billed in steps of 64 MB, time in steps of 100 ms."""

TRANSITIONS = Use(
    key="monthly_transitions",
    service=SERVICE,
    usage_type="StateTransition",
    unit="StateTransitions",
    says="state transitions, retries among them",
)
REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="StepFunctions-Request",
    unit="Requests",
    says="express workflows started",
    metrics=(
        Metric(
            namespace="AWS/States",
            names=("ExecutionsStarted",),
            dimensions={"StateMachineArn": "arn"},
        ),
    ),
)
DURATION = Meter(
    service=SERVICE,
    usage_type="StepFunctions-GB-Second",
    unit="GB-Seconds",
    says="duration of express workflows",
)
DURATION_MS = Key(
    key="workflow_duration_ms",
    says="how long one express workflow runs; billed in steps of 100 ms",
    unit="ms",
    metrics=(
        Metric(
            namespace="AWS/States",
            names=("ExpressExecutionBilledDuration",),
            dimensions={"StateMachineArn": "arn"},
            counts="level",
            stat="Average",
        ),
    ),
)
MEMORY = Key(
    key="memory_mb",
    says="memory of one express workflow; billed in steps of 64 MB",
    unit="MB",
)


def state_machine(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Standard workflows by the transition, express ones by request and GB-second."""
    kind = text(resource.input("type"))
    if kind in (None, "STANDARD"):
        yield TRANSITIONS.charge(resource, usage)
    elif kind == "EXPRESS":
        yield REQUESTS.charge(resource, usage)
        yield _duration(resource, usage)
    else:
        yield Gap("unknown-input", "its type is not known before deployment")
    enabled = field(resource.input("tracingConfiguration"), "enabled")
    yield from traced(resource, usage, enabled)


def _duration(resource: Resource, usage: Usage) -> Charge:
    """Requests x seconds x GB, each rounded up as AWS does."""
    requests = REQUESTS.given(usage)
    if requests is None:
        return DURATION.without_use(resource, REQUESTS.key)
    duration, memory = DURATION_MS.given(usage), MEMORY.given(usage)
    if duration is None:
        return DURATION.without_use(resource, DURATION_MS.key)
    if memory is None:
        return DURATION.without_use(resource, MEMORY.key)
    seconds = _steps(duration, MS_PER_STEP) / STEPS_PER_SECOND
    mb = _steps(memory, MB_PER_CHUNK) * MB_PER_CHUNK
    return DURATION.metered(
        resource,
        requests.quantity * seconds * mb / MB_PER_GB,
        f"{requests.quantity.normalize():f} x {seconds.normalize():f} s x "
        f"{mb.normalize():f} MB / 1024",
        usage=requests.status,
    )


def _steps(given: Given, step: Decimal) -> Decimal:
    return (given.quantity / step).to_integral_value(ROUND_CEILING)


TYPES = {
    "aws:sfn/stateMachine:StateMachine": Type(
        billed=(
            "A standard workflow is billed by the state transition; an express one by "
            "the request and by its memory times its time."
        ),
        source=SOURCE,
        meters=(DURATION,),
        uses=(TRANSITIONS, REQUESTS, DURATION_MS, MEMORY, TRACES),
        rule=state_machine,
        terraform="aws_sfn_state_machine",
        notes=(
            "The account's first 4,000 transitions of a month are free. What the states "
            "call (functions, queues) is charged on that; logs by their log group."
        ),
    ),
}

FREE = free(
    "sfn",
    {
        "workers that ask for work are not charged; transitions are": "Activity",
        "a name of versions, whose runs are charged": "Alias",
    },
)
