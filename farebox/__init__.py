"""Farebox prices Pulumi AWS stacks before they are deployed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from farebox.in_program import price_program

__all__ = ["price_program"]


def __getattr__(name: str) -> Any:
    """Import what was asked for now, so that `import farebox` stays instant."""
    if name != "price_program":
        raise AttributeError(f"module 'farebox' has no attribute {name!r}")
    from farebox.in_program import price_program

    return price_program
