"""What refers to what within a graph."""

from typing import Any

import pytest

from farebox.graph import UNKNOWN, Resource, ResourceGraph

SUBNET = "aws:ec2/subnet:Subnet"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SERVICE = "aws:ecs/service:Service"
CLUSTER = "aws:ecs/cluster:Cluster"


def resource(kind: str, name: str, /, **fields: Any) -> Resource:
    fields.setdefault("raw_inputs", {})
    return Resource(urn=f"{kind}::{name}", type=kind, name=name, **fields)


def names(resources: tuple[Resource, ...]) -> list[str]:
    return [item.name for item in resources]


def test_an_unknown_means_every_fitting_resource_that_its_input_depends_on() -> None:
    a, b = resource(SUBNET, "a"), resource(SUBNET, "b")
    group = resource(GROUP, "group")
    service = resource(
        SERVICE, "web", dependencies={"net": [a.urn, group.urn, b.urn, "gone"]}
    )
    graph = ResourceGraph([a, b, group, service])
    assert names(graph.references(service, "net", UNKNOWN, {SUBNET})) == ["a", "b"]
    assert names(graph.references(service, "net", UNKNOWN, {GROUP})) == ["group"]
    assert graph.references(service, "other", UNKNOWN, {SUBNET}) == ()


@pytest.mark.parametrize("value", ["c-id", "arn:c", "c-name", "c-generated"])
def test_a_known_value_is_found_by_id_arn_and_name(value: str) -> None:
    cluster = resource(
        CLUSTER,
        "main",
        id="c-id",
        raw_inputs={"name": "c-name"},
        raw_outputs={"arn": "arn:c", "name": "c-generated"},
    )
    service = resource(SERVICE, "web")
    graph = ResourceGraph([cluster, service])
    assert names(graph.references(service, "cluster", value, {CLUSTER})) == ["main"]
    assert graph.references(service, "cluster", value, {SUBNET}) == ()
    assert graph.references(service, "cluster", f"{value}-2", {CLUSTER}) == ()


def test_of_two_of_one_name_the_one_that_the_input_depends_on_is_meant() -> None:
    one = resource(CLUSTER, "one", raw_inputs={"name": "main"}, region="us-east-1")
    two = resource(CLUSTER, "two", raw_inputs={"name": "main"}, region="eu-west-1")
    by_dependency = resource(
        SERVICE, "web", region="us-east-1", dependencies={"cluster": [two.urn]}
    )
    by_region = resource(SERVICE, "api", region="us-east-1")
    neither = resource(SERVICE, "far", region="ap-south-1")
    graph = ResourceGraph([one, two, by_dependency, by_region, neither])

    def meant(service: Resource) -> list[str]:
        return names(graph.references(service, "cluster", "main", {CLUSTER}))

    assert meant(by_dependency) == ["two"]
    assert meant(by_region) == ["one"]
    assert meant(neither) == ["one", "two"]


def test_names_that_are_not_known_yet_make_nothing_alike() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    cluster = resource(CLUSTER, "main", raw_inputs={"name": unknown})
    service = resource(SERVICE, "web")
    graph = ResourceGraph([cluster, service])
    assert graph.references(service, "cluster", unknown, {CLUSTER}) == ()


def test_a_resource_is_referred_to_through_dependencies_ids_and_arns_once() -> None:
    cluster = resource(CLUSTER, "main", id="c-id", raw_outputs={"arn": "arn:c"})
    first = resource(
        SERVICE,
        "first",
        dependencies={"cluster": [cluster.urn], "tags": [cluster.urn]},
        raw_inputs={"cluster": "c-id", "other": "arn:c"},
    )
    second = resource(SERVICE, "second", raw_inputs={"cluster": "arn:c"})
    third = resource(SERVICE, "third", raw_inputs={"cluster": "elsewhere"})
    graph = ResourceGraph([third, cluster, second, first])
    assert names(graph.referrers(cluster, {SERVICE})) == ["second", "first"]
    assert graph.referrers(cluster, {SUBNET}) == ()
    assert graph.referrers(first, {SERVICE}) == ()


def test_a_resource_named_like_anothers_id_does_not_refer_to_it() -> None:
    role = resource("aws:iam/role:Role", "role", id="web")
    service = resource(SERVICE, "service", raw_inputs={"name": "web"})
    graph = ResourceGraph([role, service])
    assert graph.referrers(role, {SERVICE}) == ()


def test_the_component_is_the_nearest_parent_that_is_no_resource_of_its_own() -> None:
    stack = resource("pulumi:pulumi:Stack", "s", custom=False)
    outer = resource("shop:web:Site", "outer", custom=False, parent=stack.urn)
    inner = resource("shop:web:Page", "inner", custom=False, parent=outer.urn)
    cluster = resource(CLUSTER, "main", parent=inner.urn)
    below = resource(SERVICE, "web", parent=cluster.urn)
    alone = resource(SERVICE, "api", parent=stack.urn)
    graph = ResourceGraph([stack, outer, inner, cluster, below, alone])
    assert graph.component_of(below) == inner.urn
    assert graph.component_of(inner) == outer.urn
    assert graph.component_of(alone) is None


def test_parents_in_a_circle_have_no_component() -> None:
    a = resource(SERVICE, "a", parent=f"{SERVICE}::b")
    b = resource(SERVICE, "b", parent=f"{SERVICE}::a")
    assert ResourceGraph([a, b]).component_of(a) is None
