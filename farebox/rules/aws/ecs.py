"""Amazon ECS: clusters and services; their tasks on Fargate are in `fargate`.

Source: https://aws.amazon.com/ecs/pricing/
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from farebox.bill.usage import Given, Usage
from farebox.graph import UNKNOWN, Resource, ResourceGraph, Unknown
from farebox.rules.aws.fargate import (
    SERVICE,
    TASK_METERS,
    Runs,
    task_charges,
    task_of,
)
from farebox.rules.aws.task_placement import Placement, by_market, placement_of
from farebox.rules.charges import (
    Charge,
    Circumstances,
    Gap,
    NoCharge,
    key_of,
)
from farebox.rules.machines.launch import DATA_TYPE
from farebox.rules.machines.uses import VOLUME_METERS
from farebox.rules.machines.volumes import VolumeSpec, volume_charges
from farebox.rules.scaled import scaled, targets_of
from farebox.rules.service import Key, Type, Use, free, unpriced
from farebox.rules.shapes import (
    amount,
    block,
    blocks,
    field,
    holds_unknown,
    text,
)

INSIGHT_METRICS = Use(
    key="monthly_metrics",
    service="AmazonCloudWatch",
    usage_type="CW:MetricMonitorUsage",
    unit="Metrics",
    says="metrics of Container Insights",
)
TASKS = Key(key="tasks", says="tasks that run; goes before desiredCount", unit="tasks")

DESIRED = "ecs:service:DesiredCount"
CLUSTERS = frozenset(("aws:ecs/cluster:Cluster",))
PLACED_BY = ("launchType", "capacityProviderStrategies")
INSIGHTS = frozenset({"enabled", "enhanced"})


def cluster(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Iterator[Charge]:
    """A cluster costs nothing; Container Insights on it writes charged metrics.

    Source: https://aws.amazon.com/ecs/pricing/ and, for Container Insights,
    https://aws.amazon.com/cloudwatch/pricing/
    """
    settings = resource.input("settings")
    named = [setting.get("name") for setting in blocks(settings)]
    if holds_unknown(settings) or UNKNOWN in named:
        yield Gap("unknown-input", "whether Container Insights is on is not known")
        return
    for setting in blocks(settings):
        if setting.get("name") is UNKNOWN:
            yield Gap("unknown-input", "which settings it has is not known yet")
            return
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
    types of their own. Volumes that ECS makes for tasks are billed on both. The usage
    key `tasks` goes before desiredCount.
    Source: https://aws.amazon.com/fargate/pricing/
    """
    said = {name: resource.input(name) for name in PLACED_BY}
    cluster = resource.input("cluster")
    placement = placement_of(circumstances.graph, resource, said, "cluster", cluster)
    volumes = resource.input("volumeConfiguration")
    if isinstance(placement, Gap):
        yield placement
        return
    if not placement:
        yield NoCharge("its tasks run on machines that are charged by themselves")
        if volumes in (None, []):
            return
    tasks = _tasks(resource, usage, circumstances)
    if isinstance(tasks, Gap):
        yield tasks
        return
    if tasks.quantity == 0:
        yield NoCharge("it asks for no tasks")
        return
    if placement:
        yield from _on_fargate(resource, circumstances, placement, tasks)
    yield from _managed_volumes(resource, volumes, tasks)


def _tasks(
    resource: Resource, usage: Usage, circumstances: Circumstances
) -> Given | Gap:
    """How many tasks run: as given, else as desired, within what scaling allows."""
    given = TASKS.given(usage)
    if given is not None:
        return given
    graph = circumstances.graph
    count = amount(resource, resource.input("desiredCount"), "a desired count of")
    targets = list(targets_of(resource, graph, DESIRED, _paths(resource, graph)))
    if targets and not isinstance(count, Unknown):
        allowed = scaled(count, targets, "tasks")
        if allowed is None:
            return Gap("unknown-input", "between how many tasks it scales is not known")
        return Given(circumstances.level.pick(allowed), allowed.status, "")
    if isinstance(count, Decimal):
        return Given(count, "given", "")
    return Gap(
        "no-usage",
        "how many tasks run is not known: it has no desiredCount, and no tasks "
        "are given",
        key_of(resource, SERVICE, "Fargate-vCPU-Hours:perCPU"),
        "hours",
        "tasks",
    )


