"""Steps that are more, or less, than they look: imports, copies, what AWS keeps."""

from typing import Any

import pytest

from farebox.graph import IncompletePreview, ResourceGraph
from farebox.graph.preview import read_preview
from farebox.graph.stream import read_stream
from tests.graph.documents import (
    PRELUDE,
    VOLUME,
    planned,
    preview,
    root,
    state,
    step,
    stream,
    summary,
    urn_of,
)

NAT = "aws:ec2/natGateway:NatGateway"


def volume(size: int, name: str = "data", **fields: Any) -> dict[str, Any]:
    return state(VOLUME, name, inputs={"size": size}, **fields)


def sizes(graph: ResourceGraph) -> dict[str, Any]:
    return {
        item.name: item.input("size") for item in graph.resources if item.type == VOLUME
    }


@pytest.mark.parametrize("then", ["update", "replace"])
def test_an_import_and_a_change_of_it_are_one_resource_in_two_steps(then: str) -> None:
    old = volume(50, id="vol-1", delete=True)
    document = preview(
        root(),
        step("import", volume(50, importID="vol-1")),
        step(then, volume(100), old),
    )
    assert sizes(read_preview(document)) == {"data": 100}
    # It is not of the stack before: the import is what takes it in.
    assert sizes(read_preview(document, side="base")) == {}


def test_an_import_alone_tells_its_id_and_what_aws_answered() -> None:
    kept = state(VOLUME, "data", importID="vol-1", outputs={"size": 70})
    (found,) = [
        item
        for item in read_preview(preview(root(), step("import", kept))).resources
        if item.type == VOLUME
    ]
    assert (found.operation, found.id, found.input("size")) == ("create", "vol-1", 70)


def test_a_resource_in_two_steps_does_not_hide_that_another_is_left_out() -> None:
    document = preview(
        root(),
        step("import", volume(50)),
        step("update", volume(100), volume(50, id="vol-1")),
        summary={"create": 1, "import": 1, "update": 1, "same": 2},
    )
    with pytest.raises(IncompletePreview, match="leaves out 2 of 5 resources"):
        read_preview(document)


def test_what_is_retained_stays_in_the_bill_and_is_named() -> None:
    old = volume(50, id="vol-1", retainOnDelete=True)
    gone = volume(60, "other", id="vol-2")
    document = preview(root("same"), step("delete", old=old), step("delete", old=gone))
    head = read_preview(document)
    assert sizes(head) == {"data": 50}
    assert head.notes == (
        "Dropped from the stack and kept at AWS (retainOnDelete): data. What they cost "
        "goes on and is in the total.",
    )
    base = read_preview(document, side="base")
    assert (sizes(base), base.notes) == ({"data": 50, "other": 60}, ())


def test_a_stream_tells_what_is_retained_too() -> None:
    old = planned("delete", old=volume(50, id="vol-1"))
    old["resourcePreEvent"]["metadata"]["old"]["retainOnDelete"] = True
    document = stream(PRELUDE, old, summary({"delete": 1}))
    assert sizes(read_stream(document)) == {"data": 50}


def test_the_old_copy_of_a_replaced_resource_is_kept_beside_the_new_one() -> None:
    old = volume(50, id="vol-1", retainOnDelete=True)
    document = preview(
        root("same"),
        step("create-replacement", volume(80), old),
        step("replace", volume(80), old),
        step("delete-replaced", old=old),
    )
    assert sizes(read_preview(document)) == {"data": 80, "data (kept)": 50}
    assert sizes(read_preview(document, side="base")) == {"data": 50}


def test_a_copy_that_an_earlier_replacement_left_is_of_neither_side() -> None:
    left = volume(50, id="vol-0", delete=True, retainOnDelete=True)
    now = volume(80, id="vol-1")
    document = preview(
        root("same"), step("same", now, now), step("delete-replaced", old=left)
    )
    for side in ("head", "base"):
        assert sizes(read_preview(document, side=side)) == {"data": 80}


def test_what_goes_with_a_retained_resource_stays_with_it() -> None:
    bucket = state("aws:ec2/vpc:Vpc", "net", id="vpc-1", retainOnDelete=True)
    inside = volume(50, id="vol-1", deletedWith=urn_of("aws:ec2/vpc:Vpc", "net"))
    inner = volume(60, "inner", id="vol-2", deletedWith=urn_of(VOLUME, "data"))
    other = volume(70, "other", id="vol-3", deletedWith=urn_of(NAT, "nat"))
    document = preview(
        root("same"), *(step("delete", old=x) for x in (other, inner, inside, bucket))
    )
    assert sizes(read_preview(document)) == {"data": 50, "inner": 60}


def test_a_note_names_five_of_many_that_are_retained() -> None:
    many = [volume(1, f"v{n}", id=f"vol-{n}", retainOnDelete=True) for n in range(7)]
    document = preview(root("same"), *(step("delete", old=item) for item in many))
    (note,) = read_preview(document).notes
    assert "v0, v1, v2, v3, v4 and 2 more" in note


def test_what_is_only_let_go_of_was_never_the_stacks_to_keep() -> None:
    read = volume(50, id="vol-1", external=True, retainOnDelete=True)
    document = preview(root("same"), step("delete", old=read))
    assert sizes(read_preview(document)) == {}


def test_a_warning_of_an_interrupted_deployment_is_passed_on() -> None:
    said = "Attempting to deploy ... with 1 pending operations: x, interrupted while creating"
    document = preview(root(), diagnostics=[{"message": said, "severity": "warning"}])
    assert read_preview(document).notes == (f"Pulumi warns: {said}",)


def test_a_protected_resource_that_is_to_go_fails_the_preview_with_its_reason() -> None:
    said = "unable to delete resource: it is protected"
    document = preview(
        root("same"),
        step("delete", old=volume(50, id="vol-1", protect=True)),
        diagnostics=[{"message": said, "severity": "error"}],
    )
    with pytest.raises(
        IncompletePreview, match="does not hold the whole stack: unable"
    ):
        read_preview(document)
