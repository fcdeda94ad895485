"""Every Kubernetes object of every tier, applied to a real API server."""

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from farebox.graph import Resource
from farebox.graph.offline.program import read_program
from tests.kube.server import ApiServer, Refused

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")
PREFIX = "kubernetes:"
KINDS = {
    *("ClusterRole", "ClusterRoleBinding", "Deployment", "HorizontalPodAutoscaler"),
    *("Namespace", "NetworkPolicy", "PodDisruptionBudget", "Role", "RoleBinding"),
    *("Service", "ServiceAccount"),
}


@cache
def registered(tier: str) -> tuple[Resource, ...]:
    """What the program of a tier registers of Kubernetes and EKS, in its order."""
    return tuple(
        one
        for one in read_program(ROOT, tier).resources
        if one.type.startswith((PREFIX, "aws:eks/"))
    )


def objects(tier: str) -> list[dict[str, Any]]:
    """The Kubernetes objects of a tier."""
    return [
        dict(one.raw_inputs) for one in registered(tier) if one.type.startswith(PREFIX)
    ]


def of_kind(tier: str, kind: str, name: str = "relay") -> dict[str, Any]:
    (found,) = (
        one
        for one in objects(tier)
        if one["kind"] == kind and one["metadata"]["name"] == name
    )
    return found


@pytest.mark.parametrize("tier", TIERS)
def test_every_object_of_a_tier_is_taken(kubernetes: ApiServer, tier: str) -> None:
    for document in objects(tier):
        stored = kubernetes.apply(document)
        assert stored["metadata"]["uid"], document
    assert {one["kind"] for one in objects(tier)} == KINDS


def test_what_is_stored_is_what_was_meant(kubernetes: ApiServer) -> None:
    for document in objects("1k"):
        stored = kubernetes.apply(document)
        assert list(missing(document, stored)) == []


def missing(meant: Any, stored: Any, path: str = "") -> Iterator[str]:
    """What of an object the server did not keep."""
    if isinstance(meant, dict):
        for key, value in meant.items():
            yield from missing(value, (stored or {}).get(key), f"{path}.{key}")
    elif isinstance(meant, list):
        for number, value in enumerate(meant):
            yield from missing(value, stored[number], f"{path}[{number}]")
    elif meant != stored:
        yield f"{path}: {meant!r} is {stored!r}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_misspelt_field_is_refused(kubernetes: ApiServer, kind: str) -> None:
    document = copy.deepcopy(next(o for o in objects("1k") if o["kind"] == kind))
    part = document.get("spec", document)
    part["replicaz"] = 1
    with pytest.raises(Refused, match=re.escape("replicaz")):
        kubernetes.apply(document, dry_run=True)


@pytest.mark.parametrize(
    ("kind", "path", "value", "sentence"),
    [
        ("Service", ("ports", 0, "nodePort"), 443, "30000-32767"),
        ("Deployment", ("selector", "matchLabels"), {"other": "pod"}, "selector"),
        ("HorizontalPodAutoscaler", ("minReplicas",), 10_000, "minReplicas"),
        ("NetworkPolicy", ("policyTypes",), ["Sideways"], "Sideways"),
        ("PodDisruptionBudget", ("maxUnavailable",), "many", "maxUnavailable"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    kubernetes: ApiServer, kind: str, path: tuple[Any, ...], value: Any, sentence: str
) -> None:
    document = copy.deepcopy(of_kind("1k", kind))
    part = document["spec"]
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    # Not a dry run: only then does the server look for the port in its range.
    with pytest.raises(Refused, match=sentence):
        kubernetes.apply(document)


def test_the_relays_pods_are_admitted_where_no_privilege_is(
    kubernetes: ApiServer,
) -> None:
    kubernetes.apply(of_kind("1k", "Namespace"))
    template = copy.deepcopy(of_kind("1k", "Deployment")["spec"]["template"])
    pod = {"apiVersion": "v1", "kind": "Pod", **template}
    pod["metadata"] = {**template["metadata"], "name": "relay-1"}
    assert kubernetes.admit_pod(pod, "relay")["spec"]["containers"]
    pod["spec"]["containers"][0]["securityContext"].pop("capabilities")
    with pytest.raises(Refused, match="violates PodSecurity"):
        kubernetes.admit_pod(pod, "relay")


def test_the_server_is_of_the_version_that_the_tiers_run(kubernetes: ApiServer) -> None:
    version = kubernetes.call("GET", "/version")
    wanted = f"{version['major']}.{version['minor']}"
    for tier in TIERS:
        cluster = next(
            one for one in registered(tier) if one.type == "aws:eks/cluster:Cluster"
        )
        assert cluster.raw_inputs["version"] == wanted


@pytest.mark.parametrize("tier", TIERS)
def test_pods_at_most_fill_the_nodes_at_most(tier: str) -> None:
    nodes = next(
        one for one in registered(tier) if one.type == "aws:eks/nodeGroup:NodeGroup"
    ).raw_inputs
    sizes = nodes["scalingConfig"]
    cores = {"m7g.large": 2, "m7g.2xlarge": 8}[nodes["instanceTypes"][0]]
    scaler = of_kind(tier, "HorizontalPodAutoscaler")["spec"]
    assert scaler["minReplicas"] == sizes["desiredSize"] * cores
    assert scaler["maxReplicas"] == sizes["maxSize"] * cores
    assert of_kind(tier, "Deployment")["spec"]["replicas"] == scaler["minReplicas"]
