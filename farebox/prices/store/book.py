"""The book of one refresh: prices are looked up one by one, and remembered."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, bindparam, select

from farebox.prices.ages import kind_of
from farebox.prices.aliases import bare_key
from farebox.prices.book import PriceBook, without_operation
from farebox.prices.deliveries import Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import StoreError
from farebox.prices.spot_series import KIND, SpotSeries, spot_series, subject_of
from farebox.prices.store.beneath import (
    OTHERS,
    Beneath,
    hashed,
    volumes_at,
)
from farebox.prices.store.connections import Database
from farebox.prices.store.facts import newest_facts
from farebox.prices.store.proofs import (
    ANY_HASH,
    ONE_HASH,
    bucket_hash,
    bucket_of,
    damaged,
)
from farebox.prices.store.rows import (
    book_hash,
    entry_on,
    identity,
    of_rows,
    slice_hash,
    text_of,
    tiers_of,
    unreadable,
)
from farebox.prices.store.schema import KEY, PRICE, REFRESH
from farebox.prices.store.slices import by_key, rows_as_of, slice_of, stored_as_of
from farebox.prices.store.sources import Sources
from farebox.prices.store.states import State, states_as_of
from farebox.prices.timeline import BEGINNING, instant_of
from farebox.prices.values import Price, PriceKey, Source

_REFRESH = select(REFRESH.c.seq).where(REFRESH.c.seq == bindparam("as_of_seq"))
_ROWS = rows_as_of(bindparam("as_of_seq")).where(
    KEY.c.slice_id == bindparam("slice_number"), _REFRESH.exists()
)
"""A slice's rows, and none at all once retention took the book apart."""
_OF_BUCKET = _ROWS.where(KEY.c.bucket == bindparam("bucket_number"))
"""Unsorted: to have them sorted, SQLite would walk the index of the whole slice."""
_BETWEEN = _ROWS.where(
    KEY.c.bare_usage_type >= bindparam("first"),
    KEY.c.bare_usage_type < bindparam("end"),
).order_by(KEY.c.bare_usage_type, KEY.c.zone_id, KEY.c.id, PRICE.c.effective_from)
_OF_SLICE = _ROWS.order_by(
    KEY.c.bare_usage_type,
    KEY.c.zone_id,
    KEY.c.term,
    KEY.c.operation,
    PRICE.c.effective_from,
)


