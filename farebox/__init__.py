"""Farebox prices Pulumi AWS stacks before they are deployed.

What a program of yours may use is named here; docs/library.md shows it at work.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.bill.statement_file import read_statement
    from farebox.bill.terms import Terms
    from farebox.bill.usage import UsageFile
    from farebox.diff.statements import StatementDiff, diff_statements
    from farebox.errors import FareboxError
    from farebox.graph import ResourceGraph
    from farebox.graph.document import read_document
    from farebox.graph.offline.program import read_program
    from farebox.graph.preview import read_preview
    from farebox.graph.state import read_state
    from farebox.prices import PriceBook
    from farebox.prices.embedded import embedded_book
    from farebox.prices.text import read_book
    from farebox.quote.basket import read_usage
    from farebox.quote.program import price_program
    from farebox.rating.estimate import estimate

__all__ = [
    "FareboxError",
    "PriceBook",
    "ResourceGraph",
    "Statement",
    "StatementDiff",
    "Terms",
    "UsageFile",
    "diff_statements",
    "embedded_book",
    "estimate",
    "price_program",
    "read_book",
    "read_document",
    "read_preview",
    "read_program",
    "read_state",
    "read_statement",
    "read_usage",
]

_HOMES = {
    "FareboxError": "farebox.errors",
    "PriceBook": "farebox.prices",
    "ResourceGraph": "farebox.graph",
    "Statement": "farebox.bill.statement",
    "StatementDiff": "farebox.diff.statements",
    "Terms": "farebox.bill.terms",
    "UsageFile": "farebox.bill.usage",
    "diff_statements": "farebox.diff.statements",
    "embedded_book": "farebox.prices.embedded",
    "estimate": "farebox.rating.estimate",
    "price_program": "farebox.quote.program",
    "read_book": "farebox.prices.text",
    "read_document": "farebox.graph.document",
    "read_preview": "farebox.graph.preview",
    "read_program": "farebox.graph.offline.program",
    "read_state": "farebox.graph.state",
    "read_statement": "farebox.bill.statement_file",
    "read_usage": "farebox.quote.basket",
}
"""Where each name lives; it is imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    """Import what was asked for now, so that `import farebox` stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'farebox' has no attribute {name!r}")
    if "IPython" in sys.modules:
        from farebox.notebook import show_tables

        show_tables()
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The names of the library, for completion and help."""
    return sorted({*globals(), *__all__})
