"""Book files that were brought into the store: their texts, and what is newer in them."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from farebox.prices.book import PriceBook
from farebox.prices.deliveries import Delivery
from farebox.prices.errors import UnknownBook
from farebox.prices.store.refresh import Refresh
from farebox.prices.store.schema import IMPORT
from farebox.prices.store.seed import newer_prices
from farebox.prices.text import parse_book, write_book
from farebox.prices.values import Source

FILE = "file"
"""The kind of a book that was imported: its prices are the file's."""


def import_book(refresh: Refresh, book: PriceBook, name: str) -> Delivery:
    """Keep the book's text, and deliver those of its prices that are newer.

    The delivery takes nothing away. It is still to be compared and kept.
    """
    connection = refresh._connection
    text = write_book(book)
    row = {
        "book_id": book.id,
        "name": name,
        "seen_at": refresh._seen_at,
        "text": text,
    }
    connection.execute(IMPORT.delete().where(IMPORT.c.book_id == book.id))
    connection.execute(IMPORT.insert(), row)
    newer = newer_prices(connection, refresh._slices, refresh._sources, book)
    return Delivery(
        f"import of {name}",
        Source(name, book.as_of, book.id),
        prices=newer,
        content_hash=book.id,
        byte_count=len(text.encode()),
    )


def imported_book(
    read: Callable[..., Any], book_id: str, store_name: str
) -> PriceBook | None:
    """The imported book of an id or of its first 8 digits or more; None without one.

    Raises UnknownBook where several begin so.
    """
    wanted = f"sha256:{book_id.removeprefix('sha256:').lower()}"
    rows = read(
        select(IMPORT.c.name, IMPORT.c.text)
        .where(IMPORT.c.book_id.startswith(wanted, autoescape=True))
        .limit(2)
    )
    if len(rows) > 1:
        raise UnknownBook(
            f"several books of {store_name} begin with {wanted}; give more digits"
        )
    return parse_book(rows[0].text, kind=FILE, name=rows[0].name) if rows else None


def broken_imports(connection: Connection) -> Iterator[str]:
    """A sentence for each imported file whose text is not what its id says."""
    for row in connection.execute(select(IMPORT).order_by(IMPORT.c.book_id)):
        if f"sha256:{sha256(row.text.encode()).hexdigest()}" != row.book_id:
            yield (
                f"the imported file {row.name} is not what {row.book_id[:19]} was:"
                " import it again"
            )
