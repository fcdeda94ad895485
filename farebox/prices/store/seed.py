"""The curated rows as a delivery: a new store's first, and after an update of farebox.

The volumes of the embedded book are not copied into a store: they lie beneath it
(store/book.py).
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from farebox.prices.curated import CURATED_FILE, curated_book
from farebox.prices.deliveries import DatedPrice, Delivery, Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.store.beneath import volumes_fact
from farebox.prices.store.rows import identity
from farebox.prices.store.schema import META
from farebox.prices.store.slices import SliceNumbers, slice_of, stored_of
from farebox.prices.store.sources import SourceNumbers
from farebox.prices.store.states import last_state
from farebox.prices.values import Price, Source

NAME = "embedded book"
"""The delivery's name."""

_META = "embedded"


def embedded_delivery(
    connection: Connection, slices: SliceNumbers, sources: SourceNumbers
) -> Delivery | None:
    """The embedded prices that are newer than the store's; None where it had this book.

    It takes nothing away: a price that the store has from a later day stays, and what
    a later list no longer has is not brought back.
    """
    book_id = _book_id()
    if _seeded(connection) == book_id:
        return None
    book = curated_book()
    newer = newer_prices(connection, slices, sources, book)
    url = "farebox/prices/data/" + CURATED_FILE
    source = Source(url, book.as_of, book_id)
    return Delivery(
        NAME,
        source,
        prices=newer,
        facts=(volumes_fact(source),),
        content_hash=book_id,
    )


def newer_prices(
    connection: Connection,
    slices: SliceNumbers,
    sources: SourceNumbers,
    given: Iterable[Price],
) -> list[DatedPrice]:
    """The prices that the store does not have from as late a day, or a later one."""
    parts: dict[Slice, list[Price]] = {}
    for price in given:
        parts.setdefault(slice_of(price.key), []).append(price)
    newer: list[DatedPrice] = []
    for part, prices in parts.items():
        number = slices.find(part)
        state = None if number is None else last_state(connection, number)
        if number is None or state is None:
            newer += [DatedPrice(price) for price in prices]
            continue
        names = {identity(price.key): price for price in prices}
        stored = stored_of(
            connection, number, [name.partition("\t")[0] for name in names]
        )
        whole = "" if state.source_id is None else sources[state.source_id].as_of
        for name, price in names.items():
            known = stored.get(name)
            own = "" if known is None else sources[known.source_id].as_of
            if price.source.as_of > max(own, whole):
                newer.append(DatedPrice(price))
    return newer


def note_embedded(connection: Connection) -> None:
    """Remember which embedded book the store has."""
    if _seeded(connection) is None:
        connection.execute(META.insert(), {"name": _META, "value": _book_id()})
        return
    connection.execute(
        META.update().where(META.c.name == _META).values(value=_book_id())
    )


def _seeded(connection: Connection) -> str | None:
    return connection.execute(select(META.c.value).where(META.c.name == _META)).scalar()


def _book_id() -> str:
    """The id of the embedded book: of the curated rows, and of what lies beneath."""
    return embedded_book().id
