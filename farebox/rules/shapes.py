"""Shapes of inputs as Pulumi writes them: blocks, texts and amounts.

A block may come as an object or as a list of one, a number as text, and anything as
UNKNOWN. These readers take any JSON and never fail on an odd shape; an unknown block, or
an unknown entry of a list of them, stops the rule that does not look for it.
"""

import re
from decimal import Decimal
from typing import Any, TypeVar

from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import number
from farebox.rules.errors import InvalidInput, UnknownBlock

FIGURE = re.compile(r"\s*[+-]?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?\s*", re.IGNORECASE)

Given = TypeVar("Given")

LARGEST = Decimal(10) ** 12
"""No count, size or rate of AWS comes near it: a larger figure is a mistake."""


def block(value: Any) -> dict[str, Any]:
    """The object, or the first object of a list; empty for anything else."""
    if type(value) is dict:
        return value
    if value is None:
        return {}
    found = blocks(value)
    return found[0] if found else {}


def field(value: Any, name: str) -> Any:
    """What a block holds under a key; UNKNOWN where the whole block is."""
    unknown = value is UNKNOWN or value == [UNKNOWN]
    return UNKNOWN if unknown else block(value).get(name)


def blocks(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or one object alone; empty for anything else.

    Raises UnknownBlock where the list, or an entry of it, is known only after deployment.
    """
    if value is None:
        return []
    if value is UNKNOWN:
        raise UnknownBlock("a block of it is not known before deployment")
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        if UNKNOWN in value:
            raise UnknownBlock("an entry of a list is not known before deployment")
        return [item for item in value if isinstance(item, dict)]
    return []


def unless_unknown(value: Any) -> Any:
    """The value, and nothing where it is unknown: for who tells that by itself."""
    return None if value is UNKNOWN else value


def holds_unknown(value: Any) -> bool:
    """Whether a value is not known, or is a list of which an entry is not.

    `blocks` leaves such an entry out: who counts or reads blocks asks this first.
    """
    return value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value)


def values_of(value: Any) -> list[Any]:
    """A list's values, or one value alone; UNKNOWN stays, None is left out."""
    found = value if isinstance(value, list) else [value]
    return [item for item in found if item is not None]


def text(value: Any) -> str | Unknown | None:
    """A text that is not empty, UNKNOWN, or None for anything else."""
    kind = type(value)
    if kind is str:
        return value or None
    return UNKNOWN if kind is Unknown else None


def or_default(value: Given | None, default: Given) -> Given:
    """The value, or what AWS takes where nothing is given; UNKNOWN stays unknown.

    `value or default` would take UNKNOWN, which is false, for nothing.
    """
    return default if value is None or value == "" else value


def amount(resource: Resource, value: Any, what: str) -> Decimal | Unknown | None:
    """A number that is not negative, UNKNOWN, or None where there is no number.

    Raises InvalidInput, with the resource's name, for a negative or absurd figure.
    """
    if value is None:
        return None
    found = number(value)
    if isinstance(found, Unknown):
        return found
    if found is None and not (isinstance(value, str) and FIGURE.fullmatch(value)):
        return None
    # A figure that is too large to be read is too large for AWS as well.
    if found is None or not 0 <= found <= LARGEST:
        raise InvalidInput(
            f"{resource.name} ({resource.type}) has {what} {value}: give a number "
            "from 0 on that AWS can take"
        )
    return found
