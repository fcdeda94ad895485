"""A document read in pieces is the document read whole, or refused in the same words."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.documents import preview_document
from farebox.graph import GraphError, ResourceGraph
from farebox.graph import pieces as module
from farebox.graph.document import read_document
from farebox.graph.pieces import LongFile, in_pieces, is_long
from farebox.graph.preview import Side

NAME = "the document"


def sames() -> dict[str, Any]:
    """A preview of what exists, with outputs, and with lists after the steps."""
    document: dict[str, Any] = json.loads(preview_document(40))
    for number, step in enumerate(document["steps"]):
        step["op"] = "same"
        state = step["newState"]
        state["id"] = f"id-{number}"
        state["outputs"] = {**state.get("inputs", {}), "arn": f"arn:{number}"}
        step["oldState"] = {**state, "inputs": {**state.get("inputs", {})}}
    document["changeSummary"] = {"same": len(document["steps"])}
    document["diagnostics"] = [
        {"message": f"said {number} }},\n        {{", "severity": "info"}
        for number in range(30)
    ]
    return document


def state() -> dict[str, Any]:
    """The same stack as `pulumi stack export` writes it."""
    resources = [step["newState"] for step in sames()["steps"]]
    made = {**resources[3], "urn": f"{resources[3]['urn']}-new"}
    waiting = [{"type": "creating", "resource": made}]
    deployment = {
        "manifest": {"version": "v3"},
        "resources": resources,
        "pending_operations": waiting,
    }
    return {"version": 3, "deployment": deployment}


def checkpoint() -> dict[str, Any]:
    """The same as a backend keeps it, one level deeper."""
    latest = state()["deployment"]
    config = {"aws:region": "eu-west-1"}
    return {"version": 3, "checkpoint": {"config": config, "latest": latest}}


def written(document: dict[str, Any]) -> bytes:
    """As Pulumi indents it."""
    return json.dumps(document, indent=4).encode()


DOCUMENTS = {
    "creates": preview_document(60),
    "sames": written(sames()),
    "state": written(state()),
    "checkpoint": written(checkpoint()),
}


def told(graph: ResourceGraph) -> Any:
    """All that a graph says."""
    fields = [
        {
            name: getattr(item, name)
            for name in item.__struct_fields__
            if name != "outputs"
        }
        | {"answers": item.answers()}
        for item in (*graph.resources, *graph.unfinished)
    ]
    return fields, graph.project, graph.stack, graph.config, graph.notes


def outcome(data: bytes | LongFile, side: Side = "head") -> Any:
    """What a document says, or in which words it is refused."""
    try:
        return told(read_document(data, name=NAME, side=side))
    except GraphError as error:
        return str(error)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few lines, so that a short document has many."""
    monkeypatch.setattr(module, "PIECE_BYTES", 700)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("side", ["head", "base"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_the_same_in_pieces(
    name: str, side: Side, tmp_path: Path
) -> None:
    path = tmp_path / "document.json"
    path.write_bytes(DOCUMENTS[name])
    assert outcome(LongFile(path), side) == outcome(DOCUMENTS[name], side)


@pytest.mark.parametrize(
    ("name", "key", "depth"),
    [
        ("creates", "steps", 1),
        ("sames", "steps", 1),
        ("state", "resources", 2),
        ("checkpoint", "resources", 3),
    ],
)
@pytest.mark.parametrize("size", [300, 700, 3_000, 1 << 18])
def test_a_list_is_cut_between_its_items_at_any_size(
    name: str,
    key: str,
    depth: int,
    size: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the other tests do read in pieces: nothing of it is read whole."""
    monkeypatch.setattr(module, "PIECE_BYTES", size)
    path = tmp_path / "document.json"
    path.write_bytes(DOCUMENTS[name])
    with path.open("rb") as file:
        found = in_pieces(file, key, depth, json.loads)
    assert found is not None
    whole = json.loads(DOCUMENTS[name])
    rest = json.loads(found.rest)
    inner, place = rest, whole
    for step in ("deployment",) * (depth == 2) + ("checkpoint", "latest") * (
        depth == 3
    ):
        inner, place = inner[step], place[step]
    assert found.items == place[key]
    assert inner[key] == []
    inner[key] = found.items
    assert rest == whole


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_damaged_document_is_refused_in_the_same_words(
    name: str, tmp_path: Path
) -> None:
    """Cut off, or with a few bytes lost, doubled or swapped for others."""
    random = Random(f"pieces {name}")
    path = tmp_path / "document.json"
    refused = 0
    for _ in range(60):
        data = bytearray(DOCUMENTS[name])
        at = random.randrange(len(data))
        match random.randrange(4):
            case 0:
                del data[at:]
            case 1:
                del data[at : at + random.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + random.randint(1, 400)]
            case _:
                data[at] = random.choice(b'{}[],":\n x')
        path.write_bytes(data)
        expected = outcome(bytes(data))
        refused += isinstance(expected, str)
        assert outcome(LongFile(path)) == expected
    assert refused


def test_only_long_files_in_the_form_of_pulumi_are_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG_BYTES", 1_000)
    path = tmp_path / "document.json"
    for data, expected in (
        (DOCUMENTS["creates"], True),
        (json.dumps(sames()).encode(), False),
        (DOCUMENTS["creates"][:900], False),
        (b"\x1f\x8b" + bytes(2_000), False),
    ):
        path.write_bytes(data)
        assert is_long(path) is expected


@pytest.mark.usefixtures("small_pieces")
def test_an_item_longer_than_many_pieces_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ITEM_BYTES", 2_000)
    document = sames()
    document["steps"][5]["newState"]["inputs"]["userData"] = "x" * 9_000
    path = tmp_path / "document.json"
    path.write_bytes(written(document))
    with path.open("rb") as file:
        assert in_pieces(file, "steps", 1, json.loads) is None
    assert outcome(LongFile(path)) == outcome(written(document))
