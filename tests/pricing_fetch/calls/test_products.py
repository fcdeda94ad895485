"""Prices of single keys, as GetProducts tells them to a real client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from farebox.prices.curated import curated_book
from farebox.prices.deliveries import Delivery
from farebox.prices.values import PriceKey
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.products import fetch_products
from pricing_fetch.errors import Damaged, Denied, NotListed, NotReached, Throttled
from pricing_fetch.net.patience import Patience
from tests.aws.calls import PricingApi, serve_calls
from tests.aws.server import AwsServer

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
GP3 = PriceKey("AmazonEC2", "us-east-1", "EBS:VolumeUsage.gp3")
R6A = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r6a.4xlarge", "RunInstances")
NLB = PriceKey(
    "AWSELB", "us-east-1", "LoadBalancerUsage", "LoadBalancing:Network"
)  # fmt: skip


def now() -> datetime:
    return NOW


@pytest.fixture
def client(aws_account: AwsServer) -> Iterator[Any]:
    patience = Patience(connect_seconds=1, read_seconds=1, tries=2)
    made = Aws(patience).client("pricing", "us-east-1")
    yield made
    made.close()


def usd(delivery: Delivery) -> dict[str, str]:
    return {
        d.price.key.usage_type: f"{d.price.usd_per_unit:f}" for d in delivery.prices
    }


def test_what_aws_says_now_is_delivered_under_the_books_own_keys(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(
        aws_account, PricingApi(curated_book(), {"EBS:VolumeUsage.gp3": "1.125"})
    )
    delivery = fetch_products(client, [GP3, R6A], now=now)
    assert delivery.name == "live us-east-1"
    assert delivery.whole is None
    # 0.08 x 1.125 = 0.09; of the six rows of an instance type only the Linux one.
    assert usd(delivery) == {
        "EBS:VolumeUsage.gp3": "0.09",
        "BoxUsage:r6a.4xlarge": "0.9072",
    }
    assert not delivery.left_out
    first = next(iter(delivery.prices))
    assert first.effective_from == "2026-11-01"
    assert first.price.source.as_of == "2026-11-23T20:00:00Z"
    assert first.price.source.version == "20261120000000"


def test_the_embedded_books_prices_come_back_as_they_are(
    aws_account: AwsServer, client: Any
) -> None:
    book = curated_book()
    serve_calls(aws_account, PricingApi(book))
    keys = [
        price.key
        for price in book
        if price.key.purchase == "on-demand"
        and price.key.region in ("us-east-1", "global")
        and ("BoxUsage:" not in price.key.usage_type or ":r6a." in price.key.usage_type)
    ]
    assert len(keys) > 60
    delivery = fetch_products(client, keys[:12], now=now)
    for dated in delivery.prices:
        ours = book.price(dated.price.key)
        assert (dated.price.tiers, dated.price.unit) == (ours.tiers, ours.unit)
    assert {d.price.key for d in delivery.prices} == set(keys[:12])


@pytest.mark.parametrize(
    ("key", "listed_as"),
    [
        (PriceKey("awskms", "us-east-1", "KMS-Keys"), "us-east-1-KMS-Keys"),
        (
            PriceKey("AmazonVPC", "us-east-1", "PublicIPv4:InUseAddress"),
            "USE1-PublicIPv4:InUseAddress",
        ),
        (PriceKey("AmazonEC2", "eu-west-1", "EBS:SnapshotUsage"), "EU-EBS:SnapshotUsage"),
        (
            PriceKey("AWSDataTransfer", "us-east-1", "DataTransfer-Out-Bytes"),
            "DataTransfer-Out-Bytes",
        ),
        (PriceKey("AmazonRoute53", "global", "HostedZone"), "HostedZone"),
        (
            PriceKey("AmazonEKS", "us-east-1", "AmazonEKS-Hours:perCluster"),
            "USE1-AmazonEKS-Hours:perCluster",
        ),
        (NLB, "LoadBalancerUsage"),
    ],
    ids=lambda value: value.usage_type if isinstance(value, PriceKey) else "",
)  # fmt: skip
def test_a_key_is_found_under_each_of_awss_prefixes(
    aws_account: AwsServer, client: Any, key: PriceKey, listed_as: str
) -> None:
    book = curated_book()
    serve_calls(aws_account, PricingApi(book))
    delivery = fetch_products(client, [key], now=now)
    (dated,) = delivery.prices
    ours = book.price(key)
    assert dated.price.key.usage_type == listed_as
    assert dated.price.tiers == ours.tiers
    assert dated.price.unit == ours.unit


def test_a_key_that_aws_does_not_list_is_named(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    unknown = PriceKey("AmazonEC2", "us-east-1", "BoxUsage:r9z.large", "RunInstances")
    delivery = fetch_products(client, [unknown, GP3], now=now)
    assert usd(delivery) == {"EBS:VolumeUsage.gp3": "0.08"}
    assert delivery.left_out == {f"{unknown}: AWS does not list it": 1}


def test_of_several_prices_for_a_key_none_is_taken(
    aws_account: AwsServer, client: Any
) -> None:
    api = PricingApi(curated_book())
    twin = next(
        p
        for p in PricingApi(curated_book(), {"EBS:VolumeUsage.gp3": "2"}).products
        if p["product"]["attributes"]["usagetype"] == "EBS:VolumeUsage.gp3"
    )
    twin["product"]["sku"] = "ANOTHERONE"
    api.products.append(twin)
    serve_calls(aws_account, api)
    delivery = fetch_products(client, [GP3], now=now)
    assert not tuple(delivery.prices)
    assert "several prices for one key (EBS:VolumeUsage.gp3)" in delivery.left_out
    assert f"{GP3}: no single price of it in AWS's answer" in delivery.left_out


def test_pages_are_followed_even_through_empty_ones(
    aws_account: AwsServer, client: Any
) -> None:
    api = PricingApi(curated_book())
    api.page_rows = 1
    serve_calls(aws_account, api)
    aws_account.fail("empty-page", path="GetProducts")
    every = PriceKey("AWSELB", "us-east-1", "LCUUsage")
    delivery = fetch_products(client, [every], now=now)
    # Three products on as many pages, after an empty one.
    assert {d.price.key.operation for d in delivery.prices} == {
        "LoadBalancing:Application",
        "LoadBalancing:Gateway",
        "LoadBalancing:Network",
    }
    assert len(aws_account.asked_for("GetProducts")) == 4


def test_keys_after_the_time_is_over_are_named_and_the_others_kept(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    delivery = fetch_products(client, [GP3, R6A], now=now, stop=lambda: True)
    assert not tuple(delivery.prices)
    assert delivery.left_out == {
        f"{GP3}: not asked, the time was over": 1,
        f"{R6A}: not asked, the time was over": 1,
    }
    assert not aws_account.asked


def test_a_call_that_fails_leaves_the_others_their_prices(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    aws_account.fail("server-error", path="GetProducts", times=2)
    with pytest.raises(NotReached, match=r"^live us-east-1: AWS failed on its side"):
        fetch_products(client, [GP3], now=now)
    # AWS answers the first of two keys and fails on the second through its retries.
    aws_account.fail("slow", path="GetProducts", pause=0, size=1 << 20)
    aws_account.fail("server-error", path="GetProducts", times=2)
    delivery = fetch_products(client, [GP3, NLB], now=now, calls_at_once=1)
    assert usd(delivery) == {"EBS:VolumeUsage.gp3": "0.08"}
    assert delivery.left_out == {f"{NLB}: the call failed": 1}


def test_a_denied_call_names_the_iam_action(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account)  # an account without the right to anything
    with pytest.raises(Denied, match=r"may not do pricing:GetProducts; allow"):
        fetch_products(client, [GP3], now=now)


def test_throttling_that_outlasts_the_retries_says_to_wait(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    aws_account.fail("throttle", path="GetProducts", times=2)
    with pytest.raises(Throttled, match="AWS throttles pricing:GetProducts"):
        fetch_products(client, [GP3], now=now)


def test_a_page_of_html_is_no_empty_list(aws_account: AwsServer, client: Any) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    aws_account.fail("html", times=3)
    with pytest.raises(Damaged, match="not in AWS's form"):
        fetch_products(client, [GP3], now=now)


def test_china_and_no_key_at_all_are_refused(client: Any) -> None:
    with pytest.raises(NotListed, match="CNY"):
        fetch_products(
            client, [PriceKey("AmazonEC2", "cn-north-1", "BoxUsage:x")], now=now
        )
    with pytest.raises(NotListed, match="no key"):
        fetch_products(client, [], now=now)


def test_a_price_is_a_decimal_to_the_last_digit(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    key = PriceKey("AWSLambda", "us-east-1", "Request", "Invoke")
    (dated,) = fetch_products(client, [key], now=now).prices
    assert dated.price.usd_per_unit == Decimal("0.0000002")


def test_a_charge_is_asked_for_as_its_region_spells_it(
    aws_account: AwsServer, client: Any
) -> None:
    serve_calls(aws_account, PricingApi(curated_book()))
    usual = PriceKey("AWSSecretsManager", "eu-west-1", "AWSSecretsManagerAPIRequest")
    (found,) = fetch_products(client, [usual], now=now).prices
    assert found.price.key.usage_type == "EU-AWSSecretsManager-APIRequests"
    assert len(aws_account.asked_for("GetProducts")) == 1
