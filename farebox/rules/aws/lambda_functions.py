"""AWS Lambda functions: requests, GB-seconds, ephemeral storage, SnapStart, the edge.

Source: https://aws.amazon.com/lambda/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.lambda_edge import runs_at_edge
from farebox.rules.aws.lambda_meters import (
    CACHED,
    DURATION,
    DURATION_MS,
    EDGE_DURATION,
    EDGE_REQUESTS,
    MS_PER_SECOND,
    REQUESTS,
    RESTORED,
    SOURCE,
    STORAGE,
    extra_storage_gb,
    shape_of,
    snapshot_runtime,
)
from farebox.rules.aws.xray import TRACES, traced
from farebox.rules.charges import ONE, Charge, Circumstances, Gap
from farebox.rules.made_logs import tell_of_logs
from farebox.rules.service import Key, Meter, Type, free, unpriced
from farebox.rules.shapes import block, field, text

SECONDS_PER_HOUR = Decimal(3600)

VERSIONS = Key(
    key="snapstart_versions",
    says="published versions whose snapshots are kept; one where nothing is given",
    unit="versions",
)
RESTORES = Key(
    key="monthly_snapstart_restores",
    says="how often an environment starts from a snapshot",
    unit="restores",
)


class Runs(Struct, frozen=True):
    """Requests of a month and the seconds that they run together, as given."""

    requests: Given
    seconds: Decimal | None
    because: str


def function(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Requests and GB-seconds, at the edge, on managed instances or on demand."""
    at_edge = runs_at_edge(circumstances, resource)
    if at_edge is UNKNOWN:
        yield Gap(
            "unknown-input",
            "whether it runs at CloudFront's edge is not known before deployment",
        )
        return
    runs = _runs(usage)
    if at_edge:
        yield from _at_edge(resource, runs)
    elif block(resource.input("capacityProviderConfig")):
        yield _requests(resource, runs)
    else:
        yield _requests(resource, runs)
        yield _duration(resource, runs)
        yield from _storage(resource, runs)
        yield from _snapshots(resource, usage, circumstances)
    own = text(field(resource.input("loggingConfig"), "logGroup"))
    tell_of_logs(resource, circumstances, own, "/aws/lambda")
    mode = field(resource.input("tracingConfig"), "mode")
    yield from traced(resource, usage, mode if mode is UNKNOWN else mode == "Active")


def _runs(usage: Usage) -> Runs | None:
    """How often and how long it runs; None where the file gives no requests."""
    requests = REQUESTS.given(usage)
    if requests is None:
        return None
    duration = DURATION_MS.given(usage)
    because = f"{requests.quantity.normalize():f} requests"
    if duration is None:
        return Runs(requests, None, because)
    each = duration.quantity / MS_PER_SECOND
    because += f" x {each.normalize():f} s"
    return Runs(requests, requests.quantity * each, because)


def _requests(resource: Resource, runs: Runs | None) -> Charge:
    arm = shape_of(resource).arm
    if isinstance(arm, Unknown):
        return REQUESTS.gap(resource, _UNKNOWN_CPU, arm="")
    return _requests_at(REQUESTS, resource, runs, arm=arm)


def _requests_at(
    meter: Meter, resource: Resource, runs: Runs | None, **parts: str
) -> Charge:
    if runs is None:
        return meter.without_use(resource, REQUESTS.key, **parts)
    given = runs.requests
    because = given.source or f"{given.quantity.normalize():f} a month as given"
    return meter.metered(resource, given.quantity, because, usage=given.status, **parts)


def _duration(resource: Resource, runs: Runs | None) -> Charge:
    shape = shape_of(resource)
    if isinstance(shape.arm, Unknown):
        return DURATION.gap(resource, _UNKNOWN_CPU, arm="")
    if isinstance(shape.memory_gb, Unknown):
        return DURATION.gap(resource, _UNKNOWN_MEMORY, arm=shape.arm)
    return gb_seconds(DURATION, resource, runs, shape.memory_gb, arm=shape.arm)


def gb_seconds(
    meter: Meter,
    resource: Resource,
    runs: Runs | None,
    gb: Decimal,
    **parts: str,
) -> Charge:
    """The seconds of all requests times a size in GB; a gap where they are not given."""
    if runs is None:
        return meter.without_use(resource, REQUESTS.key, **parts)
    if runs.seconds is None:
        return meter.without_use(resource, DURATION_MS.key, **parts)
    because = f"{runs.because} x {gb.normalize():f} GB"
    return meter.metered(
        resource, runs.seconds * gb, because, usage=runs.requests.status, **parts
    )


