"""A store proves each price that it gives: a damaged one is refused, never priced.

FAREBOX_CORRUPTIONS sets how many random damages are tried, FAREBOX_CORRUPTION_SEED which.
"""

import os
import shutil
import sqlite3
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from farebox.prices import PriceNotFound
from farebox.prices.errors import StoreError
from farebox.prices.store import Store, open_store
from farebox.prices.store.proofs import BUCKETS, bucket_of
from tests.prices.store.deliveries import at, dated, keep, key, simple, whole

CORRUPTIONS = int(os.environ.get("FAREBOX_CORRUPTIONS", "150"))
SEED = int(os.environ.get("FAREBOX_CORRUPTION_SEED", "20261129"))
NAMES = [f"usage-{number}" for number in range(40)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two refreshes in one file, without a journal beside it."""
    path = tmp_path_factory.mktemp("sound") / "prices.sqlite"
    with open_store(str(path)) as store:
        keep(store, at(1), simple(at(1), **dict.fromkeys(NAMES, "1")))
        keep(store, at(2), simple(at(2), **dict.fromkeys(NAMES, "2")))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    return path


def change(path: Path, statement: str) -> None:
    """What another hand, or a disk, does to a row."""
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def copy_of(sound: Path, tmp_path: Path) -> Path:
    """The sound store, to be damaged."""
    return Path(shutil.copy(sound, tmp_path / "prices.sqlite"))


OF_ONE_KEY = (
    "key_id = (SELECT id FROM farebox_price_key WHERE usage_type = 'usage-7') "
    "AND seq = (SELECT MAX(seq) FROM farebox_price)"
)


@pytest.mark.parametrize(
    "damage",
    [
        f"UPDATE farebox_price SET tiers = '3' WHERE {OF_ONE_KEY}",
        f"UPDATE farebox_price SET unit = 'GB' WHERE {OF_ONE_KEY}",
        f"DELETE FROM farebox_price WHERE {OF_ONE_KEY}",
        f"UPDATE farebox_price SET seq = 1 WHERE {OF_ONE_KEY}",
        "DELETE FROM farebox_price_key WHERE usage_type = 'usage-7'",
        "UPDATE farebox_price_key SET bucket = bucket + 1 WHERE usage_type = 'usage-7'",
        "UPDATE farebox_price_key SET bare_usage_type = 'x' WHERE usage_type = 'usage-7'",
        "UPDATE farebox_price_key SET operation = 'x' WHERE usage_type = 'usage-7'",
        "UPDATE farebox_bucket SET hash = '0'",
        "UPDATE farebox_slice_state SET hash = '0'",
        "UPDATE farebox_slice SET region = 'xx' WHERE service = 'AmazonSNS' AND region = 'eu-west-1'",
    ],
)
def test_a_changed_row_is_refused_with_the_way_out(
    sound: Path, tmp_path: Path, damage: str
) -> None:
    path = copy_of(sound, tmp_path)
    change(path, damage)
    with (
        open_store(str(path)) as store,
        pytest.raises(StoreError, match=r"damaged.*verify.*refresh --again"),
    ):
        store.book().price(key("usage-7"))


def test_what_is_not_damaged_is_still_priced(sound: Path, tmp_path: Path) -> None:
    path = copy_of(sound, tmp_path)
    change(path, f"UPDATE farebox_price SET tiers = '3' WHERE {OF_ONE_KEY}")
    assert bucket_of("usage-7") != bucket_of("usage-8")
    with open_store(str(path)) as store:
        assert store.book().price(key("usage-8")).usd_per_unit == 2


def test_a_whole_read_is_proved_too(sound: Path, tmp_path: Path) -> None:
    path = copy_of(sound, tmp_path)
    change(path, f"UPDATE farebox_price SET tiers = '3' WHERE {OF_ONE_KEY}")
    with open_store(str(path)) as store, pytest.raises(StoreError, match="damaged"):
        list(store.book())


def test_a_whole_delivery_mends_a_damaged_store(sound: Path, tmp_path: Path) -> None:
    path = copy_of(sound, tmp_path)
    change(path, f"UPDATE farebox_price SET tiers = '3' WHERE {OF_ONE_KEY}")
    change(path, "UPDATE farebox_price_key SET bucket = 9 WHERE usage_type = 'usage-9'")
    with open_store(str(path)) as store:
        assert store.verify()
        keep(store, at(3), simple(at(3), **dict.fromkeys(NAMES, "2")))
        book = store.book()
        assert [book.price(key(name)).usd_per_unit for name in NAMES] == [2] * 40


def test_an_older_book_is_proved_by_its_own_hashes(url: str) -> None:
    with open_store(url) as store:
        first = keep(store, at(1), simple(at(1), a="1", b="1"))
        keep(store, at(2), simple(at(2), a="2"))
        keep(store, at(3), simple(at(3), a="3", b="3"))
        old = store.book(book_id=first)
        assert [old.price(key(name)).usd_per_unit for name in "ab"] == [1, 1]
        middle = store.book(seen_by=at(2, 13))
        assert middle.find(key("b")) is None
        assert middle.price(key("a")).usd_per_unit == 2


def test_a_store_of_the_version_before_is_migrated_and_proved(
    sound: Path, tmp_path: Path
) -> None:
    path = copy_of(sound, tmp_path)
    for statement in (
        "DROP TABLE farebox_bucket",
        "DROP INDEX farebox_price_key_bucket",
        "ALTER TABLE farebox_price_key DROP COLUMN bucket",
        "UPDATE farebox_meta SET value = '2' WHERE name = 'version'",
    ):
        change(path, statement)
    with open_store(str(path)) as store:
        assert store.book().price(key("usage-7")).usd_per_unit == 2
        older = store.book(seen_by=at(1, 13))
        assert older.price(key("usage-7")).usd_per_unit == 1
        assert store.verify() == []
    earlier = OF_ONE_KEY.replace("MAX(seq) FROM", "MAX(seq) - 1 FROM")
    change(path, f"UPDATE farebox_price SET tiers = '9' WHERE {earlier}")
    with open_store(str(path)) as store, pytest.raises(StoreError, match="damaged"):
        store.book(seen_by=at(1, 13)).price(key("usage-7"))


def test_random_damage_never_gives_another_figure(sound: Path, tmp_path: Path) -> None:
    """Bits, bytes, pages and ends of the file; each price is right, or refused."""
    random = Random(SEED)
    outcomes: Counter[str] = Counter()
    data = sound.read_bytes()
    for number in range(CORRUPTIONS):
        path = tmp_path / f"{number}.sqlite"
        path.write_bytes(damaged(data, random))
        outcomes[outcome_of(path)] += 1
        path.unlink()
        for beside in tmp_path.glob(f"{number}.sqlite-*"):
            beside.unlink()
    print(f"{CORRUPTIONS} random damages (seed {SEED}): {dict(outcomes)}")
    assert set(outcomes) <= {"right", "refused"}
    assert outcomes["refused"] > CORRUPTIONS // 20


def damaged(data: bytes, random: Random) -> bytes:
    """The file with one random damage."""
    place = random.randrange(100, len(data))
    changed = bytearray(data)
    match random.randrange(5):
        case 0:
            changed[place] ^= 1 << random.randrange(8)
        case 1:
            for at_ in range(place, min(place + random.randint(1, 64), len(data))):
                changed[at_] = random.randrange(256)
        case 2:
            page = place // 4096 * 4096
            changed[page : page + 4096] = bytes(len(changed[page : page + 4096]))
        case 3:
            page, other = (random.randrange(len(data) // 4096) * 4096 for _ in range(2))
            changed[page : page + 4096] = data[other : other + 4096]
        case _:
            del changed[place:]
    return bytes(changed)


def outcome_of(path: Path) -> str:
    """`right`, `refused`, or what must not be."""
    try:
        with open_store(str(path)) as store:
            return _figures(store)
    except StoreError:
        return "refused"


def _figures(store: Store) -> str:
    book = store.book()
    for name in NAMES:
        try:
            if book.price(key(name)).usd_per_unit != Decimal(2):
                return "another figure"
        except PriceNotFound:
            return "a price lost without a word"
    return "right"


def test_a_price_of_a_large_slice_is_proved_in_a_millisecond(tmp_path: Path) -> None:
    prices = [dated(f"BoxUsage:t{number}", "1", at(1)) for number in range(60_000)]
    with open_store(str(tmp_path / "prices.sqlite")) as store:
        keep(store, at(1), whole(at(1), prices))
        book = store.book()
        asked = [key(f"BoxUsage:t{number}") for number in range(0, 60_000, 600)]
        assert len({bucket_of(one.usage_type) for one in asked}) > 80
        started = perf_counter()
        for one in asked:
            book.price(one)
        each = (perf_counter() - started) / len(asked)
    print(f"{each * 1000:.2f} ms a price of 60,000 in {BUCKETS} buckets")
    assert each < 0.01  # the aim is 1 ms on a quiet machine; this one may be busy
