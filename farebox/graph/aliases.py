"""The urns that a resource may have had before, from the aliases that a program gives.

The engine tells in a preview which alias it matched. A program that runs offline has
nothing to match with, so every urn that its aliases can mean is kept, those that a
resource gets from a renamed component above it too.

Source: https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
"""

from collections.abc import Iterable, Mapping
from typing import Any

from farebox.graph.recorded import parts_of
from farebox.graph.resource import STACK_TYPE


def earlier_urns(
    request: Any, urn: str, earlier_of_parents: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The earlier urns of a registration, nearest first; `urn` is the one it has now.

    `earlier_of_parents` are those of the resources that were registered before.
    """
    parent = request.parent
    aliases = [alias for alias in request.aliases if not _is_of_the_sdk(alias, request)]
    found = [_meant(alias, request, urn, parent) for alias in aliases]
    found += list(request.aliasURNs)
    for before in earlier_of_parents.get(parent, ()):
        found.append(_child_of(before, parent, request.type, request.name, urn))
        found += [_meant(alias, request, urn, before) for alias in aliases]
    return tuple(x for x in dict.fromkeys(found) if x and x != urn)


def _is_of_the_sdk(alias: Any, request: Any) -> bool:
    """Whether the alias is only an older spelling of the type, which the SDK brings.

    Each load balancer has one; an engine that matched none does not tell of it either.
    """
    spec = alias.spec
    named = (spec.name, spec.parentUrn, spec.noParent, spec.project, spec.stack)
    return bool(request.custom and spec.type and not alias.urn and not any(named))


def _meant(alias: Any, request: Any, urn: str, parent: str) -> str:
    """The urn that one alias means for a resource below `parent`."""
    if alias.urn:
        return str(alias.urn)
    spec = alias.spec
    if spec.noParent:
        parent = ""
    elif spec.parentUrn:
        parent = spec.parentUrn
    stack, project, _, _ = parts_of(urn)
    return _urn(
        spec.stack or stack,
        spec.project or project,
        parent,
        spec.type or request.type,
        spec.name or request.name,
    )


def _child_of(before: str, parent: str, kind: str, name: str, urn: str) -> str:
    """The urn below a parent's earlier urn; a name that began as its did, still does."""
    stack, project, _, _ = parts_of(urn)
    own, then = parts_of(parent)[3], parts_of(before)[3]
    if name.startswith(own):
        name = then + name.removeprefix(own)
    return _urn(stack, project, before, kind, name)


def _urn(stack: str, project: str, parent: str, kind: str, name: str) -> str:
    types: Iterable[str] = (kind,)
    if parent:
        above = parts_of(parent)[2]
        if above != STACK_TYPE:
            types = (above, kind)
    return f"urn:pulumi:{stack}::{project}::{'$'.join(types)}::{name}"
