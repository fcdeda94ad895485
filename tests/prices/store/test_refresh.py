"""A refresh writes what changed, in one transaction, on both databases."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks.documents import preview_document
from farebox.estimate import estimate
from farebox.graph.document import read_document
from farebox.prices import PriceKey, PriceNotFound, Tier
from farebox.prices.deliveries import DatedPrice, Delivery, Fact, Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.errors import StoreError, UnknownBook
from farebox.prices.store import Store, open_store
from tests.prices.store.deliveries import (
    NAME,
    SNS,
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
    embedded = embedded_book()
    with open_store(url) as store:
        book = store.book()
        assert book.kind == "store"
        assert sorted(book, key=str) == sorted(embedded, key=str)
        assert len(book) == len(embedded)
        for price in embedded:
            assert book.price(price.key) == price
        on = date(2026, 11, 23)
        assert (book.as_of, book.stale(on)) == (embedded.as_of, embedded.stale(on))
        assert book.instance_types == embedded.instance_types
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
        assert len(store.book()) == len(embedded_book()) + 1


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
        again = Delivery(NAME, source(at(9)), SNS, unchanged=True)
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
        never = Delivery("AmazonSNS eu-west-3", source(at(1)), SNS, unchanged=True)
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
        assert len(today) == len(today.prices) == len(embedded_book()) + 1
        eve = store.book(on=date(2026, 11, 30))
        assert eve.price(key("a")).usd_per_unit == 1
        december = store.book(on=date(2026, 12, 1))
        assert december.price(key("a")).usd_per_unit == 2
        assert december.price(key("b")).usd_per_unit == 5
        assert len(december) == len(embedded_book()) + 2
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


def test_two_prices_for_one_key_are_refused_by_its_name(url: str) -> None:
    twice = [dated("a", "1", at(1)), dated("EU-a", "2", at(1))]
    with open_store(url) as store:
        before = store.book().id
        with (
            pytest.raises(
                StoreError, match=r"two prices for AmazonSNS eu-west-1 .*a: 1"
            ),
            store.refresh(at(1), by="test") as refresh,
        ):
            refresh.compare(whole(at(1), twice))
        assert store.book().id == before
        same = [dated("a", "1", at(1)), dated("EU-a", "1", at(1))]
        keep(store, at(1), whole(at(1), same))
        assert store.book().price(key("a")).usd_per_unit == 1


def test_a_price_outside_of_the_slice_is_refused(url: str) -> None:
    elsewhere = Slice("AmazonSNS", "eu-west-2", "on-demand")
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
        NAME, source(at(1)), SNS, [dated("a", "1", at(1))], files=(path,)
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
        sns = store.keys(service="AmazonSNS", region="eu-west-1")
        assert [one.usage_type for one in sns] == ["Alpha", "alpha_2", "beta"]
        found = store.keys(service="AmazonSNS", like="ALPHA")
        assert [one.usage_type for one in found] == ["Alpha", "alpha_2"]
        assert [one.usage_type for one in store.keys(like="a_2")] == ["alpha_2"]
        assert store.keys(service="AmazonSNS", limit=1) == sns[:1]
        # Words may stand in any field of the key, each in its own.
        assert store.keys(words=("SNS", "eu-west", "ALPHA")) == found
        assert store.keys(words=("SNS", "us-east", "ALPHA")) == []
        assert "alpha_2" in store.usage_types()


def test_slices_say_their_source_count_and_moment(url: str) -> None:
    with open_store(url) as store:
        keep(store, at(1), simple(at(1), a="1", b="2"))
        (sns,) = [one for one in store.slices() if one.slice == SNS]
        assert (sns.price_count, sns.seen_at) == (2, "2026-11-01T12:00:00Z")
        assert sns.source == source(at(1))
        others = [one for one in store.slices() if one.slice != SNS]
        assert all(one.source is None for one in others)


def test_a_book_of_no_time_or_id_is_refused_in_a_sentence(url: str) -> None:
    with open_store(url) as store:
        with pytest.raises(UnknownBook, match=r"had no book yet .* 2026-10-08"):
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
        assert store.book().find(here) == embedded_book().find(here)


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
