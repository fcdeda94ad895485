"""What launches things that are billed and stand in no state: groups, clusters, policies.

AWS, its controllers and Karpenter tag what they make with its maker's name.
"""

import re
from collections.abc import Iterator, Mapping

from farebox.billed.charges import Charge
from farebox.billed.identities import identities, tail_of
from farebox.graph import Resource

NAMED: dict[str, tuple[str, str]] = {
    "aws:autoscaling/group:Group": ("auto_scaling_group", "name"),
    "aws:eks/cluster:Cluster": ("cluster", "name"),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": ("policy", "id"),
    "aws:ecs/service:Service": ("task_service", "name"),
    "aws:ec2/fleet:Fleet": ("fleet", "id"),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": ("fleet", "id"),
    "aws:emr/cluster:Cluster": ("launcher", "id"),
    "aws:elasticbeanstalk/environment:Environment": ("launcher", "name"),
    "aws:cloudformation/stack:Stack": ("launcher", "name"),
}
"""Under which tag a type's things are found, and the output that the tag has."""

BY_NAME = (
    "auto_scaling_group",
    "cluster",
    "node_group",
    "task",
    "task_service",
    "task_cluster",
    "launcher",
)
"""Kinds of tags that hold a name, which another account or region may have too."""

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LAUNCHING = frozenset((*NAMED, NODE_GROUP))
"""Types that launch machines or tasks."""

ECS_SERVICE = "aws:ecs/service:Service"
TASK = re.compile(r":task/([^/]+)/")
POD = re.compile(r":pod/([^/]+)/")

Launcher = tuple[str, str]
"""A kind of tag, and what it says."""


def launches(resource: Resource) -> Iterator[Launcher]:
    """Under which tags what the resource launches is found."""
    answers = resource.answers()
    if resource.type in NAMED:
        kind, output = NAMED[resource.type]
        yield kind, str(answers.get(output) or resource.id)
    if resource.type == ECS_SERVICE:
        cluster = str(answers.get("cluster") or resource.raw_inputs.get("cluster", ""))
        cluster = cluster.rpartition("/")[2]
        yield "task_cluster", cluster
        yield "task", f"{cluster}:{answers.get('name')}"
    if resource.type == NODE_GROUP:
        names = (answers.get("clusterName"), answers.get("nodeGroupName"))
        yield "node_group", ":".join(map(str, names))
        parts = answers.get("resources")
        for part in parts if isinstance(parts, list) else ():
            groups = part.get("autoscalingGroups") if isinstance(part, Mapping) else ()
            for group in groups or ():
                yield "auto_scaling_group", str(group.get("name"))
    for said in identities(resource):
        yield "backup_of", said


def launched_by(charge: Charge) -> Iterator[Launcher]:
    """The launchers that a charge's tags and its id name, the nearest first."""
    said = charge.parents
    for kind in ("auto_scaling_group", "fleet"):
        if getattr(said, kind):
            yield kind, getattr(said, kind)
    if said.node_group and said.cluster:
        yield "node_group", f"{said.cluster}:{said.node_group}"
    yield from _of_tasks(charge)
    for kind in ("policy", "cluster", "launcher"):
        if getattr(said, kind):
            yield kind, getattr(said, kind)
    if said.backup_of:
        yield "backup_of", said.backup_of
        yield "backup_of", tail_of(said.backup_of)
    pod = POD.search(charge.resource)
    if pod:
        yield "cluster", pod[1]


def _of_tasks(charge: Charge) -> Iterator[Launcher]:
    """The service of a task: by its cluster and name, or by the one that is known."""
    service, task = charge.parents.task_service, TASK.search(charge.resource)
    if task and service:
        yield "task", f"{task[1]}:{service}"
    elif task:
        yield "task_cluster", task[1]
    elif service:
        yield "task_service", service
