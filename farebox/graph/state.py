"""Reads what `pulumi stack export` writes, and a backend's checkpoint: what exists now.

A checkpoint is what a backend keeps of a stack, in a file as
`.pulumi/stacks/<project>/<stack>.json`: the same deployment under another name, with
the stack's config.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from farebox.graph.decoding import collector_paused, decode, json_bytes
from farebox.graph.errors import UnreadableDocument
from farebox.graph.pieces import in_pieces
from farebox.graph.recorded import (
    Entry,
    State,
    apart,
    parts_of,
    project_and_stack,
    resources_of,
)
from farebox.graph.resource import ResourceGraph
from farebox.graph.values import SECRET_TEXT

VERSIONS = (3, 4)
"""Versions of a deployment that are known; 4 adds features, not fields of resources."""

MAKING = ("creating", "importing")
"""Operations that may have made something which the state does not list."""

SHOWN = 3
"""How many resources a note names."""


class _Operation(Struct, gc=False):
    resource: State
    type: str = ""


class _Deployment(Struct, gc=False):
    resources: list[State] | None = None
    pending_operations: list[_Operation] | None = None


class _Checkpoint(Struct, gc=False):
    config: dict[str, Any] | None = None
    latest: _Deployment | None = None


class _Export(Struct, gc=False):
    version: Any = None
    deployment: _Deployment | None = None
    checkpoint: _Checkpoint | None = None


_DECODER = msgspec.json.Decoder(_Export)
_STATES = msgspec.json.Decoder(list[State])

RESOURCES_DEPTHS = (2, 3)
"""How deep the resources stand in an export, and in a checkpoint."""


def read_state(
    data: bytes, *, region: str | None = None, name: str = "the state export"
) -> ResourceGraph:
    """The resources of a state export or a checkpoint. Raises UnreadableDocument.

    `region` holds where no provider names one; `name` is what messages call the
    document. Operations that a deployment left unfinished are noted.
    """
    with collector_paused():
        export = decode(_DECODER, json_bytes(data, name), name)
        return _graph(export, _deployment(export), region, name)


def read_long_state(
    file: BinaryIO, *, region: str | None, name: str
) -> ResourceGraph | None:
    """As `read_state`, in pieces; None for what has to be read whole.

    Raises UnreadableDocument, OSError.
    """
    with collector_paused():
        for depth in RESOURCES_DEPTHS:
            listed = in_pieces(file, "resources", depth, _states)
            if listed is None:
                continue
            try:
                export = _DECODER.decode(listed.rest)
            except ValueError:
                return None
            deployment = _deployment(export)
            if deployment.resources != []:
                return None
            deployment.resources = listed.items
            del listed
            return _graph(export, deployment, region, name)
    return None


def _states(piece: bytes) -> list[State]:
    states = _STATES.decode(piece)
    for state in states:
        apart(None, state)
    return states


def _deployment(export: _Export) -> _Deployment:
    checkpoint = export.checkpoint or _Checkpoint()
    return export.deployment or checkpoint.latest or _Deployment()


def _graph(
    export: _Export, deployment: _Deployment, region: str | None, name: str
) -> ResourceGraph:
    if export.version not in VERSIONS:
        raise UnreadableDocument(
            f"{name} is a deployment of version {export.version!r}; Farebox knows "
            f"{' and '.join(map(str, VERSIONS))}: export it with a current Pulumi"
        )
    checkpoint = export.checkpoint or _Checkpoint()
    config = _plain_config(checkpoint.config or {})
    states = deployment.resources or []
    entries: dict[str, Entry] = {}
    for place, state in enumerate(states):
        if not state.urn:
            raise UnreadableDocument(
                f"{name}: deployment.resources[{place}] names no urn"
            )
        # Copies that replacements left behind are not part of the stack.
        if not state.delete and not state.pending_replacement:
            entries[state.urn] = Entry("same", state)
    project, stack = project_and_stack(state.urn for state in states)
    pending = deployment.pending_operations or []
    making = {
        item.resource.urn: Entry("create", item.resource)
        for item in pending
        if item.type in MAKING
        and item.resource.urn
        and item.resource.urn not in entries
    }
    found = resources_of(entries, config, region)
    return ResourceGraph(
        found.resources,
        project=project,
        stack=stack,
        config=config,
        notes=(
            *_notes(pending, states),
            *found.notes,
        ),
        unfinished=resources_of(making, config, region).resources,
    )


def _plain_config(config: Mapping[str, Any]) -> dict[str, str]:
    """The config's texts, secrets hidden; objects are nothing that a price stands on."""
    return {
        key: SECRET_TEXT if isinstance(value, dict) else str(value)
        for key, value in config.items()
    }


def _notes(pending: list[_Operation], states: list[State]) -> list[str]:
    notes = []
    if pending:
        shown = [f"{item.type or 'one'} of {item.resource.urn}" for item in pending]
        made = any(item.type in MAKING for item in pending)
        notes.append(
            f"A deployment was interrupted: {len(pending)} operations are unfinished, "
            f"{_some(shown)}. "
            + (
                "What was being made may exist and cost: it is not in the total. "
                * made
            )
            + "`pulumi refresh` clears them."
        )
    left = [_name(state) for state in states if state.delete]
    if left:
        notes.append(
            f"{len(left)} replaced resources wait to be deleted and cost until then: "
            f"{_some(left)}. They are not in the total."
        )
    gone = [_name(s) for s in states if s.pending_replacement and not s.delete]
    if gone:
        notes.append(
            f"{len(gone)} resources were deleted to be replaced and are not made anew "
            f"yet: {_some(gone)}. They are not in the total."
        )
    return notes


def _name(state: State) -> str:
    return f"{parts_of(state.urn)[3]} ({state.type})"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
