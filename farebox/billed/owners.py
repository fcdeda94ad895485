"""Which resource of a stack a row of the bill belongs to.

A bill names things by id, ARN or name, each service in its own way; a state holds ids
and outputs. An exact id goes first, then an ARN, then the tail of one. Short tails and
tails of two resources are no match: `data` is not the end of somebody's `my-data`.
What a resource of the stack launched is found by the tags that AWS puts on it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from farebox.billed.charges import Charge, Parents
from farebox.graph import Resource, ResourceGraph

How = Literal["id", "parent", "none"]

SHORTEST_TAIL = 8
"""Characters below which the end of an ARN is too common a name to be a match."""

NAMES_A_THING = re.compile(r"(?i)(arn|id|identifier)$")
OTHERS_THINGS = re.compile(
    r"(?i)(vpc|subnet|securityGroup|kms|account|owner|role|zone|ami|image|provider|"
    r"profile|snapshot|source|cluster(?!ResourceId|Identifier)|group|alloc)[a-z]*"
)
"""Outputs that name another thing than the resource itself."""

GROUP = "aws:autoscaling/group:Group"
CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
POLICY = "aws:dlm/lifecyclePolicy:LifecyclePolicy"
SERVICE = "aws:ecs/service:Service"


class Owner(Struct, frozen=True):
    """The resource that a charge belongs to, and whether by its id or what made it."""

    urn: str
    name: str
    how: How


NOBODY = Owner("", "", "none")


class Owners:
    """The resources of a state by all that a bill may call them."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._exact: dict[str, set[str]] = {}
        self._tails: dict[str, set[str]] = {}
        self._launchers: dict[tuple[str, str], set[str]] = {}
        self._names: dict[str, str] = {}
        self._graph = graph
        for resource in graph.resources:
            if not resource.custom or not resource.id:
                continue
            self._names[resource.urn] = resource.name
            for said in _identities(resource):
                self._exact.setdefault(said, set()).add(resource.urn)
                tail = _tail(said)
                if tail:
                    self._tails.setdefault(tail, set()).add(resource.urn)
            for key in _as_launcher(resource):
                self._launchers.setdefault(key, set()).add(resource.urn)

    def of(self, charge: Charge) -> Owner:
        """Whose charge it is; NOBODY where neither id nor tag says so."""
        said = charge.resource
        for urns in (
            self._exact.get(said),
            self._exact.get(_tail(said)),
            self._tails.get(_tail(said) or said),
        ):
            if urns and len(urns) == 1:
                [urn] = urns
                return Owner(urn, self._names[urn], "id")
        for key in _launched_by(charge):
            urns = self._launchers.get(key)
            if urns and len(urns) == 1:
                [urn] = urns
                return Owner(urn, self._names[urn], "parent")
        return self._made_by_something(charge.parents)

    def near(self, urn: str) -> list[str]:
        """The resources that this one is made with: a gateway's address, for one."""
        resource = self._graph.by_urn.get(urn)
        if resource is None:
            return []
        named = [u for urns in resource.dependencies.values() for u in urns]
        for value in resource.raw_inputs.values():
            if isinstance(value, str):
                named += self._exact.get(value, ())
        return [other for other in dict.fromkeys(named) if other != urn]

    def _made_by_something(self, said: Parents) -> Owner:
        """The maker that a tag names and the state does not, or not by that tag."""
        clusters = [
            urns for (kind, _), urns in self._launchers.items() if kind == "cluster"
        ]
        if said.claim and len(clusters) == 1 and len(clusters[0]) == 1:
            [urn] = clusters[0]
            return Owner(urn, self._names[urn], "parent")
        maker = said.policy or said.auto_scaling_group or said.task_service
        return Owner("", maker, "parent") if maker else NOBODY


def _identities(resource: Resource) -> Iterator[str]:
    """A resource's id, and the outputs that name it or a part of it."""
    yield resource.id
    for name, value in resource.answers().items():
        if isinstance(value, str) and value and NAMES_A_THING.search(name):
            if not OTHERS_THINGS.match(name):
                yield value.removesuffix(":*")
        elif name in ("rootBlockDevice", "ebsBlockDevices"):
            blocks = value if isinstance(value, list) else [value]
            for block in blocks:
                if isinstance(block, Mapping) and isinstance(
                    block.get("volumeId"), str
                ):
                    yield block["volumeId"]
    if resource.type == "aws:rds/cluster:Cluster":
        yield from _texts(resource.answers(), "clusterResourceId", "clusterIdentifier")


def _texts(answers: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        value = answers.get(name)
        if isinstance(value, str) and value:
            yield value


def _tail(said: str) -> str:
    """The last part of an ARN or a path, empty where it is too short to mean one thing."""
    tail = re.split(r"[/:]", said)[-1]
    return tail if len(tail) >= SHORTEST_TAIL and tail != said else ""


def _as_launcher(resource: Resource) -> Iterator[tuple[str, str]]:
    """Under which tags what the resource launches is found."""
    answers = resource.answers()
    if resource.type == GROUP:
        yield "auto_scaling_group", str(answers.get("name") or resource.id)
    elif resource.type == CLUSTER:
        yield "cluster", str(answers.get("name") or resource.id)
    elif resource.type == POLICY:
        yield "policy", resource.id
    elif resource.type == SERVICE:
        yield "task_service", str(answers.get("name") or resource.id)
    elif resource.type == NODE_GROUP:
        cluster, name = answers.get("clusterName"), answers.get("nodeGroupName")
        yield "node_group", f"{cluster}:{name}"
        parts = answers.get("resources")
        for part in parts if isinstance(parts, list) else ():
            groups = part.get("autoscalingGroups") if isinstance(part, Mapping) else ()
            for group in groups or ():
                yield "auto_scaling_group", str(group.get("name"))


def _launched_by(charge: Charge) -> Iterator[tuple[str, str]]:
    """The launchers that a charge's tags name, the nearest first."""
    said = charge.parents
    if said.auto_scaling_group:
        yield "auto_scaling_group", said.auto_scaling_group
    if said.node_group and said.cluster:
        yield "node_group", f"{said.cluster}:{said.node_group}"
    if said.task_service:
        yield "task_service", said.task_service
    if said.policy:
        yield "policy", said.policy
    if said.cluster:
        yield "cluster", said.cluster
