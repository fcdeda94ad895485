"""A refresh into a real store: what goes in, what is kept, what an interruption leaves."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices import Price, PriceKey, Purchase, Source, Tier
from farebox.prices.deliveries import DatedPrice, Delivery, Fact, LastDelivery, Slice
from farebox.prices.refreshed import SourceResult, Summary
from farebox.prices.store import Store, open_store
from pricing_fetch.errors import Damaged, NotReached
from pricing_fetch.refresh.intake import Job
from pricing_fetch.refresh.refresh import refresh
from tests.postgresql import PostgresServer, postgres_server

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


REGION = "eu-north-1"
"""A region of which the embedded book has nothing."""


Fetch = Callable[[LastDelivery | None, Callable[[int, int | None], None]], Delivery]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store, in a file and on a real PostgreSQL server."""
    place = str(tmp_path / "prices.sqlite")
    if request.param == "postgresql":
        started: PostgresServer = request.getfixturevalue("server")
        place = started.fresh_database()
    with open_store(place) as opened:
        yield opened


def key(usage_type: str, service: str = "AWSELB", **named: str) -> PriceKey:
    purchase: Purchase = "spot" if "zone_id" in named else "on-demand"
    return PriceKey(service, REGION, usage_type, purchase=purchase, **named)


def listed(
    figures: dict[str, str],
    *,
    service: str = "AWSELB",
    at: datetime = NOW,
    version: str = "1",
    operation: str = "",
) -> Delivery:
    source = Source("https://example.com/list.csv", f"{at:%Y-%m-%dT%H:%M:%SZ}", version)
    return Delivery(
        f"{service} {REGION}",
        source,
        Slice(service, REGION, "on-demand"),
        prices=iter(
            [
                DatedPrice(_price(key(name, service, operation=operation), usd, source))
                for name, usd in figures.items()
            ]
        ),
        byte_count=1000,
        left_out=Counter({"not Linux": 2}),
    )


def spots(figures: dict[str, str], *, at: datetime = NOW) -> Delivery:
    source = Source("https://ec2.example.com/", f"{at:%Y-%m-%dT%H:%M:%SZ}")
    return Delivery(
        f"spot {REGION}",
        source,
        Slice("AmazonEC2", REGION, "spot"),
        prices=[
            DatedPrice(
                _price(
                    key("SpotUsage:r6a.large", "AmazonEC2", zone_id=zone), usd, source
                )
            )
            for zone, usd in figures.items()
        ],
    )


def _price(of: PriceKey, usd: str, source: Source) -> Price:
    return Price(of, (Tier(Decimal(0), Decimal(usd)),), "Hrs", source)


def job(name: str, fetch: Fetch, kind: str = "list") -> Job:
    return Job(f"{name} {REGION}", kind, fetch)


def gives(delivery: Delivery) -> Job:
    spot = delivery.whole is not None and delivery.whole.purchase == "spot"
    return Job(delivery.name, "spot" if spot else "list", lambda last, tell: delivery)


def fails(service: str, sentence: str = "no connection") -> Job:
    def fetch(last: LastDelivery | None, tell: object) -> Delivery:
        raise NotReached(sentence)

    return job(service, fetch)


def run(
    store: Store, *jobs: Job, at: datetime = NOW, accept: tuple[str, ...] = ()
) -> Summary:
    return refresh(store, jobs, now=lambda: at, accept=accept, clock=lambda: 0.0)


def only(summary: Summary) -> SourceResult:
    (source,) = summary.sources
    return source


def usd(store: Store, usage_type: str, service: str = "AWSELB") -> Decimal | None:
    found = store.book().find(key(usage_type, service))
    return None if found is None else found.usd_per_unit


def test_a_refresh_counts_new_changed_gone_and_unchanged_prices(store: Store) -> None:
    before = {"LoadBalancerUsage": "0.0225", "LCUUsage": "0.008"}
    # 40 more, so that one gone price is under 5 %.
    many = {f"LCUUsage:{n}": "1" for n in range(40)}
    assert only(run(store, gives(listed({**before, **many})))).new == 42
    after = {"LoadBalancerUsage": "0.0225", "LCUUsage": "0.009", "LCUUsage:new": "1"}
    later = dict.fromkeys(list(many)[1:], "1")
    summary = run(store, gives(listed({**after, **later}, version="2")))
    found = only(summary)
    assert (found.new, found.changed, found.gone, found.unchanged) == (1, 1, 1, 40)
    assert (found.outcome, found.byte_count, found.left_out) == (
        "kept",
        1000,
        {"not Linux": 2},
    )
    (change,) = summary.changes
    assert (change.old_usd, change.new_usd) == (Decimal("0.008"), Decimal("0.009"))
    assert change.share == Decimal("0.125")
    assert summary.book_id == store.book().id != summary.book_before


