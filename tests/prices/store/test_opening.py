"""Where a store is, who may read it, and what is refused with a clear sentence."""

import importlib.machinery
import os
import sqlite3
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from farebox.prices.errors import StoreError
from farebox.prices.store import open_store, store_exists
from farebox.prices.store.location import locate
from farebox.prices.store.schema import VERSION
from tests.postgresql import PostgresServer
from tests.prices.store.databases import run
from tests.prices.store.deliveries import NAME, at, keep, key, simple

VERSION_1 = Path(__file__).with_name("version_1.sql")


def test_the_file_is_its_user_s_alone_in_a_folder_that_is_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAREBOX_DATA_DIR", str(tmp_path / "data" / "farebox"))
    assert not store_exists()
    with open_store() as store:
        keep(store, at(1), simple(at(1), a="1"))
        path = Path(store.name)
        assert path == tmp_path / "data" / "farebox" / "prices.sqlite"
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        for file in path.parent.iterdir():  # The write-ahead log too.
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert store_exists()


def test_asking_whether_there_is_a_store_makes_none_and_loads_no_sqlalchemy(
    tmp_path: Path,
) -> None:
    code = (
        "import sys; from farebox.prices.store import store_exists;"
        "assert not store_exists(); assert 'sqlalchemy' not in sys.modules"
    )
    environment = {**os.environ, "FAREBOX_DATA_DIR": str(tmp_path / "none")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert not (tmp_path / "none").exists()


def test_the_variable_names_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given in (f"{tmp_path}/x.sqlite", f"sqlite:///{tmp_path}/x.sqlite"):
        monkeypatch.setenv("FAREBOX_PRICES_URL", given)
        assert locate().path == tmp_path / "x.sqlite"


@pytest.mark.parametrize("url", ["mysql://h/d", "https://h/d", "sqlite:///"])
def test_a_url_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="no price store can be at"):
        open_store(url)


