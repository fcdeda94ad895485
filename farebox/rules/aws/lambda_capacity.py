"""AWS Lambda: provisioned concurrency, streams of URLs, pollers, managed instances.

Source: https://aws.amazon.com/lambda/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.aws.lambda_meters import (
    DURATION_MS,
    GB_SECOND,
    MB_PER_GB,
    MS_PER_SECOND,
    REQUESTS,
    SERVICE,
    SOURCE,
    STREAMED,
    Shape,
    arm_suffix,
    function_behind,
    shape_of,
)
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import amount, block, field, text

SECONDS_PER_HOUR = Decimal(3600)

CONCURRENCY = Meter(
    service=SERVICE,
    usage_type="Lambda-Provisioned-Concurrency{arm}",
    unit=GB_SECOND,
    says="provisioned concurrency",
)
DURATION = Meter(
    service=SERVICE,
    usage_type="Lambda-Provisioned-GB-Second{arm}",
    unit=GB_SECOND,
    says="duration on provisioned concurrency",
)
HOURS = Key(
    key="monthly_duration_hrs",
    says="hours of the month that it is on; all of them where none are given",
    unit="hours",
)
MEMORY = Key(
    key="memory_mb", says="memory of a function that is not in the stack", unit="MB"
)
ARCHITECTURE = Key(
    key="architecture",
    says="architecture of a function that is not in the stack",
    texts=("x86_64", "arm64"),
)
ON_ARCHITECTURE = Use(
    key=REQUESTS.key,
    service=SERVICE,
    usage_type=REQUESTS.usage_type,
    unit=REQUESTS.unit,
    says="requests to provisioned concurrency",
)


def provisioned_concurrency(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """What is held ready, in GB-seconds, and requests with their own rate of duration."""
    count = resource.input("provisionedConcurrentExecutions")
    yield from _held_ready(resource, usage, circumstances, count)


def alias(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An alias is a name; a template's alias may hold concurrency ready itself."""
    held = resource.input("provisionedConcurrencyConfig")
    if held is UNKNOWN or block(held):
        count = field(held, "provisionedConcurrentExecutions")
        yield from _held_ready(resource, usage, circumstances, count)
    else:
        yield NoCharge("a name of a version, whose requests are charged")


def _held_ready(
    resource: Resource, usage: Usage, circumstances: Circumstances, given: Any
) -> Iterator[Charge]:
    shape = _shape(resource, usage, circumstances)
    memory, arm = shape.memory_gb, shape.arm
    count = amount(resource, given, "provisionedConcurrentExecutions of")
    if isinstance(memory, Unknown) or isinstance(arm, Unknown):
        reason = (
            "the memory or the architecture of its function is not known; give "
            f"{MEMORY.key} and {ARCHITECTURE.key}"
        )
        yield CONCURRENCY.gap(resource, reason, arm="")
        yield ON_ARCHITECTURE.gap(resource, reason, arm="")
        return
    if count is None or isinstance(count, Unknown):
        yield CONCURRENCY.gap(resource, "how many are held ready is not known", arm=arm)
    else:
        hours = HOURS.given(usage)
        on = circumstances.hours_per_month if hours is None else hours.quantity
        yield CONCURRENCY.metered(
            resource,
            count * memory * on * SECONDS_PER_HOUR,
            f"{count.normalize():f} x {memory.normalize():f} GB x "
            f"{on.normalize():f} hours x 3600 s",
            usage="given" if hours is None else hours.status,
            arm=arm,
        )
    yield ON_ARCHITECTURE.charge(resource, usage, arm=arm)
    yield _duration(resource, usage, memory, arm)


def _duration(resource: Resource, usage: Usage, memory: Decimal, arm: str) -> Charge:
    requests, each = REQUESTS.given(usage), DURATION_MS.given(usage)
    if requests is None:
        return DURATION.without_use(resource, REQUESTS.key, arm=arm)
    if each is None:
        return DURATION.without_use(resource, DURATION_MS.key, arm=arm)
    seconds = each.quantity / MS_PER_SECOND
    return DURATION.metered(
        resource,
        requests.quantity * seconds * memory,
        f"{requests.quantity.normalize():f} requests x {seconds.normalize():f} s x "
        f"{memory.normalize():f} GB",
        usage=requests.status,
        arm=arm,
    )


