"""A state export: what exists now."""

import json
from datetime import date
from typing import Any

import pytest

from farebox.graph import UNKNOWN, UnreadableDocument
from farebox.graph.document import read_document
from farebox.graph.state import read_state
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book
from tests.graph.documents import STACK_URN, VOLUME, export, state

SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "v1:nothing to see",
}
PROVIDER = state("pulumi:providers:aws", "default_7_51_0", id="8b1f", provider="")
OF_PROVIDER = f"{PROVIDER['urn']}::8b1f"
STACK = {"urn": STACK_URN, "custom": False, "type": "pulumi:pulumi:Stack"}


def test_the_default_provider_of_a_state_names_the_region() -> None:
    provider = {**PROVIDER, "inputs": {"region": "eu-west-1", "version": "7.51.0"}}
    volume = state(VOLUME, "data", provider=OF_PROVIDER)
    graph = read_state(export(STACK, provider, volume), region="us-east-1")
    (found,) = graph.by_type[VOLUME]
    assert found.region == "eu-west-1"
    assert (graph.project, graph.stack) == ("shop", "dev")


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [({"region": "ap-south-1"}, "ap-south-1"), ({}, "us-east-1"), (None, "us-east-1")],
)
def test_without_a_providers_region_aws_own_answer_holds_then_the_argument(
    outputs: dict[str, str] | None, expected: str
) -> None:
    volume = state(VOLUME, "data", provider=OF_PROVIDER, outputs=outputs)
    graph = read_state(export(PROVIDER, volume), region="us-east-1")
    assert graph.by_type[VOLUME][0].region == expected


def test_copies_that_replacements_left_behind_are_noted_and_not_counted() -> None:
    graph = read_state(
        export(
            state(VOLUME, "data", id="vol-2"),
            state(VOLUME, "data", id="vol-1", delete=True),
            state(VOLUME, "gone", id="vol-0", pendingReplacement=True),
        )
    )
    assert [item.id for item in graph.resources] == ["vol-2"]
    assert graph.notes == (
        "1 replaced resources wait to be deleted and cost until then: data "
        "(aws:ebs/volume:Volume). They are not in the total.",
        "1 resources were deleted to be replaced and are not made anew yet: gone "
        "(aws:ebs/volume:Volume). They are not in the total.",
    )


def test_a_note_names_three_of_many_copies() -> None:
    copies = [state(VOLUME, f"v{n}", delete=True) for n in range(5)]
    (note,) = read_state(export(*copies)).notes
    assert "v2 (aws:ebs/volume:Volume) and 2 more." in note


def test_an_interrupted_deployment_is_noted() -> None:
    pending = [{"resource": state(VOLUME, "half"), "type": "creating"}]
    graph = read_state(export(state(VOLUME, "data"), pending_operations=pending))
    assert [item.name for item in graph.resources] == ["data"]
    (note,) = graph.notes
    assert "1 operations are unfinished, creating of urn:pulumi:dev::" in note
    assert "may exist and cost: it is not in the total" in note
    assert [item.name for item in graph.unfinished] == ["half"]


def test_what_may_have_been_made_leaves_the_total_a_lower_bound() -> None:
    pending = [
        {"resource": state(VOLUME, "half", inputs={"size": 10}), "type": "creating"},
        {"resource": state("aws:iam/role:Role", "role"), "type": "creating"},
        {"resource": state(VOLUME, "data", inputs={"size": 9}), "type": "creating"},
    ]
    whole = state(VOLUME, "data", inputs={"size": 10, "region": "us-east-1"})
    graph = read_state(export(whole, pending_operations=pending))
    found = estimate(graph, frozen_book(), on=date(2026, 11, 23))
    # By hand: 10 GiB of gp2 x 0.10 = 1; a role costs nothing, whether or not it is there.
    assert found.usd_per_month == 1
    assert [item.subject.name for item in found.unpriced] == ["half"]
    assert found.lower_bound


def test_an_interrupted_change_leaves_nothing_that_is_not_listed() -> None:
    pending = [{"resource": state(VOLUME, "data"), "type": "updating"}]
    graph = read_state(export(state(VOLUME, "data"), pending_operations=pending))
    (note,) = graph.notes
    assert "may exist" not in note


def test_an_external_resource_of_a_state_is_read() -> None:
    (found,) = read_state(export(state(VOLUME, "shared", external=True))).resources
    assert found.operation == "read"


def test_a_secret_of_a_state_is_unknown_and_its_text_stays_hidden() -> None:
    volume = state(VOLUME, "data", inputs={"size": SECRET, "tags": {"a": SECRET}})
    (found,) = read_state(export(volume)).resources
    assert found.input("size") is UNKNOWN
    assert found.input("tags") == {"a": UNKNOWN}


def test_outputs_that_identify_a_resource_are_kept_and_others_are_not() -> None:
    outputs = {
        "arn": "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1",
        "availabilityZoneId": "use1-az4",
        "ipv6Native": False,
    }
    subnet = state("aws:ec2/subnet:Subnet", "a", id="subnet-1", outputs=outputs)
    (found,) = read_state(export(subnet)).resources
    assert found.id == "subnet-1"
    del outputs["ipv6Native"]
    assert found.raw_outputs == outputs


@pytest.mark.parametrize("document", [export(), b'{"version":3,"deployment":null}'])
def test_an_empty_stack_is_an_empty_graph(document: bytes) -> None:
    graph = read_state(document)
    assert (len(graph), graph.project, graph.notes) == (0, "", ())


@pytest.mark.parametrize("version", [1, 2, 5, None, "3", [3]])
def test_a_state_of_a_version_that_is_not_known_is_an_error(version: object) -> None:
    document = json.dumps({"version": version, "deployment": {}}).encode()
    with pytest.raises(UnreadableDocument, match="version"):
        read_state(document, name="state.json")


def test_a_resource_without_a_urn_is_an_error_that_names_its_place() -> None:
    with pytest.raises(UnreadableDocument, match=r"deployment\.resources\[1\]"):
        read_state(export(state(VOLUME, "data"), {"type": VOLUME}))


def checkpoint(*resources: dict[str, Any], **fields: Any) -> bytes:
    """What a backend keeps of a stack, in a file of its own."""
    latest = json.loads(export(*resources))["deployment"]
    held = {"stack": "organization/shop/dev", "latest": latest, **fields}
    return json.dumps({"version": 3, "checkpoint": held}, indent=4).encode()


def test_a_checkpoint_holds_the_same_resources_as_an_export() -> None:
    volume = state(VOLUME, "data", id="vol-1", inputs={"size": 10})
    for read in (read_state, lambda data: read_document(data, name="x")):
        graph = read(checkpoint(volume))
        assert (graph.project, graph.stack) == ("shop", "dev")
        assert [item.input("size") for item in graph.resources] == [10]


def test_a_checkpoints_config_names_the_region_and_hides_secrets() -> None:
    config = {"aws:region": "eu-west-1", "shop:key": {"secure": "v1:x"}}
    graph = read_state(checkpoint(state(VOLUME, "data"), config=config))
    assert [item.region for item in graph.resources] == ["eu-west-1"]
    assert graph.config == {"aws:region": "eu-west-1", "shop:key": "[secret]"}


@pytest.mark.parametrize("held", [b"{}", b'{"latest": null}', b"null"])
def test_a_stack_that_was_never_deployed_is_an_empty_checkpoint(held: bytes) -> None:
    graph = read_document(b'{"version": 3, "checkpoint": %s}' % held, name="x")
    assert len(graph) == 0
