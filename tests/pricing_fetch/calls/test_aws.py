"""Clients, credentials and the pace of calls."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from pricing_fetch.calls.aws import Aws, credentials_resolve, pages, pricing_region
from pricing_fetch.errors import Damaged, Denied, FetchError, NotListed, NotReached
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.throttle import TokenBucket
from tests.aws.calls import Ec2Api, PricingApi, serve_calls
from tests.aws.server import AwsServer

QUICK = Patience(connect_seconds=0.5, read_seconds=1, tries=2)
FILTERS: dict[str, Any] = {"ServiceCode": "AmazonEC2", "Filters": []}


def list_products(client: Any) -> list[Any]:
    found = pages(client, "get_products", FILTERS, rows="PriceList", source="here")
    return [row for page in found for row in page]


@pytest.mark.parametrize(
    ("region", "asked_in"),
    [
        ("us-west-2", "us-east-1"),
        ("eu-west-1", "eu-central-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("sa-east-1", "us-east-1"),
        ("us-gov-west-1", "us-east-1"),
    ],
)
def test_prices_are_asked_for_in_the_nearest_of_three_regions(
    aws_account: AwsServer, region: str, asked_in: str
) -> None:
    assert pricing_region(region) == asked_in
    client = Aws(QUICK).client("pricing", region)
    assert client.meta.region_name == asked_in
    serve_calls(aws_account, PricingApi([]))
    assert list_products(client) == []
    signed = aws_account.asked[0].headers["authorization"]
    assert f"/{asked_in}/pricing/" in signed


def test_china_has_prices_in_another_currency_and_is_refused() -> None:
    for service in ("pricing", "ec2"):
        with pytest.raises(NotListed, match="CNY"):
            Aws(QUICK).client(service, "cn-north-1")


def test_one_client_is_made_for_a_service_and_region(aws_account: AwsServer) -> None:
    aws = Aws(QUICK)
    assert aws.client("ec2", "us-east-1") is aws.client("ec2", "us-east-1")
    assert aws.client("pricing", "us-west-2") is aws.client("pricing", "us-east-2")


def test_credentials_of_the_environment_resolve(aws_account: AwsServer) -> None:
    assert credentials_resolve()
    assert not aws_account.asked


def test_without_credentials_none_resolve_and_no_metadata_is_asked(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws_account.url)
    assert not credentials_resolve()
    assert not aws_account.asked
    serve_calls(aws_account, PricingApi([]))
    with pytest.raises(Denied, match=r"^here: no AWS credentials were found; set"):
        list_products(Aws(QUICK).client("pricing", "us-east-1"))


def test_a_silent_metadata_server_costs_about_a_second(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws_account.url)
    aws_account.fail("time-out", path="/latest", times=9)
    before = time.monotonic()
    assert not credentials_resolve()
    assert time.monotonic() - before < 2
    assert aws_account.asked


def test_a_profile_that_does_not_exist_is_no_credentials_and_one_sentence(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert not credentials_resolve()
    with pytest.raises(Denied, match="check AWS_PROFILE"):
        Aws(QUICK).client("ec2", "us-east-1")


def test_a_place_that_is_lost_twice_ends_the_listing(aws_account: AwsServer) -> None:
    api = PricingApi([])
    api.products = [
        {"serviceCode": "AmazonEC2", "product": {"attributes": {}}, "n": n}
        for n in range(4)
    ]
    api.page_rows = 2
    serve_calls(aws_account, api)
    client = Aws(QUICK).client("pricing", "us-east-1")
    assert len(list_products(client)) == 4

    def lose_a_token(times: int) -> None:
        for _ in range(times):
            aws_account.fail("slow", path="GetProducts", pause=0, size=1 << 20)
            aws_account.fail(
                "expired-token",
                path="GetProducts",
                code="ExpiredNextTokenException",
                message="The pagination token expired. Try again without it.",
            )

    lose_a_token(1)
    # Two rows, then the list again from its start: the reader keys them.
    assert len(list_products(client)) == 2 + 4
    lose_a_token(2)
    with pytest.raises(NotReached, match="lost the place in its list twice"):
        list_products(client)


def test_a_list_that_stays_on_one_page_ends(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = PricingApi([])
    same = {"PriceList": [], "NextToken": "1"}
    monkeypatch.setattr(api, "operations", lambda: {"GetProducts": lambda _: same})
    serve_calls(aws_account, api)
    with pytest.raises(Damaged, match="does not go on"):
        list_products(Aws(QUICK).client("pricing", "us-east-1"))


def test_a_throttled_call_is_tried_again_and_answered(aws_account: AwsServer) -> None:
    serve_calls(aws_account, Ec2Api())
    aws_account.fail("throttle", path="DescribeAvailabilityZones")
    patient = Patience(connect_seconds=5, read_seconds=5, tries=4)
    client = Aws(patient).client("ec2", "us-east-1")
    found = pages(
        client, "describe_availability_zones", {}, rows="AvailabilityZones", source="x"
    )
    assert list(found) == [()]
    assert len(aws_account.asked) == 2


@pytest.mark.parametrize("service", ["ec2", "pricing"])
@pytest.mark.parametrize(
    "fault", ["expired-token", "server-error", "skew", "html", "refuse", "time-out"]
)
def test_no_sentence_holds_a_key_a_token_or_a_signature(
    aws_account: AwsServer, service: str, fault: str
) -> None:
    serve_calls(aws_account, PricingApi([]), Ec2Api())
    how: dict[str, Any] = {"seconds": 3600} if fault == "skew" else {}
    if fault == "expired-token":
        how["message"] = "AKIAIOSFODNN7EXAMPLE not-a-token arn:aws:iam::123456789012:u"
    aws_account.fail(fault, times=9, **how)
    client = Aws(QUICK).client(service, "us-east-1")
    method, rows, request = {
        "ec2": ("describe_availability_zones", "AvailabilityZones", {}),
        "pricing": ("get_products", "PriceList", FILTERS),
    }[service]
    with pytest.raises(FetchError) as caught:
        list(pages(client, method, request, rows=rows, source="here"))
    sentence = str(caught.value)
    assert sentence.startswith("here: ")
    for secret in ("AKIA", "not-a-", "1234567", "Signature=", "http", "\n"):
        assert secret not in sentence


def bucket(clock: Callable[[], float], slept: list[float]) -> TokenBucket:
    return TokenBucket(10, 5, clock=clock, sleep=slept.append)


def test_ten_calls_go_at_once_and_then_five_a_second() -> None:
    slept: list[float] = []
    one = bucket(lambda: 0.0, slept)
    waits = [one.take() for _ in range(13)]
    # Ten tokens are there; the 11th comes after 1/5 s, the 12th after 2/5, ...
    assert waits == pytest.approx([0] * 10 + [0.2, 0.4, 0.6])
    assert slept == pytest.approx([0.2, 0.4, 0.6])


def test_the_bucket_fills_again_but_not_over_its_brim() -> None:
    at = [0.0]
    one = bucket(lambda: at[0], [])
    for _ in range(10):
        one.take()
    at[0] = 1.0  # five tokens more
    assert [one.take() for _ in range(6)] == pytest.approx([0] * 5 + [0.2])
    at[0] = 1000.0
    assert [one.take() for _ in range(11)][-1] == pytest.approx(0.2)


def test_threads_together_take_no_more_than_the_rate() -> None:
    slept: list[float] = []
    one = bucket(lambda: 0.0, slept)
    threads = [Thread(target=one.take) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 40 calls: 10 at once, the last of the other 30 after 30 / 5 = 6 seconds.
    assert len(slept) == 30
    assert max(slept) == pytest.approx(6.0)


def test_the_pricing_clients_own_retries_take_tokens_too(
    aws_account: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(TokenBucket, "take", lambda self: taken.append(1))
    serve_calls(aws_account, PricingApi([]))
    aws_account.fail("server-error", path="GetProducts")
    list_products(Aws(QUICK).client("pricing", "us-east-1"))
    assert len(taken) == len(aws_account.asked) == 2