def test_a_source_that_fails_leaves_the_others_and_its_own_older_prices(
    store: Store,
) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})), at=NOW - timedelta(days=3))
    day_before = store.book().id
    summary = run(
        store,
        fails("AWSELB", "https://example.com/: no connection; try again later"),
        gives(listed({"Hours:perCluster": "0.1"}, service="AmazonEKS")),
    )
    failed, kept = summary.sources
    assert (failed.outcome, kept.outcome) == ("failed", "kept")
    assert failed.sentence == "https://example.com/: no connection; try again later"
    assert failed.as_of.startswith("2026-11-23")  # the list was checked at NOW
    assert usd(store, "LCUUsage") == Decimal("0.008")
    assert usd(store, "Hours:perCluster", "AmazonEKS") == Decimal("0.1")
    assert summary.not_good == (failed,)
    (record, _) = store.refreshes(1)[0].deliveries
    assert (record.outcome, record.reason) == ("failed", failed.sentence)
    assert store.book().id != day_before


def test_a_list_that_proves_damaged_while_it_is_read_fails_alone(store: Store) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})))

    def cut_off() -> Iterator[DatedPrice]:
        yield from listed({"LCUUsage": "0.009"}).prices
        raise Damaged("line 7 is cut off")

    damaged = listed({}, version="2")
    damaged = Delivery(damaged.name, damaged.source, damaged.whole, prices=cut_off())
    summary = run(
        store,
        gives(damaged),
        gives(listed({"Hours:perCluster": "0.1"}, service="AmazonEKS")),
    )
    assert [source.outcome for source in summary.sources] == ["failed", "kept"]
    assert usd(store, "LCUUsage") == Decimal("0.008")


def test_two_prices_for_one_key_fail_their_source_alone(store: Store) -> None:
    twice = listed({"LCUUsage": "0.008"})
    other = listed({"LCUUsage": "0.009"})
    both = Delivery(
        twice.name, twice.source, twice.whole, prices=[*twice.prices, *other.prices]
    )
    found = only(run(store, gives(both)))
    assert found.outcome == "failed"
    assert "none is picked" in found.sentence


def test_a_refused_source_keeps_its_prices_until_it_is_accepted_by_name(
    store: Store,
) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})))

    def dearer() -> Job:
        return gives(listed({"LCUUsage": "0.08"}, version="2"))

    found = only(run(store, dearer()))
    assert (found.outcome, [r.rule for r in found.refusals]) == ("refused", ["moved"])
    assert usd(store, "LCUUsage") == Decimal("0.008")
    last = store.last(f"AWSELB {REGION}")
    assert last is not None
    assert last.version == "1"  # so that the next refresh asks for it again
    assert only(run(store, dearer(), accept=("AmazonEKS x",))).outcome == "refused"
    found = only(run(store, dearer(), accept=(f"AWSELB {REGION}",)))
    assert (found.outcome, found.accepted) == ("kept", True)
    assert usd(store, "LCUUsage") == Decimal("0.08")


def test_accepting_a_source_never_lets_an_impossible_price_in(store: Store) -> None:
    machine = {"BoxUsage:r6a.large": "0.1134"}
    lists = listed(machine, service="AmazonEC2", operation="RunInstances")
    run(store, gives(lists), gives(spots({"eun1-az1": "0.05", "eun1-az2": "0.05"})))
    # 0.2 is above on demand.
    delivered = {"eun1-az1": "0.2", "eun1-az2": "0.06"}
    assert only(run(store, gives(spots(delivered)))).outcome == "refused"
    assert only(run(store, gives(spots(delivered)), accept=("all",))).accepted
    book = store.book()
    first, second = (
        key("SpotUsage:r6a.large", "AmazonEC2", zone_id=f"eun1-az{n}") for n in (1, 2)
    )
    assert book.find(first) is None  # a gap, not a guess and not 0
    assert book.price(second).usd_per_unit == Decimal("0.06")


def test_spot_is_held_against_the_list_of_the_same_refresh(store: Store) -> None:
    machine = {"BoxUsage:r6a.large": "0.1134"}
    lists = listed(machine, service="AmazonEC2", operation="RunInstances")
    summary = run(store, gives(lists), gives(spots({"eun1-az1": "0.05"})))
    assert [source.new for source in summary.sources] == [1, 1]


def test_spot_of_a_region_without_its_list_is_no_price_at_all(store: Store) -> None:
    found = only(run(store, gives(spots({"eun1-az1": "0.05"}))))
    assert (found.outcome, found.new) == ("refused", 0)
    assert [refusal.rule for refusal in found.refusals] == ["nothing"]


