"""A refresh writes what changed, in one transaction, on both databases."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices import PriceNotFound
from farebox.prices.curated import curated_book
from farebox.prices.deliveries import Delivery, Fact, Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import StoreError
from farebox.prices.store import Store, open_store
from tests.prices.store.deliveries import (
    MQ,
    NAME,
    at,
    dated,
    keep,
    key,
    simple,
    single,
    source,
    whole,
)


def test_a_new_store_has_the_embedded_book_as_its_first(url: str) -> None:
    embedded = curated_book()
    with open_store(url) as store:
        book = store.book()
        assert book.kind == "store"
        assert sorted(book, key=str) == sorted(embedded, key=str)
        assert len(book) == len(embedded)
        for price in embedded:
            assert book.price(price.key) == price
        on = date(2026, 11, 23)
        assert (book.as_of, book.stale(on)) == (embedded.as_of, embedded.stale(on))
        assert book.instance_types == embedded_book().instance_types
        assert book.spot_zone_ids == embedded.spot_zone_ids
        assert book.zone_ids == embedded.zone_ids
        assert book.spot_zones("us-east-1", "r6a.4xlarge") == embedded.spot_zones(
            "us-east-1", "r6a.4xlarge"
        )
        assert [one.by for one in store.refreshes()] == ["farebox"]


def test_a_comparison_names_what_is_new_changed_gone_and_the_same(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2", c="3"))
        with store.refresh(at(2), by="test") as refresh:
            found = refresh.compare(simple(at(2), a="1", b="2.5", d="4"))
            refresh.keep(found)
    assert [one.price.key.usage_type for one in found.new] == ["d"]
    assert [
        (before.key.usage_type, before.usd_per_unit, after.price.usd_per_unit)
        for before, after in found.changed
    ] == [("b", Decimal(2), Decimal("2.5"))]
    assert [price.key.usage_type for price in found.gone] == ["c"]
    assert (found.unchanged_count, found.delivered_count) == (1, 3)


def test_a_gone_price_is_not_found_and_may_come_back(url: str) -> None:
    with open_store(url) as store:
        first = keep(store, at(1), simple(at(1), a="1", b="2"))
        keep(store, at(2), simple(at(2), b="2"))
        with pytest.raises(PriceNotFound):
            store.book().price(key("a"))
        assert store.book(seen_by=at(1)).price(key("a")).usd_per_unit == 1
        again = keep(store, at(3), simple(at(3), a="1", b="2"))
        assert store.book().price(key("a")).usd_per_unit == 1
        # The book is its prices alone, so the first one's id has come back.
        assert again == first


def test_what_another_source_covers_stays(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1"))
        assert len(store.book()) == len(curated_book()) + 1


def test_equal_prices_make_no_row_and_no_new_book_but_are_confirmed(url: str) -> None:
    with open_store(url) as store:
        first = keep(store, at(1), simple(at(1), a="1.0", b="2"))
        second = keep(store, at(5), simple(at(5), a="1.00", b="2"))
        assert first == second
        assert len(store.history(key("a"))) == 1
        book = store.book()
        assert book.price(key("a")).source == source(at(5))
        assert book.as_of == "2026-11-05T12:00:00Z"
        assert store.book(seen_by=at(1)).price(key("a")).source == source(at(1))


def test_an_unchanged_delivery_confirms_its_slice_at_once(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2"))
        again = Delivery(NAME, source(at(9)), MQ, unchanged=True)
        with store.refresh(at(9), by="test") as refresh:
            found = refresh.compare(again)
            refresh.keep(found)
        assert (found.unchanged_count, found.delivered_count) == (2, 2)
        assert store.book().price(key("b")).source == source(at(9))
        last = store.last(NAME)
        assert last is not None
        assert (last.as_of, last.price_count) == ("2026-11-09T12:00:00Z", 2)
        assert store.refreshes()[0].deliveries[0].outcome == "unchanged"


def test_unchanged_of_what_the_store_never_had_is_refused(url: str) -> None:
    with open_store(url) as store:
        never = Delivery("AmazonMQ eu-west-3", source(at(1)), MQ, unchanged=True)
        with (
            pytest.raises(StoreError, match="the store has nothing of it"),
            store.refresh(at(1), by="test") as refresh,
        ):
            refresh.compare(never)


def test_the_last_delivery_is_remembered_and_a_failure_is_not_one(url: str) -> None:
    with open_store(url) as store:
        assert store.last(NAME) is None
        keep(store, at(1), simple(at(1), a="1"))
        with store.refresh(at(2), by="test") as refresh:
            refresh.fail(NAME, "no connection")
        last = store.last(NAME)
        assert last is not None
        assert (last.etag, last.seen_at, last.version) == (
            '"e"',
            "2026-11-01T12:00:00Z",
            "v1",
        )
        report = store.refreshes(1)[0].deliveries[0]
        assert (report.outcome, report.reason) == ("failed", "no connection")


def test_single_look_ups_take_nothing_away_and_confirm_only_their_keys(
    url: str,
) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2", c="3"))
        prices = [dated("a", "1", at(4)), dated("b", "2.5", at(4))]
        keep(store, at(4), single(at(4), prices))
        book = store.book()
        found = {name: book.price(key(name)) for name in "abc"}
        assert {name: one.usd_per_unit for name, one in found.items()} == {
            "a": Decimal(1),
            "b": Decimal("2.5"),
            "c": Decimal(3),
        }
        days = {name: one.source.as_of[8:10] for name, one in found.items()}
        assert days == {"a": "04", "b": "04", "c": "01"}
        assert len(book) == len(book.prices)
        # 3 prices of the slice, two of them on the newer source.
        counts = {
            s.as_of: n
            for (s, _), n in book.source_counts().items()
            if s.url in str(source(at(1)))
        }
        assert counts == {"2026-11-01T12:00:00Z": 1, "2026-11-04T12:00:00Z": 2}
        assert store.verify() == []


def test_a_single_look_up_of_the_same_value_and_day_writes_nothing(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1"))
        before = store.slices()
        keep(store, at(2), single(at(1), [dated("a", "1", at(1))]))
        assert store.slices() == before


def test_two_prices_for_one_key_are_refused_by_its_name(url: str) -> None:
    twice = [dated("a", "1", at(1)), dated("EU-a", "2", at(1))]
    with open_store(url) as store:
        before = store.book().id
        with (
            pytest.raises(
                StoreError, match=r"two prices for AmazonMQ eu-west-1 .*a: 1"
            ),
            store.refresh(at(1), by="test") as refresh,
        ):
            refresh.compare(whole(at(1), twice))
        assert store.book().id == before
        same = [dated("a", "1", at(1)), dated("EU-a", "1", at(1))]
        keep(store, at(1), whole(at(1), same))
        assert store.book().price(key("a")).usd_per_unit == 1


def test_a_price_outside_of_the_slice_is_refused(url: str) -> None:
    elsewhere = Slice("AmazonMQ", "eu-west-2", "on-demand")
    with (
        open_store(url) as store,
        pytest.raises(StoreError, match="not in its part of AWS"),
        store.refresh(at(1), by="test") as refresh,
    ):
        refresh.compare(whole(at(1), [dated("a", "1", at(1))], part=elsewhere))


def test_keys_that_differ_in_prefix_are_one_and_the_newest_spelling_stays(
    url: str,
) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1"))
        with store.refresh(at(2), by="test") as refresh:
            found = refresh.compare(whole(at(2), [dated("EU-a", "1", at(2))]))
            refresh.keep(found)
        assert (found.new, found.gone, found.unchanged_count) == ((), (), 1)
        book = store.book()
        assert book.price(key("a")).key.usage_type == "EU-a"
        assert book.price(key("EU-a")).key.usage_type == "EU-a"


def test_an_exception_leaves_the_last_book_whole(url: str) -> None:
    with open_store(url) as store:
        before = keep(store, at(1), simple(at(1), a="1", b="2"))
        with pytest.raises(KeyboardInterrupt):
            _interrupted(store)
        book = store.book()
        assert book.id == before
        assert book.price(key("b")).usd_per_unit == 2
        assert len(store.refreshes()) == 2
        keep(store, at(3), simple(at(3), a="9"))


def _interrupted(store: Store) -> None:
    with store.refresh(at(2), by="test") as refresh:
        refresh.keep(refresh.compare(simple(at(2), a="9")))
        raise KeyboardInterrupt


def test_a_refresh_sees_what_it_kept_itself(url: str) -> None:
    with open_store(url) as store, store.refresh(at(1), by="test") as refresh:
        assert refresh.find(key("a")) is None
        refresh.keep(refresh.compare(simple(at(1), a="1")))
        found = refresh.find(key("EU-a"))
        assert found is not None
        assert found.usd_per_unit == 1
        assert refresh.on_demand("us-east-1")["r6a.4xlarge"] == Decimal("0.9072")
        assert refresh.on_demand("mars-1") == {}


def test_a_second_delivery_of_a_refresh_writes_over_the_first(url: str) -> None:
    with open_store(url) as store:
        with store.refresh(at(1), by="test") as refresh:
            refresh.keep(refresh.compare(simple(at(1), a="1", b="2")))
            live = single(at(1, 13), [dated("a", "1.5", at(1, 13))])
            refresh.keep(refresh.compare(live))
        assert store.book().price(key("a")).usd_per_unit == Decimal("1.5")
        assert store.verify() == []


def test_a_comparison_that_another_one_overtook_is_not_kept(url: str) -> None:
    with open_store(url) as store, store.refresh(at(1), by="test") as refresh:
        early = refresh.compare(single(at(1), [dated("a", "1", at(1))]))
        refresh.keep(refresh.compare(simple(at(1), a="2")))
        with pytest.raises(ValueError, match="after it was compared"):
            refresh.keep(early)
        with pytest.raises(ValueError, match="not compared"):
            refresh.keep(early)


def test_downloads_are_deleted_after_the_commit_only(url: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.touch()
    delivery = Delivery(
        NAME, source(at(1)), MQ, [dated("a", "1", at(1))], files=(path,)
    )
    with open_store(url) as store:
        with store.refresh(at(1), by="test") as refresh:
            refresh.keep(refresh.compare(delivery))
            assert path.exists()
        assert not path.exists()


def test_facts_are_kept_confirmed_and_found(url: str) -> None:
    def fact(subject: str, json: str, day: int) -> Fact:
        return Fact("quota", "us-east-1", subject, json, source(at(day)))

    def delivery(day: int, *facts: Fact, unchanged: bool = False) -> Delivery:
        return Delivery(
            "quotas us-east-1", source(at(day)), facts=facts, unchanged=unchanged
        )

    with open_store(url) as store:
        keep(store, at(1), delivery(1, fact("A", "5", 1), fact("B", "7", 1)))
        keep(store, at(2), delivery(2, fact("A", "5", 2), fact("B", "8", 2)))
        assert store.facts("quota") == [fact("A", "5", 2), fact("B", "8", 2)]
        assert store.facts("quota", "us-east-1", "B") == [fact("B", "8", 2)]
        assert store.facts("quota", "eu-west-1") == []
        keep(store, at(3), delivery(3, unchanged=True))
        assert store.facts("quota") == [fact("A", "5", 3), fact("B", "8", 3)]
