"""Any file: which kind it is, or one sentence about what was wrong."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.graph import (
    GraphError,
    IncompletePreview,
    ResourceGraph,
    UnreadableDocument,
    unpacking,
)
from farebox.graph.document import read_document
from tests.graph.documents import (
    PRELUDE,
    VOLUME,
    export,
    planned,
    preview,
    root,
    state,
    step,
    stream,
    summary,
)

SUBNET = state(
    "aws:ec2/subnet:Subnet",
    "a",
    inputs={"tags": {"Name": "ü"}, "vpcId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"},
    propertyDependencies={"vpcId": ["urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"]},
    outputs={"arn": "arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1"},
)
PREVIEW = preview(root(), step("create", SUBNET))
STATE = export(SUBNET, state(VOLUME, "data"))
STREAM = stream(PRELUDE, planned("create", SUBNET), summary({"create": 1}))
DOCUMENTS = {"preview": PREVIEW, "state": STATE, "stream": STREAM}


@pytest.mark.parametrize(
    ("kind", "count"), [("preview", 2), ("state", 2), ("stream", 1)]
)
def test_each_kind_is_recognised(kind: str, count: int) -> None:
    assert len(read_document(DOCUMENTS[kind], name=kind)) == count


@pytest.mark.parametrize("document", [PREVIEW, STATE])
def test_a_document_is_recognised_however_it_is_written(document: bytes) -> None:
    value = json.loads(document)
    turned = dict(reversed(value.items()))
    for written in (
        json.dumps(value, sort_keys=True),
        json.dumps(value, separators=(",", ":")),
        json.dumps(turned, indent=1),
        json.dumps({"comment": "first", **value}),
    ):
        assert len(read_document(written.encode(), name="x")) == 2


def test_a_preview_without_a_step_and_without_an_error_is_not_an_empty_stack() -> None:
    cut = {"config": {}, "diagnostics": [], "duration": 1}
    with pytest.raises(IncompletePreview, match="ended before its first resource"):
        read_document(json.dumps(cut).encode(), name="cut")


def test_diagnostics_of_another_tool_are_no_preview() -> None:
    validated = {"valid": True, "error_count": 0, "diagnostics": []}
    with pytest.raises(UnreadableDocument, match="neither a preview nor a state"):
        read_document(json.dumps(validated).encode(), name="validated")


def rewritten(document: bytes, encoding: str) -> bytes:
    return document.decode().encode(encoding)


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encodings_of_powershell_are_read(kind: str, encoding: str) -> None:
    data = rewritten(DOCUMENTS[kind], encoding)
    plain = read_document(DOCUMENTS[kind], name="x")
    assert read_document(data, name="x").resources == plain.resources


def test_big_endian_utf_16_with_its_mark_is_read() -> None:
    data = b"\xfe\xff" + rewritten(PREVIEW, "utf-16-be")
    assert len(read_document(data, name="x")) == 2


def test_lines_before_and_after_the_document_are_passed_over() -> None:
    before = b"Installing dependencies ...\nwarning: [aws] is old\r\n\n  "
    after = b"\nwarning: a new version of Pulumi is available\n"
    for document in (PREVIEW, STATE):
        assert len(read_document(before + document + after, name="x")) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x is empty"),
        (b" \n\t\n", "x is empty"),
        (b"\xef\xbb\xbf", "x is empty"),
        (b"\xff\xfe", "x is empty"),
        (b"name: shop\nruntime: python\n", "x is not JSON: it begins with 'name: shop"),
        (b"Previewing update (dev):\n", "x is what Pulumi shows to people"),
        (b"[1, 2]", "x is a list"),
        (b"3", "x is not JSON"),
        (b"{}", "neither a preview nor a state (it holds nothing)"),
        (b'{"steps": [tru]}', "x is not JSON: invalid character (byte"),
        (b'{"config": {"a": 1', "x is cut off at byte 18"),
        (PREVIEW[:-3], f"x is cut off at byte {len(PREVIEW) - 3:,}: run"),
        (PREVIEW + PREVIEW, "x holds more than one JSON document"),
        (b'{"steps": [{"urn": "\xe9"}]}', "x is not UTF-8 text at byte 20"),
        (b"\xff\xfe{\x00\x00", "x begins as UTF-16 text and breaks off"),
        (b'{"steps": [], "x": ' + b"[" * 100_000, "nests its values too deep"),
        (
            b'{"format_version": "1.2", "planned_values": {}}',
            "x is a Terraform plan",
        ),
        (
            b'{"schema": "farebox.statement/1"}',
            "x is a document that Farebox wrote",
        ),
        (b'{"Resources": {}}', "x is a CloudFormation template"),
        (b'{"version": 2, "checkpoint": {}}', "x is a deployment of version 2"),
        (b"\x1f\x8bnonsense", "x is damaged"),
        (gzip.compress(PREVIEW)[:-9], "x is packed with gzip and cut off"),
        (
            gzip.compress(b"{}", mtime=0),
            "neither a preview nor a state (it holds nothing)",
        ),
        (b'{"b": 1, "a": 2}', "neither a preview nor a state (it holds a, b)"),
        (b'{"steps": {"a": 1}}', "x is no document as Pulumi writes it: steps: expec"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableDocument) as error:
        read_document(data, name="x")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_packed_document_is_read_as_the_one_inside(kind: str) -> None:
    plain = read_document(DOCUMENTS[kind], name="x")
    packed = gzip.compress(DOCUMENTS[kind])
    found = read_document(packed, name="x")
    assert [item.urn for item in found.resources] == [
        item.urn for item in plain.resources
    ]
    half = len(DOCUMENTS[kind]) // 2
    parts = (DOCUMENTS[kind][:half], DOCUMENTS[kind][half:])
    joined = b"".join(gzip.compress(part, mtime=0) for part in parts)
    assert len(read_document(joined, name="x")) == len(plain)


def test_a_packed_file_of_no_size_of_a_document_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1000)
    packed = gzip.compress(b" " * 600) + gzip.compress(b" " * 600)
    with pytest.raises(UnreadableDocument, match="more than 1,000 bytes"):
        read_document(packed, name="x")


def graph_or_error(data: bytes) -> ResourceGraph | None:
    """Anything but a graph or one of our errors fails the test that calls it."""
    try:
        return read_document(data, name="x")
    except GraphError:
        return None


@given(st.sampled_from(list(DOCUMENTS.values())), st.data())
def test_a_document_cut_off_anywhere_is_an_error(document: bytes, data: Any) -> None:
    whole = document.rstrip()
    end = data.draw(st.integers(0, len(whole) - 1))
    assert graph_or_error(whole[:end]) is None


@given(st.sampled_from(list(DOCUMENTS.values())), st.data())
def test_changed_bytes_give_a_graph_or_our_error(document: bytes, data: Any) -> None:
    place = data.draw(st.integers(0, len(document) - 1))
    piece = data.draw(st.binary(max_size=4))
    graph_or_error(document[:place] + piece + document[place + len(piece) :])


@given(st.binary(max_size=60))
def test_any_bytes_give_a_graph_or_our_error(data: bytes) -> None:
    graph_or_error(data)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["same", "create", SUBNET["urn"], "aws:region", "[secret]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["steps", "urn", "op", "inputs"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(ANY_JSON)
def test_any_json_gives_a_graph_or_our_error(value: Any) -> None:
    graph_or_error(json.dumps(value).encode())


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place within a JSON value."""
    found = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += places(item, (*path, number))
    return found


VALUES = [json.loads(PREVIEW), json.loads(STATE)]
VALUES_AND_PLACES = [
    (value, path) for value in VALUES for path in places(value) if path
]


@given(st.sampled_from(VALUES_AND_PLACES), ANY_JSON, st.booleans())
def test_any_field_may_hold_anything_or_be_missing(
    case: tuple[Any, tuple[Any, ...]], value: Any, missing: bool
) -> None:
    document, path = case
    changed = json.loads(json.dumps(document))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    if missing:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    graph = graph_or_error(json.dumps(changed).encode())
    if graph is not None:
        for resource in graph.resources:
            graph.component_of(resource)
            graph.referrers(resource, {VOLUME})
            for name in resource.raw_inputs:
                graph.references(resource, name, resource.input(name), {VOLUME})


def test_a_urn_that_is_none_is_told_with_the_name_of_the_document() -> None:
    step = b'{"op": "create", "urn": "x", "newState": {"type": "a:b:C"}}'
    with pytest.raises(UnreadableDocument, match=r"^p\.json: 'x' is no urn"):
        read_document(b'{"steps": [' + step + b"]}", name="p.json")
