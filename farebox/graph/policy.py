"""Reads the stack that a Pulumi policy pack is asked to judge.

The engine calls a pack twice. For each resource it sends the inputs, as a preview
writes them. At the end it sends all resources, unchanged ones too, with their outputs:
those hide which inputs were asked for. So the inputs of the first call are kept, and
the outputs of the second answer what they leave open, as in any document. Neither call tells where in the program a resource is
made, nor what the program only reads (`Vpc.get`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from farebox.graph.decoding import collector_paused
from farebox.graph.outputs import Told
from farebox.graph.recorded import (
    Answer,
    Entry,
    State,
    project_and_stack,
    resources_of,
)
from farebox.graph.recorder import NAMES_OF_OUTPUTS
from farebox.graph.regions import REGION_KEY, named_region
from farebox.graph.resource import PROVIDER_TYPE_PREFIX, STACK_TYPE, ResourceGraph
from farebox.graph.values import SECRET_TEXT, SIGNATURE_KEY, UNKNOWN_TEXT
from farebox.graph.wire import LARGEST_WHOLE_NUMBER

if TYPE_CHECKING:
    from pulumi_policy import PolicyResource, ResourceValidationArgs

AWS_PROVIDER = f"{PROVIDER_TYPE_PREFIX}aws"
TOLD = ("id", *(name for _, name in NAMES_OF_OUTPUTS))
"""Of the outputs what others may refer to, and where the resource is."""


class PolicyReader:
    """Keeps what each resource is asked for, until the whole stack is known."""

    def __init__(self) -> None:
        self._inputs: dict[str, dict[str, Any]] = {}

    @property
    def has_inputs(self) -> bool:
        """Whether any resource's inputs were kept."""
        return bool(self._inputs)

    def keep(self, args: "ResourceValidationArgs") -> None:
        """Keep one resource's inputs; the last of two calls for a urn holds."""
        self._inputs[args.urn] = plain_inputs(args.props)

    def graph(
        self,
        resources: Iterable["PolicyResource"],
        *,
        config: Mapping[str, str] | None = None,
        region: str | None = None,
    ) -> ResourceGraph:
        """The graph of a stack validation's resources, by urn.

        The engine sends them in no order. `config` is the stack's; without
        `aws:region` in it the default provider's region holds, and `region` where
        nothing names one.
        """
        with collector_paused():
            given = sorted(resources, key=lambda item: item.urn)
            places = dict(config or {})
            entries: dict[str, Entry] = {}
            unasked = 0
            for item in given:
                if _is_default_provider(item):
                    # A preview has no step for it: what it says is in the config.
                    if item.resource_type == AWS_PROVIDER:
                        _place(places, named_region(plain_inputs(item.props)))
                    continue
                inputs = self._inputs.get(item.urn)
                unasked += inputs is None
                entries[item.urn] = _entry(item, inputs)
            project, stack = project_and_stack(entries)
            found = resources_of(entries, places, region)
            return ResourceGraph(
                found.resources,
                project=project,
                stack=stack,
                config=config,
                notes=(*_notes(unasked), *found.notes),
            )


def _place(config: dict[str, str], region: str | None) -> None:
    """Take the default provider's region where the config shows none."""
    if region is not None and config.get(REGION_KEY, SECRET_TEXT) in ("", SECRET_TEXT):
        config[REGION_KEY] = region


def plain_inputs(props: Mapping[str, Any]) -> dict[str, Any]:
    """Properties as a preview writes them, unknowns as the engine's fixed text."""
    from pulumi_policy.proxy import UnknownValueError

    def plain(value: Any) -> Any:
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is float or kind is int:
            whole = abs(value) < LARGEST_WHOLE_NUMBER and value == int(value)
            return int(value) if whole else value
        if isinstance(value, Mapping):
            return {key: at(value, key) for key in value}
        if isinstance(value, Sequence):
            return [at(value, place) for place in range(len(value))]
        # An asset or an archive: nothing is charged by what is in it.
        return {SIGNATURE_KEY: kind.__name__}

    def at(values: Any, key: Any) -> Any:
        try:
            value = values[key]
        except UnknownValueError:
            return UNKNOWN_TEXT
        return plain(value)

    return {key: at(props, key) for key in props}


def _is_default_provider(item: "PolicyResource") -> bool:
    """Whether the engine made it by itself: a program's own has a parent."""
    return item.resource_type.startswith(PROVIDER_TYPE_PREFIX) and not _parent_of(item)


def _parent_of(item: "PolicyResource") -> str:
    return item.parent.urn if item.parent is not None else item.opts.parent or ""


def _entry(item: "PolicyResource", inputs: dict[str, Any] | None) -> Entry:
    """The entry that a preview would give; without inputs, from the outputs."""
    told = {name: item.props[name] for name in TOLD if _is_known(item.props, name)}
    identity = told.get("id", "")
    provider = f"{item.provider.urn}::" if item.provider is not None else ""
    state = State(
        urn=item.urn,
        type=item.resource_type,
        custom=_is_custom(item),
        id=identity,
        inputs=plain_inputs(item.props) if inputs is None else inputs,
        parent=_parent_of(item),
        provider=provider,
        dependencies=[other.urn for other in item.dependencies],
        property_dependencies={
            name: [other.urn for other in others]
            for name, others in item.property_dependencies.items()
        },
        ignore_changes=list(item.opts.ignore_changes or ()),
    )
    # Of what does not exist yet a preview has no outputs.
    answer = Answer()
    if identity:
        answer = Answer(_told(told), lambda: plain_inputs(item.props))
    return Entry("create", state, answer=answer)


def _is_known(props: Mapping[str, Any], name: str) -> bool:
    """Whether a property is a text that is known and not empty."""
    from pulumi_policy.proxy import UnknownValueError

    try:
        value = props.get(name)
    except UnknownValueError:
        return False
    return isinstance(value, str) and value != ""


def _is_custom(item: "PolicyResource") -> bool:
    """Components have no provider, and neither have providers."""
    kind = item.resource_type
    if kind == STACK_TYPE:
        return False
    return item.provider is not None or kind.startswith(PROVIDER_TYPE_PREFIX)


def _told(told: Mapping[str, str]) -> Told:
    return Told(
        **{
            attribute: told[name]
            for attribute, name in NAMES_OF_OUTPUTS
            if name in told
        }
    )


def _notes(unasked: int) -> list[str]:
    if not unasked:
        return []
    return [
        f"{unasked} resources are not among what this deployment touches (--target): "
        "they are priced by what AWS says of them, not by what the program asks for."
    ]
