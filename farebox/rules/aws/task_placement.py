"""What the tasks of a service, a schedule or an event run on: Fargate, spot or machines.

A launch type decides, else the strategy that is given, else the default strategy of the
cluster, which another resource of the stack may state; without one, EC2.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.graph import UNKNOWN, Resource, ResourceGraph
from farebox.rules.charges import ONE, Gap
from farebox.rules.shapes import (
    blocks,
    field,
    holds_unknown,
    text,
)

ZERO = Decimal(0)
CLUSTER_TYPES = frozenset(("aws:ecs/cluster:Cluster",))
PROVIDER_TYPE = "aws:ecs/capacityProvider:CapacityProvider"
STRATEGIES = "capacityProviderStrategies"
DEFAULT_STRATEGIES = "defaultCapacityProviderStrategies"
PROVIDERS_TYPE = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
DEFAULT_CLUSTER = "default"


class Share(Struct, frozen=True):
    """A capacity provider with the tasks that it takes first and its part of the rest."""

    provider: str
    base: Decimal = ZERO
    weight: Decimal = ZERO

    @property
    def fargate(self) -> bool:
        """Whether its tasks are charged by themselves."""
        return self.provider in ("FARGATE", "FARGATE_SPOT")


Placement = tuple[Share, ...]
ON_MACHINES: Placement = ()
"""Tasks that run on instances, which are charged by themselves."""


def placement_of(
    graph: ResourceGraph,
    resource: Resource,
    said: Any,
    input_name: str,
    cluster: Any,
) -> Placement | Gap:
    """What tasks run on: `said` holds launchType and capacityProviderStrategies.

    `cluster` is the value of the top-level input `input_name` that names the cluster.
    """
    launch = text(field(said, "launchType"))
    strategies = field(said, STRATEGIES)
    if launch is UNKNOWN or holds_unknown(strategies):
        return Gap("unknown-input", "what its tasks run on is not known yet")
    if blocks(strategies):
        own = _own_providers(graph, resource, STRATEGIES)
        return _shares(strategies, own_providers=own)
    if launch == "FARGATE":
        return (Share("FARGATE", weight=ONE),)
    if launch is not None:
        return ON_MACHINES
    return _default_of(graph, resource, input_name, cluster)


def by_market(placement: Placement, tasks: Decimal) -> Iterator[tuple[bool, Decimal]]:
    """Tasks on Fargate spot (True) and on demand: each base first, the rest by weight.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    """
    rest, parts = tasks, {True: ZERO, False: ZERO}
    weights = {True: ZERO, False: ZERO}
    for share in placement:
        base = min(share.base, rest)
        rest -= base
        if share.fargate:
            spot = share.provider == "FARGATE_SPOT"
            parts[spot] += base
            weights[spot] += share.weight
    whole = sum((share.weight for share in placement), ZERO)
    for spot, part in parts.items():
        tasks_of_it = part + (rest * weights[spot] / whole if whole else ZERO)
        if tasks_of_it:
            yield spot, tasks_of_it


def _default_of(
    graph: ResourceGraph, resource: Resource, input_name: str, cluster: Any
) -> Placement | Gap:
    """The default strategy of the cluster, where the stack states it."""
    if cluster in (None, ""):
        cluster = DEFAULT_CLUSTER
    found = graph.references(resource, input_name, cluster, CLUSTER_TYPES)
    if len(found) > 1:
        names = ", ".join(item.name for item in found)
        return Gap("unknown-input", f"its cluster may be any of {names}")
    stated = [
        item
        for item in graph.by_type.get(PROVIDERS_TYPE, ())
        if _is_of(graph, item, found, cluster)
    ]
    holders = stated or found
    if not holders:
        return Gap(
            "unknown-input",
            "its tasks run where the cluster's default says; give launchType or "
            "capacityProviderStrategies to price it",
        )
    strategies = holders[0].input(DEFAULT_STRATEGIES)
    if holds_unknown(strategies):
        reason = "the default strategy of its cluster is not known before deployment"
        return Gap("unknown-input", reason)
    own = _own_providers(graph, holders[0], DEFAULT_STRATEGIES)
    return _shares(strategies, own_providers=own)


def _own_providers(graph: ResourceGraph, resource: Resource, input_name: str) -> bool:
    """Whether what an input leaves unknown are names of the stack's own providers.

    Those are of instances: Fargate's two have fixed names and are no resources.
    """
    urns = resource.dependencies.get(input_name, ())
    meant = [graph.by_urn.get(urn) for urn in urns]
    return bool(meant) and all(item and item.type == PROVIDER_TYPE for item in meant)


def _is_of(
    graph: ResourceGraph, item: Resource, found: tuple[Resource, ...], cluster: Any
) -> bool:
    """Whether capacity providers belong to the cluster that is meant."""
    name = item.input("clusterName")
    own = graph.references(item, "clusterName", name, CLUSTER_TYPES)
    if found and own:
        return found[0].urn in (o.urn for o in own)
    return isinstance(name, str) and str(cluster).rpartition("/")[2] == name


def _shares(strategies: Any, *, own_providers: bool) -> Placement | Gap:
    shares = []
    items = blocks(strategies)
    for item in items:
        if len(items) > 1 and UNKNOWN in (item.get("base"), item.get("weight")):
            reason = "how its tasks are split between providers is not known yet"
            return Gap("unknown-input", reason)
        provider = text(item.get("capacityProvider"))
        if provider is UNKNOWN and own_providers:
            provider = "one of the stack's own"
        if not isinstance(provider, str):
            return Gap("unknown-input", "what its tasks run on is not known yet")
        shares.append(
            Share(provider, _plain(item.get("base")), _plain(item.get("weight")))
        )
    if not any(share.fargate for share in shares):
        return ON_MACHINES
    if len(shares) == 1 and not shares[0].weight:
        # A strategy of one provider weighs 1 where it says nothing.
        return (Share(shares[0].provider, weight=ONE),)
    return tuple(shares)


def _plain(value: Any) -> Decimal:
    """A whole number of tasks or a weight; 0 for what AWS would refuse."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return Decimal(value) if type(value) is int and 0 < value <= 100_000 else ZERO
