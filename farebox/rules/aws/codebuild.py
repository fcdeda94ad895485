"""AWS CodeBuild: minutes of builds by machine, seconds on Lambda, fleets that stand ready.

Source: https://aws.amazon.com/codebuild/pricing/
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.charges import Charge, Circumstances, Gap, NoCharge
from farebox.rules.made_logs import tell_of_logs
from farebox.rules.service import Meter, Metric, Type, Use, free
from farebox.rules.shapes import block, field, text

SOURCE = "https://aws.amazon.com/codebuild/pricing/"
SERVICE = "CodeBuild"
SECONDS_PER_MINUTE = Decimal(60)

MINUTES = Use(
    key="monthly_build_mins",
    service=SERVICE,
    usage_type="Build-Min:{system}:g1.{size}",
    unit="minutes",
    says="builds on {system}, {size}",
    # Each build counts whole minutes on the bill, seconds here.
    metrics=(
        Metric(
            namespace="AWS/CodeBuild",
            names=("Duration",),
            dimensions={"ProjectName": "name"},
            unit=SECONDS_PER_MINUTE,
        ),
    ),
)
SECONDS = Meter(
    service=SERVICE,
    usage_type="Build-Sec:Linux:Lambda:{cpu}.{size}",
    unit="seconds",
    says="builds on Lambda, {cpu}, {size}",
)

SYSTEMS = {
    "LINUX_CONTAINER": "Linux",
    "LINUX_GPU_CONTAINER": "LinuxGPU",
    "ARM_CONTAINER": "ARM",
    "WINDOWS_CONTAINER": "Windows",
    "WINDOWS_SERVER_2019_CONTAINER": "Windows",
    "WINDOWS_SERVER_2022_CONTAINER": "Windows",
}
ON_LAMBDA = {"LINUX_LAMBDA_CONTAINER": "x86-64", "ARM_LAMBDA_CONTAINER": "arm"}
SIZE = re.compile(r"BUILD_(?:GENERAL1|LAMBDA)_(\w+)")
"""`BUILD_GENERAL1_SMALL` is `small` in the list, `BUILD_LAMBDA_2GB` is `2GB`.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
"""


def project(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Builds by the minute of the machine that the environment names."""
    logs = field(resource.input("logsConfig"), "cloudwatchLogs")
    if field(logs, "status") != "DISABLED":
        own = text(field(logs, "groupName"))
        tell_of_logs(resource, circumstances, own, "/aws/codebuild")
    environment = resource.input("environment")
    if block(field(environment, "fleet")):
        yield NoCharge("its builds run on a fleet, which is charged", "priced-with")
        return
    kind = text(field(environment, "type"))
    compute = text(field(environment, "computeType"))
    if isinstance(kind, Unknown) or isinstance(compute, Unknown):
        yield Gap(
            "unknown-input", "the machine of its builds is not known before deployment"
        )
        return
    found = SIZE.fullmatch(compute or "")
    if found and kind in SYSTEMS:
        size = found[1].lower()
        yield MINUTES.charge(resource, usage, system=SYSTEMS[kind], size=size)
    elif found and kind in ON_LAMBDA:
        yield _on_lambda(resource, usage, ON_LAMBDA[kind], found[1])
    else:
        yield Gap(
            "no-price",
            f"builds on {kind}, {compute} are charged, and Farebox knows no price",
        )


def _on_lambda(resource: Resource, usage: Usage, cpu: str, size: str) -> Charge:
    minutes = MINUTES.given(usage)
    if minutes is None:
        return SECONDS.without_use(resource, MINUTES.key, cpu=cpu, size=size)
    return SECONDS.metered(
        resource,
        minutes.quantity * SECONDS_PER_MINUTE,
        f"{minutes.quantity.normalize():f} minutes x 60 s",
        usage=minutes.status,
        cpu=cpu,
        size=size,
    )


def fleet(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Machines that stand ready are charged by the minute, whether builds run or not."""
    count = resource.input("baseCapacity")
    many = "" if count is None or count is UNKNOWN else f"{count} "
    compute = text(resource.input("computeType"))
    kind = f" of {compute}" if isinstance(compute, str) else ""
    yield Gap(
        "no-price",
        f"{many}machines{kind} that stand ready are charged all month, and Farebox "
        "knows no price for them",
    )


TYPES = {
    "aws:codebuild/project:Project": Type(
        billed="A project is billed by the minute of builds, at its machine's rate.",
        source=SOURCE,
        meters=(SECONDS,),
        uses=(MINUTES,),
        rule=project,
        terraform="aws_codebuild_project",
        notes=(
            "A build counts whole minutes; on Lambda it counts seconds, here 60 for each "
            "of `monthly_build_mins`. 100 minutes of the smallest machine and 6,000 "
            "seconds of the smallest function are free for the account. Builds on a "
            "fleet are paid with it."
        ),
        not_modelled="a Docker server of the project, more than one size in batch builds",
    ),
    "aws:codebuild/fleet:Fleet": Type(
        billed="A fleet is charged for machines that stand ready.",
        source=SOURCE,
        rule=fleet,
        terraform="aws_codebuild_fleet",
    ),
}

FREE = free(
    "codebuild",
    {
        "part of a project, whose builds are charged": (
            "ReportGroup ResourcePolicy SourceCredential Webhook"
        )
    },
)