@pytest.mark.parametrize(
    "content", [b"farebox.prices/1\nsources 0\n", b"x", bytes(5000), b"SQLite format 3"]
)
def test_a_file_of_another_kind_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "aws.prices"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a price store of farebox"):
        open_store(str(path))
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "other.sqlite"
    run(str(path), "CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreError, match="a database of another program, not a price"):
        open_store(str(path))
    with sqlite3.connect(path) as database:
        names = database.execute("SELECT name FROM sqlite_master").fetchall()
    assert names == [("bookmarks",)]


def test_a_damaged_file_is_told_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "prices.sqlite"
    open_store(str(path)).close()
    with path.open("r+b") as file:
        file.seek(20)
        file.write(os.urandom(200_000))
    with pytest.raises(StoreError, match=r"is damaged|not a price store"):
        open_store(str(path))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(str(tmp_path / "file" / "prices.sqlite"))
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(str(tmp_path))


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    # A first opening that was killed before it wrote anything leaves one.
    (tmp_path / "prices.sqlite").touch()
    with open_store(str(tmp_path / "prices.sqlite")) as store:
        assert len(store.book()) > 3000


def test_a_store_of_version_1_is_brought_up_to_date(url: str) -> None:
    if not url.startswith("postgresql"):
        Path(url).parent.mkdir()
    lines = [line for line in VERSION_1.read_text().splitlines() if line[:2] != "--"]
    run(url, *lines)
    with open_store(url) as store:
        old = store.book()
        assert old.price(key("a")).usd_per_unit * 2 == 1
        last = store.last(NAME)
        assert last is not None
        assert last.etag == '"e"'
        assert store.verify() == []
        store.pin(old.id, "the first")
        # The embedded book comes with the next refresh.
        keep(store, at(2), simple(at(2), a="0.5", b="1"))
        assert len(store.book()) > 3000
        assert len(store.book(book_id=old.id)) == 1
    with open_store(url) as store:
        assert [one.why for one in store.pins()] == ["the first"]


def test_a_store_of_a_newer_farebox_is_refused_and_left_alone(url: str) -> None:
    open_store(url).close()
    newer = f"UPDATE farebox_meta SET value = '{VERSION + 1}' WHERE name = 'version'"
    run(url, newer)
    with pytest.raises(StoreError, match=r"by a newer farebox .* update farebox"):
        open_store(url)


def test_a_newer_embedded_book_adds_what_is_newer_and_takes_nothing_away(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec.structs import replace

    from farebox.prices import PriceBook
    from farebox.prices.curated import curated_book
    from farebox.prices.store import seed
    from tests.prices.store.deliveries import dated

    with open_store(url) as store:
        keep(store, at(10), simple(at(10), a="1", b="2"))
        keep(store, at(11), simple(at(11), b="2"))
        count = len(store.book())
    # b is older than the store's, a is gone since the 11th, c was never in the list
    # of the 11th; an EBS price is newer, and another service's price is new.
    older = [dated("a", "7", at(9)), dated("b", "7", at(9)), dated("c", "7", at(9))]
    gp3 = next(p for p in curated_book() if "VolumeUsage.gp3" in str(p.key))
    newer = replace(gp3, source=replace(gp3.source, as_of="2026-11-20"))
    other = replace(
        older[0].price, key=replace(older[0].price.key, service="AmazonSES")
    )
    book = PriceBook(
        [*(one.price for one in older), newer, other], book_id="sha256:2", kind="x"
    )
    monkeypatch.setattr(seed, "curated_book", lambda: book)
    monkeypatch.setattr(seed, "_book_id", lambda: "sha256:2")
    with open_store(url) as store:
        before = store.book()
        assert len(before) == count, "opening alone changes no book"
        keep(store, at(12), simple(at(12), b="2"))
        now = store.book()
        assert now.find(key("a")) is None
        assert now.find(key("c")) is None
        assert now.price(key("b")).usd_per_unit == 2
        assert now.price(gp3.key).source.as_of == "2026-11-20"
        assert now.find(other.key) == other
        assert len(now) == count + 1


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.machinery.PathFinder.find_spec

    def without(name: str, path: object = None, target: object = None) -> object:
        if name.split(".")[0] == "psycopg":
            return None
        return real(name, path, target)  # type: ignore[arg-type]

    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(importlib.machinery.PathFinder, "find_spec", without)
    with pytest.raises(StoreError, match=r"pip install '\.\[postgresql\]'"):
        open_store("postgresql://farebox@127.0.0.1/prices")


SECRET = "s3cr3t-word"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://farebox:{SECRET}@127.0.0.1:1/prices",
        f"postgres://farebox:{SECRET}@127.0.0.1:1/prices",
        f"postgresql://farebox@127.0.0.1:1/prices?password={SECRET}",
        f"postgresql://farebox:a@{SECRET}@127.0.0.1:1/prices",
        f"postgresql://farebox:{SECRET}#x@127.0.0.1:1/prices",
        f"postgresql://farebox:{SECRET}/x@127.0.0.1:1/prices",
        f"postgresql://farebox:x@127.0.0.1:{SECRET}/prices",
        f"postgresql://farebox:{SECRET}@[127.0.0.1/prices",
        f"postgresql://farebox:{SECRET}@127.0.0.1:1/prices?nonsense={SECRET}",
    ],
)
def test_no_error_says_the_password(url: str) -> None:
    with pytest.raises(StoreError) as told:
        open_store(url)
    # Nor does the traceback that would be shown.
    shown = "".join(traceback.format_exception(told.value))
    assert SECRET not in shown.replace(url, "")


def test_a_wrong_password_is_a_sentence_without_it(server: PostgresServer) -> None:
    url = server.fresh_database().replace(server.password, SECRET)
    with pytest.raises(StoreError, match="cannot be reached") as told:
        open_store(url)
    assert SECRET not in str(told.value)
    assert SECRET not in repr(locate(url))


def test_the_name_of_a_store_has_no_password(server: PostgresServer) -> None:
    with open_store(server.fresh_database()) as store:
        assert server.password not in store.name
        assert store.name.startswith("postgresql://farebox@127.0.0.1:")
        assert server.password not in repr(store) + repr(vars(store))