def _shape(resource: Resource, usage: Usage, circumstances: Circumstances) -> Shape:
    """Memory and CPU of the function, or what the usage file says of it."""
    found = function_behind(circumstances.graph, resource)
    if found is not None:
        return shape_of(found)
    memory = MEMORY.given(usage)
    if memory is None:
        return Shape(UNKNOWN, UNKNOWN)
    word = (usage.text(ARCHITECTURE.key) or "x86_64").replace("-", "_")
    return Shape(memory.quantity / MB_PER_GB, arm_suffix([word]))


def function_url(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """An address costs nothing; what is streamed above 6 MB of a response does."""
    mode = text(resource.input("invokeMode"))
    if mode != "RESPONSE_STREAM" and mode is not UNKNOWN:
        yield NoCharge("an address of a function, whose requests are charged")
        return
    found = function_behind(circumstances.graph, resource)
    arm = UNKNOWN if found is None else shape_of(found).arm
    if mode is UNKNOWN or isinstance(arm, Unknown):
        yield STREAMED.gap(
            resource,
            "whether it streams, or the architecture of its function, is not known",
            arm="",
        )
    else:
        yield STREAMED.charge(resource, usage, arm=arm)


def event_source_mapping(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Reading a source costs nothing, unless pollers are provisioned for it."""
    pollers = resource.input("provisionedPollerConfig")
    if pollers is UNKNOWN:
        yield Gap("unknown-input", "whether pollers are provisioned is not known yet")
    elif block(pollers) and flag(resource.input("enabled")) is not False:
        least = block(pollers).get("minimumPollers")
        said = least if isinstance(least, int | float | str) else 1
        yield Gap(
            "no-price",
            f"event pollers are provisioned ({said} or more) and charged by the hour, "
            "and Farebox knows no price for them",
        )
    else:
        yield NoCharge("what it reads from and the function that it calls are charged")
    metrics = resource.input("metricsConfig")
    if metrics is UNKNOWN:
        yield Gap("unknown-input", "whether it writes metrics is not known yet")
    elif block(metrics):
        yield Gap(
            "no-usage",
            "its metrics of events are charged by CloudWatch, as custom ones",
        )


_KEYS = (ON_ARCHITECTURE, DURATION_MS, HOURS, MEMORY, ARCHITECTURE)

TYPES = {
    "aws:lambda/alias:Alias": Type(
        billed="An alias is free; concurrency that a template holds ready by it is billed.",
        source=SOURCE,
        meters=(CONCURRENCY, DURATION),
        uses=_KEYS,
        rule=alias,
        terraform="aws_lambda_alias",
    ),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": Type(
        billed=(
            "Provisioned concurrency is billed by the GB-second that it is held ready; "
            "requests to it have a lower rate of duration."
        ),
        source=SOURCE,
        meters=(CONCURRENCY, DURATION),
        uses=_KEYS,
        rule=provisioned_concurrency,
        terraform="aws_lambda_provisioned_concurrency_config",
        notes=(
            "Memory and architecture are the function's. `monthly_requests` here are "
            "those that provisioned concurrency takes, the function's are the others. "
            "GB-seconds of it are no part of the free 400,000. AWS gives such functions "
            "no part of the free million requests either; one usage type counts both, so "
            "here they share it, which is at most $0.20."
        ),
        not_modelled="Application Auto Scaling that changes it (give the hours)",
    ),
    "aws:lambda/functionUrl:FunctionUrl": Type(
        billed="An address is free; what is streamed above 6 MB of a response is billed by the GB.",
        source=SOURCE,
        uses=(STREAMED,),
        rule=function_url,
        terraform="aws_lambda_function_url",
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": Type(
        billed="Reading a source is free; provisioned pollers are charged by the hour.",
        source=SOURCE,
        rule=event_source_mapping,
        terraform="aws_lambda_event_source_mapping",
        notes="Requests that it makes to a queue or a stream are charged on that.",
    ),
    "aws:lambda/capacityProvider:CapacityProvider": Type(
        billed=(
            "Managed instances are charged as EC2 instances, with a fee of 15 % of "
            "their price on demand."
        ),
        source=SOURCE,
        no_price=(
            "instances that Lambda launches and manages are charged, with a fee, and "
            "which ones run is not in the document"
        ),
        terraform="aws_lambda_capacity_provider",
    ),
}
