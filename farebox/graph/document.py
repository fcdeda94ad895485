"""Reads a file of any kind that Farebox knows, or says what it is instead."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from farebox.graph.decoding import json_bytes, top_level_keys
from farebox.graph.errors import UnreadableDocument
from farebox.graph.pieces import LongFile
from farebox.graph.preview import (
    HOW_TO_RUN,
    Side,
    read_long_preview,
    read_preview,
)
from farebox.graph.resource import ResourceGraph
from farebox.graph.state import read_long_state, read_state
from farebox.graph.stream import read_stream

Kind = Literal["preview", "state", "stream"]

PREVIEW_KEYS = {"steps", "changeSummary"}
FAILED_KEYS = {"config", "diagnostics", "duration"}
"""What a preview holds whose program failed before its first resource."""
STATE_KEYS = {"deployment", "checkpoint"}
STREAM_KEYS = {"sequence"}

FIRST_KEY = re.compile(rb'\{\s*"(\w*)"')

BEGINNING_BYTES = 100_000
"""Where to look for the key that decides, before the whole document is looked at."""

WANTED = f"Farebox reads what {HOW_TO_RUN} or `pulumi stack export` writes"

NOT_PULUMI = (
    ({"terraform_version", "planned_values"}, "a Terraform plan or state"),
    ({"resource_changes", "format_version"}, "a Terraform plan"),
    ({"AWSTemplateFormatVersion", "Resources"}, "a CloudFormation template"),
)


def read_document(
    data: bytes | LongFile,
    *,
    name: str,
    region: str | None = None,
    side: Side = "head",
) -> ResourceGraph:
    """The graph of a preview, a stream of events, a state export or a checkpoint.

    `name` is what messages call the document; a state has one side only. Raises
    UnreadableDocument, IncompletePreview.
    """
    with saying(name):
        if isinstance(data, LongFile):
            found = _read_long(data, name, region, side)
            if found is not None:
                return found
            data = data.read()
        return _read_whole(data, name, region, side)


@contextmanager
def saying(name: str) -> Iterator[None]:
    """What is wrong with a document is said with the document's name."""
    try:
        yield
    except OSError as error:
        raise UnreadableDocument(f"{name}: {error.strerror or error}") from error
    except UnreadableDocument as error:
        if str(error).startswith(name):
            raise
        raise UnreadableDocument(f"{name}: {error}") from error


def _read_whole(
    data: bytes, name: str, region: str | None, side: Side
) -> ResourceGraph:
    text = json_bytes(data, name)
    kind = kind_of(text, name)
    if kind == "state":
        return read_state(text, region=region, name=name)
    read = read_stream if kind == "stream" else read_preview
    return read(text, region=region, side=side, name=name)


def _read_long(
    document: LongFile, name: str, region: str | None, side: Side
) -> ResourceGraph | None:
    """The graph of a document that is as Pulumi indents it; None for another."""
    with document.path.open("rb") as file:
        found = read_long_preview(file, region=region, side=side, name=name)
        if found is None:
            found = read_long_state(file, region=region, name=name)
        return found


def kind_of(data: bytes, name: str) -> Kind:
    """What a JSON document is. Raises UnreadableDocument for what we do not read.

    The first key is enough for a document as Pulumi writes it.
    """
    first = FIRST_KEY.match(data)
    key = first[1].decode() if first else ""
    if key in STREAM_KEYS or key.endswith("Event"):
        return "stream"
    beginning = data[:BEGINNING_BYTES]
    if key in PREVIEW_KEYS or (key == "config" and b'\n    "steps": [' in beginning):
        return "preview"
    if key in STATE_KEYS or (key == "version" and b'\n    "deployment"' in beginning):
        return "state"
    keys = set(top_level_keys(data, name))
    if keys & PREVIEW_KEYS or keys >= FAILED_KEYS:
        return "preview"
    if keys & STATE_KEYS:
        return "state"
    raise UnreadableDocument(f"{name} {_instead(keys, data)}")


def _instead(keys: set[str], data: bytes) -> str:
    if "schema" in keys and b'"farebox.' in data[:1000]:
        return f"is a document that Farebox wrote itself: {WANTED}"
    for marks, what in NOT_PULUMI:
        if keys & marks:
            return f"is {what}: {WANTED}"
    shown = ", ".join(sorted(keys)[:5]) or "nothing"
    return f"is JSON, but neither a preview nor a state (it holds {shown}): {WANTED}"
