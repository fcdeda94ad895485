"""Retention drops what nobody needs; verify finds what somebody spoiled."""

import pytest

from farebox.prices.errors import StoreError, UnknownBook
from farebox.prices.store import open_store
from tests.prices.store.databases import run
from tests.prices.store.deliveries import at, keep, key, simple


def test_what_only_dropped_books_need_goes(url: str) -> None:
    with open_store(url) as store:
        ids = [keep(store, at(d), simple(at(d), a=f"{d}", b="7")) for d in range(1, 8)]
        store.pin(ids[1][:20], "the budget of November")
        # Kept: the 5th to the 7th, and the 2nd, which is pinned. The embedded book,
        # the 1st, the 3rd and the 4th go, and with each but the first a row of `a`.
        pruned = store.prune(at(5))
        assert (pruned.refreshes, pruned.refreshes_left) == (3, 5)
        assert pruned.prices == 3
        assert store.book(book_id=ids[1]).price(key("a")).usd_per_unit == 2
        assert store.book(seen_by=at(5)).price(key("a")).usd_per_unit == 5
        for gone in (ids[0], ids[2], ids[3]):
            with pytest.raises(UnknownBook, match="may have been pruned"):
                store.book(book_id=gone)
        usd = [s.dated.price.usd_per_unit for s in store.history(key("a")) if s.dated]
        assert usd == [2, 5, 6, 7]
        assert store.verify() == []
        assert store.prune(at(5)).refreshes == 0


def test_a_day_whose_book_was_dropped_has_no_prices_rather_than_those_of_before(
    url: str,
) -> None:
    with open_store(url) as store:
        ids = [keep(store, at(d), simple(at(d), a=f"{d}")) for d in range(1, 7)]
        store.pin(ids[1], "the 2nd")
        # Kept: the 2nd, which is pinned, and from the 4th on, which was in force on
        # the 4th. Whether the 2nd's or the 3rd's prices held on the 3rd is forgotten.
        store.prune(at(4))
        with pytest.raises(UnknownBook, match=r"at 2026-11-03.* were pruned; --prices"):
            store.book(seen_by=at(3))
        assert store.book(book_id=ids[1]).price(key("a")).usd_per_unit == 2
        for day in (4, 5, 6, 30):
            usd = store.book(seen_by=at(day)).price(key("a")).usd_per_unit
            assert usd == min(day, 6)


def test_the_newest_book_always_stays(url: str) -> None:
    with open_store(url) as store:
        newest = keep(store, at(1), simple(at(1), a="1"))
        store.prune(at(30))
        assert store.book().id == newest
        assert store.book(seen_by=at(30)).price(key("a")).usd_per_unit == 1


def test_an_unpinned_book_goes_with_the_next_retention(url: str) -> None:
    with open_store(url) as store:
        ids = [keep(store, at(d), simple(at(d), a=f"{d}")) for d in (1, 2, 3)]
        store.pin(ids[0], "why not")
        store.pin(ids[0], "the first")
        assert [(one.book_id, one.why) for one in store.pins()] == [
            (ids[0], "the first")
        ]
        store.prune(at(3))
        assert store.book(book_id=ids[0]).id == ids[0]
        store.unpin(ids[0][:16])
        with pytest.raises(UnknownBook, match="is pinned"):
            store.unpin(ids[0])
        store.prune(at(3))
        with pytest.raises(UnknownBook):
            store.book(book_id=ids[0])
        with pytest.raises(UnknownBook):
            store.pin(ids[0], "too late")


def test_a_gone_price_leaves_nothing_when_its_books_are_dropped(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2"))
        keep(store, at(2), simple(at(2), b="2"))
        store.prune(at(3))
        assert store.history(key("a")) == []
        assert store.verify() == []


def test_a_book_that_is_pruned_while_it_is_read_says_so(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1"))
        old = store.book()
        keep(store, at(2), simple(at(2), a="2"))
        store.prune(at(2))
        with pytest.raises(StoreError, match=r"was pruned .* pin the books"):
            old.price(key("a"))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE farebox_price SET tiers = '0.4' WHERE tiers = '0.7317'",
            "AmazonMQ eu-west-1 .on-demand.: its prices after refresh 2",
        ),
        ("DELETE FROM farebox_price WHERE tiers = '0.7317'", "1 keys without a price"),
        ("DELETE FROM farebox_source", "prices without a source"),
        ("DELETE FROM farebox_price_key", "prices without a key"),
        (
            "UPDATE farebox_slice_state SET hash = 'x' WHERE seq = 2",
            "refresh 2 of 2026-11-01T12:00:00Z: its book's id",
        ),
        ("DELETE FROM farebox_refresh WHERE seq = 1", "deliveries without a refresh"),
    ],
)
def test_verify_names_what_was_spoiled(url: str, statement: str, told: str) -> None:
    import re

    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="0.7317", b="2"))
        assert store.verify() == []
        run(url, statement)
        found = store.verify()
        assert any(re.search(told, one) for one in found), found


def test_verify_names_a_price_that_cannot_be_true(url: str) -> None:
    from decimal import Decimal

    from farebox.prices import Price, PriceKey, Tier
    from farebox.prices.deliveries import DatedPrice
    from tests.prices.store.deliveries import single, source

    wrong = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.4xlarge", "RunInstances")
    # 10 % over the family's line: the Dedicated rate.
    dedicated = Price(
        wrong, (Tier(Decimal(0), Decimal("0.99792")),), "Hrs", source(at(1))
    )
    with open_store(url) as store:
        keep(store, at(1), single(at(1), [DatedPrice(dedicated)]))
        (told,) = store.verify()
    assert "BoxUsage:r6a.4xlarge" in told
    assert "linear in size" in told
