"""Spot prices as EC2 tells them, from a real client against a local server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from farebox.prices.deliveries import Delivery, LastDelivery, Slice
from farebox.prices.values import PriceKey
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.spot_history import fetch_spot
from pricing_fetch.errors import Damaged, Denied, FetchError, NotListed, NotReached
from pricing_fetch.net.patience import Patience
from tests.aws.calls import Ec2Api, serve_calls
from tests.aws.server import AwsServer

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=3)


def now() -> datetime:
    return NOW


def pool(zone_id: str = "use1-az1", instance_type: str = "r6a.4xlarge") -> PriceKey:
    usage_type = f"SpotUsage:{instance_type}"
    return PriceKey("AmazonEC2", "us-east-1", usage_type, "", "spot", zone_id)


@pytest.fixture
def aws(aws_account: AwsServer) -> AwsServer:
    return aws_account


@pytest.fixture
def client(aws: AwsServer) -> Iterator[Any]:
    made = Aws(Patience(connect_seconds=1, read_seconds=1, tries=2)).client(
        "ec2", "us-east-1"
    )
    yield made
    made.close()


def paid(delivery: Delivery) -> dict[tuple[str, str], Decimal]:
    """(zone id, usage type) to dollars."""
    return {
        (d.price.key.zone_id, d.price.key.usage_type): d.price.usd_per_unit
        for d in delivery.prices
    }


def test_the_price_in_force_of_every_pool_is_kept_by_zone_id(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    api.add_spot(pool(), EARLIER, "0.441100")
    api.add_spot(pool(), EARLIER - timedelta(days=2), "0.300000")
    api.add_spot(pool("use1-az2"), EARLIER, "0.370400")
    serve_calls(aws, api)
    delivery = fetch_spot(client, "us-east-1", now=now)
    assert delivery.name == "spot us-east-1"
    assert delivery.whole == Slice("AmazonEC2", "us-east-1", "spot")
    assert delivery.source.as_of == "2026-11-23T20:00:00Z"
    # The row of two days before is not in force any more.
    assert [(d.price.key, str(d.price.usd_per_unit)) for d in delivery.prices] == [
        (pool(), "0.441100"),
        (pool("use1-az2"), "0.370400"),
    ]
    first = next(iter(delivery.prices))
    assert first.effective_from == "2026-11-23T17:00:00Z"
    assert first.price.unit == "Hrs"
    asked = aws.asked_for("DescribeSpotPriceHistory")[0].form
    assert asked["StartTime"].startswith("2026-11-23T20:00:00")
    assert asked["ProductDescription.1"] == "Linux/UNIX"
    assert asked["ProductDescription.2"] == "Linux/UNIX (Amazon VPC)"


def test_of_two_product_descriptions_the_newest_price_holds(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    vpc = "Linux/UNIX (Amazon VPC)"
    api.add_spot(pool(), EARLIER, "0.4411")
    api.add_spot(pool(), EARLIER - timedelta(days=9), "0.2", ProductDescription=vpc)
    api.add_spot(pool("use1-az2"), EARLIER - timedelta(days=9), "0.2")
    api.add_spot(pool("use1-az2"), EARLIER, "0.3704", ProductDescription=vpc)
    serve_calls(aws, api)
    assert list(paid(fetch_spot(client, "us-east-1", now=now)).values()) == [
        Decimal("0.4411"),
        Decimal("0.3704"),
    ]


def test_zone_names_become_ids_where_the_answer_has_no_ids(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api(old_sdk=True)
    api.add_spot(pool("use1-az6"), EARLIER, "0.3774")
    api.add_spot(pool("use1-az2", "r6a.8xlarge"), EARLIER, "0.6307")
    serve_calls(aws, api)
    found = paid(fetch_spot(client, "us-east-1", now=now))
    assert set(found) == {
        ("use1-az6", "SpotUsage:r6a.4xlarge"),
        ("use1-az2", "SpotUsage:r6a.8xlarge"),
    }
    assert len(aws.asked_for("DescribeAvailabilityZones")) == 1


def test_other_regions_have_their_prefix_as_the_embedded_book_has_it(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    key = PriceKey(
        "AmazonEC2", "eu-west-1", "EU-SpotUsage:m6a.large", "", "spot", "euw1-az1"
    )
    api.add_spot(key, EARLIER, "0.04")
    serve_calls(aws, api)
    assert set(paid(fetch_spot(client, "eu-west-1", now=now))) == {
        ("euw1-az1", "EU-SpotUsage:m6a.large")
    }


def test_pages_are_followed_even_through_empty_ones(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    for number in range(1, 6):
        api.add_spot(pool("use1-az1", f"r6a.{number}xlarge"), EARLIER, "0.1")
    api.page_rows = 2
    serve_calls(aws, api)
    aws.fail("empty-page", path="DescribeSpotPriceHistory")
    assert len(paid(fetch_spot(client, "us-east-1", now=now))) == 5
    assert len(aws.asked_for("DescribeSpotPriceHistory")) == 4


def test_what_is_no_price_is_left_out_and_counted_and_nothing_becomes_0(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    api.add_spot(pool("use1-az1"), EARLIER, "N/A")
    api.add_spot(pool("use1-az2"), EARLIER, "0.000000")
    api.add_spot(pool("use1-az4"), EARLIER, "9.0E-4")
    api.add_spot(pool("use1-atl1-az1"), EARLIER, "0.5")
    serve_calls(aws, api)
    delivery = fetch_spot(client, "us-east-1", now=now)
    assert list(paid(delivery).values()) == [Decimal("0.0009")]
    assert delivery.left_out == {
        "no price (N/A or 0)": 2,
        "Local Zones and Wavelength": 1,
    }


def test_the_history_is_several_dated_prices_of_one_key(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    for days, usd in ((100, "0.30"), (40, "0.35"), (20, "0.35"), (1, "0.44")):
        api.add_spot(pool(), NOW - timedelta(days=days), usd)
    api.add_spot(pool(), NOW - timedelta(days=1, hours=5), "0.39")
    serve_calls(aws, api)
    delivery = fetch_spot(
        client,
        "us-east-1",
        instance_types=["r6a.4xlarge"],
        since=NOW - timedelta(days=365),
        now=now,
    )
    # AWS keeps 90 days, so the price of 100 days ago is the one in force at the start;
    # the row of 20 days ago repeats the price and is no change. Of the two changes of
    # yesterday the last one counts.
    found = tuple(delivery.prices)
    assert [(d.effective_from, str(d.price.usd_per_unit)) for d in found] == [
        ("2026-08-15T20:00:00Z", "0.30"),
        ("2026-10-14T20:00:00Z", "0.35"),
        ("2026-11-22T20:00:00Z", "0.44"),
    ]
    assert delivery.whole is None
    asked = aws.asked_for("DescribeSpotPriceHistory")[0].form
    assert asked["StartTime"].startswith("2026-08-25T20:00:00")


def test_named_types_take_nothing_away_and_a_type_without_a_pool_is_named(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    api.add_spot(pool(), EARLIER, "0.4411")
    api.add_spot(pool("use1-az1", "m6a.large"), EARLIER, "0.04")
    serve_calls(aws, api)
    delivery = fetch_spot(
        client, "us-east-1", instance_types=["r6a.4xlarge", "r9z.large"], now=now
    )
    assert delivery.whole is None
    assert set(paid(delivery)) == {("use1-az1", "SpotUsage:r6a.4xlarge")}
    assert delivery.left_out == {"r9z.large has no spot pool here": 1}


def test_the_same_prices_again_are_unchanged(aws: AwsServer, client: Any) -> None:
    api = Ec2Api()
    api.add_spot(pool(), EARLIER, "0.4411")
    serve_calls(aws, api)
    first = fetch_spot(client, "us-east-1", now=now)
    last = LastDelivery(
        first.name, "", "", first.content_hash, first.source.as_of, "", 1
    )
    again = fetch_spot(client, "us-east-1", now=now, last=last)
    assert again.unchanged
    assert not tuple(again.prices)
    api.add_spot(pool(), NOW - timedelta(hours=1), "0.45")
    assert not fetch_spot(client, "us-east-1", now=now, last=last).unchanged


def test_a_lost_place_in_the_list_is_begun_again_once(
    aws: AwsServer, client: Any
) -> None:
    api = Ec2Api()
    for number in range(1, 5):
        api.add_spot(pool("use1-az1", f"r6a.{number}xlarge"), EARLIER, "0.1")
    api.page_rows = 2
    serve_calls(aws, api)
    lost: dict[str, Any] = {
        "code": "InvalidNextToken",
        "message": "no such token",
        "status": 400,
    }
    api_spot = "DescribeSpotPriceHistory"

    def lose_the_second_page(times: int) -> None:
        # The first page is answered; the fault meets the request that has the token.
        aws.fail("slow", path=api_spot, pause=0, size=1 << 20)
        for _ in range(times):
            aws.fail("expired-token", path=api_spot, **lost)
            aws.fail("slow", path=api_spot, pause=0, size=1 << 20)

    lose_the_second_page(1)
    assert len(paid(fetch_spot(client, "us-east-1", now=now))) == 4
    aws.heal()
    lose_the_second_page(2)
    with pytest.raises(NotReached, match=r"^spot us-east-1: AWS lost the place"):
        fetch_spot(client, "us-east-1", now=now)


def test_a_region_without_any_price_is_an_error_and_not_an_empty_book(
    aws: AwsServer, client: Any
) -> None:
    serve_calls(aws, Ec2Api())
    with pytest.raises(Damaged, match=r"^spot us-east-1: AWS lists no spot price"):
        fetch_spot(client, "us-east-1", now=now)


def test_china_is_refused_for_its_currency(client: Any) -> None:
    with pytest.raises(NotListed, match="CNY"):
        fetch_spot(client, "cn-north-1", now=now)


def test_the_history_of_all_types_and_of_none_is_refused(client: Any) -> None:
    with pytest.raises(NotListed, match="name the types"):
        fetch_spot(client, "us-east-1", since=EARLIER, now=now)
    with pytest.raises(NotListed, match="no instance type"):
        fetch_spot(client, "us-east-1", instance_types=[], now=now)


@pytest.mark.parametrize(
    ("fault", "how", "kind", "sentence"),
    [
        ("expired-token", {}, Denied, "the AWS credentials have expired"),
        (
            "expired-token",
            {"code": "UnauthorizedOperation", "status": 403},
            Denied,
            "may not do ec2:DescribeSpotPriceHistory; allow that action",
        ),
        (
            "skew",
            {"code": "RequestTimeTooSkewed", "status": 403},
            Denied,
            "this machine's clock is 60 minutes behind AWS's",
        ),
        ("html", {"times": 3}, Damaged, "not in AWS's form, 3 times"),
        ("refuse", {"times": 2}, NotReached, "no connection to 127.0.0.1"),
        ("time-out", {"times": 2}, NotReached, "did not answer in time"),
        ("truncate", {"times": 3}, Damaged, "the answer is cut off"),
        ("server-error", {"times": 2}, NotReached, "failed on its side (status 500)"),
    ],
)
def test_a_fault_is_one_sentence_with_the_way_out(
    aws: AwsServer,
    client: Any,
    fault: str,
    how: dict[str, Any],
    kind: type[FetchError],
    sentence: str,
) -> None:
    api = Ec2Api()
    api.add_spot(pool(), EARLIER, "0.4411")
    serve_calls(aws, api)
    aws.fail(fault, path="DescribeSpotPriceHistory" if fault != "html" else "", **how)
    with pytest.raises(kind) as caught:
        fetch_spot(client, "us-east-1", now=now)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("spot us-east-1: ")
    assert "\n" not in str(caught.value)
    assert "AKIA" not in str(caught.value)
