"""AWS Lambda: what is metered of a function, and what its inputs say of it.

Source: https://aws.amazon.com/lambda/pricing/
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag
from farebox.rules.service import Key, Meter, Metric, Use
from farebox.rules.shapes import amount, field, text, values_of

SOURCE = "https://aws.amazon.com/lambda/pricing/"
SERVICE = "AWSLambda"
GB_SECOND = "Lambda-GB-Second"

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"

MB_PER_GB = Decimal(1024)
MS_PER_SECOND = Decimal(1000)
DEFAULT_MEMORY_MB = Decimal(128)
FREE_STORAGE_MB = Decimal(512)
"""What a function gets that does not ask, and what of `/tmp` costs nothing.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

REQUESTS = Use(
    key="monthly_requests",
    service=SERVICE,
    usage_type="Request{arm}",
    unit="Requests",
    says="requests",
    metrics=(
        Metric(
            namespace="AWS/Lambda",
            names=("Invocations",),
            dimensions={"FunctionName": "name"},
        ),
    ),
)
DURATION_MS = Key(
    key="request_duration_ms",
    says="how long one request runs on average",
    unit="ms",
    metrics=(
        Metric(
            namespace="AWS/Lambda",
            names=("Duration",),
            dimensions={"FunctionName": "name"},
            counts="level",
            stat="Average",
        ),
    ),
)
DURATION = Meter(
    service=SERVICE,
    usage_type="Lambda-GB-Second{arm}",
    unit=GB_SECOND,
    says="duration",
)
STORAGE = Meter(
    service=SERVICE,
    usage_type="Lambda-Storage-GB-Second{arm}",
    unit=GB_SECOND,
    says="ephemeral storage over 512 MB",
)
EDGE_REQUESTS = Meter(
    service=SERVICE,
    usage_type="Lambda-Edge-Request",
    unit="Requests",
    says="requests at the edge",
)
EDGE_DURATION = Meter(
    service=SERVICE,
    usage_type="Lambda-Edge-GB-Second",
    unit=GB_SECOND,
    says="duration at the edge",
)
CACHED = Meter(
    service=SERVICE,
    usage_type="Lambda-SnapStart-Cached-GB-S",
    unit=GB_SECOND,
    says="snapshots of SnapStart",
)
RESTORED = Meter(
    service=SERVICE,
    usage_type="Lambda-SnapStart-Restored-GB",
    unit="GB",
    says="restores of SnapStart",
)
STREAMED = Use(
    key="monthly_streamed_gb",
    service=SERVICE,
    usage_type="Lambda-Streaming-Response-Processed-Bytes{arm}",
    unit="GB",
    says="streamed responses, above 6 MB of each",
)


class Shape(Struct, frozen=True):
    """What decides the rates of a function: its memory, and the suffix of its CPU."""

    memory_gb: Decimal | Unknown
    arm: str | Unknown


def shape_of(function: Resource) -> Shape:
    """Memory in GB (128 MB where none is given), and `-ARM` where it runs on Graviton.

    Raises InvalidInput for a memory that cannot be.
    """
    memory_mb = amount(function, function.input("memorySize"), "a memorySize of")
    if memory_mb is None:
        memory_mb = DEFAULT_MEMORY_MB
    memory = UNKNOWN if isinstance(memory_mb, Unknown) else memory_mb / MB_PER_GB
    return Shape(memory, arm_suffix(function.input("architectures")))


def arm_suffix(architectures: Any) -> str | Unknown:
    """`-ARM` for arm64, nothing for x86_64, which is also what AWS takes by itself."""
    named = values_of(architectures)
    if UNKNOWN in named:
        return UNKNOWN
    return "-ARM" if "arm64" in named else ""


def function_behind(
    graph: ResourceGraph, resource: Resource, input_name: str = "functionName"
) -> Resource | None:
    """The one function that an input names, by itself or by an alias of it."""
    value = resource.input(input_name)
    if isinstance(value, str) and ":function:" in value:
        value = value.partition(":function:")[2].partition(":")[0]
    found = graph.references(resource, input_name, value, (FUNCTION, ALIAS))
    functions = [item for item in found if item.type == FUNCTION]
    if not functions and len(found) == 1:
        return function_behind(graph, found[0])
    return functions[0] if len(functions) == 1 else None


def extra_storage_gb(function: Resource) -> Decimal | Unknown:
    """GB of `/tmp` above the 512 MB that cost nothing."""
    size = field(function.input("ephemeralStorage"), "size")
    found = amount(function, size, "an ephemeralStorage size of")
    if isinstance(found, Unknown):
        return UNKNOWN
    return max((found or FREE_STORAGE_MB) - FREE_STORAGE_MB, Decimal(0)) / MB_PER_GB


def snapshot_runtime(function: Resource) -> str | Unknown | None:
    """The runtime whose snapshots are charged; None where there are none, or for free.

    SnapStart is for published versions, and costs nothing for Java.
    """
    applied = text(field(function.input("snapStart"), "applyOn"))
    if applied in (None, "None"):
        return None
    published = flag(function.input("publish"))
    if applied is UNKNOWN or published is UNKNOWN:
        return UNKNOWN
    if not published:
        return None
    if text(function.input("packageType")) == "Image":
        return "container image"
    runtime = text(function.input("runtime"))
    if isinstance(runtime, str) and runtime.startswith("java"):
        return None
    return runtime
