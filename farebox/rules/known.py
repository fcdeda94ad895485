"""Inputs that a charge stands on: their value, or the gap that says what is not known.

An input that the program leaves out has AWS's default; one that is known only after
deployment has none, and the charge is then `unknown-input`.
"""

from decimal import Decimal
from typing import Any

from farebox.graph import UNKNOWN, Resource, Unknown
from farebox.graph.values import flag
from farebox.rules.charges import Gap
from farebox.rules.shapes import amount, blocks, text, values_of


def unknown(name: str) -> Gap:
    """The gap of an input that is known only after deployment."""
    return Gap("unknown-input", f"{name} is not known before deployment")


def known_amount(
    resource: Resource, value: Any, name: str, default: Decimal | None = None
) -> Decimal | Gap:
    """The number of an input, else its default, else the gap that it leaves.

    Raises InvalidInput for a negative or absurd number.
    """
    found = amount(resource, value, f"a {name} of")
    if isinstance(found, Unknown):
        return unknown(name)
    if found is None:
        found = default
    if found is None:
        return Gap("unknown-input", f"{name} is not given")
    return found


def known_text(value: Any, name: str, default: str | None = None) -> str | Gap:
    """The text of an input, else its default, else the gap that it leaves."""
    found = text(value)
    if isinstance(found, Unknown):
        return unknown(name)
    if found is None:
        found = default
    if found is None:
        return Gap("unknown-input", f"{name} is not given")
    return found


def known_flag(value: Any, name: str, default: bool = False) -> bool | Gap:
    """Whether an input is on, else its default, else the gap that it leaves."""
    found = flag(value)
    if isinstance(found, Unknown):
        return unknown(name)
    return default if found is None else found


def known_blocks(value: Any, name: str) -> list[dict[str, Any]] | Gap:
    """The blocks of a list input; a gap where the list or one of them is not known."""
    if value is UNKNOWN or (isinstance(value, list) and UNKNOWN in value):
        return unknown(name)
    return blocks(value)


def known_length(value: Any, name: str) -> Decimal | Gap:
    """How many things a list input names; its entries may be unknown, not the list."""
    if value is UNKNOWN:
        return unknown(name)
    return Decimal(len(values_of(value)))
