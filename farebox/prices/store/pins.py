"""Pins: books that retention never takes apart."""

from sqlalchemy import delete, select

from farebox.prices.store.connections import Database
from farebox.prices.store.records import Pin
from farebox.prices.store.schema import PIN


def pin(database: Database, book_id: str, why: str) -> None:
    """Pin a book, or say anew why it is pinned."""
    with database.writing() as connection:
        connection.execute(delete(PIN).where(PIN.c.book_id == book_id))
        connection.execute(PIN.insert(), {"book_id": book_id, "why": why})


def unpin(database: Database, book_id: str) -> None:
    """Let a book go; retention may then take it apart."""
    with database.writing() as connection:
        connection.execute(delete(PIN).where(PIN.c.book_id == book_id))


def pins(database: Database) -> list[Pin]:
    """The pinned books, sorted by their ids."""
    rows = database.read(select(PIN).order_by(PIN.c.book_id))
    return [Pin(row.book_id, row.why) for row in rows]
