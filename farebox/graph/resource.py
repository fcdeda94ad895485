"""A resource as a Pulumi program declares it, and the graph that resources form."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from farebox.graph.errors import UnreadableDocument
from farebox.graph.outputs import Outputs
from farebox.graph.values import NOT_KNOWN, UNKNOWN, clean

Operation = Literal["create", "update", "same", "replace", "delete", "read"]

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX = "pulumi:providers:"


class Resource(Struct, frozen=True, gc=False):
    """One resource: what it is, what was asked of it, and what it refers to.

    `raw_inputs` is as Pulumi wrote it; read it through `input`, which hides secrets.
    `region` is the region that holds for it, None where nothing names one, and
    `UNKNOWN_REGION` where its provider's region is not known before deployment.
    `dependencies` maps a top-level input to the urns that its value came from.
    `aliases` are urns that the resource had before it was renamed or moved.
    `former_inputs` are the inputs that an update replaces, None where none does.
    `raw_outputs` are the few outputs by which others refer to it; `outputs` are all of
    them, None for what does not exist yet.
    """

    urn: str
    type: str
    name: str
    raw_inputs: dict[str, Any]
    region: str | None = None
    parent: str | None = None
    operation: Operation = "create"
    source_position: str = ""
    dependencies: dict[str, list[str]] = {}
    custom: bool = True
    id: str = ""
    raw_outputs: dict[str, Any] = {}
    aliases: tuple[str, ...] = ()
    former_inputs: dict[str, Any] | None = None
    outputs: Outputs | None = None

    def input(self, name: str) -> Any:
        """The input's value, UNKNOWN where unknown or secret, None where absent.

        Of a resource that exists, what AWS answered stands where the program says
        nothing, or leaves it to AWS by `ignoreChanges`.
        Raises UnreadableDocument for a value that nests too deep.
        """
        value = self.raw_inputs.get(name)
        if self.outputs is not None:
            try:
                value = self.outputs.over(name, value)
            except (RecursionError, ValueError) as error:
                raise self._unreadable() from error
        # Most inputs that a rule asks for are not given at all, or are texts.
        if value is None:
            return None
        if type(value) is str:
            return UNKNOWN if value in NOT_KNOWN else value
        return self._clean(name, value)

    def asked(self, name: str) -> Any:
        """The input as the program gives it, whatever AWS answered; else as `input`."""
        return self._clean(name, self.raw_inputs.get(name))

    def output(self, name: str) -> Any:
        """What AWS answered; None where that is nothing, or not given yet."""
        if self.outputs is None:
            return None
        try:
            return self._clean(name, self.outputs.told(name))
        except (RecursionError, ValueError) as error:
            raise self._unreadable() from error

    def answers(self) -> Mapping[str, Any]:
        """All that AWS answered, as Pulumi wrote it; empty for what does not exist."""
        return {} if self.outputs is None else self.outputs.all()

    def _clean(self, name: str, value: Any) -> Any:
        try:
            return clean(value)
        except RecursionError as error:
            raise self._too_deep(name) from error

    def _unreadable(self) -> UnreadableDocument:
        return UnreadableDocument(
            f"the outputs of {self.name} ({self.type}) are no JSON that can be read"
        )

    def _too_deep(self, name: str) -> UnreadableDocument:
        return UnreadableDocument(
            f"{self.name} ({self.type}) nests its {name} too deep to be a Pulumi document"
        )


UNKNOWN_REGION = "?"


class ResourceGraph:
    """The resources of one stack, as they will be (or were) after a deployment.

    `notes` are sentences for the reader of a statement about what was read.
    `unfinished` are resources whose making was interrupted: they may exist or not.
    `missing` says why this is a part of a stack only, or is empty.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        *,
        project: str = "",
        stack: str = "",
        config: Mapping[str, str] | None = None,
        notes: Iterable[str] = (),
        unfinished: Iterable[Resource] = (),
    ) -> None:
        self.resources: tuple[Resource, ...] = tuple(resources)
        self.project = project
        self.stack = stack
        self.config: Mapping[str, str] = config or {}
        self.notes: tuple[str, ...] = tuple(notes)
        self.unfinished: tuple[Resource, ...] = tuple(unfinished)
        self.missing = ""

    def __len__(self) -> int:
        return len(self.resources)

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """Every resource by its urn."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Earlier urns of renamed resources, by urn."""
        return {item.urn: item.aliases for item in self.resources if item.aliases}

    @cached_property
    def by_type(self) -> dict[str, list[Resource]]:
        """The resources of each type, in the order of their registration."""
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return found

    def component_of(self, resource: Resource) -> str | None:
        """The urn of the nearest component above the resource, or None."""
        known = self._component_at
        urn = resource.parent
        if urn in known:
            return known[urn]
        chain: list[str] = []
        while urn not in known:
            assert urn is not None  # None is known from the start
            known[urn] = None  # what stands for a chain that goes round
            chain.append(urn)
            above = self.by_urn.get(urn)
            if above is None or above.type == STACK_TYPE:
                break
            if not above.custom:
                known[urn] = urn
                break
            urn = above.parent
        found = known[urn]
        known.update(dict.fromkeys(chain, found))
        return found

    @cached_property
    def _component_at(self) -> dict[str | None, str | None]:
        """Each urn's nearest component, itself included; a chain is walked once."""
        return {None: None}

    def references(
        self, resource: Resource, input_name: str, value: Any, types: Collection[str]
    ) -> tuple[Resource, ...]:
        """The resources of `types` that a value of a top-level input can mean.

        A known value is looked up by id, name and arn: none where it lies outside the
        stack. An unknown one means whatever the input depends on. Several resources
        mean that Pulumi does not say which: they are behind one unknown, or they
        share a name and nothing tells them apart.
        """
        if not self._has_any(types):
            return ()
        urns = resource.dependencies.get(input_name, ())
        if value is not UNKNOWN and value is not None:
            named = self._by_identity.get(str(value), ())
            found = tuple([item for item in named if item.type in types])
            if len(found) > 1:
                found = (
                    tuple(item for item in found if item.urn in urns)
                    or tuple(item for item in found if item.region == resource.region)
                    or found
                )
            return found
        found_by_urn = [self.by_urn.get(urn) for urn in urns]
        return tuple([item for item in found_by_urn if item and item.type in types])

    def referrers(
        self, resource: Resource, types: Collection[str]
    ) -> tuple[Resource, ...]:
        """The resources of `types` that refer to this one, in any input."""
        if not self._has_any(types):
            return ()
        found = self._referrers.get(resource.urn, ())
        return tuple([item for item in found if item.type in types])

    def _has_any(self, types: Collection[str]) -> bool:
        """Whether the stack has a resource of these types; most stacks have not."""
        return not self.by_type.keys().isdisjoint(types)

    @cached_property
    def _referrers(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        known = self._by_id_and_arn
        for item in self.resources:
            targets = [urn for urns in item.dependencies.values() for urn in urns]
            if known:
                for name, value in item.raw_inputs.items():
                    # A resource's own name may be the id of another one by chance.
                    if type(value) is str and value in known and name != "name":
                        targets.extend(t.urn for t in known[value] if t is not item)
            for urn in dict.fromkeys(targets):
                found.setdefault(urn, []).append(item)
        return found

    @cached_property
    def _by_id_and_arn(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for item in self.resources:
            arn = item.raw_outputs.get("arn")
            if item.id:
                found.setdefault(item.id, []).append(item)
            if isinstance(arn, str) and arn and arn != item.id:
                found.setdefault(arn, []).append(item)
        return found

    @cached_property
    def _by_identity(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for item in self.resources:
            names = (
                item.id,
                item.raw_outputs.get("arn"),
                item.raw_inputs.get("name"),
                item.raw_outputs.get("name"),
            )
            texts = [name for name in names if isinstance(name, str)]
            for name in dict.fromkeys(texts):
                if name and name not in NOT_KNOWN:
                    found.setdefault(name, []).append(item)
        return found
