"""Imported files and histories, as `fare prices` needs them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update

from farebox.prices.deliveries import DatedPrice, Delivery, Slice
from farebox.prices.errors import UnknownBook
from farebox.prices.store import open_store
from farebox.prices.store.imports import import_book
from farebox.prices.store.schema import IMPORT
from farebox.prices.text import parse_book, write_book
from farebox.prices.timeline import timeline
from farebox.prices.values import Source
from tests.prices.books import price

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def imported(path: Path, usd: str) -> str:
    """Import a book with one price; its id."""
    book = parse_book(write_book([price("Odd", usd, service="Odd")]), kind="file")
    with (
        open_store(str(path)) as store,
        store.refresh(MOMENT, by="test") as refresh,
    ):
        refresh.keep(refresh.compare(import_book(refresh, book, "own.prices")))
    return book.id


def test_an_imported_file_is_found_by_its_id_or_eight_digits_of_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "prices.sqlite"
    first, second = imported(path, "1"), imported(path, "2")
    with open_store(str(path)) as store:
        for book_id, usd in ((first, "1"), (second, "2")):
            for asked in (book_id, book_id[:15]):
                book = store.imported(asked)
                assert book is not None
                assert book.id == book_id
                assert [p.usd_per_unit for p in book] == [Decimal(usd)]
        assert store.imported("sha256:00000000") is None
        with pytest.raises(UnknownBook, match="several books"):
            store.imported("sha256:")
        assert store.verify() == []


def test_verify_names_an_imported_file_that_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "prices.sqlite"
    imported(path, "1")
    with create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(update(IMPORT).values(text="farebox.prices/1"))
    with open_store(str(path)) as store:
        (fault,) = store.verify()
    assert "the imported file own.prices is not what sha256:" in fault


def test_an_announced_price_that_was_withdrawn_is_no_part_of_the_history(
    tmp_path: Path,
) -> None:
    # 1 now and 2 from 11-25 were seen on 11-20; on 11-22 there is 1 alone.
    one, two = (price("Odd", usd, service="Odd") for usd in ("1", "2"))
    with open_store(str(tmp_path / "prices.sqlite")) as store:
        for day, dated in (
            (20, [DatedPrice(one), DatedPrice(two, "2026-11-25")]),
            (22, [DatedPrice(one)]),
        ):
            source = Source("https://example.test/odd", f"2026-11-{day}T12:00:00Z")
            part = Slice("Odd", "us-east-1", "on-demand")
            delivery = Delivery("by hand", source, part, dated)
            with store.refresh(MOMENT.replace(day=day), by="test") as refresh:
                refresh.keep(refresh.compare(delivery))
        seen = store.history(one.key)
    line = timeline(seen, datetime(2026, 11, 30, tzinfo=UTC))
    assert [step.usd_per_unit for step in line.steps] == [Decimal(1)]
