"""Amazon ECS: clusters and services; their tasks on Fargate are in `fargate`.

Source: https://aws.amazon.com/ecs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Usage
from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.rules.aws.fargate import (
    SERVICE,
    TASK_METERS,
    Runs,
    task_charges,
    task_of,
)
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    NoCharge,
    key_of,
)
from farebox.rules.service import Key, Type, Use, free
from farebox.rules.shapes import amount, blocks, field, text

INSIGHT_METRICS = Use(
    key="monthly_metrics",
    service="AmazonCloudWatch",
    usage_type="CW:MetricMonitorUsage",
    unit="Metrics",
    says="metrics of Container Insights",
)
TASKS = Key(key="tasks", says="tasks that run; goes before desiredCount", unit="tasks")

ZERO = Decimal(0)
INSIGHTS = frozenset({"enabled", "enhanced"})


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster costs nothing; Container Insights on it writes charged metrics.

    Source: https://aws.amazon.com/ecs/pricing/ and, for Container Insights,
    https://aws.amazon.com/cloudwatch/pricing/
    """
    for setting in blocks(resource.input("settings")):
        if setting.get("name") != "containerInsights":
            continue
        value = text(setting.get("value"))
        if isinstance(value, Unknown):
            yield Gap("unknown-input", "whether Container Insights is on is not known")
            return
        if value in INSIGHTS:
            yield INSIGHT_METRICS.charge(resource, usage)
            return
    yield NoCharge("a cluster is a name; what runs in it is charged")


def service(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A service on Fargate is billed for the vCPU and GB of its tasks, all month.

    On EC2 its instances are charged, by themselves. Tasks on Fargate Spot have usage
    types of their own. The usage key `tasks` goes before desiredCount.
    Source: https://aws.amazon.com/fargate/pricing/
    """
    given = TASKS.given(usage)
    launch = text(resource.input("launchType"))
    strategies = resource.input("capacityProviderStrategies")
    if launch is UNKNOWN or strategies is UNKNOWN:
        yield Gap("unknown-input", "what its tasks run on is not known yet")
        return
    providers = blocks(strategies)
    shares = [_fargate(item.get("capacityProvider")) for item in providers]
    if launch in ("EC2", "EXTERNAL") or (shares and not any(shares)):
        yield NoCharge("its tasks run on machines that are charged by themselves")
        return
    if launch != "FARGATE" and not providers:
        yield Gap(
            "unknown-input",
            "its tasks run where the cluster's default says; give launchType or "
            "capacityProviderStrategies to price it",
        )
        return
    count = amount(resource, resource.input("desiredCount"), "a desired count of")
    if given is not None:
        tasks, status, source = given.quantity, given.status, given.source
    elif isinstance(count, Decimal):
        tasks, status, source = count, "given", ""
    else:
        yield Gap(
            "no-usage",
            "how many tasks run is not known: it has no desiredCount, and no tasks "
            "are given",
            key_of(resource, SERVICE, "Fargate-vCPU-Hours:perCPU"),
            "hours",
            "tasks",
        )
        return
    if tasks == 0:
        yield NoCharge("it asks for no tasks")
        return
    task = task_of(
        resource, circumstances, "taskDefinition", resource.input("taskDefinition")
    )
    if isinstance(task, Gap):
        yield task
        return
    because = source or f"{tasks.normalize():f} tasks all month"
    for spot, part in _by_provider(providers, tasks):
        if part:
            hours = part * circumstances.hours_per_month
            yield from task_charges(
                resource,
                task,
                Runs(hours, because, status, spot),
                field(resource.input("networkConfiguration"), "assignPublicIp"),
            )


def _fargate(provider: Any) -> bool:
    return text(provider) in ("FARGATE", "FARGATE_SPOT")


def _by_provider(
    providers: list[dict[str, Any]], tasks: Decimal
) -> Iterator[tuple[bool, Decimal]]:
    """Tasks on demand and on spot: first each base, then the rest by weight.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    """
    if not providers:
        yield False, tasks
        return
    rest, parts = tasks, {True: ZERO, False: ZERO}
    weights = {True: ZERO, False: ZERO}
    for item in providers:
        spot = item.get("capacityProvider") == "FARGATE_SPOT"
        base = min(_plain(item.get("base")), rest)
        rest -= base
        if _fargate(item.get("capacityProvider")):
            parts[spot] += base
            weights[spot] += _plain(item.get("weight"))
    others = sum(
        (
            _plain(item.get("weight"))
            for item in providers
            if not _fargate(item.get("capacityProvider"))
        ),
        ZERO,
    )
    whole = weights[True] + weights[False] + others
    for spot, part in parts.items():
        yield spot, part + (rest * weights[spot] / whole if whole else ZERO)


def _plain(value: Any) -> Decimal:
    return Decimal(value) if type(value) is int and 0 < value <= 100_000 else ZERO


TYPES = {
    "aws:ecs/cluster:Cluster": Type(
        billed="A cluster costs nothing; Container Insights on it writes charged metrics.",
        source="https://aws.amazon.com/ecs/pricing/",
        uses=(INSIGHT_METRICS,),
        rule=cluster,
        terraform="aws_ecs_cluster",
    ),
    "aws:ecs/service:Service": Type(
        billed="A service on Fargate is billed for the vCPU and GB of its tasks, all month.",
        source="https://aws.amazon.com/fargate/pricing/",
        meters=TASK_METERS,
        uses=(TASKS,),
        rule=service,
        terraform="aws_ecs_service",
        notes="""
`desiredCount` tasks all month, or the usage key `tasks`, which a service that scales needs.
With capacity provider strategies each base comes first and the rest is shared by weight. A
service on EC2 is free: its machines are charged. A task takes its definition's `cpu`
(`256`, `.25 vCPU`) and `memory` (`512`, `0.5 GB`); Windows tasks are `no-price`: their
licence is a charge of its own. A definition outside the stack is `unknown-input`.
""",
        not_modelled="volumes that ECS manages, Service Connect",
    ),
}

FREE = free(
    "ecs",
    {
        "a description; the tasks that run it are charged, where they are started": (
            "TaskDefinition"
        ),
        "a setting of a cluster or of the account; what runs is charged": (
            "AccountSettingDefault CapacityProvider ClusterCapacityProviders Tag"
        ),
    },
)
