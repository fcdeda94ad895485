"""The price store with 10 M price rows: look-ups as of any day, and a tier's whole book.

    python -m benchmarks.store [--rows N] [sqlite] [postgresql]

The tables are filled directly: keys of made-up services, each with a price in every one
of 20 refreshes. The reference reads the same row by its primary key with the bare driver.
"""

import sqlite3
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from farebox.hosting.plan.plan_graph import plan_graph
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import read_tier
from farebox.prices import Price, PriceBook, PriceKey
from farebox.prices.curated import curated_book
from farebox.prices.search import bare_names
from farebox.prices.store import Store, open_store
from farebox.prices.store.bulk import insert_rows
from farebox.prices.store.connections import Database
from farebox.prices.store.location import locate
from farebox.prices.store.proofs import bucket_hashes, bucket_of, write_hashes
from farebox.prices.store.rows import book_hash
from farebox.prices.store.schema import KEY, PRICE, REFRESH, SLICE, STATE
from farebox.prices.store.states import states_as_of
from farebox.rating.estimate import estimate

ROOT = Path(__file__).parent.parent
TIER = "100k"
ROWS = 10_000_000
REFRESHES = 20
SLICE_KEYS = 100_000
LOOK_UPS = 500
FIRST_NUMBER = 1_000_000
"""The numbers of made-up keys and slices begin here, past the embedded book's."""
FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)


class Timed(Struct, frozen=True):
    """Milliseconds of a look-up, ours and the driver's, and of a tier's book."""

    rows: int
    fill_seconds: float
    ours: float
    slowest: float
    bare: float
    tier_keys: int
    tier: float
    named: float


class _Recording(PriceBook):
    """The embedded book, noting each key that is asked for."""

    def __init__(self) -> None:
        book = curated_book()
        super().__init__(book, book_id=book.id, kind=book.kind)
        self.asked: dict[PriceKey, None] = {}

    def price(self, key: PriceKey) -> Price:
        self.asked[key] = None
        return super().price(key)


def tier_keys(tier: str) -> list[PriceKey]:
    """Every key that an estimate of the tier asks its book for."""
    book = _Recording()
    source = read_tier(ROOT, tier)
    plan = plan_tier(source.config, users=source.users, region=source.region)
    graph = plan_graph(plan, project=source.project, stack=source.name)
    estimate(graph, book, source.usage, on=date(2026, 11, 23))
    return list(book.asked)


def measured(url: str, rows: int, bare: Callable[[int, int], Any]) -> Timed:
    """Fill the new store at the URL, and time look-ups in it."""
    keys = rows // REFRESHES
    started = time.perf_counter()
    with open_store(url) as store:
        database = Database(locate(url))
        with database.writing() as connection:
            _fill(connection, keys)
        database.close()
        filled = time.perf_counter() - started
        random = Random(1)
        places = [
            (random.randrange(keys), random.randrange(REFRESHES))
            for _ in range(LOOK_UPS)
        ]
        ours = _look_ups(store, places)
        reference = [_timed(bare, FIRST_NUMBER + k, 2 + n) for k, n in places]
        asked = tier_keys(TIER)
        tier = min(_timed(_load, store, asked) for _ in range(5))
        name = bare_names("EBS:VolumeUsage.gp3")
        named = min(_timed(lambda: store.keys(named=name)) for _ in range(5))
    return Timed(
        rows=keys * REFRESHES,
        fill_seconds=filled,
        ours=median(ours),
        slowest=max(ours),
        bare=median(reference),
        tier_keys=len(asked),
        tier=tier,
        named=named,
    )


def _look_ups(store: Store, places: Sequence[tuple[int, int]]) -> list[float]:
    """Milliseconds of each look-up in the book of its day; each key is asked once."""
    days = range(REFRESHES)
    books = [store.book(seen_by=FIRST_DAY + timedelta(days=n)) for n in days]
    taken = []
    for number, refresh in dict(places).items():
        book = books[refresh]
        key = _key(number)
        started = time.perf_counter()
        price = book.price(key)
        taken.append((time.perf_counter() - started) * 1000)
        if price.usd_per_unit != Decimal(_usd(number, refresh)):
            raise SystemExit(f"bench: {key} as of refresh {refresh} has a wrong price")
    return taken


def _load(store: Store, asked: Sequence[PriceKey]) -> None:
    """A book, opened anew, asked for every key of a tier."""
    book = store.book()
    for key in asked:
        book.find(key)


def _timed(call: Callable[..., Any], *arguments: Any) -> float:
    """Milliseconds of a call."""
    started = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - started) * 1000


def _service(number: int) -> str:
    return f"Service{number // SLICE_KEYS}"


