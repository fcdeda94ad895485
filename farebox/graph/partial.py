"""What a preview that failed holds: a part of a stack, and why it is only that.

It is read without what makes `read_preview` refuse it. What it leaves out nobody knows, so
whoever prices it says so: `ResourceGraph.missing`.
"""

from farebox.graph.decoding import collector_paused, json_bytes
from farebox.graph.document import kind_of, saying
from farebox.graph.errors import IncompletePreview, UnreadableDocument
from farebox.graph.preview import decoded_preview, graph_of_preview
from farebox.graph.resource import ResourceGraph

SHOWN = 300
"""Characters of the engine's first error that are shown."""


def read_part(data: bytes, *, name: str, region: str | None = None) -> ResourceGraph:
    """The resources that a preview reached; `missing` says why there may be more.

    One that did not fail, and holds all that it counts, is read as a whole. Raises
    UnreadableDocument, IncompletePreview.
    """
    text = json_bytes(data, name)
    if kind_of(text, name) != "preview":
        raise UnreadableDocument(
            f"{name} is no preview: --partial is for one that failed"
        )
    with saying(name), collector_paused():
        preview = decoded_preview(text, name)
        said = preview.diagnostics or []
        errors = [one.message for one in said if one.severity == "error"]
        if not errors:
            return graph_of_preview(preview, region, "head", name)
        first = " ".join(errors[0].split())[:SHOWN]
        if not preview.steps:
            raise IncompletePreview(
                f"{name} failed before its first resource, so it holds nothing: {first}"
            )
        preview.diagnostics = [one for one in said if one.severity != "error"]
        # The summary counts what the steps of a preview that stopped may leave out.
        preview.change_summary = None
        graph = graph_of_preview(preview, region, "head", name)
    graph.missing = f"the preview failed, and what it did not reach is missing: {first}"
    return graph
