"""The readers on what the real engine printed for one program, run after run."""

from pathlib import Path

import pytest

from farebox.graph import IncompletePreview, ResourceGraph
from farebox.graph.document import read_document
from farebox.graph.preview import Side

RECORDED = Path(__file__).parents[1] / "recorded" / "engine"
SIDES: tuple[Side, ...] = ("head", "base")


def read(name: str, side: Side = "head") -> ResourceGraph:
    return read_document((RECORDED / name).read_bytes(), name=name, side=side)


def told(graph: ResourceGraph) -> dict[str, tuple[object, ...]]:
    """What a stream knows of each resource too."""
    return {
        item.urn: (item.type, item.operation, item.region, item.id, item.raw_outputs)
        for item in graph.resources
    }


@pytest.mark.parametrize(
    ("name", "head", "base"),
    [
        ("first_preview.json", 14, 0),
        # A gateway and its address are new: 14 + 2.
        ("replacement.json", 16, 14),
        ("unchanged_with_sames.json", 14, 14),
        # The stack itself stays.
        ("deletion.json", 1, 14),
        ("empty_preview.json", 1, 0),
        # A state holds the default provider too: 14 + 1.
        ("state.json", 15, 15),
        ("empty_state.json", 0, 0),
    ],
)
def test_the_sides_hold_as_many_resources_as_the_program_made(
    name: str, head: int, base: int
) -> None:
    assert (len(read(name)), len(read(name, "base"))) == (head, base)


@pytest.mark.parametrize("name", ["first_preview", "replacement"])
def test_a_recorded_stream_tells_what_the_recorded_preview_tells(name: str) -> None:
    for side in SIDES:
        streamed = told(read(f"{name}_stream.jsonl", side))
        assert streamed == told(read(f"{name}.json", side))


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("unchanged_without_sames.json", "leaves out 13 of 14"),
        ("replacement_without_sames.json", "leaves out 10 of 16"),
    ],
)
def test_a_recorded_preview_without_its_sames_is_refused(
    name: str, left_out: str
) -> None:
    with pytest.raises(IncompletePreview, match=left_out):
        read(name)


def test_the_base_of_the_next_preview_is_the_state_before_it() -> None:
    state = {item.urn: item for item in read("state.json").resources}
    for item in read("replacement.json", "base").resources:
        before = state[item.urn]
        assert (item.type, item.region, item.id) == (
            before.type,
            before.region,
            before.id,
        )
        assert item.raw_outputs == before.raw_outputs