def _paths(resource: Resource, graph: ResourceGraph) -> list[str]:
    """How a scaling target may name a service: by its cluster's name and its own."""
    cluster = resource.input("cluster")
    found = graph.references(resource, "cluster", cluster, CLUSTERS)
    names = [text(item.input("name")) for item in found]
    if isinstance(cluster, str):
        names.append(cluster.rpartition("/")[2])
    own = resource.input("name")
    return [f"service/{name or 'default'}/{own}" for name in names or ["default"]]


def _on_fargate(
    resource: Resource,
    circumstances: Circumstances,
    placement: Placement,
    tasks: Given,
) -> Iterator[Charge]:
    """The tasks on Fargate, those on spot apart."""
    definition = resource.input("taskDefinition")
    task = task_of(resource, circumstances, "taskDefinition", definition)
    if isinstance(task, Gap):
        yield task
        return
    address = field(resource.input("networkConfiguration"), "assignPublicIp")
    for spot, part in by_market(placement, tasks.quantity):
        source = f" ({tasks.source})" if tasks.source else ""
        because = f"{part.normalize():f} tasks all month{source}"
        hours = part * circumstances.hours_per_month
        runs = Runs(hours, because, tasks.status, spot)
        yield from task_charges(resource, task, runs, address)


def _managed_volumes(
    resource: Resource, volumes: Any, tasks: Given
) -> Iterator[Charge]:
    """The volume that ECS makes for each task, as long as the task runs.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ebs-volumes.html
    """
    if holds_unknown(volumes) or any(
        item.get("managedEbsVolume") is UNKNOWN for item in blocks(volumes)
    ):
        reason = "whether ECS makes volumes for its tasks is not known"
        yield Gap("unknown-input", reason)
        return
    for number, item in enumerate(blocks(volumes)):
        managed = block(item.get("managedEbsVolume"))
        if not managed:
            continue
        kind = text(managed.get("volumeType"))
        if isinstance(kind, Unknown):
            yield Gap("unknown-input", "the type of its tasks' volumes is not known")
            continue
        name = text(item.get("name")) or f"volume {number + 1}"
        size = amount(resource, managed.get("sizeInGb"), "a volume size of")
        spec = VolumeSpec(
            kind or DATA_TYPE,
            UNKNOWN if size is None else size,
            amount(resource, managed.get("iops"), "iops of"),
            amount(resource, managed.get("throughput"), "a throughput of"),
            f"{name}, made for each task",
        )
        status = tasks.status if kind else "assumed"
        yield from volume_charges(resource, spec, count=tasks.quantity, usage=status)
        if managed.get("volumeInitializationRate"):
            yield Gap(
                "no-price",
                "the rate at which a volume is filled from its snapshot is charged by "
                "the GB, and Farebox knows no price for it",
            )


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
        meters=(*TASK_METERS, *VOLUME_METERS),
        uses=(TASKS,),
        rule=service,
        terraform="aws_ecs_service",
        notes="""
`desiredCount` tasks all month, or the usage key `tasks`, which a service that scales needs.
With capacity provider strategies each base comes first and the rest is shared by weight; a
service that names neither takes its cluster's default, which another resource of the stack
may state. A service on EC2 is free: its machines are charged. A volume that ECS makes for
each task (`managedEbsVolume`) is charged on both, gp2 where it names no type. A task takes its definition's `cpu`
(`256`, `.25 vCPU`) and `memory` (`512`, `0.5 GB`); Windows tasks have
usage types of their own, and their licence beside. A definition outside the stack is `unknown-input`.
""",
        not_modelled="Service Connect",
    ),
}

FREE = free(
    "ecs",
    {
        "a description; the tasks that run it are charged, where they are started": (
            "TaskDefinition DaemonTaskDefinition"
        ),
        "a setting of a cluster or of the account; what runs is charged": (
            "AccountSettingDefault CapacityProvider ClusterCapacityProviders Tag"
        ),
    },
)

UNPRICED = unpriced(
    "ecs",
    {
        "its tasks are charged by what they run on, like those of a service": "TaskSet",
        "its tasks run on machines that ECS manages, for which it charges a fee": "Daemon",
        "it makes a service on Fargate and a load balancer, which are charged": (
            "ExpressGatewayService"
        ),
    },
)