class StoreBook(PriceBook):
    """A book of the store, of kind `store`. It never changes, whatever is refreshed.

    A whole list may have 100,000 prices of which a stack needs a hundred, so each is
    read when it is asked for. `prices` and an iteration read them all.
    """

    @of_rows
    def __init__(
        self,
        database: Database,
        *,
        seq: int,
        book_id: str,
        seen_at: str,
        on: date | None,
    ) -> None:
        self.id = book_id
        self.kind = "store"
        self.seen_at = seen_at
        """When the book's refresh was, in UTC."""
        try:
            seen_on = date.fromisoformat(seen_at[:10])
        except ValueError:
            raise unreadable(f"a refresh of {seen_at[:40]!r}") from None
        self.on = seen_on if on is None else max(on, seen_on)
        """The day whose prices are charged; never before the refresh's own."""
        self.duplicates = {}
        self._database = database
        self._sources = Sources(database.read)
        self._seq = seq
        self._parts = {
            part: (number, state)
            for part, number, state in states_as_of(database.read, seq)
        }
        self._volumes_id = volumes_at(database.read, seq)
        self._beneath = Beneath(self._volumes_id)
        self.lacks = OTHERS if self._beneath.is_other else ""
        self._index: dict[PriceKey, Price] = {}
        self._buckets: dict[tuple[Slice, int], Mapping[str, Price]] = {}
        self._proved: dict[Slice, bool] = {}

    def __len__(self) -> int:
        if self._has_announced:
            return len(self.prices)
        return sum(state.price_count for _, state in self._parts.values())

    def __iter__(self) -> Iterator[Price]:
        return iter(self.prices)

    @cached_property
    def prices(self) -> tuple[Price, ...]:  # type: ignore[override]
        """Every price of the book, read at once: a whole list is 100,000."""
        found: list[Price] = []
        for part in sorted(self._parts):
            self._prove(part)
            found += self._read(part, _OF_SLICE)
        return tuple(found)

    @property
    def slices(self) -> tuple[Slice, ...]:
        """The slices that the book has, sorted."""
        return tuple(sorted(self._parts))

    def compute_prices(self, region: str) -> list[Price]:
        """The region's Linux prices on demand and on spot, by which laws are checked."""
        on_demand = Slice("AmazonEC2", region, "on-demand")
        spot = Slice("AmazonEC2", region, "spot")
        self._prove(on_demand)
        self._prove(spot)
        return [
            *self._read(on_demand, _BETWEEN, first="BoxUsage:", end="BoxUsage;"),
            *self._read(spot, _OF_SLICE),
        ]

    def spot_zones(self, region: str, instance_type: str) -> tuple[str, ...]:
        """The zone ids, sorted, that have a Linux spot price of the type."""
        usage_type = f"SpotUsage:{instance_type}"
        found = self._bucket(Slice("AmazonEC2", region, "spot"), usage_type)
        names = (name.split("\t") for name in found)
        return tuple(
            sorted({zone for bare, zone, *_ in names if bare == usage_type and zone})
        )

    @of_rows
    def spot_series(
        self, region: str, instance_type: str, zone_id: str
    ) -> SpotSeries | None:
        """The pool's price over time, up to the book's moment; None where none is kept.

        It may have been asked for after the book's refresh: it is of the time before.
        """
        subject = subject_of(instance_type, zone_id)
        rows = self._database.read(newest_facts(KIND, region, subject))
        if not rows:
            return None
        source = self._sources[rows[0].source_id]
        series = spot_series(rows[0].json, f"{subject} in {region}", source)
        return series and series.between(BEGINNING, instant_of(self.seen_at))

    @cached_property
    def spot_zone_ids(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(region, instance type) to the zone ids that have a Linux spot price."""
        zones: dict[tuple[str, str], set[str]] = {}
        for part in self._parts:
            if part.purchase == "spot":
                self._prove(part)
                for price in self._read(part, _OF_SLICE):
                    key = bare_key(price.key)
                    if key.zone_id:
                        instance_type = key.usage_type.removeprefix("SpotUsage:")
                        place = (key.region, instance_type)
                        zones.setdefault(place, set()).add(key.zone_id)
        return {place: tuple(sorted(ids)) for place, ids in zones.items()}

    @cached_property
    def instance_types(self) -> frozenset[str]:
        """Every instance type that has an on-demand price in any region."""
        found: set[str] = set()
        for part in self._parts:
            for price in self._read(part, _BETWEEN, first="BoxUsage:", end="BoxUsage;"):
                usage_type = bare_key(price.key).usage_type
                found.add(usage_type.removeprefix("BoxUsage:"))
        return frozenset(found | embedded_book().instance_types)

    @property
    def _has_announced(self) -> bool:
        """Whether what the refreshes counted may have grown since by a first price."""
        return any(state.later_count for _, state in self._parts.values())

    @cached_property
    @of_rows
    def _by_source(self) -> Counter[tuple[Source, str]]:
        """How many prices stand on a source, from what each refresh wrote down."""
        if self._has_announced:
            return Counter((price.source, kind_of(price.key)) for price in self.prices)
        counts: Counter[tuple[Source, str]] = Counter()
        states = [state for _, state in self._parts.values()]
        self._sources.load(number for state in states for number in state.sources)
        for part, (_, state) in self._parts.items():
            kind = "spot" if part.purchase == "spot" else "list"
            for number, count in state.sources.items():
                counts[self._sources[number], kind] += count
        return counts

    def _exact(self, key: PriceKey) -> Price | None:
        """The price of that very key, whose usage type has no prefix."""
        part = slice_of(key)
        if self._is_whole(part) or key.zone_id:
            found = self._bucket(part, key.usage_type).get(identity(key))
        else:
            found = self._over_volumes(key).get(key)
        if found is not None:
            self._index[key] = found
        return found

    def _operations(self, key: PriceKey) -> Sequence[Price]:
        """The prices that differ from the key, which has no prefix, in operation only."""
        if not self._is_whole(slice_of(key)):
            wanted = without_operation(key)
            found = self._over_volumes(key).items()
            return [price for bare, price in found if without_operation(bare) == wanted]
        start = identity(without_operation(key))
        bucket = self._bucket(slice_of(key), key.usage_type)
        return [price for name, price in bucket.items() if name.startswith(start)]

    def _over_volumes(self, key: PriceKey) -> Mapping[PriceKey, Price]:
        """All prices of a usage type of a slice that no list covers, by bare key."""
        start = f"{key.usage_type}\t"
        bucket = self._bucket(slice_of(key), key.usage_type)
        own = (price for name, price in bucket.items() if name.startswith(start))
        return self._beneath.over(key, own)

    def _is_whole(self, part: Slice) -> bool:
        """Whether a list covers the slice: then what it lacks, AWS does not sell."""
        known = self._parts.get(part)
        return known is not None and known[1].source_id is not None

    def prices_beneath(self) -> Iterator[Price]:
        """The volumes' prices of slices that no list covers, but for the store's own."""
        own = {bare_key(price.key) for price in self.prices}
        for price in self._beneath.prices(self._is_whole):
            if bare_key(price.key) not in own:
                yield price

    @of_rows
    def _bucket(self, part: Slice, bare_usage_type: str) -> Mapping[str, Price]:
        """Identity to price of all that shares a usage type's bucket, proved.

        Raises StoreError where the bucket is not what was written.
        """
        known = self._parts.get(part) if self._slices_are_proved else None
        if known is None:
            return {}
        bucket = bucket_of(bare_usage_type)
        found = self._buckets.get((part, bucket))
        if found is None:
            number, state = known
            asked = {"as_of_seq": self._seq, "slice_number": number}
            at = {**asked, "bucket_number": bucket}
            groups = {
                identity_of(rows[0]): rows
                for rows in by_key(
                    sorted(self._database.read(_OF_BUCKET, at), key=_order)
                )
            }
            self._prove_bucket(part, groups, at)
            self._sources.load(
                row.source_id for rows in groups.values() for row in rows
            )
            prices = ((n, self._price(part, state, rows)) for n, rows in groups.items())
            found = {name: price for name, price in prices if price is not None}
            self._buckets[part, bucket] = found
        return found

    def _prove_bucket(
        self, part: Slice, groups: Mapping[str, Sequence[Row[Any]]], at: dict[str, int]
    ) -> None:
        """Hold a bucket against its hash. Raises StoreError."""
        hashes = self._database.read(ONE_HASH, at)
        if not hashes:
            asked = {name: at[name] for name in ("as_of_seq", "slice_number")}
            if not self._database.read(ANY_HASH, asked):
                self._prove(part)  # of a time before there were buckets
                return
        written = hashes[0].hash if hashes else ""
        texts = (
            (name, text_of([(r.effective_from, r.unit, r.tiers) for r in rows]))
            for name, rows in groups.items()
        )
        if bucket_hash(texts) != written:
            self._refuse(part)

    @cached_property
    @of_rows
    def _slices_are_proved(self) -> bool:
        """Whether the slices are those that make the book's id. Raises StoreError."""
        found = book_hash(
            [
                *(
                    (part.service, part.region, part.purchase, state.hash)
                    for part, (_, state) in self._parts.items()
                    if state.price_count + state.later_count
                ),
                *hashed(self._volumes_id),
            ]
        )
        if found != self.id:
            self._refuse_pruned()
            raise damaged(f"the list of slices of the book of {self.seen_at}")
        return True

    @of_rows
    def _prove(self, part: Slice) -> None:
        """Hold a whole slice against its hash, once. Raises StoreError."""
        known = self._parts.get(part) if self._slices_are_proved else None
        if known is None or part in self._proved:
            return
        number, state = known
        with self._database.snapshot() as connection:
            stored = stored_as_of(connection, number, self._seq)
        digest = slice_hash((one, kept.text) for one, kept in stored.items())
        if digest != state.hash:
            self._refuse(part)
        self._proved[part] = True

    def _refuse(self, part: Slice) -> None:
        """Raise StoreError: the book was pruned meanwhile, or its store is damaged."""
        self._refuse_pruned()
        raise damaged(f"{part.service} in {part.region} ({part.purchase})")

    def _refuse_pruned(self) -> None:
        """Raise StoreError where retention took the book apart since it was opened."""
        if not self._database.read(_REFRESH, {"as_of_seq": self._seq}):
            raise StoreError(
                f"the book of {self.seen_at} was pruned from the price store while it"
                " was read; pin the books that you need"
            )

    @of_rows
    def _read(self, part: Slice, statement: Any, **values: str) -> list[Price]:
        """The prices that a statement finds in a slice, in its order."""
        known = self._parts.get(part)
        if known is None:
            return []
        number, state = known
        rows = self._database.read(
            statement, {"as_of_seq": self._seq, "slice_number": number, **values}
        )
        if not rows:
            self._refuse_pruned()
        self._sources.load(row.source_id for row in rows)
        found = []
        for group in by_key(rows):
            price = self._price(part, state, group)
            if price is not None:
                found.append(price)
        return found

    def _price(
        self, part: Slice, state: State, rows: Sequence[Row[Any]]
    ) -> Price | None:
        entry = entry_on([(r.effective_from, r.unit, r.tiers) for r in rows], self.on)
        if entry is None or entry[2] is None:
            return None
        row = rows[0]
        key = PriceKey(
            part.service,
            part.region,
            row.usage_type,
            row.operation,
            part.purchase,
            row.zone_id,
            row.term,
        )
        number = self._sources.newest(row.source_id, state.source_id)
        return Price(key, tiers_of(entry[2]), entry[1], self._sources[number])


def identity_of(row: Row[Any]) -> str:
    """What tells a row's key apart inside its slice (rows.py)."""
    return f"{row.bare_usage_type}\t{row.zone_id}\t{row.term}\t{row.operation}"


def _order(row: Row[Any]) -> tuple[str, str]:
    return identity_of(row), row.effective_from
