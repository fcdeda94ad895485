"""An idea: a change to a program that may cost less, and what it risks.

It is no advice yet: `advise` prices the stack with it, by the same rules, and keeps those
that save. Inputs that are not known before deployment are left alone.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.bill.assumptions import LevelInForce
from farebox.graph import Resource
from farebox.prices.commitments import Way
from farebox.quote.basket import Basket
from farebox.rules.service import Key, Use


class Idea(Struct, frozen=True):
    """One change to one resource of a stack, or a plan for all of it.

    `kind` groups ideas that are alike, `change` says it in the program's words. `inputs`
    take the place of the resource's own; None takes the resource away. `added` are
    resources that come with it, `usage` the keys of the usage file whose figures it
    changes for the resource. With a `plan` no resource changes.
    """

    kind: str
    urn: str
    name: str
    change: str
    risk: str
    inputs: Mapping[str, Any] | None
    added: tuple[Resource, ...] = ()
    usage: Mapping[str, Decimal] = {}
    plan: Way | None = None


Finder = Callable[[Resource, Basket], Iterator[Idea]]


def idea_for(
    kind: str,
    resource: Resource,
    change: str,
    risk: str,
    inputs: Mapping[str, Any] | None,
    *,
    added: tuple[Resource, ...] = (),
    usage: Mapping[str, Decimal] | None = None,
) -> Idea:
    """An idea that changes the resource."""
    urn, name = resource.urn, resource.name
    return Idea(kind, urn, name, change, risk, inputs, added, usage or {})


def given(basket: Basket, resource: Resource, key: Use | Key) -> Decimal | None:
    """The likely figure that the usage file gives the resource under a key, or None."""
    level = LevelInForce()
    named = (resource.urn, resource.type, resource.name)
    found = key.given(basket.usage.of_resource(*named, level))
    return None if found is None else found.quantity


def beside(
    resource: Resource, type_: str, name: str, *, by: str = "", **inputs: Any
) -> Resource:
    """A resource that an idea adds next to another; its input `by` refers to that one."""
    return Resource(
        f"{resource.urn}-{type_}-{name}",
        type_,
        name,
        inputs,
        resource.region,
        parent=resource.parent,
        dependencies={by: [resource.urn]} if by else {},
    )
