"""A preview's two sides: what will exist, and what exists now."""

import re
from typing import Any

import pytest

from farebox.graph import (
    UNKNOWN,
    UNKNOWN_REGION,
    IncompletePreview,
    Resource,
    ResourceGraph,
    UnreadableDocument,
)
from farebox.graph.preview import Side, read_preview
from tests.graph.documents import (
    UNKNOWN_TEXT,
    VOLUME,
    preview,
    root,
    state,
    step,
    urn_of,
)

SIDES: tuple[Side, ...] = ("head", "base")


def volume(name: str = "data", /, size: int = 100, **fields: Any) -> dict[str, Any]:
    return state(VOLUME, name, inputs={"size": size}, **fields)


def sizes(graph: ResourceGraph) -> dict[str, tuple[str, Any]]:
    return {
        item.name: (item.operation, item.input("size"))
        for item in graph.resources
        if item.type == VOLUME
    }


def only(graph: ResourceGraph, kind: str = VOLUME) -> Resource:
    (found,) = graph.by_type[kind]
    return found


def test_the_sides_of_a_preview_are_what_will_exist_and_what_exists() -> None:
    document = preview(
        root("same"),
        step("create", volume("created")),
        step("same", volume("same"), volume("same")),
        step("update", volume("updated", 200), volume("updated", 100)),
        step("replace", volume("replaced", 20), volume("replaced", 10, delete=True)),
        step("import", volume("imported")),
        step("delete", None, volume("deleted")),
    )

    assert sizes(read_preview(document)) == {
        "created": ("create", 100),
        "same": ("same", 100),
        "updated": ("update", 200),
        "replaced": ("replace", 20),
        "imported": ("create", 100),
    }
    assert sizes(read_preview(document, side="base")) == {
        "same": ("same", 100),
        "updated": ("update", 100),
        "replaced": ("replace", 10),
        "deleted": ("delete", 100),
    }


def test_a_replacement_shown_in_three_steps_is_one_resource_on_each_side() -> None:
    old = volume("data", 10, delete=True)
    steps = [
        step("create-replacement", volume("data", 20), old),
        step("replace", volume("data", 20), old),
        step("delete-replaced", None, old),
    ]
    for shown in (steps, steps[::-1]):
        document = preview(root(), *shown, summary={"create": 1, "replace": 1})
        assert sizes(read_preview(document)) == {"data": ("replace", 20)}
        assert sizes(read_preview(document, side="base")) == {"data": ("replace", 10)}


def test_a_copy_that_an_earlier_deployment_left_to_delete_is_on_no_side() -> None:
    document = preview(
        root("same"),
        step("delete-replaced", None, volume("data", 10, delete=True)),
    )
    assert sizes(read_preview(document)) == {}
    assert sizes(read_preview(document, side="base")) == {}


def test_a_refresh_before_the_preview_does_not_count_a_resource_twice() -> None:
    document = preview(
        root("same"),
        step("refresh", volume("kept"), volume("kept")),
        step("update", volume("kept", 300), volume("kept")),
        step("refresh", volume("gone"), volume("gone")),
        step("delete", None, volume("gone")),
        summary={"same": 1, "update": 1, "delete": 1},
    )
    assert sizes(read_preview(document)) == {"kept": ("update", 300)}
    assert set(sizes(read_preview(document, side="base"))) == {"kept", "gone"}


def test_left_out_unchanged_resources_are_an_error_that_names_the_fix() -> None:
    # The summary counts the stack, 995 created and 7 unchanged: 996 + 7 = 1,003; of
    # these the steps hold the stack and one created resource.
    document = preview(
        root(), step("create", volume()), summary={"create": 996, "same": 7}
    )
    for side in SIDES:
        with pytest.raises(IncompletePreview) as error:
            read_preview(document, side=side, name="p.json")
        assert "p.json leaves out 1001 of 1003 resources" in str(error.value)
        assert "pulumi preview --json --show-sames" in str(error.value)


def test_read_steps_are_not_counted_and_do_not_fill_in_for_what_is_left_out() -> None:
    other = state("pulumi:pulumi:StackReference", "net", external=True, id="net/prod")
    whole = preview(root(), step("read", other), summary={"create": 1})
    assert only(read_preview(whole), other["type"]).operation == "read"

    short = preview(root(), step("read", other), summary={"create": 1, "same": 1})
    with pytest.raises(IncompletePreview):
        read_preview(short)


