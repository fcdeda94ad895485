"""A price that holds from a day on: in the store, and what is charged until then."""

from datetime import date
from decimal import Decimal

from farebox.prices.curated import curated_book
from farebox.prices.store import open_store
from tests.prices.store.deliveries import (
    at,
    dated,
    keep,
    key,
    single,
    whole,
)


def test_a_price_is_not_charged_before_its_day(url: str) -> None:
    prices = [
        dated("a", "1", at(1), effective_from="2026-09-01"),
        dated("a", "2", at(1), effective_from="2026-12-01T00:00:00Z"),
        dated("b", "5", at(1), effective_from="2026-12-01"),
    ]
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), prices))
        today = store.book()
        assert today.price(key("a")).usd_per_unit == 1
        assert today.find(key("b")) is None
        assert len(today) == len(today.prices) == len(curated_book()) + 1
        eve = store.book(on=date(2026, 11, 30))
        assert eve.price(key("a")).usd_per_unit == 1
        december = store.book(on=date(2026, 12, 1))
        assert december.price(key("a")).usd_per_unit == 2
        assert december.price(key("b")).usd_per_unit == 5
        assert len(december) == len(curated_book()) + 2
        assert december.id == today.id
        # A day before the refresh is charged as the refresh's own.
        assert store.book(on=date(2020, 1, 1)).price(key("a")).usd_per_unit == 1


def test_of_several_past_days_the_latest_holds(url: str) -> None:
    prices = [
        dated("a", "3", at(1), effective_from="2026-10-01"),
        dated("a", "1", at(1), effective_from="2024-01-01"),
        dated("a", "2", at(1), effective_from="2025-01-01"),
    ]
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), prices))
        assert store.book().price(key("a")).usd_per_unit == 3


def test_an_announced_price_that_came_into_force_is_no_change(url: str) -> None:
    now = dated("a", "1", at(1))
    soon = dated("a", "2", at(1), effective_from="2026-11-10")
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), [now, soon]))
        with store.refresh(at(12), by="test") as refresh:
            after = dated("a", "2", at(12), effective_from="2026-11-10")
            found = refresh.compare(whole(at(12), [after]))
            refresh.keep(found)
        assert (found.new, found.changed, found.unchanged_count) == ((), (), 1)
        assert store.book().price(key("a")).usd_per_unit == 2
        assert store.verify() == []


def test_what_is_in_force_holds_until_the_only_price_that_is_delivered(
    url: str,
) -> None:
    # A list that names only the price of the 25th says nothing against today's.
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), [dated("a", "0.5", at(1))]))
        later = dated("a", "0.7", at(2), effective_from="2026-11-25")
        keep(store, at(2), whole(at(2), [later]))
        for day, usd in ((24, "0.5"), (25, "0.7")):
            book = store.book(on=date(2026, 11, day))
            assert book.price(key("a")).usd_per_unit == Decimal(usd)
        assert store.verify() == []


def test_a_single_look_up_keeps_the_announced_price(url: str) -> None:
    soon = dated("a", "2", at(1), effective_from="2026-12-01")
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), [dated("a", "1", at(1)), soon]))
        keep(store, at(3), single(at(3), [dated("a", "1.5", at(3))]))
        assert store.book().price(key("a")).usd_per_unit == Decimal("1.5")
        december = store.book(on=date(2026, 12, 1))
        assert december.price(key("a")).usd_per_unit == 2