def _storage(resource: Resource, runs: Runs | None) -> Iterator[Charge]:
    """`/tmp` above 512 MB, for as long as requests run."""
    gb, arm = extra_storage_gb(resource), shape_of(resource).arm
    if isinstance(gb, Unknown):
        yield STORAGE.gap(
            resource, "the size of its ephemeralStorage is not known", arm=""
        )
    elif gb and isinstance(arm, str):
        yield gb_seconds(STORAGE, resource, runs, gb, arm=arm)


def _snapshots(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Snapshots of published versions, all month, and restores from them."""
    runtime = snapshot_runtime(resource)
    if runtime is None:
        return
    memory = shape_of(resource).memory_gb
    if isinstance(runtime, Unknown) or isinstance(memory, Unknown):
        yield CACHED.gap(
            resource, "what SnapStart keeps is not known before deployment"
        )
        return
    versions = VERSIONS.given(usage)
    count = ONE if versions is None else versions.quantity
    yield CACHED.metered(
        resource,
        count * memory * circumstances.hours_per_month * SECONDS_PER_HOUR,
        f"{count.normalize():f} version(s) x {memory.normalize():f} GB x "
        f"{circumstances.hours_per_month.normalize():f} hours x 3600 s",
        usage="assumed" if versions is None else versions.status,
    )
    restores = RESTORES.given(usage)
    if restores is None:
        yield RESTORED.without_use(resource, RESTORES.key)
    else:
        yield RESTORED.metered(
            resource,
            restores.quantity * memory,
            f"{restores.quantity.normalize():f} restores x {memory.normalize():f} GB",
            usage=restores.status,
        )


def _at_edge(resource: Resource, runs: Runs | None) -> Iterator[Charge]:
    """Requests and GB-seconds at the edge's rates, which hold for every location."""
    yield _requests_at(EDGE_REQUESTS, resource, runs)
    memory = shape_of(resource).memory_gb
    if isinstance(memory, Unknown):
        yield EDGE_DURATION.gap(resource, _UNKNOWN_MEMORY)
    else:
        yield gb_seconds(EDGE_DURATION, resource, runs, memory)


_UNKNOWN_CPU = "its architectures are not known before deployment"
_UNKNOWN_MEMORY = "its memorySize is not known before deployment"


TYPES = {
    "aws:lambda/function:Function": Type(
        billed=(
            "A function is billed by the request and by its memory times the time that "
            "requests run."
        ),
        source=SOURCE,
        meters=(DURATION, STORAGE, EDGE_REQUESTS, EDGE_DURATION, CACHED, RESTORED),
        uses=(REQUESTS, DURATION_MS, VERSIONS, RESTORES, TRACES),
        rule=function,
        terraform="aws_lambda_function",
        notes="""
A million requests and 400,000 GB-seconds a month are free for the account, over both
architectures together. GB-seconds are requests x `request_duration_ms` x `memorySize`
(128 MB where it says none). `/tmp` above 512 MB is billed for the same seconds.

A function that a distribution of the stack runs (`lambdaFunctionAssociations`) is at the
edge: its requests have the edge's rates, and no part of the free million. A function
with `capacityProviderConfig` pays its requests only: the instances are its capacity
provider's. Traces are charged where `tracingConfig` is `Active`. The log group that
Lambda makes by itself is no resource of the stack, and no charge is made up for it.

SnapStart is free for Java; for Python and .NET the snapshots of published versions are
billed as long as they exist. Old versions stay until someone deletes them:
`snapstart_versions`.
""",
        not_modelled=(
            "a distribution of another stack that runs it, traffic out (the account's)"
        ),
    ),
}

FREE = free(
    "lambda",
    {
        "a name, a right or a setting of a function, whose requests are charged": (
            "CodeSigningConfig FunctionEventInvokeConfig "
            "FunctionRecursionConfig Permission ResourcePolicy "
            "RuntimeManagementConfig"
        ),
        "layers are kept within the account's limit for code, at no charge": (
            "LayerVersion LayerVersionPermission"
        ),
        "a bound on managed instances, which the capacity provider pays": (
            "FunctionScalingConfig"
        ),
        "the one request of a deployment is among the function's requests": (
            "Invocation"
        ),
    },
)

UNPRICED = unpriced(
    "lambda",
    {
        "the network connector of MicroVMs may be charged; Farebox knows no price": (
            "CoreNetworkConnector"
        ),
        "the images of MicroVMs are stored, and what runs from them is charged": (
            "MicrovmsImage"
        ),
    },
)
