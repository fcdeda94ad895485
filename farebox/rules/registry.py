"""All services: which type is charged by which rule, and which types are free.

Every module of `rules/aws/` that declares types is one: a new file is in at once.
Everything that others ask of the declarations is made here.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from farebox.rules import aws
from farebox.rules.aws.data_transfer import ACCOUNT
from farebox.rules.charges import Gap, NoCharge, Rule
from farebox.rules.service import Meter, Type, rule_of

TABLES = ("TYPES", "FREE", "UNPRICED", "UNJUDGED")
"""The names under which a module of `rules/aws/` declares types."""

SERVICES: tuple[ModuleType, ...] = tuple(
    module
    for found in iter_modules(aws.__path__)
    for module in [import_module(f"{aws.__name__}.{found.name}")]
    if any(hasattr(module, name) for name in TABLES)
)
"""The modules of `rules/aws/` that declare types, one a service, by name."""


class DeclaredTwice(Exception):
    """A resource type stands in two places of the declarations."""


def joined(modules: Iterable[ModuleType], name: str) -> dict[str, Any]:
    """The tables that modules hold under a name, in one. Raises DeclaredTwice."""
    found: dict[str, Any] = {}
    for module in modules:
        table: Mapping[str, Any] = getattr(module, name, {})
        for type_ in table:
            if type_ in found:
                raise DeclaredTwice(
                    f"{type_} is declared twice under {name}; the second time in "
                    f"{module.__name__}"
                )
        found.update(table)
    return found


TYPES: dict[str, Type] = joined(SERVICES, "TYPES")
"""Type token to how the type is charged."""

FREE: dict[str, NoCharge] = joined(SERVICES, "FREE")
"""Type token to why it is free. Types whose charge depends on inputs are in `TYPES`."""

UNPRICED: dict[str, Gap] = joined(SERVICES, "UNPRICED")
"""Type token to why a type that is charged has no rule yet."""

RULES: dict[str, Rule] = {type_: rule_of(said) for type_, said in TYPES.items()}
"""Type token to the rule that meters it."""


def price_lists() -> tuple[str, ...]:
    """The services whose price lists the rules look into, by name: those of a refresh."""
    found = {
        meter.service
        for said in (*TYPES.values(), ACCOUNT)
        for meter in (*said.meters, *said.uses)
        if isinstance(meter, Meter)
    }
    return tuple(sorted(found, key=str.lower))
