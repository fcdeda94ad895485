"""AWS App Runner: memory that stands ready, CPU that works, builds, deployments.

Source: https://aws.amazon.com/apprunner/pricing/
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.graph.values import flag, number
from farebox.rules.charges import ONE, Charge, Circumstances, by_program
from farebox.rules.made_logs import tell_of_folder
from farebox.rules.service import Key, Meter, Type, Use, free
from farebox.rules.shapes import amount, block, field, text

SOURCE = "https://aws.amazon.com/apprunner/pricing/"
SERVICE = "AWSAppRunner"
SCALING = (
    "aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion"
)

PROVISIONED = Meter(
    service=SERVICE,
    usage_type="AppRunner-Provisioned-GB-hours",
    unit="hours",
    says="memory of provisioned instances",
)
MEMORY = Meter(
    service=SERVICE,
    usage_type="AppRunner-GB-hours",
    unit="hours",
    says="memory of instances beyond the provisioned ones",
)
CPU = Meter(
    service=SERVICE,
    usage_type="AppRunner-vCPU-hours",
    unit="vCPU-hour",
    says="CPU of active instances",
)
BUILDS = Use(
    key="monthly_build_mins",
    service=SERVICE,
    usage_type="AppRunner-Build-mins",
    unit="minutes",
    says="minutes of builds",
)
DEPLOYMENTS = Meter(
    service=SERVICE,
    usage_type="AppRunner-AutomaticDeployment",
    unit="Applications",
    says="automatic deployments",
    per="month",
    because="each change of the source is deployed",
)
ACTIVE_HOURS = Key(
    key="active_instance_hrs",
    says="hours that instances answer requests, over all instances",
    unit="hours",
)
MORE_HOURS = Key(
    key="scaled_out_instance_hrs",
    says="those of them beyond the provisioned instances",
    unit="hours",
)

SIZE = re.compile(r"\s*([0-9.]+)\s*(vCPU|GB)\s*", re.IGNORECASE)
UNITS_PER_VCPU = Decimal(1024)
MB_PER_GB = Decimal(1024)
DEFAULT_CPU, DEFAULT_MEMORY = ONE, Decimal(2)
DEFAULT_MINIMUM = ONE
"""What a service gets that does not ask: 1 vCPU, 2 GB, one provisioned instance.

Source: https://docs.aws.amazon.com/apprunner/latest/api/API_InstanceConfiguration.html
"""


def service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Provisioned memory all month, CPU while active, builds, automatic deployments."""
    tell_of_folder(resource, circumstances, "Services of App Runner", "/aws/apprunner/")
    settings = resource.input("instanceConfiguration")
    memory = _size(field(settings, "memory"), MB_PER_GB, DEFAULT_MEMORY)
    cpu = _size(field(settings, "cpu"), UNITS_PER_VCPU, DEFAULT_CPU)
    least, said = _least_instances(circumstances.graph, resource)
    status = by_program(field(settings, "memory"), said)
    yield _provisioned(resource, circumstances, memory, least, status)
    yield _active(resource, usage, cpu)
    yield from _scaled_out(resource, usage, memory)
    source = resource.input("sourceConfiguration")
    code = field(source, "codeRepository")
    if code is UNKNOWN:
        yield BUILDS.gap(resource, "whether it builds its code is not known yet")
    elif block(code):
        yield BUILDS.charge(resource, usage)
    automatic = flag(field(source, "autoDeploymentsEnabled"))
    if automatic is UNKNOWN:
        yield DEPLOYMENTS.gap(resource, "whether it deploys by itself is not known")
    elif automatic is not False:
        yield DEPLOYMENTS.all_month(resource, circumstances)


