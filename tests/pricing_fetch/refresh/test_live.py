"""A live refresh asks only for what is used, and never waits beyond its budget."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from farebox.prices.curated import curated_book
from farebox.prices.store import Store, open_store
from farebox.prices.values import PriceKey
from pricing_fetch.refresh.live import LiveOutcome, refresh_used
from tests.aws.api import Factors
from tests.aws.calls import Ec2Api, PricingApi, serve_calls
from tests.aws.server import AwsServer

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
GP3 = PriceKey("AmazonEC2", "us-east-1", "EBS:VolumeUsage.gp3")
M7G = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:m7g.large", "RunInstances")
EKS = PriceKey(
    "AmazonEKS", "us-east-1", "AmazonEKS-Hours:perCluster", "CreateOperation"
)
R6A = "SpotUsage:r6a.4xlarge"
GET_PRODUCTS, SPOT_HISTORY = "GetProducts", "DescribeSpotPriceHistory"


def spot(zone_id: str, usage_type: str = R6A) -> PriceKey:
    return PriceKey("AmazonEC2", "us-east-1", usage_type, "", "spot", zone_id)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "prices.sqlite")) as opened:
        yield opened


def refreshed(
    store: Store, *keys: PriceKey, after_hours: float = 0, seconds: float = 10
) -> LiveOutcome:
    when = NOW + timedelta(hours=after_hours)
    return refresh_used(store, keys, budget_seconds=seconds, now=lambda: when)


def usd(store: Store, key: PriceKey) -> Decimal:
    return store.book().price(key).usd_per_unit


def serve(aws: AwsServer, **factors: str) -> None:
    """AWS says what the book says, but for usage types by their last part."""
    moved: Factors = {"EBS:VolumeUsage.gp3": factors.get("gp3", "1")}
    pools: Factors = {spot("use1-az1"): factors.get("az1", "1")}
    book = curated_book()
    serve_calls(aws, PricingApi(book, moved), Ec2Api(book, pools))


def test_only_what_is_used_is_asked_and_spot_in_one_call(
    store: Store, aws_account: AwsServer
) -> None:
    serve(aws_account, gp3="1.125")
    zones = [spot(f"use1-az{number}") for number in (1, 2, 4, 5, 6)]
    outcome = refreshed(store, GP3, M7G, *zones)
    (asked,) = aws_account.asked_for(SPOT_HISTORY)
    assert asked.form["InstanceType.1"] == "r6a.4xlarge"
    assert "InstanceType.2" not in asked.form
    assert len(aws_account.asked_for(GET_PRODUCTS)) == 2
    assert (outcome.asked_count, outcome.refreshed_count) == (7, 7)
    assert not outcome.kept
    # 0.08 x 1.125 = 0.09.
    assert usd(store, GP3) == Decimal("0.09")
    assert store.book().price(M7G).source.as_of == "2026-11-23T20:00:00Z"


def test_what_aws_said_shortly_before_is_not_asked_again(
    store: Store, aws_account: AwsServer
) -> None:
    serve(aws_account)
    keys = (GP3, spot("use1-az1"), spot("use1-az2"))
    refreshed(store, *keys)
    asked_at_first = len(aws_account.asked)
    again = refreshed(store, *keys, after_hours=0.9)
    assert len(aws_account.asked) == asked_at_first
    assert (again.fresh_count, again.refreshed_count) == (3, 0)
    # After an hour spot is old, list prices after a day.
    later = refreshed(store, *keys, after_hours=2)
    assert (later.fresh_count, later.refreshed_count) == (1, 2)
    assert len(aws_account.asked_for(GET_PRODUCTS)) == 1
    refreshed(store, *keys, after_hours=25)
    assert len(aws_account.asked_for(GET_PRODUCTS)) == 2


def test_a_key_that_the_store_lacks_is_asked_for_too(
    store: Store, aws_account: AwsServer
) -> None:
    book = curated_book()
    key = PriceKey("AmazonEC2", "eu-west-1", "EBS:VolumeUsage.brand-new")
    price = book.price(PriceKey("AmazonEC2", "eu-west-1", "EBS:VolumeUsage.gp3"))
    listed = replace(price.key, usage_type="EU-EBS:VolumeUsage.brand-new")
    serve_calls(aws_account, PricingApi([replace(price, key=listed)]))
    outcome = refreshed(store, key)
    assert outcome.refreshed_count == 1
    assert usd(store, key) == price.usd_per_unit


def test_a_silent_network_costs_the_budget_and_no_more(
    store: Store, aws_account: AwsServer
) -> None:
    serve(aws_account)
    aws_account.fail("time-out", times=100)
    began = time.monotonic()
    outcome = refreshed(store, GP3, spot("use1-az1"), seconds=1.5)
    assert time.monotonic() - began < 2.5
    assert outcome.kept_count == 2
    listed = next(kept for kept in outcome.kept if "price list" in kept.source)
    assert (listed.count, listed.oldest[:4]) == (1, "2026")
    assert "AWS had not answered after 1.5 s" in str(listed)
    assert usd(store, GP3) == Decimal("0.08")


def test_what_came_in_time_is_kept_though_the_rest_did_not(
    store: Store, aws_account: AwsServer
) -> None:
    serve(aws_account, gp3="1.125")
    aws_account.fail("time-out", path=SPOT_HISTORY, times=100)
    outcome = refreshed(store, GP3, spot("use1-az1"), seconds=6)
    assert usd(store, GP3) == Decimal("0.09")
    (kept,) = outcome.kept
    assert kept.source == "spot us-east-1"


def test_a_jump_is_refused_and_the_store_keeps_its_price(
    store: Store, aws_account: AwsServer
) -> None:
    # 0.08 x 2 = 0.16 is more than 30 % away; the other price is still taken.
    serve(aws_account, gp3="2")
    outcome = refreshed(store, GP3, M7G)
    assert usd(store, GP3) == Decimal("0.08")
    assert outcome.refreshed_count == 1
    (kept,) = outcome.kept
    assert "0.08" in kept.why
    assert "0.16" in kept.why
    assert "fare refresh --accept" in kept.why


def test_spot_above_on_demand_is_refused_and_the_other_zones_are_taken(
    store: Store, aws_account: AwsServer
) -> None:
    # 0.4411 x 3 = 1.3233, and on demand is 0.9072.
    serve(aws_account, az1="3")
    outcome = refreshed(store, spot("use1-az1"), spot("use1-az2"))
    assert usd(store, spot("use1-az1")) == Decimal("0.4411")
    assert outcome.refreshed_count == 1
    (kept,) = outcome.kept
    assert "cannot be true" in kept.why


def test_a_pool_that_aws_does_not_name_keeps_its_price_and_says_so(
    store: Store, aws_account: AwsServer
) -> None:
    book = curated_book()
    others = [price for price in book if price.key.zone_id != "use1-az1"]
    serve_calls(aws_account, PricingApi(book), Ec2Api(others))
    outcome = refreshed(store, spot("use1-az1"), spot("use1-az2"))
    (kept,) = outcome.kept
    assert (kept.count, kept.oldest) == (1, "2026")
    assert "names no spot price of these pools" in kept.why


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ("expired-token", "credentials have expired"),
        ("server-error", "failed on its side"),
        ("refuse", "no connection"),
        ("html", "not in AWS's form"),
    ],
)
def test_a_fault_is_told_in_one_sentence_and_asked_for_once(
    store: Store, aws_account: AwsServer, fault: str, part: str
) -> None:
    serve(aws_account)
    aws_account.fail(fault, times=100)
    keys = [GP3, M7G, EKS]
    outcome = refreshed(store, *keys)
    (kept,) = outcome.kept
    assert kept.count == 3
    assert part in kept.why
    assert "\n" not in str(kept)
    assert "AKIA" not in str(kept)
    # Three tries at most of each call that had begun.
    assert len(aws_account.asked) <= 3 * len(keys)


def test_without_credentials_everything_is_kept(
    store: Store, aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    outcome = refreshed(store, GP3)
    assert "no AWS credentials were found" in str(outcome.kept[0])
    assert not aws_account.asked


def test_another_refresh_that_writes_is_not_waited_for(
    store: Store, aws_account: AwsServer, tmp_path: Path
) -> None:
    serve(aws_account, gp3="1.125")
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with (
            open_store(str(tmp_path / "prices.sqlite")) as other,
            other.refresh(NOW, by="a test"),
        ):
            writing.set()
            done.wait(20)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert writing.wait(10)
        began = time.monotonic()
        outcome = refreshed(store, GP3, seconds=2)
        assert time.monotonic() - began < 3
        assert "another refresh has been writing" in outcome.kept[0].why
    finally:
        done.set()
        thread.join()


def test_nothing_used_asks_for_nothing(store: Store, aws_account: AwsServer) -> None:
    outcome = refreshed(store)
    assert outcome.asked_count == 0
    assert not outcome.kept
    assert not aws_account.asked
