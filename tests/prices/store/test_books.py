"""What the store tells of its books: by id, by moment, key by key, on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from benchmarks.documents import preview_document
from farebox.graph.document import read_document
from farebox.prices import PriceKey, PriceNotFound, Tier
from farebox.prices.curated import curated_book
from farebox.prices.deliveries import DatedPrice
from farebox.prices.errors import UnknownBook
from farebox.prices.store import Store, open_store
from farebox.rating.estimate import estimate
from tests.prices.store.deliveries import (
    MQ,
    at,
    dated,
    keep,
    key,
    simple,
    single,
    source,
    whole,
)


def test_a_tiered_price_comes_back_as_it_was(url: str) -> None:
    given = dated("DataTransfer-Out-Bytes", "0:0.09 10240:0.085", at(1), unit="GB")
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), [given]))
        assert store.book().price(given.price.key) == given.price


def test_operations_that_do_not_decide_need_not_be_named(url: str) -> None:
    prices = [
        dated("r", "1", at(1), operation="Put"),
        dated("r", "1", at(1), operation="Post"),
    ]
    with open_store(url) as store:
        keep(store, at(1), whole(at(1), prices))
        assert store.book().price(key("r")).usd_per_unit == 1
        with pytest.raises(PriceNotFound):
            store.book().price(key("r", "List"))


def test_a_history_has_each_price_once_with_the_day_it_was_gone(url: str) -> None:
    with open_store(url) as store:
        for day, usd in ((1, "1"), (2, "1"), (3, "2"), (4, None), (5, "2")):
            prices = [dated("b", "9", at(day))]
            if usd:
                prices.append(dated("a", usd, at(day)))
            keep(store, at(day), whole(at(day), prices))
        seen = store.history(key("EU-a"))
        assert [
            (one.seen_at[8:10], one.dated and one.dated.price.usd_per_unit)
            for one in seen
        ] == [("01", 1), ("03", 2), ("04", None), ("05", 2)]
        assert store.history(key("never")) == []


def test_keys_are_found_by_region_service_and_a_part_of_the_usage_type(
    url: str,
) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), Alpha="1", alpha_2="2", beta="3", gone="4"))
        keep(store, at(2), simple(at(2), Alpha="1", alpha_2="2", beta="3"))
        sns = store.keys(service="AmazonMQ", region="eu-west-1")
        assert [one.usage_type for one in sns] == ["Alpha", "alpha_2", "beta"]
        found = store.keys(service="AmazonMQ", like="ALPHA")
        assert [one.usage_type for one in found] == ["Alpha", "alpha_2"]
        assert [one.usage_type for one in store.keys(like="a_2")] == ["alpha_2"]
        assert store.keys(service="AmazonMQ", limit=1) == sns[:1]
        # Words may stand in any field of the key, each in its own.
        assert store.keys(words=("MQ", "eu-west", "ALPHA")) == found
        assert store.keys(words=("MQ", "us-east", "ALPHA")) == []
        assert store.keys(named=[found[0].usage_type, "no such"]) == found[:1]
        assert "alpha_2" in store.usage_types()


def test_slices_say_their_source_count_and_moment(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2"))
        (sns,) = [one for one in store.slices() if one.slice == MQ]
        assert (sns.price_count, sns.seen_at) == (2, "2026-11-01T12:00:00Z")
        assert sns.source == source(at(1))
        others = [one for one in store.slices() if one.slice != MQ]
        assert all(one.source is None for one in others)


def test_a_book_of_no_time_or_id_is_refused_in_a_sentence(url: str) -> None:
    with open_store(url) as store:
        with pytest.raises(UnknownBook, match=r"had no book yet .* 2026-10-01"):
            store.book(seen_by=at(1, month=1))
        with pytest.raises(UnknownBook, match="has no book sha256:00000000"):
            store.book(book_id="sha256:00000000")
        for wrong in ("sha256:0000000", "x", "sha256:%%%%%%%%"):
            with pytest.raises(UnknownBook, match="8 or more"):
                store.book(book_id=wrong)


def test_a_book_is_found_by_the_beginning_of_its_id(url: str) -> None:
    with open_store(url) as store:
        ids = [keep(store, at(d), simple(at(d), a=f"{d}")) for d in (1, 2)]
        for day, book_id in zip((1, 2), ids, strict=True):
            for given in (book_id, book_id[:15], book_id[7:15].upper()):
                book = store.book(book_id=given)
                assert book.id == book_id
                assert book.price(key("a")).usd_per_unit == day


def test_an_id_means_the_first_book_that_had_it(url: str) -> None:
    with open_store(url) as store:
        first = keep(store, at(1), simple(at(1), a="1"))
        pinned = store.book(book_id=first).price(key("a"))
        keep(store, at(2), simple(at(2), a="2"))
        assert keep(store, at(3), simple(at(3), a="1")) == first
        assert store.book(book_id=first).price(key("a")) == pinned


def test_the_clock_going_back_does_not_reorder_refreshes(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(10), simple(at(10), a="1"))
        keep(store, at(5), simple(at(10), a="2"))
        assert store.book().price(key("a")).usd_per_unit == 2
        assert store.book(seen_by=at(20)).price(key("a")).usd_per_unit == 2
        assert store.book(seen_by=at(7)).price(key("a")).usd_per_unit == 2
        assert [one.seen_at[8:10] for one in store.refreshes(2)] == ["05", "10"]
        usd = [s.dated.price.usd_per_unit for s in store.history(key("a")) if s.dated]
        assert usd == [1, 2]


def test_a_moment_without_time_zone_is_refused(url: str) -> None:
    with open_store(url) as store, pytest.raises(ValueError, match="time zone"):
        store.book(seen_by=at(1).replace(tzinfo=None))


def test_a_spot_price_is_found_by_its_zone_only(url: str) -> None:
    with open_store(url) as store:
        here = PriceKey(
            "AmazonEC2", "us-east-1", "SpotUsage:r6a.4xlarge", "", "spot", "use1-az1"
        )
        assert store.book().find(here) == curated_book().find(here)


def test_a_stack_costs_as_of_a_day_what_it_cost_that_day_to_the_cent(url: str) -> None:
    graph = read_document(preview_document(100), name="preview")
    gp3 = PriceKey("AmazonEC2", "us-east-1", "EBS:VolumeUsage.gp3")

    def bill(store: Store, day: int) -> Decimal:
        book = store.book(seen_by=at(day))
        return estimate(graph, book, on=date(2026, 11, day)).usd_per_month

    with open_store(url) as store:
        first = store.book().price(gp3)
        bills = {1: bill(store, 1)}
        for day, usd in ((2, "0.085"), (3, "0.0851"), (4, "0.08")):
            tiers = (Tier(Decimal(0), Decimal(usd)),)
            moved = replace(first, tiers=tiers, source=source(at(day)))
            keep(store, at(day), single(at(day), [DatedPrice(moved)]))
            bills[day] = bill(store, day)
        assert bills[1] < bills[2] < bills[3]
        assert bills[4] == bills[1]
        assert {day: bill(store, day) for day in bills} == bills
