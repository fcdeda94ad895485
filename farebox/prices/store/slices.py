"""What the store has of a slice, compactly: 115,000 prices in some 40 MB."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, Select, and_, func, select

from farebox.prices.deliveries import Slice
from farebox.prices.store.rows import text_of
from farebox.prices.store.schema import KEY, PRICE, SLICE, next_id
from farebox.prices.values import PriceKey


class Stored(NamedTuple):
    """A key as the store has it: `text` is its prices (rows.py), empty when gone."""

    key_id: int
    usage_type: str
    text: str
    source_id: int


class SliceNumbers:
    """A writer's numbers of slices: found, or given to a slice that is new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers = {
            Slice(row.service, row.region, row.purchase): row.id
            for row in connection.execute(select(SLICE))
        }

    def find(self, part: Slice) -> int | None:
        """The number of a slice, or None where the store never had it."""
        return self._numbers.get(part)

    def number(self, part: Slice) -> int:
        """The number of a slice, which is given one if it has none."""
        found = self._numbers.get(part)
        if found is None:
            found = next_id(self._connection, SLICE)
            self._connection.execute(
                SLICE.insert(),
                {
                    "id": found,
                    "service": part.service,
                    "region": part.region,
                    "purchase": part.purchase,
                },
            )
            self._numbers[part] = found
        return found


def slice_of(key: PriceKey) -> Slice:
    """The slice that a key belongs to."""
    return Slice(key.service, key.region, key.purchase)


def rows_as_of(seq: BindParameter[int] | int | None) -> Select[Any]:
    """The rows of every key as they were after a refresh; None: as they are now."""
    earlier = PRICE.alias("earlier")
    newest = select(func.max(earlier.c.seq)).where(earlier.c.key_id == KEY.c.id)
    if seq is not None:
        newest = newest.where(earlier.c.seq <= seq)
    return select(
        KEY.c.id,
        KEY.c.slice_id,
        KEY.c.usage_type,
        KEY.c.bare_usage_type,
        KEY.c.zone_id,
        KEY.c.term,
        KEY.c.operation,
        PRICE.c.effective_from,
        PRICE.c.unit,
        PRICE.c.tiers,
        PRICE.c.source_id,
        PRICE.c.seq,
    ).join_from(
        KEY,
        PRICE,
        and_(PRICE.c.key_id == KEY.c.id, PRICE.c.seq == newest.scalar_subquery()),
    )


def by_key(rows: Iterable[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    """Rows that come key after key, as one sequence for each key, sorted by day."""
    group: list[Row[Any]] = []
    for row in rows:
        if group and group[0].id != row.id:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def identity_of(row: Row[Any]) -> str:
    """The identity (rows.py) of a row's key inside its slice."""
    return f"{row.bare_usage_type}\t{row.zone_id}\t{row.term}\t{row.operation}"


def stored_of(
    connection: Connection, slice_id: int, bare_usage_types: Iterable[str] | None = None
) -> dict[str, Stored]:
    """The slice's keys by identity, gone ones too; only some usage types if given."""
    if bare_usage_types is None:
        return dict(_stored(connection, slice_id, None))
    wanted = sorted(set(bare_usage_types))
    found: dict[str, Stored] = {}
    for start in range(0, len(wanted), 500):
        found.update(_stored(connection, slice_id, wanted[start : start + 500]))
    return found


def _stored(
    connection: Connection, slice_id: int, bare: Sequence[str] | None
) -> Iterator[tuple[str, Stored]]:
    statement = (
        rows_as_of(None)
        .where(KEY.c.slice_id == slice_id)
        .order_by(KEY.c.id, PRICE.c.effective_from)
        .execution_options(stream_results=True, yield_per=5_000)
    )
    if bare is not None:
        statement = statement.where(KEY.c.bare_usage_type.in_(bare))
    texts: dict[str, str] = {}  # Equal texts are kept once.
    for rows in by_key(connection.execute(statement)):
        first = rows[0]
        text = text_of([(row.effective_from, row.unit, row.tiers) for row in rows])
        usage_type = first.usage_type
        if usage_type == first.bare_usage_type:
            usage_type = ""
        yield (
            identity_of(first),
            Stored(first.id, usage_type, texts.setdefault(text, text), first.source_id),
        )


def key_of(part: Slice, identity: str, usage_type: str) -> PriceKey:
    """The key of an identity; an empty usage type is spelled without prefix."""
    bare, zone_id, term, operation = identity.split("\t")
    return PriceKey(
        part.service,
        part.region,
        usage_type or bare,
        operation,
        part.purchase,
        zone_id,
        term,
    )
