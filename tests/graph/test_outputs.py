"""What AWS answered fills what a program leaves open: the laws, and the documents."""

from typing import Any

import pytest

from farebox.graph import UNKNOWN, Resource, UnreadableDocument
from farebox.graph.merging import filled, is_answer, overlaid, path_of
from farebox.graph.outputs import KEPT, Outputs, Recent, paths_of
from farebox.graph.preview import read_preview
from farebox.graph.state import read_state
from farebox.graph.values import SIGNATURE_KEY
from tests.graph.documents import (
    UNKNOWN_TEXT,
    VOLUME,
    export,
    preview,
    root,
    state,
    step,
)


def resource(asked: dict[str, Any], answered: Any, *ignored: str) -> Resource:
    outputs = Outputs(answered, Recent(), ignored=paths_of(list(ignored)))
    return Resource("u", VOLUME, "disk", asked, outputs=outputs)


def test_an_output_fills_an_absent_input() -> None:
    disk = resource({"type": "gp3"}, {"size": 200, "type": "gp2"})
    assert (disk.input("size"), disk.input("type")) == (200, "gp3")


def test_what_the_program_asks_for_and_what_aws_answered_are_told_apart() -> None:
    disk = resource({"type": "gp3"}, {"size": 200, "type": "gp2"})
    assert (disk.asked("size"), disk.asked("type")) == (None, "gp3")
    assert (disk.output("size"), disk.output("type")) == (200, "gp2")


@pytest.mark.parametrize("nothing", ["", 0, 0.0, -1, [], {}, None, [""], {"a": ""}])
def test_an_empty_output_says_nothing(nothing: object) -> None:
    assert not is_answer(nothing)
    assert resource({}, {"size": nothing}).input("size") is None


def test_false_is_an_answer() -> None:
    assert resource({}, {"monitoring": False}).input("monitoring") is False


@pytest.mark.parametrize("hidden", ["[secret]", UNKNOWN_TEXT, {SIGNATURE_KEY: "x"}])
def test_a_secret_or_an_unknown_output_is_no_answer(hidden: object) -> None:
    assert resource({}, {"size": hidden}).input("size") is None


def test_an_answer_fills_a_block_at_any_depth() -> None:
    asked = {"disk": {"size": 50}}
    answered = {"disk": {"size": 60, "type": "gp2", "iops": 0, "more": {"kind": "x"}}}
    # 60 does not go before 50, and 0 says nothing.
    found = resource(asked, answered).input("disk")
    assert found == {"size": 50, "type": "gp2", "more": {"kind": "x"}}
    assert asked == {"disk": {"size": 50}}


def test_a_block_may_stand_as_a_list_of_one_on_either_side() -> None:
    assert filled({"size": 5}, [{"type": "gp2"}]) == {"size": 5, "type": "gp2"}
    assert filled([{"size": 5}], {"type": "gp2"}) == [{"size": 5, "type": "gp2"}]


def test_items_of_a_list_are_told_apart_by_their_texts() -> None:
    asked = [{"device": "b", "size": 9}, {"device": "a"}]
    answered = [{"device": "a", "type": "gp2"}, {"device": "b", "type": "st1"}]
    assert filled(asked, answered) == [
        {"device": "b", "size": 9, "type": "st1"},
        {"device": "a", "type": "gp2"},
    ]


def test_an_item_that_fits_several_answers_stays_as_it_is() -> None:
    asked = [{"device": "a"}, {"size": 1}]
    answered = [{"device": "a", "type": "gp2"}, {"device": "a", "type": "gp3"}]
    assert filled(asked, answered) == asked


def test_what_a_change_takes_away_takes_its_answer_with_it() -> None:
    assert filled(None, 6000, 6000) is None
    earlier = {"type": "io1", "iops": 6000}
    answered = {"type": "io1", "iops": 6000, "size": 8}
    assert filled({"type": "gp3"}, answered, earlier) == {"type": "gp3", "size": 8}


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("size", ("size",)),
        ("scalingConfig.desiredSize", ("scalingConfig", "desiredSize")),
        ("scalingConfig[0].desiredSize", ("scalingConfig", "0", "desiredSize")),
        ('["tags"]["a.b"]', ("tags", "a.b")),
        ("disks[*].size", ("disks", "*", "size")),
    ],
)
def test_a_property_path_is_taken_apart(written: str, parts: tuple[str, ...]) -> None:
    assert path_of(written) == parts


