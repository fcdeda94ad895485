"""Finds what is declared of one type, and imports its service's module only then.

A stack uses a few services of all that there are, so the start of `fare price` pays for
those alone. `homes.txt` says where each type is declared; `make docs` writes it from the
registry, and a test holds the two together.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from msgspec import Struct

from farebox.rules.charges import Gap, NoCharge, Rule
from farebox.rules.service import Type, rule_of

FILE = Path(__file__).with_name("homes.txt")


class Declared(Struct, frozen=True):
    """What a service says of a type: how it is charged, or why it has no figure."""

    type: Type | None = None
    rule: Rule | None = None
    said: NoCharge | Gap | None = None


NOTHING = Declared()


@cache
def declared_of(type_: str) -> Declared:
    """What the type's service declares of it; NOTHING for a type that nobody judged."""
    home = _homes().get(type_)
    if home is None:
        return NOTHING
    module = import_module(f"farebox.rules.aws.{home}")
    charged: Type | None = getattr(module, "TYPES", {}).get(type_)
    if charged is not None:
        return Declared(charged, rule_of(charged))
    free = getattr(module, "FREE", {}).get(type_)
    return Declared(said=free or getattr(module, "UNPRICED", {}).get(type_))


@cache
def types_of_terraform() -> dict[str, tuple[str, ...]]:
    """Terraform's name of a type to the types of ours that it means and that cost."""
    found: dict[str, tuple[str, ...]] = {}
    for _, said in _lines():
        type_, *names = said.split("=")
        for name in names:
            found[name] = (*found.get(name, ()), type_)
    return found


@cache
def _homes() -> dict[str, str]:
    """Type token to the module of `rules/aws/` that declares it."""
    return {said.partition("=")[0]: home for home, said in _lines()}


def _lines() -> Iterator[tuple[str, str]]:
    """Each module with each of its types, and Terraform's names behind the type."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        home, _, types = line.partition(": ")
        for said in types.split():
            yield home, said
