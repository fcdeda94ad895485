"""Drops what no kept or pinned book needs.

Kept are the refreshes since a day, the one in force on that day, the newest, those of
pinned books, and the last good delivery of every source. Between two kept refreshes a
row goes where a later row of its key came before the next kept one: no book sees it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
)

from farebox.prices.store.connections import Database
from farebox.prices.store.records import Pruned
from farebox.prices.store.schema import (
    BUCKET,
    DELIVERY,
    FACT,
    KEY,
    PIN,
    PRICE,
    REFRESH,
    SOURCE,
    STATE,
)

_AT_ONCE = 500


def prune(database: Database, before: str) -> Pruned:
    """Drop what no book since an instant, and no pinned one, needs. Raises StoreError."""
    with database.writing() as connection:
        refreshes = connection.execute(select(REFRESH).order_by(REFRESH.c.seq)).all()
        kept = _kept(connection, refreshes, before)
        dropped = [row.seq for row in refreshes if row.seq not in kept]
        prices = 0
        for after, up_to in _gaps([row.seq for row in refreshes], kept):
            prices += _drop(connection, PRICE, ("key_id",), after, up_to)
            _drop(connection, STATE, ("slice_id",), after, up_to)
            _drop(connection, BUCKET, ("slice_id", "bucket"), after, up_to)
            _drop(connection, FACT, ("kind", "region", "subject"), after, up_to)
        if dropped:
            prices += _drop_first_gone(connection)
            _drop_unused(connection)
        for some in _batches(dropped):
            connection.execute(delete(DELIVERY).where(DELIVERY.c.seq.in_(some)))
            connection.execute(delete(REFRESH).where(REFRESH.c.seq.in_(some)))
    return Pruned(len(dropped), prices, len(kept))


def _kept(connection: Connection, refreshes: Sequence[Any], before: str) -> set[int]:
    """The numbers of the refreshes whose books stay."""
    if not refreshes:
        return set()
    kept = {row.seq for row in refreshes if row.seen_at >= before}
    older = [row.seq for row in refreshes if row.seen_at <= before]
    kept |= {max(older, default=0), refreshes[-1].seq}
    good = select(func.max(DELIVERY.c.seq)).where(DELIVERY.c.outcome != "failed")
    kept |= set(connection.scalars(good.group_by(DELIVERY.c.name)))
    pinned = set(connection.scalars(select(PIN.c.book_id)))
    wanted = pinned | {row.book_id for row in refreshes if row.seq in kept}
    first: dict[str, int] = {}
    for row in refreshes:
        first.setdefault(row.book_id, row.seq)
    # An id means the first refresh that left that book, so that one stays too.
    kept |= {seq for book_id, seq in first.items() if book_id in wanted}
    return kept & {row.seq for row in refreshes}


def _gaps(seqs: Sequence[int], kept: set[int]) -> Iterator[tuple[int, int]]:
    """Pairs of neighbours among the kept refreshes with dropped ones between them."""
    bounds = [0, *sorted(kept)]
    known = set(seqs)
    for after, up_to in pairwise(bounds):
        if any(seq in known for seq in range(after + 1, up_to)):
            yield after, up_to


def _drop(
    connection: Connection, table: Table, key: tuple[str, ...], after: int, up_to: int
) -> int:
    """Drop the rows of a gap that a later row of the same gap stands over."""
    later = table.alias("later")
    same: ColumnElement[bool] = and_(*(later.c[one] == table.c[one] for one in key))
    stood_over = exists().where(same, later.c.seq > table.c.seq, later.c.seq <= up_to)
    found = connection.execute(
        delete(table).where(table.c.seq > after, table.c.seq <= up_to, stood_over)
    )
    return found.rowcount


def _drop_first_gone(connection: Connection) -> int:
    """Drop the rows that say "gone" of keys that have no price before."""
    earlier = PRICE.alias("earlier")
    before = exists().where(
        earlier.c.key_id == PRICE.c.key_id, earlier.c.seq < PRICE.c.seq
    )
    return connection.execute(
        delete(PRICE).where(PRICE.c.tiers.is_(None), PRICE.c.unit == "", ~before)
    ).rowcount


def _drop_unused(connection: Connection) -> None:
    """Drop keys without a row, and sources that nothing names."""
    connection.execute(delete(KEY).where(~exists().where(PRICE.c.key_id == KEY.c.id)))
    used = set(connection.scalars(select(PRICE.c.source_id).distinct()))
    used |= set(connection.scalars(select(FACT.c.source_id).distinct()))
    for row in connection.execute(select(STATE.c.source_id, STATE.c.sources)):
        used |= {row.source_id, *map(int, json.loads(row.sources))}
    unused = set(connection.scalars(select(SOURCE.c.id))) - used
    for some in _batches(sorted(unused)):
        connection.execute(delete(SOURCE).where(SOURCE.c.id.in_(some)))


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[i : i + _AT_ONCE] for i in range(0, len(numbers), _AT_ONCE))