def test_an_external_resource_is_read_also_when_it_is_unchanged() -> None:
    found = volume("shared", external=True)
    document = preview(root("same"), step("same", found, found))
    assert only(read_preview(document)).operation == "read"


def test_a_failed_preview_is_an_error_that_quotes_the_first_message() -> None:
    document = preview(
        root(),
        diagnostics=[
            {"message": "warning: old plugin\n", "severity": "warning"},
            {"message": "error: no such\n  image ami-1\n", "severity": "error"},
        ],
    )
    with pytest.raises(IncompletePreview, match="error: no such image ami-1"):
        read_preview(document)


def test_warnings_do_not_make_a_preview_fail() -> None:
    warning = {"message": "warning: old plugin", "severity": "warning"}
    assert len(read_preview(preview(root(), diagnostics=[warning]))) == 1


def test_destroying_everything_leaves_an_empty_head() -> None:
    document = preview(step("delete", None, volume()), summary={"delete": 1})
    assert len(read_preview(document)) == 0
    assert len(read_preview(document, side="base")) == 1


def test_project_stack_and_config_are_the_documents_own() -> None:
    config = {"aws:region": "eu-west-1", "shop:password": "[secret]"}
    graph = read_preview(preview(root(), config=config))
    assert (graph.project, graph.stack) == ("shop", "dev")
    assert graph.config == config


@pytest.mark.parametrize(
    ("config", "given", "expected"),
    [
        ({"aws:region": "eu-west-1"}, "us-west-2", "eu-west-1"),
        ({}, "us-west-2", "us-west-2"),
        ({}, None, None),
        ({"aws:region": "[secret]"}, None, UNKNOWN_REGION),
        ({"aws:region": "[secret]"}, "us-west-2", "us-west-2"),
    ],
)
def test_without_a_provider_of_its_own_the_config_names_the_region(
    config: dict[str, str], given: str | None, expected: str | None
) -> None:
    document = preview(step("create", volume()), config=config)
    assert only(read_preview(document, region=given)).region == expected


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"region": "eu-central-1"}, "eu-central-1"),
        ({"region": UNKNOWN_TEXT}, UNKNOWN_REGION),
        ({}, "us-east-1"),
    ],
)
def test_an_explicit_provider_names_the_region_wherever_its_step_stands(
    inputs: dict[str, str], expected: str
) -> None:
    provider = state("pulumi:providers:aws", "europe", inputs=inputs)
    of_provider = volume(provider=f"{provider['urn']}::{UNKNOWN_TEXT}")
    for steps in ([provider, of_provider], [of_provider, provider]):
        graph = read_preview(preview(*(step("create", item) for item in steps)))
        assert only(graph).region == expected


@pytest.mark.parametrize(
    ("own", "expected"), [("ap-south-1", "ap-south-1"), (UNKNOWN_TEXT, UNKNOWN_REGION)]
)
def test_a_resources_own_region_goes_before_its_providers(
    own: str, expected: str
) -> None:
    provider = state("pulumi:providers:aws", "eu", inputs={"region": "eu-west-1"})
    item = state(
        VOLUME, "data", inputs={"region": own}, provider=f"{provider['urn']}::id"
    )
    graph = read_preview(preview(step("create", provider), step("create", item)))
    assert only(graph).region == expected


def test_what_is_not_of_aws_has_no_region() -> None:
    graph = read_preview(preview(root(), step("create", state("random:a/b:C", "x"))))
    assert [item.region for item in graph.resources] == [None, None]


def test_names_and_types_survive_odd_urns() -> None:
    names = ["a::b", "workers/group", "a$b", "urn:pulumi:x", "ünïcode"]
    kind = f"shop:web:Site$shop:web:Page${VOLUME}"
    steps = [step("create", state(kind, name)) for name in names]
    graph = read_preview(preview(root(), *steps))
    assert [item.name for item in graph.by_type[VOLUME]] == names
    assert (graph.project, graph.stack) == ("shop", "dev")


