"""A policy pack's arguments, read into the graph that a preview of the same gives."""

from collections.abc import Iterator
from typing import Any

import pulumi
from hypothesis import given
from hypothesis import strategies as st
from pulumi_policy.proxy import unknown_checking_proxy

from farebox.graph import UNKNOWN, UNKNOWN_REGION, ResourceGraph
from farebox.graph.policy import PolicyReader, plain_inputs
from farebox.graph.preview import read_preview
from farebox.graph.values import UNKNOWN_TEXT
from tests.graph.documents import preview, root, state, step
from tests.guard.arguments import AWS, DEFAULT, ITSELF, Given, provider, stack
from tests.guard.stacks import INSTANCE, STACK, SUBNET, VOLUME, urn

PART = "shop:parts:Part"


def read(
    *items: Given,
    needs: dict[str, dict[str, list[str]]] | None = None,
    config: dict[str, str] | None = None,
) -> ResourceGraph:
    reader = PolicyReader()
    for item in items:
        reader.keep(item.args)
    return reader.graph(stack(*items, needs=needs), config=config)


def test_a_pack_and_a_preview_of_the_same_stack_give_the_same_graph() -> None:
    component = Given(PART, "part")
    inside = f"{PART}${SUBNET}"
    subnet = Given(
        SUBNET,
        "subnet",
        {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"},
        by=provider(),
        parent=component.urn,
        at=urn(inside, "subnet"),
    )
    server = Given(
        INSTANCE,
        "server",
        {
            "instanceType": "t4g.small",
            "subnetId": UNKNOWN_TEXT,
            "ebsBlockDevices": [{"volumeSize": 20.0, "snapshotId": UNKNOWN_TEXT}],
        },
        outputs={"id": UNKNOWN_TEXT, "publicIp": UNKNOWN_TEXT, "tenancy": ""},
        by=provider(),
    )
    needs = {server.urn: {"subnetId": [subnet.urn]}}
    default = Given(AWS, "default_7_51_1", {"region": "us-east-1"}, parent=None)
    found = read(default, ITSELF, server, component, subnet, needs=needs)

    no_position = {"sourcePosition": ""}
    document = preview(
        root(),
        step("create", state(PART, "part", custom=False, provider="", **no_position)),
        step(
            "create",
            state(
                inside,
                "subnet",
                inputs={"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"},
                parent=component.urn,
                **no_position,
            ),
        ),
        step(
            "create",
            state(
                INSTANCE,
                "server",
                inputs={
                    "instanceType": "t4g.small",
                    "subnetId": UNKNOWN_TEXT,
                    "ebsBlockDevices": [{"volumeSize": 20, "snapshotId": UNKNOWN_TEXT}],
                },
                propertyDependencies={"subnetId": [subnet.urn]},
                **no_position,
            ),
        ),
    )
    expected = read_preview(document)
    assert found.by_urn == expected.by_urn
    assert (found.project, found.stack) == ("shop", "dev")


def test_an_unchanged_resource_keeps_its_inputs_and_tells_its_id() -> None:
    volume = Given(
        VOLUME,
        "data",
        {"size": 10.0, "type": "gp3"},
        outputs={"id": "vol-1", "iops": 3000.0, "arn": "arn:volume", "region": "x"},
        by=provider(),
    )
    found = read(ITSELF, volume).by_urn[volume.urn]
    assert found.raw_inputs == {"size": 10, "type": "gp3"}
    assert found.id == "vol-1"
    assert found.raw_outputs == {"arn": "arn:volume", "region": "x"}
    # Where AWS says that it is.
    assert found.region == "x"


def test_an_unchanged_resource_tells_what_the_program_leaves_to_aws() -> None:
    outputs = {"id": "vol-1", "size": 200.0, "type": "gp2", "iops": 0.0}
    volume = Given(VOLUME, "data", {"type": "gp3"}, outputs=outputs, by=provider())
    found = read(ITSELF, volume).by_urn[volume.urn]
    told = [found.input(name) for name in ("size", "type", "iops")]
    assert told == [200, "gp3", None]
    new = Given(VOLUME, "new", {"type": "gp3"}, by=provider())
    assert read(ITSELF, new).by_urn[new.urn].input("size") is None


def test_references_resolve_by_id_after_deployment() -> None:
    subnet = Given(SUBNET, "subnet", {}, outputs={"id": "subnet-1"}, by=provider())
    server = Given(INSTANCE, "server", {"subnetId": "subnet-1"}, by=provider())
    graph = read(ITSELF, server, subnet)
    resource = graph.by_urn[server.urn]
    (target,) = graph.references(resource, "subnetId", "subnet-1", {SUBNET})
    assert target.urn == subnet.urn


def test_a_region_is_of_the_resource_then_its_provider_then_the_config() -> None:
    europe = Given(AWS, "europe", {"region": "eu-west-1"})
    by = provider("eu-west-1", europe.urn)
    default = Given(AWS, "default_7_51_1", {"region": "us-west-2"}, parent=None)
    own = Given(VOLUME, "own", {"region": "eu-north-1"}, by=by)
    its = Given(VOLUME, "its", {}, by=by)
    other = Given(VOLUME, "other", {}, by=provider())
    items = (default, ITSELF, europe, own, its, other)

    found = read(*items, config={"aws:region": "us-east-1"}).by_urn
    assert found[own.urn].region == "eu-north-1"
    assert found[its.urn].region == "eu-west-1"
    assert found[other.urn].region == "us-east-1"
    # Without the config, what the engine gave to its default provider.
    assert read(*items).by_urn[other.urn].region == "us-west-2"
    assert DEFAULT not in found


def test_a_persons_region_holds_for_a_pack_where_nothing_names_one() -> None:
    volume = Given(VOLUME, "data", {}, by=provider())
    reader = PolicyReader()
    reader.keep(volume.args)
    graph = reader.graph(stack(ITSELF, volume), region="eu-west-1")
    assert graph.by_urn[volume.urn].region == "eu-west-1"


def test_a_provider_in_an_unknown_region_makes_the_region_unknown() -> None:
    later = Given(AWS, "later", {"region": UNKNOWN_TEXT})
    volume = Given(VOLUME, "data", {}, by=provider(UNKNOWN_TEXT, later.urn))
    assert read(ITSELF, later, volume).by_urn[volume.urn].region == UNKNOWN_REGION


def test_the_order_of_the_calls_does_not_matter() -> None:
    items = [Given(VOLUME, f"data-{n}", {"size": 1.0}, by=provider()) for n in range(5)]
    one, two = read(ITSELF, *items), read(*reversed(items), ITSELF)
    assert one.resources == two.resources


def test_a_resource_outside_of_the_targets_is_read_from_what_aws_says() -> None:
    reader = PolicyReader()
    kept = Given(VOLUME, "kept", {"size": 1.0}, by=provider())
    other = Given(VOLUME, "other", {}, outputs={"size": 2.0}, by=provider())
    reader.keep(kept.args)
    graph = reader.graph(stack(ITSELF, kept, other))
    assert graph.by_urn[other.urn].input("size") == 2
    assert "--target" in graph.notes[0]


def test_a_component_is_known_by_having_no_provider() -> None:
    component = Given(PART, "part")
    volume = Given(VOLUME, "data", {}, by=provider(), parent=component.urn)
    graph = read(ITSELF, component, volume)
    assert not graph.by_urn[component.urn].custom
    assert not graph.by_urn[STACK].custom
    assert graph.component_of(graph.by_urn[volume.urn]) == component.urn


def test_an_asset_is_not_known_and_never_shown() -> None:
    asset = pulumi.StringAsset("hush")
    item = Given(
        "aws:s3/bucketObject:BucketObject", "it", {"source": asset}, by=provider()
    )
    found = read(ITSELF, item).by_urn[item.urn]
    assert found.input("source") is UNKNOWN
    assert "hush" not in str(found)


def test_nothing_is_an_empty_graph() -> None:
    assert len(PolicyReader().graph([])) == 0


LEAVES = st.none() | st.booleans() | st.text(max_size=5) | st.just(UNKNOWN_TEXT)
VALUES = st.recursive(
    LEAVES
    | st.integers(-(10**9), 10**9)
    | st.decimals(-1000, 1000, places=2).map(float),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=20,
)


def wire(value: Any) -> Any:
    """A value as it comes over the wire: each number a float."""
    if isinstance(value, dict):
        return {key: wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [wire(item) for item in value]
    return float(value) if type(value) is int else value


def numbers(value: Any) -> Iterator[Any]:
    """The numbers at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif type(value) in (int, float):
        yield value


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_properties_are_what_the_preview_says(inputs: dict[str, Any]) -> None:
    plain = plain_inputs(unknown_checking_proxy(wire(inputs)))
    assert plain == inputs
    # A preview writes 3.0 as 3, as Go's JSON does.
    assert all(type(found) is int or found % 1 for found in numbers(plain))
