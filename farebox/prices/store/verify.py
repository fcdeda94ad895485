"""Checks a store: its hashes, AWS's laws, and rows that belong to nothing."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, exists, func, select

from farebox.prices import laws
from farebox.prices.deliveries import Slice
from farebox.prices.errors import StoreError
from farebox.prices.store.beneath import hashed, volumes_at
from farebox.prices.store.book import StoreBook
from farebox.prices.store.proofs import bucket_hashes, differing, hashes_as_of
from farebox.prices.store.rows import book_hash, slice_hash
from farebox.prices.store.schema import (
    DELIVERY,
    FACT,
    KEY,
    PRICE,
    REFRESH,
    SLICE,
    SOURCE,
    STATE,
)
from farebox.prices.store.slices import stored_as_of
from farebox.prices.store.states import states_as_of


def broken_hashes(connection: Connection, seqs: Sequence[int]) -> Iterator[str]:
    """A sentence for each book whose id, or whose slice's hash, is not its prices'."""
    refreshes = connection.execute(select(REFRESH).order_by(REFRESH.c.seq)).all()
    for row in refreshes:
        parts = states_as_of(connection.execute, row.seq)
        found = book_hash(
            [
                *(
                    (part.service, part.region, part.purchase, state.hash)
                    for part, _, state in parts
                    if state.price_count + state.later_count
                ),
                *hashed(volumes_at(connection.execute, row.seq)),
            ]
        )
        if found != row.book_id:
            yield f"refresh {row.seq} of {row.seen_at}: its book's id is not that of its slices"
        if row.seq not in seqs:
            continue
        for part, number, state in parts:
            stored = stored_as_of(connection, number, row.seq)
            digest = slice_hash((one, known.text) for one, known in stored.items())
            if digest != state.hash:
                yield (
                    f"{_named(part)}: its prices after refresh {row.seq} of {row.seen_at}"
                    " are not those that were written then; refresh it whole, or take"
                    " the store from a backup"
                )
            known = hashes_as_of(connection.execute, number, row.seq)
            hashes = bucket_hashes((one, kept.text) for one, kept in stored.items())
            wrong = len(differing(hashes, known))
            if known and wrong and digest == state.hash:
                yield (
                    f"{_named(part)}: the hashes of {wrong} of its buckets are not those"
                    " of its prices; refresh it whole"
                )


def broken_laws(book: StoreBook) -> Iterator[str]:
    """A sentence for each price that cannot be true."""
    for region in sorted({part.region for part in book.slices}):
        try:
            prices = book.compute_prices(region)
        except StoreError as error:
            yield str(error)
            return
        for number, reason in laws.broken_laws(prices):
            price = prices[number]
            yield f"{price.key}: {reason} ({price.source.url})"


def orphans(connection: Connection) -> Iterator[str]:
    """A sentence for each kind of row that belongs to nothing."""
    for what, table, column, owner, name in (
        ("prices without a key", PRICE, "key_id", KEY, "id"),
        ("prices without a source", PRICE, "source_id", SOURCE, "id"),
        ("keys without a slice", KEY, "slice_id", SLICE, "id"),
        ("keys without a price", KEY, "id", PRICE, "key_id"),
        ("slice states without a slice", STATE, "slice_id", SLICE, "id"),
        ("deliveries without a refresh", DELIVERY, "seq", REFRESH, "seq"),
        ("facts without a source", FACT, "source_id", SOURCE, "id"),
    ):
        count = _without(connection, table, column, owner, name)
        if count:
            yield f"{count:,} {what}: the store was changed by something else"


def _without(
    connection: Connection, table: Table, column: str, owner: Table, name: str
) -> int:
    owned = exists().where(owner.c[name] == table.c[column])
    statement = select(func.count()).select_from(table).where(~owned)
    return int(connection.execute(statement).scalar() or 0)


def _named(part: Slice) -> str:
    return f"{part.service} {part.region} ({part.purchase})"