def _provisioned(
    resource: Resource,
    circumstances: Circumstances,
    memory: Decimal | Unknown,
    least: Decimal | Unknown,
    status: UsageStatus,
) -> Charge:
    if isinstance(memory, Unknown) or isinstance(least, Unknown):
        reason = "its memory or its smallest number of instances is not known"
        return PROVISIONED.gap(resource, reason)
    hours = circumstances.hours_per_month
    return PROVISIONED.metered(
        resource,
        least * memory * hours,
        f"{least.normalize():f} x {memory.normalize():f} GB x {hours.normalize():f} hours",
        usage=status,
    )


def _active(resource: Resource, usage: Usage, cpu: Decimal | Unknown) -> Charge:
    active = ACTIVE_HOURS.given(usage)
    if isinstance(cpu, Unknown):
        return CPU.gap(resource, "its cpu is not known before deployment")
    if active is None:
        return CPU.without_use(resource, ACTIVE_HOURS.key)
    return CPU.metered(
        resource,
        active.quantity * cpu,
        f"{active.quantity.normalize():f} hours x {cpu.normalize():f} vCPU",
        usage=active.status,
    )


def _scaled_out(
    resource: Resource, usage: Usage, memory: Decimal | Unknown
) -> Iterator[Charge]:
    """Memory of what runs beyond the provisioned instances, where the file gives it."""
    more = MORE_HOURS.given(usage)
    if more is None:
        if ACTIVE_HOURS.given(usage) is None:
            yield MEMORY.without_use(resource, MORE_HOURS.key)
    elif isinstance(memory, Unknown):
        yield MEMORY.gap(resource, "its memory is not known before deployment")
    else:
        yield MEMORY.metered(
            resource,
            more.quantity * memory,
            f"{more.quantity.normalize():f} hours x {memory.normalize():f} GB",
            usage=more.status,
        )


def _size(given: Any, per_unit: Decimal, default: Decimal) -> Decimal | Unknown:
    """`2 GB` or `2048`, `0.5 vCPU` or `512`, in GB or vCPU."""
    if isinstance(given, Unknown):
        return given
    written = SIZE.fullmatch(str(given)) if given is not None else None
    if written:
        return Decimal(written[1])
    found = number(given)
    return default if found is None or isinstance(found, Unknown) else found / per_unit


def _least_instances(
    graph: ResourceGraph, resource: Resource
) -> tuple[Decimal | Unknown, object]:
    """The smallest number of instances, and what the scaling configuration says of it."""
    arn = resource.input("autoScalingConfigurationArn")
    if text(arn) is None:
        return DEFAULT_MINIMUM, None
    found = graph.references(resource, "autoScalingConfigurationArn", arn, (SCALING,))
    if len(found) != 1:
        return UNKNOWN, UNKNOWN
    said = found[0].input("minSize")
    least = amount(found[0], said, "a minSize of")
    return (DEFAULT_MINIMUM if least is None else least), said


TYPES = {
    "aws:apprunner/service:Service": Type(
        billed=(
            "A service is billed by the GB-hour of its provisioned instances, by the "
            "vCPU-hour while instances answer, by builds and automatic deployments."
        ),
        source=SOURCE,
        meters=(PROVISIONED, MEMORY, CPU, DEPLOYMENTS),
        uses=(ACTIVE_HOURS, MORE_HOURS, BUILDS),
        rule=service,
        terraform="aws_apprunner_service",
        notes=(
            "Without a size it has 1 vCPU and 2 GB, without a scaling configuration one "
            "provisioned instance. Active instances pay their CPU; their memory is paid "
            "already as long as they are provisioned ones."
        ),
        not_modelled="months in which the service is paused",
    ),
}

FREE = free(
    "apprunner",
    {
        "part of a service, whose instances are charged": (
            "AutoScalingConfigurationVersion Connection CustomDomainAssociation "
            "DefaultAutoScalingConfigurationVersion Deployment ObservabilityConfiguration "
            "VpcConnector"
        ),
        "the endpoint of the VPC that it uses is charged, not the connection": (
            "VpcIngressConnection"
        ),
    },
)