def test_ignored_changes_leave_a_value_to_aws_and_nothing_beside_it() -> None:
    asked = {"scaling": {"desired": 1, "max": 4}}
    answered = {"scaling": {"desired": 3, "max": 9}}
    for path in ("scaling.desired", "scaling[0].desired", "scaling.*"):
        wanted = {"desired": 3, "max": 9 if path.endswith("*") else 4}
        assert resource(asked, answered, path).input("scaling") == wanted
    assert resource(asked, answered, "*").input("scaling") == answered["scaling"]
    assert resource(asked, answered, "other").input("scaling") == asked["scaling"]


def test_what_is_ignored_may_have_become_nothing_or_have_no_answer() -> None:
    assert resource({"desired": 2}, {"desired": 0}, "desired").input("desired") == 0
    assert resource({"desired": 2}, {}, "desired").input("desired") == 2
    assert resource({"size": 2}, {"size": UNKNOWN_TEXT}, "size").input("size") == 2
    assert overlaid([{"a": 1}, {"a": 2}], [{"a": 5}], ("*", "a")) == [
        {"a": 5},
        {"a": 2},
    ]


def test_outputs_are_decoded_when_asked_for_and_let_go_of_again() -> None:
    recent, read = Recent(), []

    def reading(size: int) -> dict[str, Any]:
        read.append(size)
        return {"size": size}

    def outputs(size: int) -> Outputs:
        return Outputs(lambda: reading(size), recent)

    many = [outputs(size) for size in range(1, KEPT + 2)]
    assert read == []
    assert [item.told("size") for item in many] == list(range(1, KEPT + 2))
    assert [item.told("size") for item in reversed(many)][-1] == 1
    # The first was let go of for the last one, and is read again.
    assert read == [*range(1, KEPT + 2), 1]


def disk(**fields: Any) -> dict[str, Any]:
    return state(VOLUME, "disk", **fields)


def size_of(document: bytes, side: Any = "head") -> Any:
    graph = read_preview(document, side=side)
    return next(item for item in graph.resources if item.type == VOLUME).input("size")


def test_a_state_is_read_with_what_aws_answered() -> None:
    graph = read_state(export(disk(id="vol-1", outputs={"size": 200})))
    assert graph.resources[0].input("size") == 200


def test_an_unchanged_step_is_read_with_what_aws_answered() -> None:
    there = disk(id="vol-1", outputs={"size": 200})
    for new in (there, disk(), disk(id="vol-1", outputs={})):
        document = preview(root("same"), step("same", new, there))
        assert [size_of(document, side) for side in ("head", "base")] == [200, 200]


def test_a_change_keeps_the_answers_that_it_does_not_touch() -> None:
    old = disk(id="vol-1", outputs={"size": 200}, inputs={"type": "gp2"})
    new = disk(id="vol-1", outputs={"size": UNKNOWN_TEXT}, inputs={"type": "gp3"})
    assert size_of(preview(root(), step("update", new, old))) == 200
    asked = disk(id="vol-1", outputs={"size": 200}, inputs={"size": 200})
    assert size_of(preview(root(), step("update", new, asked))) is None


@pytest.mark.parametrize("op", ["create", "replace", "create-replacement"])
def test_what_is_made_anew_has_no_answers_yet(op: str) -> None:
    old = disk(id="vol-1", outputs={"size": 200})
    new = disk(outputs={"size": 100}, id="vol-1" if op != "create" else UNKNOWN_TEXT)
    document = preview(root(), step(op, new, None if op == "create" else old))
    assert size_of(document) is None
    if op != "create":
        assert size_of(document, "base") == 200


def test_a_secret_in_a_state_stays_hidden() -> None:
    secret = {SIGNATURE_KEY: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "x"}
    outputs = {"size": secret, "block": {"key": secret, "kind": "x"}}
    found = read_state(export(disk(id="vol-1", outputs=outputs))).resources[0]
    assert found.input("size") is None
    # A block says what is known of it.
    assert found.input("block") == {"kind": "x"}


def test_outputs_that_are_no_json_are_told_by_the_resource() -> None:
    broken = resource({}, lambda: b"\x80".decode())
    with pytest.raises(UnreadableDocument, match="the outputs of disk"):
        broken.input("size")
    with pytest.raises(UnreadableDocument, match="the outputs of disk"):
        broken.output("size")


def test_an_unknown_input_is_not_taken_for_an_absent_one() -> None:
    assert resource({"size": UNKNOWN_TEXT}, {"size": 5}).input("size") is UNKNOWN
