"""What runs on the relay's cluster: its rights, its way to the cluster, refusals."""

import json
from typing import Any

import pytest

from components.arguments import BadArgument
from components.relay_cluster import RelayCluster
from components.relay_workload import RelayWorkload, RelayWorkloadArgs
from tests.components.harness import REGION, TAGS, Program, run
from tests.components.test_relay_cluster import arguments as cluster_arguments

NAME = "passepartout-test-relay"


def arguments(**more: Any) -> RelayWorkloadArgs:
    args: dict[str, Any] = {
        "region": REGION,
        "cluster_name": NAME,
        "kubernetes_version": "1.34",
        "domain": "hosting.example.com",
        "relay_host": "relay.hosting.example.com",
        "pods_per_node": 2,
        "nodes": 3,
        "max_nodes": 5,
        "tags": TAGS,
    }
    return RelayWorkloadArgs(**{**args, **more})


def workload(**more: Any) -> Program:
    def build() -> None:
        cluster = RelayCluster("relay", cluster_arguments())
        RelayWorkload("pods", arguments(**more), cluster.cluster, cluster.ready)

    return run(build)


def test_pulumi_reaches_the_cluster_with_a_token_that_is_made_anew() -> None:
    provider = workload().one("pulumi:providers:kubernetes").inputs
    config = json.loads(provider["kubeconfig"])
    (cluster,) = config["clusters"]
    assert cluster["cluster"] == {
        "server": "relay-cluster.endpoint",
        "certificate-authority-data": "relay-cluster.certificate",
    }
    (user,) = config["users"]
    assert user["user"]["exec"]["args"] == [
        *("eks", "get-token", "--cluster-name", NAME, "--region", REGION)
    ]


def test_the_autoscaler_sizes_the_groups_of_its_own_cluster_alone() -> None:
    made = workload()
    text = made.one("aws:iam/rolePolicy:RolePolicy", "pods-autoscaler-policy").inputs
    _, change = json.loads(text["policy"])["Statement"]
    assert change["Condition"] == {
        "StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{NAME}": "owned"}
    }
    identity = made.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert identity["serviceAccount"] == "cluster-autoscaler"
    deployment = made.one("kubernetes:apps/v1:Deployment", "pods-autoscaler-deployment")
    container = deployment.inputs["spec"]["template"]["spec"]["containers"][0]
    assert f"k8s.io/cluster-autoscaler/{NAME}" in " ".join(container["command"])


def test_the_key_is_a_secret_of_the_cluster_where_the_config_has_one() -> None:
    secret = "kubernetes:core/v1:Secret"
    assert not workload().of_type(secret)
    (made,) = workload(key="0123456789").of_type(secret)
    assert made.inputs["metadata"]["name"] == "relay-key"


def test_no_object_of_the_cluster_is_a_load_balancer_of_its_own() -> None:
    services = workload().of_type("kubernetes:core/v1:Service")
    # The stack's own load balancer leads to the NodePort; a second one would be billed.
    assert {one.inputs["spec"].get("type") for one in services} == {"NodePort", None}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"image": "relay"}, "must name a version"),
        ({"image": "relay:latest"}, "must name a version"),
        ({"image": "relay@sha256:1234"}, "must name a version"),
        ({"kubernetes_version": "1.12"}, "must be one of 1.33"),
        ({"pods_per_node": 0}, "must be from 1 to 192 pods"),
        ({"nodes": 6}, "nodes is (6, 5): it must be 1 <= usual <= most"),
        ({"domain": "nonsense"}, "domain is 'nonsense'"),
        ({"relay_host": "nonsense"}, "relay_host is 'nonsense'"),
    ],
)
def test_a_workload_that_cannot_be_is_refused(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadArgument) as raised:
        arguments(**change)
    assert sentence in str(raised.value)
    assert "Source: " in str(raised.value)


@pytest.mark.parametrize(
    "image", ["registry.example.com:5000/relay:1.2", f"relay@sha256:{'a' * 64}"]
)
def test_an_image_of_a_version_or_a_digest_is_taken(image: str) -> None:
    assert arguments(image=image).image == image
