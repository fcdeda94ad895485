"""The store: opens it, refreshes it, and tells what it has."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Self

from sqlalchemy import func, select

from farebox.prices.book import PriceBook
from farebox.prices.deliveries import Fact, LastDelivery, Slice
from farebox.prices.errors import UnknownBook
from farebox.prices.store import pins, retention, seen, verify
from farebox.prices.store.book import StoreBook
from farebox.prices.store.connections import WAIT_SECONDS
from farebox.prices.store.facts import newest_facts
from farebox.prices.store.imports import broken_imports, imported_book
from farebox.prices.store.location import Location
from farebox.prices.store.opening import open_database
from farebox.prices.store.records import (
    DeliveryRecord,
    Pin,
    Pruned,
    RefreshRecord,
    SliceState,
)
from farebox.prices.store.refresh import Refresh
from farebox.prices.store.rows import of_rows, unreadable
from farebox.prices.store.schema import DELIVERY, REFRESH, SLICE, STATE
from farebox.prices.store.sources import Sources
from farebox.prices.store.states import newest_states
from farebox.prices.timeline import Seen
from farebox.prices.values import PriceKey


class Store:
    """Every price that was ever seen. Use it as a context manager, or close it.

    `name` says where it is, without any password.
    """

    def __init__(self, location: Location) -> None:
        self.name = location.name
        self._database = open_database(location)
        self._sources = Sources(self._database.read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections; books that were taken from it still work."""
        self._database.close()

    @contextmanager
    def refresh(
        self, seen_at: datetime, *, by: str, wait_seconds: float = WAIT_SECONDS
    ) -> Iterator[Refresh]:
        """One transaction: all that is kept in it is kept, or nothing.

        Waits that long for another refresh. Raises StoreError.
        """
        with self._database.writing(wait_seconds) as connection:
            refresh = Refresh(connection, seen_at=instant(seen_at), by=by)
            refresh.seed()
            yield refresh
            refresh.finish()
        refresh.clean_up()

    def book(
        self,
        *,
        book_id: str | None = None,
        seen_by: datetime | None = None,
        on: date | None = None,
    ) -> StoreBook:
        """The newest book, or the one of an id (or 8 digits of it) or of a moment.

        `on` is the day whose prices are charged, by default the day of its refresh: a
        price that is announced for later is not charged before. Raises UnknownBook.
        """
        row = self._refresh_of(book_id, seen_by)
        return StoreBook(
            self._database, seq=row.seq, book_id=row.book_id, seen_at=row.seen_at, on=on
        )

    @of_rows
    def imported(self, book_id: str) -> PriceBook | None:
        """The imported file of an id, or of 8 digits of it: exactly its prices."""
        return imported_book(self._database.read, book_id, self.name)

    @of_rows
    def last(self, name: str) -> LastDelivery | None:
        """The last delivery of that name that did not fail, or None."""
        rows = self._database.read(
            select(DELIVERY, REFRESH.c.seen_at)
            .join_from(DELIVERY, REFRESH, DELIVERY.c.seq == REFRESH.c.seq)
            .where(DELIVERY.c.name == name, DELIVERY.c.outcome != "failed")
            .order_by(DELIVERY.c.seq.desc())
            .limit(1)
        )
        return LastDelivery(**_fields(LastDelivery, rows[0])) if rows else None

    @of_rows
    def history(self, key: PriceKey) -> list[Seen]:
        """Every price that was seen for a key, oldest first; None where it was gone."""
        return seen.history(self._database, self._sources, key)

    @of_rows
    def keys(
        self,
        *,
        region: str | None = None,
        service: str | None = None,
        like: str | None = None,
        words: Sequence[str] = (),
        named: Collection[str] = (),
        limit: int | None = None,
    ) -> list[PriceKey]:
        """Keys that have a price now, sorted; `like` is a part of the usage type.

        Each of `words` is a part of one of the key's fields; of `named`, usage types
        without prefix, one is the key's.
        """
        return seen.keys(
            self._database,
            region=region,
            service=service,
            like=like,
            words=words,
            named=named,
            limit=limit,
        )

    @of_rows
    def usage_types(self) -> list[str]:
        """Every usage type that was ever seen, without its region's prefix."""
        return seen.usage_types(self._database)

    @of_rows
    def slices(self) -> list[SliceState]:
        """Every slice as it is now: its source, count, and when it was last touched."""
        rows = self._database.read(
            newest_states(None)
            .add_columns(REFRESH.c.seen_at)
            .join(REFRESH, REFRESH.c.seq == STATE.c.seq)
            .order_by(SLICE.c.service, SLICE.c.region, SLICE.c.purchase)
        )
        return [
            SliceState(
                Slice(row.service, row.region, row.purchase),
                None if row.source_id is None else self._sources[row.source_id],
                row.price_count,
                row.seen_at,
            )
            for row in rows
        ]

    @of_rows
    def refreshes(self, limit: int = 20) -> list[RefreshRecord]:
        """The refreshes, newest first, each with what its sources did."""
        rows = self._database.read(
            select(REFRESH).order_by(REFRESH.c.seq.desc()).limit(limit)
        )
        if not rows:
            return []
        deliveries: dict[int, list[DeliveryRecord]] = {row.seq: [] for row in rows}
        for row in self._database.read(
            select(DELIVERY)
            .where(DELIVERY.c.seq >= rows[-1].seq)
            .order_by(DELIVERY.c.name)
        ):
            values = _fields(DeliveryRecord, row)
            try:
                values["left_out"] = dict(json.loads(row.left_out))
            except (ValueError, TypeError, RecursionError):
                raise unreadable(f"reasons such as {row.left_out!r:.40}") from None
            deliveries.setdefault(row.seq, []).append(DeliveryRecord(**values))
        return [
            RefreshRecord(
                row.seq, row.seen_at, row.by, row.book_id, tuple(deliveries[row.seq])
            )
            for row in rows
        ]

    @of_rows
    def facts(
        self, kind: str, region: str | None = None, subject: str | None = None
    ) -> list[Fact]:
        """The facts of a kind as they are now; of one region or subject if given."""
        rows = self._database.read(newest_facts(kind, region, subject))
        self._sources.load(row.source_id for row in rows)
        return [
            Fact(
                row.kind,
                row.region,
                row.subject,
                row.json,
                self._sources[row.source_id],
            )
            for row in rows
        ]

    def pin(self, book_id: str, why: str) -> None:
        """Keep a book from retention; 8 digits of its id are enough. Raises UnknownBook."""
        pins.pin(self._database, self._refresh_of_id(book_id).book_id, why)

    def unpin(self, book_id: str) -> None:
        """Let a pinned book go. Raises UnknownBook where it is not pinned."""
        digits = book_id.removeprefix("sha256:").lower()
        found = [one for one in self.pins() if one.book_id[7:].startswith(digits)]
        if len(digits) < 8 or len(found) != 1:
            raise UnknownBook(f"no book {book_id[:80]!r} is pinned in {self.name}")
        pins.unpin(self._database, found[0].book_id)

    @of_rows
    def pins(self) -> list[Pin]:
        """The pinned books."""
        return pins.pins(self._database)

    def prune(self, before: datetime) -> Pruned:
        """Drop what no book since that moment, and no pinned one, needs."""
        return retention.prune(self._database, instant(before))

    @of_rows
    def verify(self) -> list[str]:
        """What is wrong with the store, in sentences: hashes, laws, lost rows."""
        newest = self._refresh_of(None, None).seq
        pinned = [self._refresh_of_id(one.book_id).seq for one in self.pins()]
        with self._database.snapshot() as connection:
            found = [
                *verify.orphans(connection),
                *verify.broken_hashes(connection, [newest, *pinned]),
                *broken_imports(connection),
            ]
        return [*found, *verify.broken_laws(self.book())]

    def _refresh_of(self, book_id: str | None, seen_by: datetime | None) -> Any:
        statement = select(REFRESH).order_by(REFRESH.c.seq.desc())
        if book_id is not None:
            return self._refresh_of_id(book_id)
        if seen_by is not None:
            statement = statement.where(REFRESH.c.seen_at <= instant(seen_by))
        rows = self._database.read(statement.limit(1))
        if not rows:
            first = self._database.read(select(func.min(REFRESH.c.seen_at)))[0][0]
            raise UnknownBook(
                f"the price store {self.name} had no book yet at"
                f" {instant(seen_by) if seen_by else 'any time'}; its first is of {first}"
            )
        if seen_by is not None:
            self._refuse_a_gap(rows[0], seen_by)
        return rows[0]

    def _refuse_a_gap(self, found: Any, seen_by: datetime) -> None:
        """Raise UnknownBook where a pruned refresh may have been the newest by then.

        Refreshes are numbered without a gap, and the newest one is never pruned.
        """
        later = self._database.read(
            select(REFRESH.c.seq, REFRESH.c.seen_at)
            .where(REFRESH.c.seq > found.seq)
            .order_by(REFRESH.c.seq)
            .limit(1)
        )
        if later and later[0].seq != found.seq + 1:
            raise UnknownBook(
                f"the price store {self.name} does not know any more what it had at"
                f" {instant(seen_by)}: books between {found.seen_at} and"
                f" {later[0].seen_at} were pruned; --prices sha256:… names one that is left"
            )

    @of_rows
    def _refresh_of_id(self, book_id: str) -> Any:
        digits = book_id.removeprefix("sha256:").lower()
        if len(digits) < 8 or not set(digits) <= set("0123456789abcdef"):
            raise UnknownBook(
                f"{book_id[:80]!r} names no book; give sha256: and 8 or more of its digits"
            )
        statement = (
            select(REFRESH.c.book_id, func.min(REFRESH.c.seq).label("seq"))
            .where(REFRESH.c.book_id.startswith(f"sha256:{digits}"))
            .group_by(REFRESH.c.book_id)
            .limit(2)
        )
        rows = self._database.read(statement)
        if not rows:
            raise UnknownBook(
                f"the price store {self.name} has no book sha256:{digits}; it may have"
                " been pruned, or be in another store"
            )
        if len(rows) > 1:
            raise UnknownBook(
                f"several books of {self.name} begin with sha256:{digits}; give more digits"
            )
        return self._database.read(select(REFRESH).where(REFRESH.c.seq == rows[0].seq))[
            0
        ]


def instant(moment: datetime) -> str:
    """The moment in UTC, to the second: `2026-11-23T20:00:00Z`.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fields(kind: Any, row: Any) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in kind.__struct_fields__
        if hasattr(row, name)
    }
