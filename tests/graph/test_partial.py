"""A preview that failed gives what it holds where that is asked for, and says so."""

import json

import pytest

from farebox.graph.errors import IncompletePreview, UnreadableDocument
from farebox.graph.partial import read_part
from tests.graph.documents import preview, root, state, step

BOOM = {"message": "boom:  the  zone\nis wrong", "severity": "error"}
VOLUME = state("aws:ebs/volume:Volume", "data", inputs={"size": 100})
WARNED = {"message": "an old runtime", "severity": "warning"}


def test_what_a_failed_preview_reached_is_read_and_the_rest_is_missing() -> None:
    document = preview(root(), step("create", VOLUME), diagnostics=[WARNED, BOOM])
    graph = read_part(document, name="it")
    assert len(graph) == 2
    assert graph.missing.endswith("is missing: boom: the zone is wrong")


def test_a_summary_that_counts_more_than_a_failed_preview_holds_does_not_stop_it() -> (
    None
):
    document = preview(
        root(), step("create", VOLUME), diagnostics=[BOOM], summary={"create": 40}
    )
    assert len(read_part(document, name="it")) == 2


def test_a_whole_preview_is_read_as_a_whole() -> None:
    graph = read_part(preview(root(), step("create", VOLUME)), name="it")
    assert not graph.missing


@pytest.mark.parametrize(
    ("document", "error", "said"),
    [
        (
            {"config": {}, "diagnostics": [BOOM], "duration": 1},
            IncompletePreview,
            "before its first resource",
        ),
        ({"deployment": {}, "version": 3}, UnreadableDocument, "is no preview"),
    ],
)
def test_what_holds_no_part_of_a_stack_is_refused(
    document: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        read_part(json.dumps(document).encode(), name="it")
