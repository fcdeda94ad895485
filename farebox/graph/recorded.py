"""A resource as Pulumi's documents write it, and how it becomes a Resource.

Only the fields that pricing needs are named, so that the decoder skips the rest: a
third of a preview is stack traces.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Raw, Struct, to_builtins

from farebox.graph.decoding import decode
from farebox.graph.errors import UnreadableDocument
from farebox.graph.outputs import (
    NOTHING_TOLD,
    Outputs,
    Recent,
    Source,
    Told,
    paths_of,
)
from farebox.graph.regions import REGION_KEY, Facts, Regions, named_region, provider_urn
from farebox.graph.resource import (
    PROVIDER_TYPE_PREFIX,
    Operation,
    Resource,
)
from farebox.graph.templates.expand import NATIVE, STACK, with_templates
from farebox.graph.values import SECRET_TEXT, SIGNATURE_KEY, UNKNOWN_TEXT

AWS = "aws:"
SDK_FOLDERS = ("site-packages/", "dist-packages/", "node_modules/")


NO_JSON = Raw(b"")
_TOLD = msgspec.json.Decoder(Told)


class State(Struct, gc=False, rename="camel"):
    """A resource's state in a preview's step, an event or a state export."""

    urn: str = ""
    type: str = ""
    custom: bool = False
    delete: bool = False
    pending_replacement: bool = False
    external: bool = False
    id: str = ""
    inputs: dict[str, Any] | None = None
    outputs: Raw = NO_JSON
    parent: str = ""
    provider: str = ""
    dependencies: list[str] | None = None
    property_dependencies: dict[str, list[str] | None] | None = None
    source_position: str = ""
    aliases: list[str] | None = None
    ignore_changes: list[str] | None = None
    retain_on_delete: bool = False
    deleted_with: str = ""
    import_id: str = msgspec.field(default="", name="importID")


def apart(before: State | None, after: State | None) -> None:
    """Let both states of a resource stand without the text that they came from.

    What they have in common is kept once.
    """
    for state in (before, after):
        if state is not None:
            state.outputs = state.outputs.copy()
    if before is None or after is None:
        return
    if before.inputs == after.inputs:
        before.inputs = after.inputs
    if before.outputs == after.outputs:
        before.outputs = after.outputs


class Answer(Struct, gc=False):
    """What AWS answered of a resource: the few names, and all outputs to be read."""

    told: Told | None = None
    source: Source | None = None


NO_ANSWER = Answer()


class Entry(Struct, gc=False):
    """What becomes of a resource, its state, and the state that it had before.

    `before` is None where nothing of the earlier resource stays. `answer` is what AWS
    answered, where the reader has it in another form than the state's JSON.
    `exists` says whether what AWS answered holds: not for what is made anew.
    """

    operation: Operation
    state: State
    before: State | None = None
    answer: Answer | None = None
    exists: bool = True


class Recorded(Struct, frozen=True):
    """The resources of a document, and what its reader must know of their regions."""

    resources: list[Resource]
    notes: tuple[str, ...] = ()


def resources_of(
    entries: Mapping[str, Entry], config: Mapping[str, str], region: str | None
) -> Recorded:
    """The resources of a stack; `entries` are by urn, providers included.

    `region` is a person's choice, which holds where the document names none. Raises
    UnreadableDocument for a urn that is none.
    """
    provider_regions = {
        urn: named_region(entry.state.inputs or {})
        for urn, entry in entries.items()
        if PROVIDER_TYPE_PREFIX in urn
    }
    regions = Regions(provider_regions, config, region, _facts(entries.values()))
    native = Regions(provider_regions, _of_native(config), region, ())
    positions: dict[str, str] = {}
    recent = Recent()
    made: list[Resource] = []
    kinds: set[str] = set()
    for urn, entry in entries.items():
        state, before = entry.state, entry.before
        inputs = state.inputs or {}
        identity, former = state.id or state.import_id, None
        if before is not None:
            if entry.operation == "update":
                former = before.inputs
            identity = identity or before.id
        answer = entry.answer or _answer(entry)
        _, _, types, name = parts_of(urn)
        kind = state.type or types.rpartition("$")[2]
        kinds.add(kind)
        place: str | None = None
        if kind.startswith(AWS):
            place = regions.of(state.provider, identity, inputs, answer.told)
        elif kind.startswith(NATIVE):
            place = native.of(state.provider, identity, inputs, answer.told)
        position = state.source_position
        if position not in positions:
            positions[position] = _position(position)
        made.append(
            Resource(
                urn,
                kind,
                name,
                inputs,
                place,
                state.parent or None,
                "read" if state.external else entry.operation,
                positions[position],
                _dependencies(state, inputs),
                state.custom,
                "" if identity == UNKNOWN_TEXT else identity,
                {} if answer.told is None else _known_outputs(answer.told),
                tuple(state.aliases) if state.aliases else (),
                former,
                _outputs(entry, answer.source, identity, recent),
            )
        )
    if STACK in kinds or any(kind.startswith(NATIVE) for kind in kinds):
        made = with_templates(made)
    return Recorded(made, (*regions.notes(), *native.notes()))


def _of_native(config: Mapping[str, str]) -> dict[str, str]:
    """The config as the package `aws-native` has it; else `aws`'s region is its own."""
    own = config.get(f"{NATIVE}region") or config.get(REGION_KEY) or ""
    return {REGION_KEY: own}


