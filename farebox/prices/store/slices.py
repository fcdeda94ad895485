"""What the store has of a slice, compactly: 115,000 prices in some 40 MB."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Row, Select, and_, func, select

from farebox.prices.deliveries import Slice
from farebox.prices.store.rows import GONE
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


def stored_of(
    connection: Connection, slice_id: int, bare_usage_types: Iterable[str] | None = None
) -> dict[str, Stored]:
    """The slice's keys by identity, gone ones too; only some usage types if given."""
    if bare_usage_types is None:
        return dict(_stored(connection, slice_id, None, None))
    wanted = sorted(set(bare_usage_types))
    found: dict[str, Stored] = {}
    for start in range(0, len(wanted), 500):
        found.update(_stored(connection, slice_id, None, wanted[start : start + 500]))
    return found


def stored_as_of(connection: Connection, slice_id: int, seq: int) -> dict[str, Stored]:
    """The slice's keys by identity as they were after a refresh."""
    return dict(_stored(connection, slice_id, seq, None))


def _stored(
    connection: Connection,
    slice_id: int,
    seq: int | None,
    bare: Sequence[str] | None,
) -> Iterator[tuple[str, Stored]]:
    statement = (
        rows_as_of(seq)
        .where(KEY.c.slice_id == slice_id)
        .order_by(
            KEY.c.bare_usage_type,
            KEY.c.zone_id,
            KEY.c.term,
            KEY.c.operation,
            PRICE.c.effective_from,
        )
        .execution_options(stream_results=True, yield_per=5_000)
    )
    if bare is not None:
        statement = statement.where(KEY.c.bare_usage_type.in_(bare))
    texts: dict[str, str] = {}  # Equal texts are kept once.
    name, last = "", Stored(0, "", GONE, 0)
    for row in connection.execute(statement):
        number, _, usage_type, bare_type, zone_id, term, operation = row[:7]
        start, unit, tiers, source_id = row[7:11]
        if number == last.key_id:
            text = f"{last.text}\n{start}\t{unit}\t{tiers}"
            last = last._replace(text=texts.setdefault(text, text))
            continue
        if name:
            yield name, last
        name = f"{bare_type}\t{zone_id}\t{term}\t{operation}"
        text = GONE if tiers is None else f"{unit}\t{tiers}"
        text = texts.setdefault(text, text)
        last = Stored(
            number, "" if usage_type == bare_type else usage_type, text, source_id
        )
    if name:
        yield name, last


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
