"""Endpoints of Amazon SageMaker: machines by the hour, or the seconds of requests.

Source: https://aws.amazon.com/sagemaker/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import Assumption, exactly
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE, Charge, Circumstances, Gap, by_program
from farebox.rules.known import known_amount, known_blocks, known_text, unknown
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Meter, Type, Use
from farebox.rules.shapes import block, field

SOURCE = "https://aws.amazon.com/sagemaker/pricing/"
SERVICE = "AmazonSageMaker"

CONFIGURATIONS = frozenset(
    ("aws:sagemaker/endpointConfiguration:EndpointConfiguration",)
)

TARGETS = frozenset(("aws:appautoscaling/target:Target",))
DIMENSION = "sagemaker:variant:DesiredInstanceCount"

MIB_PER_GIB = Decimal(1024)

HOURS = Meter(
    service=SERVICE,
    usage_type="{kind}:{type}",
    operation="RunInstance",
    unit="Hrs",
    says="endpoint on {type}",
)
DISK = Meter(
    service=SERVICE,
    usage_type="Host:VolumeUsage.gp2",
    operation="CreateVolume-Gp2",
    unit="GB-Mo",
    says="ML storage of the endpoint",
)
SECONDS = Use(
    key="monthly_inference_seconds",
    service=SERVICE,
    usage_type="ServerlessInf:Mem-{size}GB",
    operation="Serverless",
    unit="seconds",
    says="requests to a serverless endpoint of {size} GB",
)
DATA_IN = Use(
    key="monthly_data_in_gb",
    service=SERVICE,
    usage_type="Hst:Data-Bytes-In",
    operation="Invoke-Endpoint",
    unit="GB",
    says="data into the endpoint",
    optional=True,
)
DATA_OUT = Use(
    key="monthly_data_out_gb",
    service=SERVICE,
    usage_type="Hst:Data-Bytes-Out",
    operation="Invoke-Endpoint",
    unit="GB",
    says="data out of the endpoint",
    optional=True,
)
MACHINES = Key(
    key="instances",
    says="machines of each variant as a rule, where the endpoint scales",
    unit="instances",
)


def endpoint(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """The variants of its configuration: machines all month, or requests alone."""
    tell_of_folder(resource, circumstances, "Endpoints", "/aws/sagemaker/Endpoints/")
    name = resource.input("endpointConfigName")
    found = circumstances.graph.references(
        resource, "endpointConfigName", name, CONFIGURATIONS
    )
    if len(found) != 1:
        yield Gap("unknown-input", "the configuration of the endpoint is not known")
        return
    config = found[0]
    kind = "Host"
    if config.input("asyncInferenceConfig") not in (None, {}, []):
        kind = "AsyncInf"
    variants = []
    for part in ("productionVariants", "shadowProductionVariants"):
        said = known_blocks(config.input(part), part)
        if isinstance(said, Gap):
            yield said
            return
        variants += said
    if not variants:
        yield Gap("unknown-input", "the configuration names no variant")
    for variant in variants:
        yield from _variant(resource, usage, circumstances, variant, kind)
    yield from DATA_IN.where_given(resource, usage)
    yield from DATA_OUT.where_given(resource, usage)


def _variant(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    variant: dict[str, Any],
    kind: str,
) -> Iterator[Charge]:
    serverless = block(variant.get("serverlessConfig"))
    if variant.get("serverlessConfig") is UNKNOWN:
        yield unknown("serverlessConfig")
        return
    if serverless:
        yield from _serverless(resource, usage, serverless)
        return
    size = known_text(variant.get("instanceType"), "instanceType")
    machines = _machines(resource, usage, circumstances, variant)
    for gap in (size, machines):
        if isinstance(gap, Gap):
            yield HOURS.gap(resource, gap.reason, kind=kind, type="")
            return
    assert isinstance(machines, Assumption)
    count = circumstances.level.pick(machines)
    yield HOURS.metered(
        resource,
        count * circumstances.hours_per_month,
        f"{count:f} machines all month",
        usage=machines.status,
        kind=kind,
        type=str(size),
    )
    said = variant.get("volumeSizeInGb")
    if said is None:
        return
    gib = known_amount(resource, said, "volumeSizeInGb")
    if isinstance(gib, Gap):
        yield DISK.gap(resource, gib.reason)
    else:
        yield DISK.metered(
            resource,
            count * gib,
            f"{count:f} machines x {gib:f} GiB",
            usage=machines.status,
        )


def _machines(
    resource: Resource,
    usage: Usage,
    circumstances: Circumstances,
    variant: dict[str, Any],
) -> Assumption | Gap:
    """Machines of a variant; from the least to the most where AWS scales them.

    What scales it is the variant itself or targets of Application Auto Scaling.
    """
    count = known_amount(
        resource, variant.get("initialInstanceCount"), "initialInstanceCount", ONE
    )
    given = usage.assumption(MACHINES.key)
    if given is not None:
        return given
    if isinstance(count, Gap):
        return count
    scaling = block(variant.get("managedInstanceScaling"))
    bounds = [
        (target.input("minCapacity"), target.input("maxCapacity"))
        for target in _targets(resource, circumstances, variant.get("variantName"))
    ]
    if scaling.get("status") == "ENABLED":
        bounds.append(
            (scaling.get("minInstanceCount"), scaling.get("maxInstanceCount"))
        )
    low = high = count
    for said in bounds:
        least = known_amount(resource, said[0], "least machines", count)
        most = known_amount(resource, said[1], "most machines", count)
        if isinstance(least, Gap):
            return least
        if isinstance(most, Gap):
            return most
        low, high = min(low, least), max(high, most)
    if not bounds:
        return exactly(count, status=by_program(variant.get("initialInstanceCount")))
    return Assumption(low, count, high, status="assumed")


def _targets(
    resource: Resource, circumstances: Circumstances, variant: Any
) -> Iterator[Resource]:
    """The targets that scale a variant; one that names none may be any's.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
    """
    graph, name = circumstances.graph, resource.input("name")
    referring = {item.urn for item in graph.referrers(resource, TARGETS)}
    for kind in TARGETS:
        for target in graph.by_type.get(kind, ()):
            if target.input("scalableDimension") != DIMENSION:
                continue
            said = target.input("resourceId")
            if said is UNKNOWN:
                meant = target.urn in referring
            elif name is UNKNOWN:
                meant = str(said).endswith(f"/variant/{variant}")
            else:
                meant = said == f"endpoint/{name}/variant/{variant}"
            if meant:
                yield target


def _serverless(
    resource: Resource, usage: Usage, said: dict[str, Any]
) -> Iterator[Charge]:
    mib = known_amount(resource, said.get("memorySizeInMb"), "memorySizeInMb")
    if isinstance(mib, Gap):
        yield mib
        return
    yield SECONDS.charge(resource, usage, size=f"{mib / MIB_PER_GIB:f}")
    kept = field(said, "provisionedConcurrency")
    if kept not in (None, 0):
        reason = "concurrency that is kept ready has a rate of its own by the second"
        yield Gap("no-price", reason)


TYPES = {
    "aws:sagemaker/endpoint:Endpoint": Type(
        billed=(
            "An endpoint is billed for the machines of its variants by the hour, or "
            "for the seconds that serverless requests take."
        ),
        source=SOURCE,
        meters=(HOURS, DISK),
        uses=(SECONDS, DATA_IN, DATA_OUT, MACHINES),
        rule=endpoint,
        terraform="aws_sagemaker_endpoint",
        not_modelled=(
            "disks of machines for which no volumeSizeInGb is named, schedules of scaling"
        ),
    )
}
