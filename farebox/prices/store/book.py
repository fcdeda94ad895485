"""The book of one refresh: prices are looked up one by one, and remembered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, bindparam, select

from farebox.prices.ages import kind_of
from farebox.prices.book import PriceBook, bare_key, without_operation
from farebox.prices.deliveries import Slice
from farebox.prices.errors import StoreError
from farebox.prices.spot_series import KIND, SpotSeries, spot_series, subject_of
from farebox.prices.store.connections import Database
from farebox.prices.store.facts import newest_facts
from farebox.prices.store.rows import entry_on, tiers_of, unreadable
from farebox.prices.store.schema import KEY, PRICE, REFRESH
from farebox.prices.store.slices import by_key, rows_as_of, slice_of
from farebox.prices.store.sources import Sources
from farebox.prices.store.states import State, states_as_of
from farebox.prices.timeline import BEGINNING, instant_of
from farebox.prices.values import Price, PriceKey, Source

_REFRESH = select(REFRESH.c.seq).where(REFRESH.c.seq == bindparam("as_of_seq"))
_ROWS = rows_as_of(bindparam("as_of_seq")).where(
    KEY.c.slice_id == bindparam("slice_number"), _REFRESH.exists()
)
"""A slice's rows, and none at all once retention took the book apart."""
_OF_USAGE_TYPE = _ROWS.where(
    KEY.c.bare_usage_type == bindparam("bare"),
    KEY.c.zone_id == bindparam("zone"),
    KEY.c.term == bindparam("commitment"),
).order_by(KEY.c.operation, KEY.c.id, PRICE.c.effective_from)
_OF_KEY = _ROWS.where(
    KEY.c.bare_usage_type == bindparam("bare"),
    KEY.c.zone_id == bindparam("zone"),
    KEY.c.term == bindparam("commitment"),
    KEY.c.operation == bindparam("named_operation"),
).order_by(PRICE.c.effective_from)
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
        self._index: dict[PriceKey, Price] = {}
        self._missing: set[PriceKey] = set()
        self._any_operation: dict[PriceKey, Sequence[Price]] = {}

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
        return [
            *self._read(on_demand, _BETWEEN, first="BoxUsage:", end="BoxUsage;"),
            *self._read(spot, _OF_SLICE),
        ]

    def spot_zones(self, region: str, instance_type: str) -> tuple[str, ...]:
        """The zone ids, sorted, that have a Linux spot price of the type."""
        usage_type = f"SpotUsage:{instance_type}"
        part = Slice("AmazonEC2", region, "spot")
        found = self._read(part, _BETWEEN, first=usage_type, end=f"{usage_type}\x01")
        return tuple(sorted({p.key.zone_id for p in found if p.key.zone_id}))

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
        return frozenset(found)

    @property
    def _has_announced(self) -> bool:
        """Whether what the refreshes counted may have grown since by a first price."""
        return any(state.later_count for _, state in self._parts.values())

    @cached_property
    def _by_source(self) -> Counter[tuple[Source, str]]:
        """How many prices stand on a source, from what each refresh wrote down."""
        if self._has_announced:
            return Counter((price.source, kind_of(price)) for price in self.prices)
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
        if key in self._missing:
            return None
        found = self._index.get(key)
        if found is None:
            prices = self._read(
                slice_of(key), _OF_KEY, **_named(key), named_operation=key.operation
            )
            if not prices:
                self._missing.add(key)
                return None
            found = self._index[key] = prices[0]
        return found

    def _operations(self, key: PriceKey) -> Sequence[Price]:
        """The prices that differ from the key, which has no prefix, in operation only."""
        key = without_operation(key)
        found = self._any_operation.get(key)
        if found is None:
            found = self._read(slice_of(key), _OF_USAGE_TYPE, **_named(key))
            self._any_operation[key] = found
        return found

    def _read(self, part: Slice, statement: Any, **values: str) -> list[Price]:
        """The prices that a statement finds in a slice, in its order."""
        known = self._parts.get(part)
        if known is None:
            return []
        number, state = known
        rows = self._database.read(
            statement, {"as_of_seq": self._seq, "slice_number": number, **values}
        )
        if not rows and not self._database.read(_REFRESH, {"as_of_seq": self._seq}):
            raise StoreError(
                f"the book of {self.seen_at} was pruned from the price store while it"
                " was read; pin the books that you need"
            )
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


def _named(key: PriceKey) -> dict[str, str]:
    return {"bare": key.usage_type, "zone": key.zone_id, "commitment": key.term}
