"""AWS Amplify Hosting: minutes of builds, what is stored and served, pages made on demand.

Source: https://aws.amazon.com/amplify/pricing/
"""

from collections.abc import Iterator

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import Charge, Circumstances
from farebox.rules.service import GIB, Metric, Type, Use, free
from farebox.rules.shapes import field, text

SOURCE = "https://aws.amazon.com/amplify/pricing/"
SERVICE = "AWSAmplify"

BUILDS = Use(
    key="monthly_build_mins",
    service=SERVICE,
    usage_type="BuildDuration{machine}",
    unit="minutes",
    says="minutes of builds",
)
STORED = Use(
    key="storage_gb",
    service=SERVICE,
    usage_type="DataStorage",
    unit="GB-Mo",
    says="files hosted",
)
SERVED = Use(
    key="monthly_served_gb",
    service=SERVICE,
    usage_type="DataTransferOut",
    unit="GB",
    says="files served",
    metrics=(
        Metric(
            namespace="AWS/AmplifyHosting",
            names=("BytesDownloaded",),
            dimensions={"App": "id"},
            unit=GIB,
        ),
    ),
)
PAGES = Use(
    key="monthly_ssr_requests",
    service=SERVICE,
    usage_type="HostingComputeRequestCount",
    unit="Requests",
    says="pages made on demand",
)
PAGE_TIME = Use(
    key="monthly_ssr_gb_seconds",
    service=SERVICE,
    usage_type="HostingComputeRequestDuration",
    unit="GB-Seconds",
    says="time in which pages are made",
)
MACHINES = {
    None: "",
    "STANDARD_8GB": "",
    "LARGE_16GB": "-Large16GB",
    "XLARGE_72GB": "-XLarge72GB",
}
STATIC = "WEB"


def app(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """Builds by the machine, storage and traffic; pages where they are made on demand."""
    machine = text(field(resource.input("jobConfig"), "buildComputeType"))
    if machine is UNKNOWN:
        yield BUILDS.gap(resource, "its buildComputeType is not known yet", machine="")
    else:
        said = str(machine) if machine else None
        yield BUILDS.charge(resource, usage, machine=MACHINES.get(said, f"-{said}"))
    yield STORED.charge(resource, usage)
    yield SERVED.charge(resource, usage)
    if text(resource.input("platform")) not in (None, STATIC):
        yield PAGES.charge(resource, usage)
        yield PAGE_TIME.charge(resource, usage)


TYPES = {
    "aws:amplify/app:App": Type(
        billed=(
            "An app is billed by the minute of builds, the GB-month that it stores, the "
            "GB that it serves, and pages that are made on demand."
        ),
        source=SOURCE,
        uses=(BUILDS, STORED, SERVED, PAGES, PAGE_TIME),
        rule=app,
        terraform="aws_amplify_app",
        notes=(
            "Pages made on demand are charged where `platform` is not `WEB`. Storage and "
            "traffic are those of all branches."
        ),
        not_modelled="a firewall of the app, by the month",
    ),
}

FREE = free(
    "amplify",
    {
        "part of an app, whose builds and traffic are charged": (
            "BackendEnvironment Branch DomainAssociation Webhook"
        )
    },
)
