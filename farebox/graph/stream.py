"""Reads the events that the engine writes, one JSON object a line.

`pulumi preview --json` writes them with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1, and
`pulumi up --json` and `--event-log` always do. Unchanged resources are among them.
Events do not say which resource an unknown input comes from, nor where in the program
a resource is made.
"""

from collections.abc import Iterator
from io import BytesIO

import msgspec
from msgspec import Struct

from farebox.graph.decoding import collector_paused, decode, json_bytes
from farebox.graph.errors import IncompletePreview
from farebox.graph.preview import (
    HOW_TO_RUN,
    Diagnostic,
    Side,
    Step,
    graph_of_steps,
)
from farebox.graph.recorded import State
from farebox.graph.resource import ResourceGraph

NOTE = (
    "Read from a stream of events, which does not say what unknown inputs refer to: "
    f"{HOW_TO_RUN} without PULUMI_ENABLE_STREAMING_JSON_PREVIEW does."
)


class _Metadata(Struct, gc=False):
    op: str = ""
    urn: str = ""
    old: State | None = None
    new: State | None = None


class _Planned(Struct, gc=False):
    metadata: _Metadata


class _Prelude(Struct, gc=False):
    config: dict[str, str] | None = None


class _Summary(Struct, gc=False, rename="camel"):
    resource_changes: dict[str, int] | None = None
    result: str = ""


class _Event(Struct, gc=False, rename="camel"):
    prelude_event: _Prelude | None = None
    resource_pre_event: _Planned | None = None
    diagnostic_event: Diagnostic | None = None
    summary_event: _Summary | None = None


_DECODER = msgspec.json.Decoder(_Event)


def read_stream(
    data: bytes,
    *,
    region: str | None = None,
    side: Side = "head",
    name: str = "the stream of events",
) -> ResourceGraph:
    """The resources of a stream. Raises UnreadableDocument, IncompletePreview."""
    config: dict[str, str] = {}
    steps: list[Step] = []
    diagnostics: list[Diagnostic] = []
    summary: _Summary | None = None
    with collector_paused():
        for event in _events(json_bytes(data, name), name):
            if event.resource_pre_event is not None:
                step = event.resource_pre_event.metadata
                steps.append(Step(step.op, step.urn, step.old, step.new))
            elif event.diagnostic_event is not None:
                diagnostics.append(event.diagnostic_event)
            elif event.prelude_event is not None:
                config = event.prelude_event.config or {}
            elif event.summary_event is not None:
                summary = event.summary_event
        graph = graph_of_steps(
            steps,
            config=config,
            counted=(summary and summary.resource_changes) or {},
            diagnostics=diagnostics,
            region=region,
            side=side,
            name=name,
            notes=[NOTE],
        )
    if summary is None:
        raise IncompletePreview(
            f"{name} ends without a summary event: the preview was cut short, run it "
            "again"
        )
    if summary.result not in ("", "succeeded"):
        raise IncompletePreview(
            f"{name} is of a preview that {summary.result}: run it again"
        )
    return graph


def _events(data: bytes, name: str) -> Iterator[_Event]:
    """The events; lines that a wrapper script printed between them are passed over."""
    for place, line in enumerate(BytesIO(data), 1):
        if line[:1] == b"{":
            yield decode(_DECODER, line, f"{name}, line {place},")