def test_a_type_that_the_state_does_not_give_is_taken_from_the_urn() -> None:
    bare = {"urn": urn_of(f"shop:web:Site${VOLUME}", "data"), "custom": True}
    assert only(read_preview(preview(step("create", bare)))).name == "data"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("project:///__main__.py#7", "__main__.py:7"),
        ("project:///components/network.py#31,4", "components/network.py:31"),
        ("project:///my%20stack.py#2", "my stack.py:2"),
        ("project:///__main__.py", "__main__.py"),
        ("project:///../venv/lib/pulumi/resource.py#1042", ""),
        ("project:///.venv/lib/python3.11/site-packages/x/y.py#3", ""),
        ("file:///home/someone/shop/__main__.py#7", ""),
        ("", ""),
    ],
)
def test_positions_are_shown_in_the_users_own_code_only(
    written: str, shown: str
) -> None:
    document = preview(step("create", volume(sourcePosition=written)))
    assert only(read_preview(document)).source_position == shown


def test_dependencies_are_by_input_and_leave_out_inputs_without_any() -> None:
    vpc = urn_of("aws:ec2/vpc:Vpc", "vpc")
    item = volume(
        dependencies=[vpc], propertyDependencies={"a": [vpc], "b": [], "c": None}
    )
    found = only(read_preview(preview(step("create", item))))
    assert found.dependencies == {"a": [vpc]}


def test_dependencies_of_the_whole_resource_explain_its_unknown_inputs() -> None:
    vpc = urn_of("aws:ec2/vpc:Vpc", "vpc")
    item = state(
        "aws:ec2/subnet:Subnet",
        "a",
        inputs={
            "cidrBlock": "10.0.0.0/24",
            "vpcId": UNKNOWN_TEXT,
            "t": [[UNKNOWN_TEXT]],
        },
        dependencies=[vpc],
    )
    del item["propertyDependencies"]
    found = only(read_preview(preview(step("create", item))), "aws:ec2/subnet:Subnet")
    assert found.dependencies == {"vpcId": [vpc], "t": [vpc]}


def test_an_unchanged_resource_keeps_the_id_and_arn_of_its_old_state() -> None:
    arn = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
    old = volume(id="vol-1", outputs={"arn": arn, "size": 100})
    found = only(read_preview(preview(step("same", volume(), old))))
    assert (found.id, found.raw_outputs) == ("vol-1", {"arn": arn})


def test_a_replaced_resource_does_not_keep_the_id_of_its_old_self() -> None:
    old = volume(id="vol-1", outputs={"arn": "arn:of:old"})
    found = only(read_preview(preview(step("replace", volume(), old))))
    assert (found.id, found.raw_outputs) == ("", {})


def test_unknown_ids_and_outputs_are_not_taken_for_known_ones() -> None:
    item = volume(id=UNKNOWN_TEXT, outputs={"arn": UNKNOWN_TEXT, "name": "n"})
    found = only(read_preview(preview(step("create", item))))
    assert (found.id, found.raw_outputs) == ("", {"name": "n"})


def test_unknowns_and_secrets_in_inputs_are_hidden() -> None:
    inputs = {"size": UNKNOWN_TEXT, "tags": "[secret]", "n": {"deep": [UNKNOWN_TEXT]}}
    found = only(
        read_preview(preview(step("create", state(VOLUME, "x", inputs=inputs))))
    )
    assert found.input("size") is UNKNOWN
    assert found.input("tags") is UNKNOWN
    assert found.input("n") == {"deep": [UNKNOWN]}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"op": "create", "newState": {}}], "steps[0] names no urn"),
        ([step("create", {"urn": "volume"})], "'volume' is no urn"),
        ([step("teleport", volume())], "steps[0] is a 'teleport' step"),
        ([{"op": "create", "urn": urn_of(VOLUME, "x")}], "without a state"),
        ("none", "steps: expected `array"),
        ([{"op": "create", "urn": 3}], "steps[0].urn: expected `str`, got `int`"),
        ([step("create", state(VOLUME, "x", inputs=[]))], "steps[0].newState.inputs"),
    ],
)
def test_a_damaged_preview_is_an_error_that_names_the_place(
    steps: Any, said: str
) -> None:
    document = preview(summary={}, steps=steps)
    with pytest.raises(UnreadableDocument, match=re.escape(said)):
        read_preview(document)


def test_null_stands_for_nothing() -> None:
    item = volume(outputs=None, propertyDependencies=None, dependencies=None)
    item["inputs"] = None
    document = preview(step("create", item), diagnostics=None)
    assert only(read_preview(document)).raw_inputs == {}
