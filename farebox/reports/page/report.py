"""What a command shows: a value that makes a page, and a document for programs."""

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from farebox.reports.page.page import Page


class Report(Protocol):
    """A report in all its formats; a format that is not asked for is not made."""

    def page(self) -> Page:
        """What people read, on a terminal, in markdown or in a browser."""

    def document(self) -> Struct | Mapping[str, Any]:
        """What programs read: the contract of docs/json.md."""
