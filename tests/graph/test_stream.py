"""The streaming form of a preview: one engine event a line."""

from typing import Any

import pytest

from farebox.graph import IncompletePreview, UnreadableDocument
from farebox.graph.document import read_document
from farebox.graph.preview import Side
from farebox.graph.stream import read_stream
from tests.graph.documents import (
    PRELUDE,
    STACK_URN,
    VOLUME,
    planned,
    preview,
    root,
    state,
    step,
    stream,
    summary,
)

OLD = state(VOLUME, "data", inputs={"size": 100}, id="vol-1", outputs={"arn": "arn:1"})
NEW = state(VOLUME, "data", inputs={"size": 200})
SIDES: tuple[Side, ...] = ("head", "base")
STACK: dict[str, Any] = {"urn": STACK_URN, "type": "pulumi:pulumi:Stack"}
WHOLE = (
    {"diagnosticEvent": {"message": "old plugin", "color": "", "severity": "warning"}},
    PRELUDE,
    planned("create", STACK),
    planned("update", NEW, OLD),
    {"resOutputsEvent": planned("update", NEW, OLD)["resourcePreEvent"]},
    {"progressEvent": {"type": "plugin-download", "id": "aws", "message": ""}},
    summary({"create": 1, "update": 1}),
)


def test_a_stream_gives_the_resources_of_the_same_preview() -> None:
    document = preview(root(), step("update", NEW, OLD))
    for side in SIDES:
        streamed = read_stream(stream(*WHOLE), side=side)
        written = read_document(document, name="p", side=side)
        assert (streamed.project, streamed.stack) == (written.project, written.stack)
        assert streamed.config == written.config
        for one, other in zip(streamed.resources, written.resources, strict=True):
            assert one.urn == other.urn
            assert one.operation == other.operation
            assert one.raw_inputs == other.raw_inputs
            assert one.region == other.region
            assert (one.id, one.raw_outputs) == (other.id, other.raw_outputs)


def test_a_stream_says_that_it_cannot_follow_references() -> None:
    (note,) = read_stream(stream(*WHOLE)).notes
    assert "--show-sames" in note


def test_a_replacement_in_a_stream_is_one_resource() -> None:
    events = [
        planned("create-replacement", NEW, OLD),
        planned("replace", NEW, {**OLD, "delete": True}),
        planned("delete-replaced", None, {**OLD, "delete": True}),
        summary({"replace": 1}),
    ]
    (found,) = read_stream(stream(PRELUDE, *events)).resources
    assert (found.operation, found.input("size")) == ("replace", 200)
    (found,) = read_stream(stream(PRELUDE, *events), side="base").resources
    assert (found.operation, found.input("size")) == ("replace", 100)


def test_a_stream_without_its_last_event_was_cut_short() -> None:
    with pytest.raises(IncompletePreview, match="without a summary event"):
        read_stream(stream(*WHOLE[:-1]))


def test_a_stream_cut_off_within_a_line_names_the_line() -> None:
    # Line 4 of WHOLE's 7 is the update; 40 bytes of it are left.
    lines = stream(*WHOLE).splitlines(keepends=True)
    cut = b"".join(lines[:3]) + lines[3][:40]
    with pytest.raises(UnreadableDocument, match=r"s\.json, line 4, is cut off"):
        read_stream(cut, name="s.json")


@pytest.mark.parametrize("result", ["failed", "canceled"])
def test_a_stream_of_a_failed_preview_is_an_error(result: str) -> None:
    with pytest.raises(IncompletePreview, match=result):
        read_stream(stream(*WHOLE[:-1], summary({}, result)))


def test_an_error_event_of_a_stream_is_quoted() -> None:
    error = {"diagnosticEvent": {"message": "no such image", "severity": "error"}}
    with pytest.raises(IncompletePreview, match="no such image"):
        read_stream(stream(PRELUDE, error, summary({}, "failed")))


def test_a_stream_may_lack_resources_that_its_summary_counts() -> None:
    with pytest.raises(IncompletePreview, match="leaves out 2 of 3"):
        read_stream(stream(PRELUDE, planned("create", NEW), summary({"create": 3})))


def test_lines_of_a_wrapper_script_are_passed_over() -> None:
    lines = stream(*WHOLE).splitlines()
    mixed = b"\n".join([b"installing ...", lines[0], b"", b"done", *lines[1:]])
    assert len(read_document(mixed, name="s.json")) == 2
