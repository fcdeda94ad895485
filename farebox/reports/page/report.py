"""What a command shows: a value that makes a page, and a document for programs."""

from typing import Protocol

from msgspec import Struct

from farebox.reports.page.page import Page


class Report(Protocol):
    """A report in all its formats; a format that is not asked for is not made."""

    def page(self) -> Page:
        """What people read, on a terminal, in markdown or in a browser."""

    def document(self) -> Struct:
        """What programs read: the structs of one contract (docs/json.md)."""
