"""Reads what `pulumi preview --json --show-sames` writes.

The head of a preview is what will exist after the deployment, the base what exists
before it. Both come from the same steps, each of which names a resource's old state,
new state or both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import BinaryIO, Literal

import msgspec
from msgspec import Struct

from farebox.graph.decoding import collector_paused, decode, json_bytes
from farebox.graph.errors import IncompletePreview, UnreadableDocument
from farebox.graph.kept import kept_entries, kept_note
from farebox.graph.pieces import in_pieces
from farebox.graph.recorded import (
    Entry,
    State,
    apart,
    project_and_stack,
    resources_of,
)
from farebox.graph.resource import Operation, ResourceGraph

Side = Literal["head", "base"]

HOW_TO_RUN = "`pulumi preview --json --show-sames`"

BECOMES: dict[str, Operation] = {
    "create": "create",
    "import": "create",
    "same": "same",
    "refresh": "same",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "import-replacement": "replace",
    "read": "read",
    "read-replacement": "read",
}
"""Steps after which the resource exists."""

ENDS = {"delete", "discard"}
"""Steps after which the resource is gone."""

OTHERS = {
    "delete-replaced",
    "discard-replaced",
    "remove-pending-replace",
    "diff",
    "extend-parameterize",
}
"""Steps that other steps of the same resource already tell."""

IMPORTS = {"import", "import-replacement"}
"""Steps that take into the stack what exists at AWS; an update may follow in one run."""

COUNTED = ("create", "import", "same", "update", "replace", "import-replacement")
"""What the change summary counts of what will exist; it leaves `read` out."""


class Step(Struct, gc=False, rename="camel"):
    """One step of a preview."""

    op: str = ""
    urn: str = ""
    old_state: State | None = None
    new_state: State | None = None


class Diagnostic(Struct, gc=False):
    """A message of the engine, a provider or the program."""

    message: str = ""
    severity: str = ""
    urn: str = ""


class Preview(Struct, gc=False, rename="camel"):
    """The parts of a preview's JSON that pricing needs."""

    config: dict[str, str] | None = None
    steps: list[Step] | None = None
    diagnostics: list[Diagnostic] | None = None
    change_summary: dict[str, int] | None = None


_DECODER = msgspec.json.Decoder(Preview)
_STEPS = msgspec.json.Decoder(list[Step])


def read_preview(
    data: bytes,
    *,
    region: str | None = None,
    side: Side = "head",
    name: str = "the preview",
) -> ResourceGraph:
    """The resources of a preview. Raises UnreadableDocument, IncompletePreview.

    `region` holds where neither a provider nor the config names one; `name` is what
    messages call the document.
    """
    with collector_paused():
        return graph_of_preview(decoded_preview(data, name), region, side, name)


def decoded_preview(data: bytes, name: str) -> Preview:
    """A preview's JSON, typed. Raises UnreadableDocument."""
    return decode(_DECODER, json_bytes(data, name), name)


def read_long_preview(
    file: BinaryIO, *, region: str | None, side: Side, name: str
) -> ResourceGraph | None:
    """As `read_preview`, in pieces; None for what has to be read whole.

    Raises IncompletePreview, OSError.
    """
    with collector_paused():
        listed = in_pieces(file, "steps", 1, _steps)
        if listed is None:
            return None
        try:
            preview = _DECODER.decode(listed.rest)
        except ValueError:
            return None
        if preview.steps != []:
            return None
        preview.steps = listed.items
        del listed
        return graph_of_preview(preview, region, side, name)


def _steps(piece: bytes) -> list[Step]:
    steps = _STEPS.decode(piece)
    for step in steps:
        apart(step.old_state, step.new_state)
    return steps


def graph_of_preview(
    preview: Preview, region: str | None, side: Side, name: str
) -> ResourceGraph:
    """The graph of one side. Raises UnreadableDocument, IncompletePreview."""
    if preview.steps is None and preview.change_summary is None:
        _check_success(preview.diagnostics or (), name)
        raise IncompletePreview(f"{name} ended before its first resource")
    return graph_of_steps(
        preview.steps or [],
        config=preview.config or {},
        counted=preview.change_summary or {},
        diagnostics=preview.diagnostics or [],
        region=region,
        side=side,
        name=name,
    )