def _key(number: int) -> PriceKey:
    return PriceKey(_service(number), "us-east-1", f"Usage-{number}", "Run")


def _usd(number: int, refresh: int) -> str:
    return f"0.{number % 9973 + 1:04}{refresh + 1:02}1"


def _fill(connection: Connection, keys: int) -> None:
    """Make the keys, their slices, the refreshes, and a price of each key in each."""
    parts = range(0, keys, SLICE_KEYS)
    insert_rows(
        connection,
        SLICE,
        (
            (FIRST_NUMBER + n, _service(first), "us-east-1", "on-demand")
            for n, first in enumerate(parts)
        ),
    )
    insert_rows(
        connection,
        KEY,
        (
            (
                FIRST_NUMBER + n,
                FIRST_NUMBER + n // SLICE_KEYS,
                *(f"Usage-{n}", f"Usage-{n}", "", "", "Run"),
                bucket_of(f"Usage-{n}"),
            )
            for n in range(keys)
        ),
    )
    insert_rows(connection, PRICE, _prices(keys))
    for refresh in range(REFRESHES):
        seq = 2 + refresh
        seen_at = f"{FIRST_DAY + timedelta(days=refresh):%Y-%m-%dT%H:%M:%SZ}"
        insert_rows(
            connection,
            STATE,
            (
                (FIRST_NUMBER + n, seq, "", SLICE_KEYS, 0, None, "{}")
                for n in range(len(parts))
            ),
        )
        for number, first in enumerate(parts):
            texts = (
                (f"Usage-{n}\t\t\tRun", f"Hrs\t{_usd(n, refresh)}")
                for n in range(first, min(first + SLICE_KEYS, keys))
            )
            hashes = bucket_hashes(texts)
            write_hashes(connection, FIRST_NUMBER + number, seq, hashes)
        # A book is its slices: without its true id nothing of it would be given.
        book_id = book_hash(
            (part.service, part.region, part.purchase, state.hash)
            for part, _, state in states_as_of(connection.execute, seq)
        )
        insert_rows(connection, REFRESH, [(seq, seen_at, "bench", book_id)])


def _prices(keys: int) -> Iterator[tuple[int, int, str, str, str, int]]:
    for number in range(keys):
        for refresh in range(REFRESHES):
            usd = _usd(number, refresh)
            yield (FIRST_NUMBER + number, 2 + refresh, "", "Hrs", usd, 1)


_BY_KEY = "SELECT unit, tiers FROM farebox_price WHERE key_id = {0} AND seq = {0}"


def on_sqlite(rows: int) -> Timed:
    """A store in a temporary file."""
    with tempfile.TemporaryDirectory(prefix="farebox-bench-") as folder:
        path = f"{folder}/prices.sqlite"
        statement = _BY_KEY.format("?")
        open_store(path).close()
        with closing(sqlite3.connect(path)) as bare:
            return measured(
                path, rows, lambda *where: bare.execute(statement, where).fetchone()
            )


def on_postgresql(rows: int) -> Timed:
    """A store on a server of its own, on this machine."""
    import psycopg

    from tests.postgresql import postgres_server

    with postgres_server() as server:
        url = server.fresh_database()
        statement = _BY_KEY.format("%s").encode()
        with psycopg.connect(url, autocommit=True) as bare:
            return measured(
                url, rows, lambda *where: bare.execute(statement, where).fetchone()
            )


DATABASES: dict[str, Callable[[int], Timed]] = {
    "sqlite": on_sqlite,
    "postgresql": on_postgresql,
}


def main(arguments: list[str]) -> None:
    """Time the store on the named databases, or on both."""
    parser = ArgumentParser(prog="python -m benchmarks.store")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("databases", nargs="*", default=[], choices=[[], *DATABASES])
    asked = parser.parse_args(arguments)
    for name in asked.databases or DATABASES:
        found = DATABASES[name](asked.rows)
        print(
            f"{found.ours / found.bare:6.2f}x  as-of look-up in {found.rows:,} price rows"
            f" on {name}: median {found.ours:.3f} ms (aim under 1), slowest"
            f" {found.slowest:.1f}   against {found.bare:.3f} ms by primary key with the"
            f" bare driver; filled in {found.fill_seconds:.0f} s"
        )
        print(
            f"         a book of the {TIER} tier's {found.tier_keys} keys on {name}:"
            f" {found.tier:.1f} ms (aim under 50)"
        )
        print(
            f"         the keys of `fare prices show EBS:VolumeUsage.gp3` on {name}:"
            f" {found.named:.1f} ms (aim under 50, whatever the rows)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
