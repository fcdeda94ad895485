"""Records what a Pulumi program registers, and makes a graph of it at the end.

During the run it only keeps the requests; everything that takes time waits for the
end. Then each becomes the state that the engine would write into a preview, and from
there on it is read as a preview is.
"""

from collections.abc import Callable, Iterable, Mapping
from os.path import relpath
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from farebox.graph.aliases import earlier_urns
from farebox.graph.decoding import collector_paused
from farebox.graph.errors import WAY_OUT
from farebox.graph.outputs import Told
from farebox.graph.recorded import Answer, Entry, State, resources_of
from farebox.graph.resource import STACK_TYPE, Operation, ResourceGraph
from farebox.graph.values import UNKNOWN_TEXT
from farebox.graph.wire import plain_dict

NAMES_OF_OUTPUTS = tuple(
    zip(Told.__struct_fields__, Told.__struct_encode_fields__, strict=True)
)
REMOTE_NOTE = (
    "{name} ({type}) is a remote component: another process makes its children, which "
    "are not seen here, so the total is a lower bound. "
) + WAY_OUT


class Registration(Struct):
    """One request of the program, and what the engine answered; None before that."""

    request: Any
    operation: Operation
    response: Any = None


class Recorder:
    """The registrations of one program, in the order in which it made them."""

    def __init__(self) -> None:
        self.registrations: list[Registration] = []
        self._transformed: dict[tuple[str, str, str], Any] = {}

    def passing_on(
        self, call: Callable[..., Any], operation: Operation
    ) -> Callable[..., Any]:
        """The same remote call, with request and answer kept."""
        registrations = self.registrations

        def recorded(request: Any, *args: Any, **options: Any) -> Any:
            registration = Registration(request, operation)
            registrations.append(registration)
            registration.response = call(request, *args, **options)
            return registration.response

        return recorded

    def keep_transformed(self, request: Any, response: Any) -> None:
        """Keep what a transform made of a resource; the last one is what holds."""
        self._transformed[request.parent, request.type, request.name] = response

    def graph(
        self,
        *,
        project: str,
        stack: str,
        root: str | None,
        config: Mapping[str, str],
        notes: Iterable[str] = (),
        region: str | None = None,
    ) -> ResourceGraph:
        """The graph of all that was registered; `root` is the project's folder.

        `region` holds where neither a resource nor a provider nor the config names
        one.
        """
        positions = _Positions(root)
        entries: dict[str, Entry] = {}
        earlier: dict[str, tuple[str, ...]] = {}
        about_remote = []
        if all(item.request.type != STACK_TYPE for item in self.registrations[:1]):
            # The stack registers before the program's first line runs, and may have
            # been done before anybody listened.
            itself = stack_state(project, stack)
            entries[itself.urn] = Entry("create", itself)
        with collector_paused():
            for item in self.registrations:
                if item.response is None:
                    continue
                read = item.operation == "read"
                state = (
                    self._read(item, positions)
                    if read
                    else self._registered(item, positions)
                )
                if not read and _may_be_renamed(item.request, earlier):
                    urns = earlier_urns(item.request, state.urn, earlier)
                    earlier[state.urn] = urns
                    state.aliases = list(urns)
                properties = item.response.properties if read else item.response.object
                answer = _answer(properties, state.id)
                entries[state.urn] = Entry(item.operation, state, answer=answer)
                if not read and item.request.remote:
                    about_remote.append(
                        REMOTE_NOTE.format(
                            name=item.request.name, type=item.request.type
                        )
                    )
            found = resources_of(entries, config, region)
        return ResourceGraph(
            found.resources,
            project=project,
            stack=stack,
            config=config,
            notes=(*notes, *about_remote, *found.notes),
        )

    def _registered(self, item: Registration, positions: "_Positions") -> State:
        request, response = item.request, item.response
        identity = "" if response.id == UNKNOWN_TEXT else response.id
        properties, provider = request.object, request.provider
        if self._transformed:
            key = (request.parent, request.type, request.name)
            transformed = self._transformed.get(key)
            if transformed is not None:
                properties = transformed.properties
                provider = transformed.options.provider or provider
        dependencies: dict[str, list[str] | None] = {
            name: sorted(found.urns)
            for name, found in request.propertyDependencies.items()
            if found.urns
        }
        return State(
            urn=response.urn,
            type=request.type,
            # A remote component's children are not seen from here. It counts as a
            # resource of its own, which no rule prices: a total with it in is shown
            # as a lower bound.
            custom=request.custom or request.remote,
            id=identity,
            inputs=plain_dict(properties),
            parent=request.parent,
            provider=provider,
            property_dependencies=dependencies,
            source_position=positions.of(request),
            ignore_changes=list(request.ignoreChanges),
        )

    def _read(self, item: Registration, positions: "_Positions") -> State:
        request, response = item.request, item.response
        return State(
            urn=response.urn,
            type=request.type,
            custom=True,
            external=True,
            id=request.id,
            inputs=plain_dict(request.properties),
            parent=request.parent,
            provider=request.provider,
            source_position=positions.of(request),
        )


def _may_be_renamed(request: Any, earlier: Mapping[str, tuple[str, ...]]) -> bool:
    return bool(request.aliases or request.aliasURNs or request.parent in earlier)


class _Positions:
    """Source positions as the engine writes them, relative to the project's folder."""

    def __init__(self, root: str | None) -> None:
        self._root = root or "/"
        self._path_of: dict[str, str] = {}

    def of(self, request: Any) -> str:
        position = request.sourcePosition
        uri = position.uri
        if not uri:
            return ""
        path = self._path_of.get(uri)
        if path is None:
            path = relpath(unquote(uri.removeprefix("file://")), self._root)
            self._path_of[uri] = path
        return f"project:///{path}#{position.line}"


def stack_state(project: str, stack: str) -> State:
    """The stack itself, which is the parent of every resource that has no other."""
    name = f"{project}-{stack}"
    urn = f"urn:pulumi:{stack}::{project}::{STACK_TYPE}::{name}"
    return State(urn=urn, type=STACK_TYPE)


def _answer(struct: Any, identity: str) -> Answer:
    """What AWS answered; of what does not exist yet, the names that are known already.

    A generated name is known in a preview already. Where a resource is, it tells only
    once it exists.
    """
    fields = struct.fields
    found = {}
    for attribute, name in NAMES_OF_OUTPUTS:
        if name in fields and (identity or attribute in ("arn", "name")):
            value = fields[name].string_value
            if value and value != UNKNOWN_TEXT:
                found[attribute] = value
    return Answer(
        Told(**found) if found else None,
        (lambda: plain_dict(struct)) if identity else None,
    )