def graph_of_steps(
    steps: list[Step],
    *,
    config: Mapping[str, str],
    counted: Mapping[str, int],
    diagnostics: Iterable[Diagnostic],
    region: str | None,
    side: Side,
    name: str,
    notes: Iterable[str] = (),
) -> ResourceGraph:
    """The graph of one side of a preview's steps.

    `counted` is the change summary. Raises IncompletePreview where the preview failed
    or counts more than the steps hold.
    """
    diagnostics = list(diagnostics)
    _check_success(diagnostics, name)
    head = _head(steps, name)
    _check_whole(steps, head, counted, name)
    if side == "base":
        entries = _base(steps)
    else:
        kept = _kept(steps, head)
        entries = head | kept
        notes = [*notes, *([kept_note(kept)] if kept else []), *_warnings(diagnostics)]
    project, stack = project_and_stack(step.urn for step in steps)
    found = resources_of(entries, config, region)
    return ResourceGraph(
        found.resources,
        project=project,
        stack=stack,
        config=config,
        notes=(*notes, *found.notes),
    )


def _head(steps: list[Step], name: str) -> dict[str, Entry]:
    """What will exist. A resource has several steps where it is replaced, or first
    refreshed or imported: the last one says what becomes of it."""
    entries: dict[str, Entry] = {}
    for place, step in enumerate(steps):
        urn, operation = step.urn, BECOMES.get(step.op)
        if not urn:
            raise UnreadableDocument(f"{name}: steps[{place}] names no urn")
        if operation is None:
            if step.op in ENDS:
                entries.pop(urn, None)
            elif step.op not in OTHERS:
                raise UnreadableDocument(
                    f"{name}: steps[{place}] is a {step.op!r} step, which Farebox "
                    "does not know"
                )
            continue
        state, before = step.new_state, step.old_state
        if operation == "replace":
            before = None
        if state is None:
            state = step.old_state
        if state is None:
            raise UnreadableDocument(
                f"{name}: steps[{place}] is a {step.op!r} step of {urn} without a state"
            )
        old = step.old_state
        if old is not None and old.urn and old.urn != urn and not state.aliases:
            # An event's new state does not list the alias that the engine matched.
            state.aliases = [old.urn]
        entries[urn] = Entry(operation, state, before, exists=operation != "replace")
    return entries


def _base(steps: list[Step]) -> dict[str, Entry]:
    """What exists now.

    The marks on old states do not help: the engine already puts `delete` and
    `pendingReplacement` on what this deployment will replace. What an earlier one has
    still to delete shows in `delete-replaced` steps alone, and is not of the stack.
    A renamed resource has its old urn here. What this deployment imports is not of the
    stack yet, though a step after the import has an old state.
    """
    entries: dict[str, Entry] = {}
    imported: set[str] = set()
    for step in steps:
        if step.op in IMPORTS and step.old_state is None:
            imported.add(step.urn)
        elif step.urn in imported:
            continue
        if step.old_state is not None and step.op not in OTHERS:
            operation = BECOMES.get(step.op, "delete")
            urn = step.old_state.urn or step.urn
            entries.setdefault(urn, Entry(operation, step.old_state))
    return entries


def _check_success(diagnostics: Iterable[Diagnostic], name: str) -> None:
    for diagnostic in diagnostics:
        if diagnostic.severity == "error":
            said = " ".join(diagnostic.message.split())[:300]
            raise IncompletePreview(
                f"{name} is of a preview that failed, so it does not hold the whole "
                f"stack: {said} (mend it and preview again; `fare price --partial` "
                "prices what it holds)"
            )


def _kept(steps: Iterable[Step], head: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the deployment drops and AWS keeps."""
    old: dict[str, list[State]] = {"delete": [], "delete-replaced": []}
    for step in steps:
        if step.old_state is not None and step.op in old:
            old[step.op].append(step.old_state)
    return kept_entries(old["delete"], old["delete-replaced"], head)


def _warnings(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """What the engine says of a deployment before that was interrupted."""
    return [
        f"Pulumi warns: {' '.join(found.message.split())[:300]}"
        for found in diagnostics
        if found.severity == "warning" and "interrupted while" in found.message
    ]


def _check_whole(
    steps: Iterable[Step],
    head: Mapping[str, Entry],
    counted: Mapping[str, int],
    name: str,
) -> None:
    """Raise IncompletePreview where the summary counts more than the steps hold.

    It counts steps: a resource that is imported and then updated counts twice.
    """
    expected = sum(counted.get(op, 0) for op in COUNTED)
    held = Counter(step.urn for step in steps if step.op in COUNTED)
    for urn, entry in head.items():
        if entry.operation != "read":
            held[urn] = held[urn] or 1
    if held.total() >= expected:
        return
    raise IncompletePreview(
        f"{name} leaves out {expected - held.total()} of {expected} resources, the "
        f"unchanged ones: run {HOW_TO_RUN} to have all of them"
    )
