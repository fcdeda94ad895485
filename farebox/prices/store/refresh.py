"""One refresh: deliveries are held against the store, and kept in one transaction."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import Connection, func, select

from farebox.prices.deliveries import Comparison, DatedPrice, Delivery, Slice
from farebox.prices.errors import StoreError
from farebox.prices.store.beneath import hashed, volumes_at
from farebox.prices.store.comparing import (
    Difference,
    before_of,
    changes,
    compare_slice,
)
from farebox.prices.store.facts import keep_facts
from farebox.prices.store.records import DeliveryRecord
from farebox.prices.store.rows import (
    book_hash,
    identity,
    in_force,
    of_rows,
    on_day,
    tiers_of,
)
from farebox.prices.store.schema import DELIVERY, KEY, REFRESH
from farebox.prices.store.seed import embedded_delivery, note_embedded
from farebox.prices.store.slices import SliceNumbers, slice_of, stored_of
from farebox.prices.store.sources import SourceNumbers
from farebox.prices.store.states import states_as_of
from farebox.prices.store.writing import SliceWriter
from farebox.prices.values import Price, PriceKey


class _Plan(Struct):
    """What a comparison found, for when it is kept."""

    delivery: Delivery
    differences: tuple[Difference, ...]
    kept_before: int
    """How many deliveries were kept when this was compared."""


class Refresh:
    """A refresh under way. What it keeps is seen by others when it is committed."""

    book_id: str
    """The id of the book that the refresh left; only after the commit."""

    @of_rows
    def __init__(self, connection: Connection, *, seen_at: str, by: str) -> None:
        self._connection = connection
        self._seen_at = seen_at
        self._by = by
        self._day = seen_at[:10]
        newest = connection.execute(select(func.max(REFRESH.c.seq))).scalar()
        self._seq = (newest or 0) + 1
        self._sources = SourceNumbers(connection)
        self._slices = SliceNumbers(connection)
        self._writer = SliceWriter(
            connection,
            seq=self._seq,
            day=self._day,
            slices=self._slices,
            sources=self._sources,
        )
        self._plans: dict[str, _Plan] = {}
        self._kept: list[Delivery] = []
        self._kept_at: dict[Slice, int] = {}
        self._records: dict[str, DeliveryRecord] = {}

    def compare(self, delivery: Delivery) -> Comparison:
        """Hold a delivery against the store; its prices are read once, here.

        Raises StoreError for prices outside of its slice, two prices for one key, or
        `unchanged` where the store has nothing of it.
        """
        differences = tuple(self._differences(delivery))
        self._plans[delivery.name] = _Plan(delivery, differences, len(self._kept))
        new: list[DatedPrice] = []
        changed: list[tuple[Price, DatedPrice]] = []
        gone: list[Price] = []
        unchanged = 0
        for found in differences:
            gone_here = found.gone if delivery.whole is not None else []
            stored = found.stored
            before = [one for one in found.other if one in stored] + gone_here
            self._sources.load(stored[one].source_id for one in before)
            more_new, more_changed = changes(found, self._sources, self._day)
            new += more_new
            changed += more_changed
            unchanged += len(found.same)
            for one in gone_here:
                source = self._sources[stored[one].source_id]
                gone.append(before_of(found.part, one, stored[one], source, self._day))
        if delivery.unchanged:
            unchanged = self._last_count(delivery.name)
        return Comparison(delivery, tuple(new), tuple(changed), tuple(gone), unchanged)

    def keep(self, comparison: Comparison) -> None:
        """Write what a comparison of this refresh found.

        Raises ValueError where it was not compared here, or where another delivery to
        the same slice was kept since then: compare it again after that.
        """
        delivery = comparison.delivery
        plan = self._plans.pop(delivery.name, None)
        if plan is None or plan.delivery is not delivery:
            raise ValueError(f"{delivery.name} was not compared in this refresh")
        for found in plan.differences:
            if self._kept_at.get(found.part, -1) >= plan.kept_before:
                raise ValueError(
                    f"{delivery.name}: its slice was written after it was compared"
                )
            self._kept_at[found.part] = len(self._kept)
        self._kept.append(delivery)
        if delivery.unchanged and delivery.whole is not None:
            self._writer.confirm(delivery, delivery.whole)
        for found in plan.differences:
            if delivery.whole is not None:
                self._writer.write_whole(delivery, found)
            else:
                self._writer.write_single(delivery, found)
        keep_facts(self._connection, self._sources, self._seq, delivery)
        self._records[delivery.name] = DeliveryRecord(
            delivery.name,
            "unchanged" if delivery.unchanged else "kept",
            delivery.version or delivery.source.version,
            delivery.etag,
            delivery.content_hash,
            delivery.source.as_of,
            delivery.byte_count,
            comparison.delivered_count,
            len(comparison.new),
            len(comparison.changed),
            len(comparison.gone),
            comparison.unchanged_count,
            dict(delivery.left_out),
        )

    def fail(self, name: str, reason: str) -> None:
        """Record that a source failed: what the store has of it stays."""
        self._records[name] = DeliveryRecord(name, "failed", reason=reason)

    @of_rows
    def find(self, key: PriceKey) -> Price | None:
        """The price of that very key, with or without prefix, as the store has it now."""
        number = self._slices.find(slice_of(key))
        if number is None:
            return None
        one = identity(key)
        bare = one.partition("\t")[0]
        known = stored_of(self._connection, number, [bare]).get(one)
        if known is None or not in_force(on_day(known.text, self._day)):
            return None
        source = self._sources[known.source_id]
        return before_of(slice_of(key), one, known, source, self._day)

    @of_rows
    def on_demand(self, region: str) -> dict[str, Decimal]:
        """Instance type to US dollars an hour, Linux on demand, as the store has it now."""
        number = self._slices.find(Slice("AmazonEC2", region, "on-demand"))
        if number is None:
            return {}
        types = self._connection.scalars(
            select(KEY.c.bare_usage_type).where(
                KEY.c.slice_id == number,
                KEY.c.bare_usage_type >= "BoxUsage:",
                KEY.c.bare_usage_type < "BoxUsage;",
                KEY.c.operation == "RunInstances",
            )
        )
        found = {}
        for one, known in stored_of(self._connection, number, types).items():
            bare, _, _, operation = one.split("\t")
            now = in_force(on_day(known.text, self._day))
            if now and operation == "RunInstances":
                tiers = tiers_of(now.partition("\t")[2])
                found[bare.removeprefix("BoxUsage:")] = tiers[0].usd_per_unit
        return found

    def seed(self) -> None:
        """Add what the embedded book has newer, if the store does not have this one."""
        delivery = embedded_delivery(self._connection, self._slices, self._sources)
        if delivery is not None:
            self.keep(self.compare(delivery))
            note_embedded(self._connection)

    @of_rows
    def finish(self) -> None:
        """Write the refresh's own record; the store does it before the commit."""
        parts = states_as_of(self._connection.execute, None)
        book_id = book_hash(
            [
                *(
                    (part.service, part.region, part.purchase, state.hash)
                    for part, _, state in parts
                    if state.price_count + state.later_count
                ),
                *hashed(volumes_at(self._connection.execute, None)),
            ]
        )
        self._connection.execute(
            REFRESH.insert(),
            {
                "seq": self._seq,
                "seen_at": self._seen_at,
                "by": self._by,
                "book_id": book_id,
            },
        )
        for record in self._records.values():
            values = {name: getattr(record, name) for name in record.__struct_fields__}
            values["left_out"] = json.dumps(record.left_out, sort_keys=True)
            self._connection.execute(DELIVERY.insert(), {"seq": self._seq, **values})
        self.book_id = book_id

    def clean_up(self) -> None:
        """Delete the downloads of what was kept; the store does it after the commit."""
        for delivery in self._kept:
            for path in delivery.files:
                path.unlink(missing_ok=True)

    def _differences(self, delivery: Delivery) -> Iterator[Difference]:
        if delivery.unchanged:
            return
        if delivery.whole is not None:
            number = self._slices.find(delivery.whole)
            stored = {} if number is None else stored_of(self._connection, number)
            yield compare_slice(
                delivery.name,
                delivery.whole,
                stored,
                delivery.prices,
                self._day,
                whole=True,
            )
            return
        parts: dict[Slice, list[DatedPrice]] = {}
        for dated in delivery.prices:
            parts.setdefault(slice_of(dated.price.key), []).append(dated)
        for part, prices in parts.items():
            number = self._slices.find(part)
            stored = {}
            if number is not None:
                bare = _bare_usage_types(prices)
                stored = stored_of(self._connection, number, bare)
            yield compare_slice(
                delivery.name, part, stored, prices, self._day, whole=False
            )

    def _last_count(self, name: str) -> int:
        found = self._connection.execute(
            select(DELIVERY.c.price_count)
            .where(DELIVERY.c.name == name, DELIVERY.c.outcome != "failed")
            .order_by(DELIVERY.c.seq.desc())
            .limit(1)
        ).scalar()
        if found is None:
            raise StoreError(
                f"{name} says that nothing changed, but the store has nothing of it;"
                " fetch it whole"
            )
        return int(found)


def _bare_usage_types(prices: Iterable[DatedPrice]) -> Iterator[str]:
    for dated in prices:
        yield identity(dated.price.key).partition("\t")[0]
