"""A slice after each refresh that touched it: its hash, its count, what confirmed it."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, and_, delete, func, select

from farebox.prices.deliveries import Slice
from farebox.prices.store.rows import unreadable
from farebox.prices.store.schema import SLICE, STATE


class State(Struct, frozen=True):
    """A slice after a refresh; see the columns of schema.STATE."""

    seq: int
    hash: str
    price_count: int
    later_count: int
    source_id: int | None
    sources: Mapping[int, int]


def newest_states(seq: int | None) -> Select[Any]:
    """Each slice with its state after a refresh; None: as it is now."""
    earlier = STATE.alias("earlier")
    newest = select(func.max(earlier.c.seq)).where(earlier.c.slice_id == SLICE.c.id)
    if seq is not None:
        newest = newest.where(earlier.c.seq <= seq)
    return select(SLICE.c.service, SLICE.c.region, SLICE.c.purchase, STATE).join_from(
        SLICE,
        STATE,
        and_(STATE.c.slice_id == SLICE.c.id, STATE.c.seq == newest.scalar_subquery()),
    )


def states_as_of(
    ask: Callable[[Select[Any]], Any], seq: int | None
) -> list[tuple[Slice, int, State]]:
    """Each slice, its number and its state, by whatever asks the database."""
    return [
        (Slice(row.service, row.region, row.purchase), row.slice_id, state_of(row))
        for row in ask(newest_states(seq))
    ]


def last_state(connection: Connection, slice_id: int) -> State | None:
    """The slice's state as it is now."""
    row = connection.execute(
        select(STATE)
        .where(STATE.c.slice_id == slice_id)
        .order_by(STATE.c.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else state_of(row)


def write_state(connection: Connection, slice_id: int, state: State) -> None:
    """Write a slice's state, over that of the same refresh if there is one."""
    connection.execute(
        delete(STATE).where(STATE.c.slice_id == slice_id, STATE.c.seq == state.seq)
    )
    connection.execute(
        STATE.insert(),
        {
            "slice_id": slice_id,
            "seq": state.seq,
            "hash": state.hash,
            "price_count": state.price_count,
            "later_count": state.later_count,
            "source_id": state.source_id,
            "sources": json.dumps(dict(sorted(state.sources.items()))),
        },
    )


def state_of(row: Any) -> State:
    """The state of a row of schema.STATE. Raises StoreError for one of another hand."""
    try:
        sources = Counter({int(k): v for k, v in json.loads(row.sources).items()})
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise unreadable(f"counts of sources such as {row.sources[:40]!r}") from None
    for count in (row.price_count, row.later_count, *sources.values()):
        if not isinstance(count, int) or count < 0:
            raise unreadable(f"a count of {count!r}")
    return State(
        row.seq, row.hash, row.price_count, row.later_count, row.source_id, sources
    )
