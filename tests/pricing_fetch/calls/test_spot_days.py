"""The spot prices of 90 days, from a real client against a local server, into a store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode

from farebox.prices import Source
from farebox.prices.deliveries import Delivery, Fact
from farebox.prices.store import Store, open_store
from farebox.prices.values import PriceKey
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.spot_days import fetch_spot_days
from pricing_fetch.errors import NotListed
from pricing_fetch.net.patience import Patience
from pricing_fetch.refresh.jobs import Sources, Wanted, jobs_for
from pricing_fetch.refresh.refresh import refresh
from tests.aws.calls import Ec2Api, serve_calls
from tests.aws.server import AwsServer

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
TYPE = "r6a.4xlarge"


def now() -> datetime:
    return NOW


def pool(zone_id: str = "use1-az1", instance_type: str = TYPE) -> PriceKey:
    usage_type = f"SpotUsage:{instance_type}"
    return PriceKey("AmazonEC2", "us-east-1", usage_type, "", "spot", zone_id)


def back(days: float) -> datetime:
    return NOW - timedelta(days=days)


def fact(subject: str, json: str, as_of: str) -> Fact:
    source = Source("https://example.test/spot", as_of)
    return Fact("spot-history", "us-east-1", subject, json, source)


def told(delivery: Delivery) -> dict[str, list[list[str]]]:
    """Subject to the points of its fact."""
    return {one.subject: decode(one.json) for one in delivery.facts}


@pytest.fixture
def client(aws_account: AwsServer) -> Iterator[Any]:
    made = Aws(Patience(connect_seconds=1, read_seconds=1, tries=2)).client(
        "ec2", "us-east-1"
    )
    yield made
    made.close()


def test_every_change_of_90_days_is_kept_with_the_price_in_force_at_its_start(
    aws_account: AwsServer, client: Any
) -> None:
    changes = [
        (pool(), back(200), "0.250000"),
        (pool(), back(100), "0.300000"),
        (pool(), back(40), "0.350000"),
        # Two changes of one day are two points, unlike in a book, which is of a day.
        (pool(), back(1), "0.440000"),
        (pool(), back(1.1), "0.390000"),
        (pool("use1-az2"), back(3), "0.370400"),
        (pool(instance_type="m6a.large"), back(3), "0.04"),
    ]
    serve_calls(aws_account, Ec2Api(history=changes))
    delivery = fetch_spot_days(client, "us-east-1", instance_types=[TYPE], now=now)
    assert delivery.name == "spot 90 days us-east-1"
    assert not tuple(delivery.prices)
    assert delivery.whole is None
    assert told(delivery) == {
        "r6a.4xlarge use1-az1": [
            ["2026-08-15T20:00:00Z", "0.300000"],
            ["2026-10-14T20:00:00Z", "0.350000"],
            ["2026-11-22T17:36:00Z", "0.390000"],
            ["2026-11-22T20:00:00Z", "0.440000"],
        ],
        "r6a.4xlarge use1-az2": [["2026-11-20T20:00:00Z", "0.370400"]],
    }
    assert {one.kind for one in delivery.facts} == {"spot-history"}
    assert {one.source.as_of for one in delivery.facts} == {"2026-11-23T20:00:00Z"}
    asked = aws_account.asked_for("DescribeSpotPriceHistory")[0].form
    assert asked["StartTime"].startswith("2026-08-25T20:00:00")
    assert asked["InstanceType.1"] == TYPE


def test_what_the_store_has_is_gone_on_from(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(
        aws_account,
        Ec2Api(history=[(pool(), back(100), "0.30"), (pool(), back(2), "0.44")]),
    )
    known = [
        fact(
            "r6a.4xlarge use1-az1",
            '[["2026-06-01T00:00:00Z","0.2"],["2026-08-15T20:00:00Z","0.30"]]',
            "2026-10-01T00:00:00Z",
        ),
        fact(
            "r6a.4xlarge use1-az6",
            '[["2026-06-01T00:00:00Z","0.9"]]',
            "2026-06-02T00:00:00Z",
        ),
    ]
    delivery = fetch_spot_days(
        client,
        "us-east-1",
        instance_types=[TYPE],
        known=lambda kind, region: known,
        now=now,
    )
    # The pool that AWS does not tell of any more is not confirmed.
    assert told(delivery) == {
        "r6a.4xlarge use1-az1": [
            ["2026-06-01T00:00:00Z", "0.2"],
            ["2026-08-15T20:00:00Z", "0.30"],
            ["2026-11-21T20:00:00Z", "0.44"],
        ]
    }


def test_an_older_history_that_cannot_be_read_is_counted_and_begun_anew(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, Ec2Api(history=[(pool(), back(2), "0.44")]))
    delivery = fetch_spot_days(
        client,
        "us-east-1",
        instance_types=[TYPE, "r9z.large"],
        known=lambda kind, region: [
            fact("r6a.4xlarge use1-az1", "{", "2026-10-01T00:00:00Z")
        ],
        now=now,
    )
    assert told(delivery) == {
        "r6a.4xlarge use1-az1": [["2026-11-21T20:00:00Z", "0.44"]]
    }
    assert delivery.left_out == {
        "older history that cannot be read": 1,
        "r9z.large has no spot pool here": 1,
    }


def test_no_type_and_a_type_without_any_pool_are_refused(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, Ec2Api())
    with pytest.raises(NotListed, match="name some with --type"):
        fetch_spot_days(client, "us-east-1", instance_types=[], now=now)
    with pytest.raises(
        NotListed, match=r"no spot pool of r9z\.large; name other types"
    ):
        fetch_spot_days(client, "us-east-1", instance_types=["r9z.large"], now=now)
    with pytest.raises(NotListed, match="CNY"):
        fetch_spot_days(client, "cn-north-1", instance_types=[TYPE], now=now)


# --- in the store ---------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "prices.sqlite")) as opened:
        yield opened


def fetched(
    store: Store, api: Ec2Api, aws: AwsServer, at: datetime, folder: Path
) -> None:
    """A refresh at that moment, as `fare refresh --only spot-90-days` does it."""
    serve_calls(aws, api)
    sources = Sources(lambda: at, folder)
    sources.store = store
    wanted = Wanted(("spot-90-days",), ("us-east-1",), (), (TYPE,))
    summary = refresh(store, jobs_for(wanted, sources), now=lambda: at)
    assert [one.outcome for one in summary.sources] == ["kept"]


def test_a_history_grows_beyond_90_days_and_is_no_price_of_the_book(
    store: Store, aws_account: AwsServer, tmp_path: Path
) -> None:
    # 0.30 for 100 days, then 0.40 for 80: the later call sees 80 days of it only.
    first = [(pool(), back(180), "0.30")]
    fetched(store, Ec2Api(history=first), aws_account, back(90), tmp_path)
    before = store.book()
    later = [*first, (pool(), back(80), "0.40")]
    fetched(store, Ec2Api(history=later), aws_account, NOW, tmp_path)
    book = store.book()
    assert (book.id, book.find(pool())) == (before.id, before.find(pool()))
    series = book.spot_series("us-east-1", TYPE, "use1-az1")
    assert series is not None
    assert series.points == ((back(180), Decimal("0.30")), (back(80), Decimal("0.40")))
    assert series.mean == (100 * Decimal("0.30") + 80 * Decimal("0.40")) / 180
    assert series.until == NOW
    assert book.spot_series("us-east-1", TYPE, "use1-az2") is None


def test_an_older_book_knows_the_history_up_to_its_own_moment(
    store: Store, aws_account: AwsServer, tmp_path: Path
) -> None:
    with store.refresh(back(10), by="test") as transaction:
        transaction.fail("nothing", "only a moment")
    fetched(
        store,
        Ec2Api(history=[(pool(), back(30), "0.30"), (pool(), back(5), "0.40")]),
        aws_account,
        NOW,
        tmp_path,
    )
    old = store.book(seen_by=back(9)).spot_series("us-east-1", TYPE, "use1-az1")
    assert old is not None
    assert old.points == ((back(30), Decimal("0.30")),)
    assert old.until == back(10)


def test_a_refresh_without_news_confirms_the_history_in_place(
    store: Store, aws_account: AwsServer, tmp_path: Path
) -> None:
    api = Ec2Api(history=[(pool(), back(100), "0.30")])
    fetched(store, api, aws_account, back(2), tmp_path)
    fetched(store, api, aws_account, NOW, tmp_path)
    (kept,) = store.facts("spot-history", "us-east-1", "r6a.4xlarge use1-az1")
    assert kept.json == '[["2026-08-15T20:00:00Z","0.30"]]'
    assert kept.source.as_of == "2026-11-23T20:00:00Z"


def test_the_history_has_a_name_of_its_own_and_is_asked_only_when_it_is_named(
    tmp_path: Path, aws_account: AwsServer
) -> None:
    sources = Sources(now, tmp_path)

    def names(*only: str) -> list[str]:
        wanted = Wanted(only, ("us-east-1",), ("AWSELB",), (TYPE,))
        return [job.name for job in jobs_for(wanted, sources)]

    assert names("spot-90-days") == ["spot 90 days us-east-1"]
    for usual in ((), ("spot",), ("facts",)):
        assert "spot 90 days us-east-1" not in names(*usual)
