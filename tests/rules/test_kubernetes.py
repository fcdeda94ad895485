"""Objects of Kubernetes that are not known in part, and guesses that say so."""

from typing import Any

import pytest

from farebox.bill.statement import Statement
from tests.casebook import frozen_book, statement_of

BOOK = frozen_book()
CLUSTER = {"type": "aws:eks/cluster:Cluster", "name": "cluster", "inputs": {}}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SERVICE = "kubernetes:core/v1:Service"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
STATEFUL = "kubernetes:apps/v1:StatefulSet"
BALANCER = {"type": "LoadBalancer"}


def priced(kind: str, inputs: dict[str, Any], *others: dict[str, Any]) -> Statement:
    own = {"type": kind, "name": "own", "inputs": inputs}
    return statement_of({"resources": [own, *(others or (CLUSTER,))]}, BOOK)


def gaps(statement: Statement) -> list[tuple[str, str]]:
    return [
        (entry.code, entry.reason)
        for entry in statement.unpriced
        if entry.subject.name == "own"
    ]


def test_a_balancer_that_nothing_names_is_a_guess_and_a_named_one_is_not() -> None:
    silent = priced(SERVICE, {"spec": BALANCER})
    assert {line.usage for line in silent.lines if line.subject.name == "own"} == {
        "assumed"
    }
    note = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
    named = priced(SERVICE, {"metadata": {"annotations": note}, "spec": BALANCER})
    assert {line.usage for line in named.lines if line.subject.name == "own"} == {
        "given"
    }


@pytest.mark.parametrize(
    "shows",
    [
        {
            "type": "kubernetes:helm.sh/v3:Release",
            "name": "chart",
            "inputs": {"chart": "aws-load-balancer-controller"},
        },
        {
            **CLUSTER,
            "name": "auto",
            "inputs": {
                "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}}
            },
        },
    ],
)
def test_a_stack_that_shows_awss_controller_gets_internal_network_balancers(
    shows: dict[str, Any],
) -> None:
    clusters = [] if shows["type"] == CLUSTER["type"] else [CLUSTER]
    found = priced(SERVICE, {"spec": BALANCER}, shows, *clusters)
    (hours,) = [line for line in found.lines if line.subject.name == "own"]
    assert hours.key.operation == "LoadBalancing:Network"


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        (SERVICE, {"spec": UNKNOWN}, "whether it makes a load balancer"),
        (SERVICE, {"spec": BALANCER, "metadata": UNKNOWN}, "which load balancer"),
        (INGRESS, {"spec": UNKNOWN}, "which controller serves it"),
        (CLAIM, {"spec": UNKNOWN}, "what it claims is not known"),
        (CLAIM, {"spec": {"storageClassName": UNKNOWN}}, "storage class is not known"),
        (CLAIM, {"spec": {"storageClassName": "gp2"}}, "the size is not known"),
        (STATEFUL, {"spec": UNKNOWN}, "whether it claims volumes"),
        (
            STATEFUL,
            {"spec": {"replicas": UNKNOWN, "volumeClaimTemplates": [{"spec": {}}]}},
            "how many replicas",
        ),
    ],
)
def test_what_is_not_known_is_a_gap_that_says_it(
    kind: str, inputs: dict[str, Any], said: str
) -> None:
    ((code, reason),) = gaps(priced(kind, inputs))
    assert code == "unknown-input"
    assert said in reason


def test_an_unknown_scheme_leaves_the_addresses_open() -> None:
    note = {"service.beta.kubernetes.io/aws-load-balancer-scheme": UNKNOWN}
    inputs = {"metadata": {"annotations": note}, "spec": BALANCER}
    reasons = [reason for _, reason in gaps(priced(SERVICE, inputs))]
    assert any("whether the balancer is internal is not known" in r for r in reasons)


def test_clusters_in_two_regions_leave_the_price_open() -> None:
    other = {**CLUSTER, "name": "other", "region": "eu-west-1"}
    ((code, reason),) = gaps(priced(SERVICE, {"spec": BALANCER}, CLUSTER, other))
    assert (code, "which of 2 clusters" in reason) == ("unknown-input", True)


@pytest.mark.parametrize(
    ("size", "gib"), [("1Gi", 1), ("1500Mi", 2), ("2Ti", 2048), ("1e3Gi", None)]
)
def test_a_claims_size_is_whole_gib_as_ebs_makes_it(size: str, gib: int | None) -> None:
    spec = {"storageClassName": "gp2", "resources": {"requests": {"storage": size}}}
    found = priced(CLAIM, {"spec": spec})
    quantities = [x.quantity for x in found.lines if x.subject.name == "own"]
    assert quantities == ([] if gib is None else [gib])
    assert bool(gaps(found)) == (gib is None)


@pytest.mark.parametrize(
    ("version", "kind", "said"),
    [
        ("karpenter.sh/v1", "NodePool", "Karpenter launches instances"),
        ("apiextensions.k8s.io", "CustomResource", "name no object"),
        (UNKNOWN, "NodePool", "not known before deployment"),
        (7, None, ""),
    ],
)
def test_a_custom_resource_is_judged_by_the_kind_that_it_names(
    version: object, kind: object, said: str
) -> None:
    own = "kubernetes:apiextensions.k8s.io:CustomResource"
    statement = priced(own, {"apiVersion": version, "kind": kind})
    if said:
        [(code, reason)] = gaps(statement)
        assert code == "unknown-input"
        assert said in reason
    else:
        assert [free.code for free in statement.free] == ["no-charge"]
