"""Many at once, killed in the middle, or out of disk: the last book stays whole."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from farebox.prices.curated import curated_book
from farebox.prices.errors import StoreError
from farebox.prices.store import open_store
from farebox.prices.store.slices import slice_of
from tests.postgresql import PostgresServer
from tests.prices.store.databases import run
from tests.prices.store.deliveries import (
    MQ,
    at,
    dated,
    keep,
    key,
    simple,
    single,
    whole,
)
from tests.prices.store.writer import PRICES

ROOT = Path(__file__).parent.parent.parent.parent


def test_a_reader_sees_the_old_book_whole_until_the_commit(url: str) -> None:
    with open_store(url) as writer, open_store(url) as reader:
        before = keep(writer, at(1), simple(at(1), a="1", b="2"))
        with writer.refresh(at(2), by="test") as refresh:
            refresh.keep(refresh.compare(simple(at(2), a="9", c="3")))
            book = reader.book()
            assert book.id == before
            assert book.price(key("a")).usd_per_unit == 1
            assert book.price(key("b")).usd_per_unit == 2
            assert book.find(key("c")) is None
        assert reader.book().id == refresh.book_id
        # A book that was opened before stays as it was, also for what it did not ask.
        assert book.find(key("c")) is None
        assert {p.usd_per_unit for p in book if slice_of(p.key) == MQ} == {1, 2}


def test_two_refreshes_at_once_come_one_after_the_other(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1"))
    began: list[int] = []
    ended: list[int] = []

    def refresh(number: int) -> None:
        with open_store(url) as store, store.refresh(at(2), by=str(number)) as one:
            began.append(number)
            found = one.find(key("a"))
            assert found is not None
            value = str(found.usd_per_unit + 1)
            time.sleep(0.02)
            live = single(at(2, number), [dated("a", value, at(2, number))])
            one.keep(one.compare(live))
            ended.append(number)

    threads = [threading.Thread(target=refresh, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert began == ended
    assert sorted(ended) == list(range(8))
    with open_store(url) as store:
        # Each of the 8 saw what the one before had written.
        assert store.book().price(key("a")).usd_per_unit == 9
        seqs = [one.seq for one in store.refreshes(100)]
        assert seqs == sorted(set(seqs), reverse=True)
        assert store.verify() == []


def test_new_stores_that_are_opened_at_once_are_one_store(url: str) -> None:
    failed: list[Exception] = []

    def look() -> None:
        try:
            with open_store(url) as store:
                assert len(store.book()) > 3000
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_store(url) as store:
        assert len(store.refreshes()) == 1
        assert store.verify() == []


def test_who_waits_too_long_for_another_refresh_is_told(url: str) -> None:
    with open_store(url) as first, open_store(url) as second:
        with (
            first.refresh(at(1), by="first"),
            pytest.raises(StoreError, match="another refresh has been writing"),
            second.refresh(at(1), by="second", wait_seconds=0.2),
        ):
            pass
        keep(second, at(2), simple(at(2), a="1"))


def _child(url: str, when: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.prices.store.writer", url, when],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _instants() -> Iterator[tuple[str, float]]:
    for when in ("reading", "compared", "kept"):
        yield when, 0
    # While it reads, writes and commits, wherever that falls.
    for milliseconds in (20, 80, 150, 220, 300, 400):
        yield "running", milliseconds / 1000


@pytest.mark.parametrize(("when", "seconds"), list(_instants()))
def test_a_refresh_that_is_killed_leaves_the_last_book_or_its_own_whole(
    url: str, when: str, seconds: float
) -> None:
    with open_store(url) as store:
        before = keep(store, at(1), simple(at(1), a="1", b="2"))
    child = _child(url, when)
    assert child.stdout is not None
    assert child.stdout.readline() == "here\n"
    time.sleep(seconds)
    child.kill()
    child.wait()
    child.stdout.close()
    with open_store(url) as store:
        book = store.book()
        if book.id == before:
            assert book.price(key("a")).usd_per_unit == 1
            assert book.price(key("b")).usd_per_unit == 2
            assert book.find(key("usage-1")) is None
        else:
            assert when == "running", "it was killed before its commit"
            assert book.find(key("a")) is None
            assert book.price(key(f"usage-{PRICES - 1}")).usd_per_unit == 2
        assert store.verify() == []
        # And the next refresh need not wait for the dead one.
        keep(store, at(3), simple(at(3), a="3"))
        assert store.book().price(key("a")).usd_per_unit == 3


def test_a_full_disk_is_a_sentence_and_leaves_the_last_book(tmp_path: Path) -> None:
    url = str(tmp_path / "prices.sqlite")
    with open_store(url) as store:
        before = keep(store, at(1), simple(at(1), a="1"))
    child = _child(url, "full")
    _, said = child.communicate()
    assert child.returncode
    assert "make room on the disk, or check it, and refresh" in said.splitlines()[-1]
    assert "the prices kept so far are whole" in said.splitlines()[-1]
    with open_store(url) as store:
        assert store.book().id == before
        assert store.verify() == []


def test_a_server_without_room_is_the_same_sentence(url: str) -> None:
    with open_store(url) as store:
        before = keep(store, at(1), simple(at(1), a="1"))
        _no_room(url)
        with (
            pytest.raises(
                StoreError, match=r"make room on the disk, or check it, and refresh"
            ),
            store.refresh(at(2), by="test") as refresh,
        ):
            refresh.keep(refresh.compare(whole(at(2), [dated("a", "2", at(2))])))
        assert store.book().id == before


def _no_room(url: str) -> None:
    """Let the next insert fail as one without room fails (SQLSTATE 53100)."""
    if url.startswith("postgresql"):
        run(
            url,
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER no_room BEFORE INSERT ON farebox_price"
            " FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
        )
        return
    run(
        url,
        "CREATE TRIGGER no_room BEFORE INSERT ON farebox_price BEGIN"
        " SELECT RAISE(ABORT, 'database or disk is full'); END",
    )


def test_a_server_that_goes_away_is_told_and_found_again(
    server: PostgresServer,
) -> None:
    url = server.fresh_database()
    with open_store(url) as store:
        book = store.book()
        run(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()",
        )
        with pytest.raises(StoreError, match="cannot be reached"):
            book.price(next(iter(curated_book())).key)
        assert store.book().id == book.id
