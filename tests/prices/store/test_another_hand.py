"""A store that something else wrote to, and places that are none: a sentence each."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from farebox.prices import PriceKey
from farebox.prices.errors import PriceBookError, StoreError
from farebox.prices.store import Store, open_store
from farebox.prices.store.location import data_folder, locate

KEY = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.4xlarge", "RunInstances")
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "prices.sqlite"
    open_store(str(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


@pytest.fixture
def path(seeded: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "prices.sqlite"
    copy.write_bytes(seeded.read_bytes())
    return copy


def use(store: Store) -> None:
    """Everything that a price is asked for, and that a refresh reads."""
    store.refreshes()
    store.slices()
    book = store.book()
    book.price(KEY)
    book.stale(date(2026, 11, 23))
    list(book)
    with store.refresh(NOW, by="test") as refresh:
        refresh.on_demand("us-east-1")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE farebox_price SET tiers = 'cheap'",
        "UPDATE farebox_price SET tiers = '1E+999999'",
        "UPDATE farebox_price SET tiers = 'NaN'",
        "UPDATE farebox_price SET tiers = '-1'",
        "UPDATE farebox_price SET tiers = '0:0.1 x:y'",
        "UPDATE farebox_slice_state SET sources = '{'",
        "UPDATE farebox_slice_state SET sources = '1.5'",
        "UPDATE farebox_slice_state SET price_count = -1",
        "UPDATE farebox_slice_state SET later_count = 'many'",
        "UPDATE farebox_source SET as_of = 'lately'",
        "DELETE FROM farebox_source",
        "UPDATE farebox_refresh SET seen_at = 'lately'",
        "UPDATE farebox_delivery SET left_out = '{'",
        "UPDATE farebox_meta SET value = '0' WHERE name = 'version'",
        "UPDATE farebox_meta SET value = 'new' WHERE name = 'version'",
        "DELETE FROM farebox_meta",
        "DROP TABLE farebox_price",
        "DROP TABLE farebox_slice_state",
    ],
)
def test_what_another_hand_wrote_is_told_in_a_sentence(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(change)
        connection.commit()
    with (
        pytest.raises(PriceBookError, match=r".{40}") as told,
        open_store(str(path)) as it,
    ):
        use(it)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        *("sqlite:///:memory:", ":memory:", "mysql://u:S3cret@h/db", "sqlite:///"),
        *("postgresql:/u:S3cret@h/db", "u:S3cret@h/db", "u:S3cret@postgresql://h"),
        *("postgresql://u:12/S3cret@h/db", "postgresql://u:12?S3cret@h/db"),
        "~no-such-user-here/prices.sqlite",
        "/somewhere/\udcff.sqlite",
    ],
)
def test_a_place_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreError) as told:
        locate(url)
    assert "S3cret" not in str(told.value)
    str(told.value).encode()


def test_a_folder_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAREBOX_DATA_DIR", "~no-such-user-here/farebox")
    with pytest.raises(StoreError, match="FAREBOX_DATA_DIR names no path"):
        data_folder()


def test_a_file_may_have_any_name_that_a_file_can_have(tmp_path: Path) -> None:
    path = tmp_path / "a b" / "ü ☃ p?r#i%20ces.sqlite"
    with open_store(str(path)) as store:
        assert store.book().price(KEY).usd_per_unit
    assert path.stat().st_mode & 0o777 == 0o600