def _facts(entries: Iterable[Entry]) -> Iterator[Facts]:
    """What each resource of AWS's says of where it is; not those with a region of
    their own, which may be another than their provider's."""
    for entry in entries:
        state, before = entry.state, entry.before
        inputs = state.inputs or {}
        if AWS in state.urn and named_region(inputs) is None:
            answer = entry.answer or _answer(entry)
            told = answer.told or NOTHING_TOLD
            identity = state.id or (before.id if before is not None else "")
            yield Facts(provider_urn(state.provider), identity, inputs, told)


def parts_of(urn: str) -> tuple[str, str, str, str]:
    """Stack, project, chain of types and name; a name may hold `::` itself."""
    parts = urn.split("::", 3)
    if len(parts) < 4 or not urn.startswith("urn:pulumi:"):
        raise UnreadableDocument(f"{urn[:80]!r} is no urn of a Pulumi resource")
    return parts[0][len("urn:pulumi:") :], parts[1], parts[2], parts[3]


def project_and_stack(urns: Iterable[str]) -> tuple[str, str]:
    """Which project and stack the urns belong to; empty for an empty stack."""
    for urn in urns:
        stack, project, _, _ = parts_of(urn)
        return project, stack
    return "", ""


def _position(written: str) -> str:
    """`project:///app/main.py#7,3` as `app/main.py:7`; "" for what is not the user's.

    What lies outside the project, or among installed packages, is an SDK's code.
    """
    path, _, line = written.removeprefix("project:///").partition("#")
    path = unquote(path)
    if (
        not written.startswith("project:///")
        or path.startswith("..")
        or any(folder in path for folder in SDK_FOLDERS)
    ):
        return ""
    return f"{path}:{line.partition(',')[0]}" if line else path


def _answer(entry: Entry) -> Answer:
    """What AWS answered, as the document's JSON has it.

    The new state of a change has no answers yet, or some that are not known: what AWS
    answered before stands until it answers anew.
    """
    state, before = entry.state, entry.before
    if before is None and state.outputs is NO_JSON:
        return NO_ANSWER
    told = _told(state)
    if before is None or (entry.operation == "same" and _is_there(state.outputs)):
        return Answer(told, state.outputs)
    # An event's new state has outputs that are empty until AWS answers.
    if told is None or told == NOTHING_TOLD:
        told = _told(before)
    there = _is_there(before.outputs)
    return Answer(told, before.outputs if there else state.outputs)


def _told(state: State) -> Told | None:
    if not _is_there(state.outputs):
        return None
    try:
        return _TOLD.decode(state.outputs)
    except ValueError:
        # Decoded once more for the sentence that says what is wrong.
        return decode(_TOLD, bytes(state.outputs), f"the outputs of {state.urn}")


def _is_there(outputs: Raw) -> bool:
    """Whether there are any: they may be left out, `null` or `{}`."""
    return len(memoryview(outputs)) > len("null")


def _outputs(
    entry: Entry, source: Source | None, identity: str, recent: Recent
) -> Outputs | None:
    """What AWS answered of a resource that exists and goes on to."""
    if source is None or not entry.exists:
        return None
    if not identity or identity == UNKNOWN_TEXT:
        return None
    if isinstance(source, Raw) and not _is_there(source):
        return None
    if isinstance(source, Raw):
        # A view would keep the whole document in memory, stack traces and all.
        source = source.copy()
    state, before = entry.state, entry.before
    earlier = None
    if before is not None and before.inputs != state.inputs:
        earlier = before.inputs
    return Outputs(
        source, recent, ignored=paths_of(state.ignore_changes), earlier=earlier
    )


def _known_outputs(outputs: Told) -> dict[str, Any]:
    found: dict[str, Any] = to_builtins(outputs)
    return {
        key: value
        for key, value in found.items()
        if isinstance(value, str | int) and value not in (UNKNOWN_TEXT, SECRET_TEXT)
    }


def _dependencies(state: State, inputs: dict[str, Any]) -> dict[str, list[str]]:
    """The urns behind each input.

    Where Pulumi only lists them for the whole resource, every input that is not known
    may come from any of them.
    """
    by_input = state.property_dependencies
    if by_input:
        return {key: urns for key, urns in by_input.items() if urns}
    urns = state.dependencies
    if not urns:
        return {}
    return {key: urns for key, value in inputs.items() if _holds_an_unknown(value)}


def _holds_an_unknown(value: Any) -> bool:
    if isinstance(value, str):
        return value == UNKNOWN_TEXT
    if isinstance(value, dict):
        return SIGNATURE_KEY not in value and any(
            _holds_an_unknown(item) for item in value.values()
        )
    return isinstance(value, list) and any(_holds_an_unknown(item) for item in value)
