"""Brings a price book's file into the store."""

from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from farebox.cli.errors import one_line
from farebox.prices.text import read_book


class Imported(Struct, frozen=True):
    """What an import did: the file's id, and the store's book that it led to.

    Without `store_id` the store had the file already, and nothing was done.
    """

    book_id: str
    prices: int
    store: str
    store_id: str = ""
    new: int = 0
    changed: int = 0

    @property
    def document(self) -> dict[str, Any]:
        """The result as plain texts and numbers."""
        return {
            "book": self.book_id,
            "prices": self.prices,
            "store": self.store,
            "store_book": self.store_id or None,
            "new": self.new,
            "changed": self.changed,
        }

    @property
    def sentence(self) -> str:
        """What was done, in one sentence."""
        if not self.store_id:
            return f"the store {self.store} has this file already: nothing to do"
        older = self.prices - self.new - self.changed
        return (
            f"the store {self.store} has the file now: of its {self.prices:,} prices"
            f" {self.new:,} are new there, {self.changed:,} newer and other than the"
            f" store's, {older:,} older or the same; --prices"
            f" {self.book_id[:19]} prices with exactly the file's"
        )


def import_file(path: Path, now: datetime) -> Imported:
    """Check the file and keep it. Raises InvalidPriceBook and StoreError."""
    from farebox.prices.store import open_store
    from farebox.prices.store.imports import import_book

    book = read_book(path)
    name = one_line(path.name)
    with open_store() as store:
        if store.imported(book.id) is not None:
            return Imported(book.id, len(book), store.name)
        with store.refresh(now, by=f"import of {name}") as refresh:
            comparison = refresh.compare(import_book(refresh, book, name))
            refresh.keep(comparison)
        return Imported(
            book.id,
            len(book),
            store.name,
            refresh.book_id,
            len(comparison.new),
            len(comparison.changed),
        )
