"""What a command shows: a value that makes a page, and a document for programs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from farebox.reports.page.page import Page


class Report(Protocol):
    """A report in all its formats; a format that is not asked for is not made."""

    def page(self) -> Page:
        """What people read, on a terminal, in markdown or in a browser."""

    def document(self) -> Struct | Mapping[str, Any]:
        """What programs read: the contract of docs/json.md."""


Rows = tuple[Sequence[str], Iterable[Mapping[str, str]]]
"""The columns of a table for programs, and its rows as texts."""


class TableReport(Report, Protocol):
    """A report that is a table for other programs too."""

    def table(self, format_: str) -> Rows:
        """Columns and rows, as csv or as FOCUS."""
