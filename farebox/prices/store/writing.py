"""Writes what changed in a slice: keys, prices, and the slice's state."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, bindparam, delete, update

from farebox.prices.deliveries import Delivery, Slice
from farebox.prices.store.bulk import insert_rows
from farebox.prices.store.comparing import Delivered, Difference, entries_of, first_of
from farebox.prices.store.proofs import (
    bucket_hashes,
    bucket_of,
    deal_again,
    write_hashes,
)
from farebox.prices.store.rows import GONE, in_force, on_day, slice_hash, text_of
from farebox.prices.store.schema import KEY, PRICE, next_id
from farebox.prices.store.slices import SliceNumbers, Stored, stored_of
from farebox.prices.store.sources import SourceNumbers
from farebox.prices.store.states import State, last_state, write_state

_KeyRow = tuple[int, int, str, str, str, str, str, int]
_PriceRow = tuple[int, int, str, str, str | None, int]


class SliceWriter:
    """Writes the differences of one refresh, numbering new keys as it goes."""

    def __init__(
        self,
        connection: Connection,
        *,
        seq: int,
        day: str,
        slices: SliceNumbers,
        sources: SourceNumbers,
    ) -> None:
        self._connection = connection
        self._seq = seq
        self._day = day
        self._slices = slices
        self._sources = sources
        self._next_key = next_id(connection, KEY)
        self._written: set[int] = set()

    def confirm(self, delivery: Delivery, part: Slice) -> None:
        """A slice stays as it is; its source says so as of now."""
        number = self._slices.number(part)
        state = last_state(self._connection, number)
        confirmed = self._sources.number(delivery.source)
        if state is None or state.later_count:
            self._count(number, stored_of(self._connection, number), confirmed)
            return
        newest = self._sources.newest(confirmed, state.source_id)
        sources: Counter[int] = Counter()
        for source_id, count in state.sources.items():
            sources[self._sources.newest(source_id, newest)] += count
        write_state(
            self._connection,
            number,
            State(self._seq, state.hash, state.price_count, 0, newest, sources),
        )

    def write_whole(self, delivery: Delivery, found: Difference) -> None:
        """Write a slice that was delivered whole: it loses what was not delivered."""
        self._respell(found)
        if not found.other and not found.gone:
            self.confirm(delivery, found.part)
            return
        number = self._slices.number(found.part)
        gone = found.gone
        self._write_rows(delivery, found, found.other, gone)
        state = last_state(self._connection, number)
        confirmed = self._sources.number(delivery.source)
        if state is not None:
            confirmed = self._sources.newest(confirmed, state.source_id)
        self._count(number, found.stored, confirmed)

    def write_single(self, delivery: Delivery, found: Difference) -> None:
        """Write single look-ups: what changed, and what was confirmed since it was read."""
        self._respell(found)
        number = self._slices.number(found.part)
        state = last_state(self._connection, number)
        confirmed = None if state is None else state.source_id
        fresh: dict[str, Delivered] = {}
        moved: Counter[int] = Counter()
        for one, dated in found.same.items():
            if isinstance(dated, str):
                continue
            before = self._sources.newest(found.stored[one].source_id, confirmed)
            source = first_of(dated).price.source
            if source.as_of > self._sources[before].as_of:
                fresh[one] = dated
                moved[before] -= 1
                moved[self._sources.number(source)] += 1
        if not found.other and not fresh:
            return
        # What came into force since is written as in force: the slice's text changes.
        began = any("\n" in found.stored[one].text for one in fresh)
        self._write_rows(delivery, found, {**found.other, **fresh}, [])
        if found.other or began or state is None or state.later_count:
            self._count(number, stored_of(self._connection, number), confirmed)
            return
        sources = Counter(state.sources)
        sources.update(moved)
        write_state(
            self._connection,
            number,
            State(self._seq, state.hash, state.price_count, 0, confirmed, +sources),
        )

    def _write_rows(
        self,
        delivery: Delivery,
        found: Difference,
        delivered: Mapping[str, Delivered],
        gone: list[str],
    ) -> None:
        """Write keys and prices, and bring `found.stored` up to date."""
        number = self._slices.number(found.part)
        same: dict[str, str] = {}  # Equal texts are kept once.
        whole = delivery.whole is not None
        new: list[str] = []
        for one, prices in delivered.items():
            first = first_of(prices)
            known = found.stored.get(one)
            text = text_of(
                entries_of(delivery.name, prices, known, self._day, whole=whole)
            )
            if known is None:
                new.append(one)
                key_id = self._next_key
                self._next_key += 1
            else:
                key_id = known.key_id
            usage_type = first.price.key.usage_type
            found.stored[one] = Stored(
                key_id,
                "" if one.startswith(f"{usage_type}\t") else usage_type,
                same.setdefault(text, text),
                self._sources.number(first.price.source),
            )
        source_id = self._sources.number(delivery.source)
        for one in gone:
            found.stored[one] = found.stored[one]._replace(
                text=GONE, source_id=source_id
            )
        if number in self._written:
            self._drop_own(found.stored[one].key_id for one in (*delivered, *gone))
        self._written.add(number)
        if whole:
            deal_again(self._connection, number)
        insert_rows(self._connection, KEY, self._key_rows(number, found.stored, new))
        insert_rows(
            self._connection, PRICE, self._price_rows(delivery, found, delivered)
        )
        insert_rows(
            self._connection,
            PRICE,
            (
                (found.stored[one].key_id, self._seq, "", "", None, source_id)
                for one in gone
            ),
        )

    @staticmethod
    def _key_rows(
        number: int, stored: Mapping[str, Stored], new: list[str]
    ) -> Iterator[_KeyRow]:
        for one in new:
            bare, zone_id, term, operation = one.split("\t")
            known = stored[one]
            spelling = known.usage_type or bare
            bucket = bucket_of(bare)
            yield (
                known.key_id,
                number,
                spelling,
                bare,
                zone_id,
                term,
                operation,
                bucket,
            )

    def _price_rows(
        self,
        delivery: Delivery,
        found: Difference,
        delivered: Mapping[str, Delivered],
    ) -> Iterator[_PriceRow]:
        whole = delivery.whole is not None
        for one, prices in delivered.items():
            known = found.stored[one]
            entries = entries_of(delivery.name, prices, known, self._day, whole=whole)
            for start, unit, tiers in entries:
                yield (known.key_id, self._seq, start, unit, tiers, known.source_id)

    def _drop_own(self, key_ids: Iterable[int]) -> None:
        """Drop what an earlier delivery of this same refresh wrote for the keys."""
        statement = delete(PRICE).where(
            PRICE.c.seq == self._seq, PRICE.c.key_id == bindparam("number")
        )
        values = [{"number": key_id} for key_id in set(key_ids)]
        if values:
            self._connection.execute(statement, values)

    def _respell(self, found: Difference) -> None:
        values = [
            {"number": found.stored[one].key_id, "spelling": usage_type}
            for one, usage_type in found.spelled.items()
        ]
        if values:
            statement = (
                update(KEY)
                .where(KEY.c.id == bindparam("number"))
                .values(usage_type=bindparam("spelling"))
            )
            self._connection.execute(statement, values)

    def _count(
        self, number: int, stored: Mapping[str, Stored], confirmed: int | None
    ) -> None:
        """Write the slice's state from all of its keys."""
        prices = later = 0
        by_own: Counter[int] = Counter()
        for known in stored.values():
            if not known.text:
                continue
            if in_force(on_day(known.text, self._day)):
                prices += 1
                by_own[known.source_id] += 1
            else:
                later += 1
        self._sources.load(by_own)
        sources: Counter[int] = Counter()
        for source_id, count in by_own.items():
            sources[self._sources.newest(source_id, confirmed)] += count
        digest = slice_hash((one, known.text) for one, known in stored.items())
        hashes = bucket_hashes((one, known.text) for one, known in stored.items())
        write_hashes(self._connection, number, self._seq, hashes)
        write_state(
            self._connection,
            number,
            State(self._seq, digest, prices, later, confirmed, sources),
        )
        self._written.add(number)
