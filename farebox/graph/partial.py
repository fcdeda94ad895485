"""What a preview that failed holds: a part of a stack, and why it is only that.

It is read without what makes `read_preview` refuse it. What it leaves out nobody knows, so
whoever prices it says so: `ResourceGraph.missing`.
"""

from typing import Any

import msgspec

from farebox.graph.decoding import decode, json_bytes
from farebox.graph.document import kind_of, read_document
from farebox.graph.errors import IncompletePreview, UnreadableDocument
from farebox.graph.resource import ResourceGraph

SHOWN = 300
"""Characters of the engine's first error that are shown."""


_DECODER = msgspec.json.Decoder(dict[str, Any])


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
    document = decode(_DECODER, text, name)
    said = document.get("diagnostics")
    said = said if isinstance(said, list) else []
    errors = [item for item in said if _is_error(item)]
    if not errors:
        return read_document(text, name=name, region=region)
    first = " ".join(str(errors[0].get("message", "")).split())[:SHOWN]
    if not document.get("steps"):
        raise IncompletePreview(
            f"{name} failed before its first resource, so it holds nothing: {first}"
        )
    document["diagnostics"] = [item for item in said if item not in errors]
    # The summary counts what the steps of a preview that stopped may leave out.
    document.pop("changeSummary", None)
    graph = read_document(msgspec.json.encode(document), name=name, region=region)
    graph.missing = f"the preview failed, and what it did not reach is missing: {first}"
    return graph


def _is_error(item: object) -> bool:
    return isinstance(item, dict) and item.get("severity") == "error"