def test_a_source_without_any_price_cannot_be_accepted(store: Store) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})))
    found = only(run(store, gives(listed({}, version="2")), accept=("all",)))
    assert found.outcome == "refused"
    assert usd(store, "LCUUsage") == Decimal("0.008")


def test_an_unchanged_source_is_confirmed_without_prices(store: Store) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})), at=NOW - timedelta(days=9))
    seen: list[LastDelivery | None] = []

    def fetch(last: LastDelivery | None, tell: object) -> Delivery:
        seen.append(last)
        full = listed({})
        return Delivery(full.name, full.source, full.whole, unchanged=True)

    before = store.book().id
    summary = run(store, job("AWSELB", fetch))
    found = only(summary)
    assert (found.outcome, found.unchanged, found.new) == ("unchanged", 1, 0)
    assert summary.book_id == summary.book_before == before
    (last,) = seen
    assert last is not None
    assert (last.version, last.price_count) == ("1", 1)


def test_a_feed_that_is_frozen_grows_stale(store: Store) -> None:
    machine = {"BoxUsage:r6a.large": "0.1134"}
    lists = listed(machine, service="AmazonEC2", operation="RunInstances")
    # Spot is stale after 7 days.
    old = spots({"eun1-az1": "0.05"}, at=NOW - timedelta(days=8))
    summary = run(store, gives(lists), gives(old))
    assert [source.stale for source in summary.sources] == [0, 1]


def test_facts_are_counted_apart_from_prices(store: Store) -> None:
    source = Source("https://example.com/", "2026-11-23")
    fact = Fact("quota", REGION, "L-34B43A08", "640", source)
    delivery = Delivery(f"quotas {REGION}", source, facts=(fact,))
    found = only(run(store, gives(delivery)))
    assert (found.outcome, found.facts, found.new) == ("kept", 1, 0)
    assert [one.json for one in store.facts("quota")] == ["640"]


def test_a_dry_run_compares_and_writes_nothing(store: Store) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})))
    before = store.refreshes(9)
    summary = refresh(
        store,
        [gives(listed({"LCUUsage": "0.009"}, version="2"))],
        now=lambda: NOW,
        dry_run=True,
    )
    assert (only(summary).changed, summary.book_id) == (1, before[0].book_id)
    assert store.refreshes(9) == before
    assert usd(store, "LCUUsage") == Decimal("0.008")


class _Interrupting:
    """A Progress that is interrupted when a source is stored."""

    def __init__(self, at: str) -> None:
        self.at = at

    def asking(self, name: str) -> None:
        self._at("asking")

    def bytes_done(self, name: str, done: int, total: int | None) -> None:
        self._at("bytes")

    def answered(self, name: str, how: str) -> None:
        self._at("answered")

    def storing(self, name: str) -> None:
        self._at(f"storing {name}")

    def stored(self, name: str, outcome: str) -> None:
        self._at(f"stored {name}")

    def _at(self, step: str) -> None:
        if step == self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    "step",
    [
        "answered",
        f"storing AWSELB {REGION}",
        f"stored AWSELB {REGION}",
        f"storing AmazonEKS {REGION}",
        f"stored AmazonEKS {REGION}",
    ],
)
def test_an_interruption_at_any_step_leaves_the_last_good_book(
    store: Store, step: str
) -> None:
    run(store, gives(listed({"LCUUsage": "0.008"})))
    before = store.refreshes(9)
    with pytest.raises(KeyboardInterrupt):
        refresh(
            store,
            [
                gives(listed({"LCUUsage": "0.009"}, version="2")),
                gives(listed({"Hours:perCluster": "0.1"}, service="AmazonEKS")),
            ],
            now=lambda: NOW,
            progress=_Interrupting(step),
        )
    assert store.refreshes(9) == before
    assert usd(store, "LCUUsage") == Decimal("0.008")
    assert only(run(store, gives(listed({"LCUUsage": "0.009"})))).changed == 1


def test_sources_are_asked_side_by_side(store: Store) -> None:
    # Each waits for the other: one after the other they would never end.
    meet = threading.Barrier(2, timeout=10)

    def of(service: str) -> Job:
        def fetch(last: LastDelivery | None, tell: object) -> Delivery:
            meet.wait()
            return listed({"LCUUsage": "1"}, service=service)

        return job(service, fetch)

    summary = run(store, of("AWSELB"), of("AmazonEKS"))
    assert [source.name for source in summary.sources] == [
        f"AWSELB {REGION}",
        f"AmazonEKS {REGION}",
    ]
