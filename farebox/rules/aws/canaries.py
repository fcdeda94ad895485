"""CloudWatch Synthetics, RUM and Evidently: canaries, users' sessions, experiments.

Source: https://aws.amazon.com/cloudwatch/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.lambda_meters import (
    DURATION,
    MB_PER_GB,
    MS_PER_SECOND,
    REQUESTS,
)
from farebox.rules.aws.scheduler import runs_per_month
from farebox.rules.charges import ONE, Charge, Circumstances, NoCharge
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Metric, Type, Use, free, unpriced
from farebox.rules.shapes import amount, field, text

SOURCE = "https://aws.amazon.com/cloudwatch/pricing/"
SERVICE = "AmazonCloudWatch"

RUNS = Use(
    key="monthly_runs",
    service=SERVICE,
    usage_type="CW:Canary-runs",
    unit="Runs",
    says="runs of the canary",
)
RUN_MS = Key(
    key="run_duration_ms",
    says="how long one run takes",
    unit="ms",
    metrics=(
        Metric(
            namespace="CloudWatchSynthetics",
            names=("Duration",),
            dimensions={"CanaryName": "name"},
            counts="level",
            stat="Average",
        ),
    ),
)
EVENTS = Use(
    key="monthly_events",
    service=SERVICE,
    usage_type="CW:RUM-events",
    unit="Events",
    says="events of users' sessions",
)
DEFAULT_MEMORY_MB = Decimal(1000)
"""What a canary gets that names no memory; a guess, which the statement marks."""
ONCE = ("rate(0 minute)", "rate(0 minutes)", "rate(0 hour)", "rate(0 hours)")
"""Such a canary runs once, when it is started."""


def canary(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Runs by the schedule, and the function that each of them runs."""
    started = flag(resource.input("startCanary"))
    if not started and started is not UNKNOWN and RUNS.given(usage) is None:
        yield NoCharge("it is not started: it does not run")
        return
    tell_of_folder(resource, circumstances, "Canaries", "/aws/lambda/cwsyn-")
    runs = _runs(resource, usage, circumstances)
    if runs is None:
        yield RUNS.without_use(resource, RUNS.key)
        yield DURATION.without_use(resource, RUNS.key, arm="")
    elif isinstance(runs, Unknown):
        reason = (
            "its schedule, or whether it is started, is not known; give monthly_runs"
        )
        yield RUNS.gap(resource, reason)
        yield DURATION.gap(resource, reason, arm="")
    else:
        yield RUNS.metered(resource, runs.quantity, runs.source, usage=runs.status)
        yield REQUESTS.metered(
            resource, runs.quantity, runs.source, usage=runs.status, arm=""
        )
        yield _duration(resource, usage, runs)


def _runs(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Given | Unknown | None:
    """Runs in the month: as given, else by the schedule; None where it is not simple."""
    given = RUNS.given(usage)
    if given is not None:
        said = given.source or f"{given.quantity.normalize():f} a month as given"
        return Given(given.quantity, given.status, said)
    if flag(resource.input("startCanary")) is UNKNOWN:
        return Unknown()
    expression = text(field(resource.input("schedule"), "expression"))
    if isinstance(expression, Unknown) or expression is None:
        return Unknown()
    hours = circumstances.hours_per_month
    found = ONE if expression in ONCE else runs_per_month(expression, hours)
    if found is None:
        return None
    return Given(
        found, "given", f"{expression} in a month of {hours.normalize():f} hours"
    )


def _duration(resource: Resource, usage: Usage, runs: Given) -> Charge:
    """The time of its function: runs x seconds x memory."""
    each = RUN_MS.given(usage)
    asked = field(resource.input("runConfig"), "memoryInMb")
    memory = amount(resource, asked, "a memoryInMb of")
    if isinstance(memory, Unknown):
        return DURATION.gap(resource, "its memory is not known yet", arm="")
    if each is None:
        return DURATION.without_use(resource, RUN_MS.key, arm="")
    mb = DEFAULT_MEMORY_MB if memory is None else memory
    seconds = each.quantity / MS_PER_SECOND
    return DURATION.metered(
        resource,
        runs.quantity * seconds * mb / MB_PER_GB,
        f"{runs.quantity.normalize():f} runs x {seconds.normalize():f} s x "
        f"{mb.normalize():f} MB / 1024",
        usage="assumed" if memory is None else each.status,
        arm="",
    )


TYPES = {
    "aws:synthetics/canary:Canary": Type(
        billed="A canary is billed by the run, and its function by the time of each run.",
        source=SOURCE,
        meters=(REQUESTS, DURATION),
        uses=(RUNS, RUN_MS),
        rule=canary,
        terraform="aws_synthetics_canary",
        notes=(
            "Runs follow from the schedule's `rate(…)` or `cron(…)`; `monthly_runs` goes "
            "before that. `rate(0 minute)` runs once. A canary that is not started "
            "(`startCanary`) does not run. Without `memoryInMb`, 1,000 MB are taken and "
            "marked `assumed`. 100 runs a month are free for the account."
        ),
        not_modelled="retries, what it writes to its bucket and its log group",
    ),
    "aws:rum/appMonitor:AppMonitor": Type(
        billed="A monitor is billed by the event that users' sessions send.",
        source=SOURCE,
        uses=(EVENTS,),
        terraform="aws_rum_app_monitor",
        notes="Give the events that are sampled, not all that happen.",
    ),
}


FREE = free(
    "synthetics", {"groups of canaries, which are charged": "Group GroupAssociation"}
)

UNPRICED = {
    **unpriced(
        "rum",
        {
            "metrics that a monitor writes may be charged by CloudWatch": "MetricsDestination"
        },
    ),
    **unpriced(
        "evidently",
        {
            "AWS ended Evidently on 2025-10-17, and Farebox knows no price for it": (
                "Feature Launch Project Segment"
            )
        },
    ),
}
