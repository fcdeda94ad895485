"""What no source sends in its right mind is refused in a sentence, or left out."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from farebox.prices import PriceKey
from farebox.prices.deliveries import Delivery
from pricing_fetch.calls.aws import Aws
from pricing_fetch.calls.instance_types import fetch_instance_types
from pricing_fetch.calls.plan_rates import fetch_plan_rates
from pricing_fetch.calls.products import ProductTable, fetch_products
from pricing_fetch.calls.quotas import fetch_quotas
from pricing_fetch.calls.spot_history import fetch_spot, spot_usd
from pricing_fetch.dates import http_date
from pricing_fetch.errors import Damaged, FetchError, NoRoom
from pricing_fetch.feeds.feeds import decoded, read_feed
from pricing_fetch.lists.region_index import listed, read_index
from pricing_fetch.lists.tiers import Refused, decimal, is_day, named
from pricing_fetch.net.answers import NotYet, pause_asked
from pricing_fetch.net.downloads import PartFile
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
REGION = "us-east-1"
DEEP = b"[" * 100_000
INDEX = "/offers/v1.0/aws/AmazonEC2/current/region_index.json"
KEY = PriceKey("AmazonEC2", REGION, "BoxUsage:r6a.4xlarge", "RunInstances")


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


def transport_to(aws: AwsServer) -> Transport:
    where = Addresses(aws.url, f"{aws.url}/spot.json", f"{aws.url}/advisor.json")
    return Transport(
        where=where,
        environ={},
        now=lambda: NOW,
        sleep=lambda _: None,
        patience=Patience(tries=1),
    )


def always(
    body: bytes, kind: str = "application/json", **more: str
) -> Callable[[Any], Reply]:
    return lambda asked: Reply(200, {"Content-Type": kind, **more}, body)


@pytest.mark.parametrize(
    "text",
    [
        *("", " 1", "1_000", "\u0661", "NaN", "sNaN", "Infinity", "0x10", "1e", "."),
        *("1E+999999", "1E+9999999", "1E-9999999", "1e400", "9" * 5000, "-1"),
    ],
)
def test_a_figure_that_no_price_can_be_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        decimal(text)
    assert spot_usd(text) is None


def test_figures_as_the_lists_write_them_are_read() -> None:
    for text, figure in {
        "0.9072000000": "0.9072",
        "1.0E-4": "0.0001",
        "0.0000000021": "2.1E-9",
        "10000000000": "1E+10",
        "0E-10": "0",
    }.items():
        assert decimal(text) == Decimal(figure)


def test_a_day_is_one_of_the_calendar() -> None:
    assert is_day("2028-02-29")
    assert is_day("2026-11-01T00:00:00Z")
    for text in ("2027-02-29", "9999-99-99", "2026-11-01T25:00:00Z", "2026", ""):
        assert not is_day(text)


def test_a_word_of_a_source_cannot_steer_a_terminal() -> None:
    assert named("CNY", "no currency") == "CNY"
    assert named("", "no currency") == "no currency"
    assert named("\x1b[31m", "no currency") == "something unreadable"
    assert len(named("x" * 9999, "")) == 40


@pytest.mark.parametrize(
    "header",
    [
        *("", "soon", "Mon, 99 Nov 2026 10:00:00 GMT", "1 Jan 99999 00:00:00 GMT"),
        "Mon, 23 Nov 2026 10:00:00 +999999999999999",
        "Fri, 31 Dec 9999 23:59:59 -0800",
    ],
)
def test_a_date_that_is_none_is_no_date(header: str) -> None:
    assert http_date(header) is None
    assert pause_asked(header, NOW, "spot") is None


def test_a_feed_that_is_dated_ahead_is_of_today(aws: AwsServer) -> None:
    ahead = {"Last-Modified": "Sat, 23 Nov 2126 10:00:00 GMT"}
    aws.serve("/spot.json", always(b"{}", **ahead))
    way = transport_to(aws)
    feed = read_feed(way, f"{aws.url}/spot.json", note="", last=None, progress=None)
    assert feed.source.as_of == "2026-11-23T20:00:00Z"


@pytest.mark.parametrize("body", [b'{"a":' * 50_000, b'{"a": "\xff"}', b"", DEEP])
def test_a_feed_that_cannot_be_read_is_damaged(aws: AwsServer, body: bytes) -> None:
    aws.serve("/spot.json", always(body))
    way = transport_to(aws)
    feed = read_feed(way, f"{aws.url}/spot.json", note="", last=None, progress=None)
    with pytest.raises(Damaged, match=r"spot\.json"):
        decoded(feed, dict[str, Any])


def test_an_index_without_end_is_damaged(aws: AwsServer) -> None:
    aws.serve(INDEX, always(DEEP))
    with pytest.raises(Damaged, match=r"region_index\.json"):
        read_index(transport_to(aws), "offers", "AmazonEC2", ())


@pytest.mark.parametrize(
    "path",
    [
        "/offers/v1.0/aws/AmazonEC2/2026/eu-west-1/index.json",
        "/offers/v1.0/aws/AmazonS3/2026/us-east-1/index.json",
        "/offers/v1.0/aws/AmazonEC2/2026/../us-east-1/index.json",
        "https://example.test/offers/v1.0/aws/AmazonEC2/2026/us-east-1/index.json",
    ],
)
def test_an_index_cannot_lead_to_another_list(aws: AwsServer, path: str) -> None:
    index = {
        "publicationDate": "2026-11-20T18:30:45Z",
        "regions": {REGION: {"currentVersionUrl": path}},
    }
    aws.serve(INDEX, always(json.dumps(index).encode()))
    way = transport_to(aws)
    found = read_index(way, "offers", "AmazonEC2", ())
    with pytest.raises(Damaged, match="not its own"):
        listed(way, found, REGION, "offers", "AmazonEC2")


@pytest.mark.parametrize("place", ["http://[", "http://\u2100.test/"])
def test_a_redirect_to_no_address_is_refused(aws: AwsServer, place: str) -> None:
    place = place.encode().decode("latin-1")
    aws.serve(INDEX, lambda asked: Reply(302, {"Location": place}))
    with pytest.raises(FetchError):
        transport_to(aws).get(f"{aws.url}{INDEX}")


def test_a_length_of_a_thousand_digits_is_no_length(tmp_path: Path) -> None:
    with PartFile.of(tmp_path, "https://example.test/list", NOW) as part:
        with pytest.raises(Damaged, match="does not say how long it is"):
            part.begin(200, {"Content-Length": "9" * 5000}, "list")
        part.begin(200, {"Content-Length": "9", "ETag": '"1"'}, "list")
        with pytest.raises(NotYet):
            part.begin(206, {"Content-Range": f"bytes 0-1/{'9' * 5000}"}, "list")


def test_a_download_does_not_write_through_a_link(
    aws: AwsServer, tmp_path: Path
) -> None:
    aws.serve("/list", always(b"new", ETag='"1"'))
    folder, other = tmp_path / "downloads", tmp_path / "mine"
    transport_to(aws).download(f"{aws.url}/list", folder)
    (part,) = folder.glob("*.part")
    (side,) = folder.glob("*.json")
    for name in (part, side.with_suffix(".json.new")):
        for path in folder.iterdir():
            path.unlink()
        other.write_text("")
        name.symlink_to(other)
        with suppress(NoRoom):
            transport_to(aws).download(f"{aws.url}/list", folder)
        assert other.read_text() == ""


PRODUCT = {
    "product": {
        "sku": "S1",
        "productFamily": "Compute Instance",
        "attributes": {
            "usagetype": KEY.usage_type,
            "operation": KEY.operation,
            "regionCode": REGION,
        },
    },
    "serviceCode": "AmazonEC2",
    "version": "2026",
    "terms": {
        "OnDemand": {
            "S1.T": {
                "offerTermCode": "T",
                "effectiveDate": "2026-11-01T00:00:00Z",
                "priceDimensions": {
                    "S1.T.D": {
                        "unit": "Hrs",
                        "beginRange": "0",
                        "endRange": "Inf",
                        "pricePerUnit": {"USD": "0.9072000000"},
                    }
                },
            }
        }
    },
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"Hrs"', "null"),
        ('"S1"', '["S1"]'),
        ('"0.9072000000"', "0.9072"),
        ('"BoxUsage:r6a.4xlarge"', "null"),
    ],
)
def test_a_product_with_another_type_of_field_is_damaged(
    before: str, after: str
) -> None:
    text = json.dumps(PRODUCT)
    ProductTable("live").add(text)
    with pytest.raises(Damaged, match="live: a product is not in the shape"):
        ProductTable("live").add(text.replace(before, after))


def test_a_product_without_end_is_damaged() -> None:
    with pytest.raises(Damaged, match="live: a product is not in the shape"):
        ProductTable("live").add(DEEP.decode())


Call = Callable[[Aws], Delivery]

SPOT = (
    b"<DescribeSpotPriceHistoryResponse><spotPriceHistorySet><item>"
    b"<instanceType>r6a.4xlarge</instanceType><timestamp>2026-11-23T10:00:00Z</timestamp>"
    b"<productDescription>Linux/UNIX</productDescription><spotPrice>0.3</spotPrice>"
    b"<availabilityZoneId>use1-az1</availabilityZoneId>"
    b"</item></spotPriceHistorySet></DescribeSpotPriceHistoryResponse>"
)
RATE = {
    "savingsPlanOffering": {
        "planType": "Compute",
        "paymentOption": "No Upfront",
        "durationSeconds": 31536000,
        "currency": "USD",
    },
    "usageType": KEY.usage_type,
    "operation": KEY.operation,
    "rate": {},
    "unit": "Hrs",
    "properties": [],
}


def _spot(aws: Aws) -> Delivery:
    return fetch_spot(aws.client("ec2", REGION), REGION, now=lambda: NOW)


def _types(aws: Aws) -> Delivery:
    return fetch_instance_types(aws.client("ec2", REGION), REGION, now=lambda: NOW)


def _quotas(aws: Aws) -> Delivery:
    return fetch_quotas(aws.client("service-quotas", REGION), REGION, now=lambda: NOW)


def _rates(aws: Aws) -> Delivery:
    return fetch_plan_rates(aws.client("savingsplans", REGION), REGION, now=lambda: NOW)


def _products(aws: Aws) -> Delivery:
    return fetch_products(aws.client("pricing", REGION), [KEY], now=lambda: NOW)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (_spot, SPOT.replace(b"2026-11-23T10:00:00Z", b"yesterday")),
        (_spot, SPOT.replace(b"2026-11-23T10:00:00Z", b"9" * 30)),
        (_spot, SPOT.replace(b"<spotPrice>0.3</spotPrice>", b"<spotPrice/>" * 2)),
        (
            _types,
            b"<DescribeInstanceTypesResponse><instanceTypeSet><item><vCpuInfo>"
            b"<defaultVCpus>many</defaultVCpus></vCpuInfo></item></instanceTypeSet>"
            b"</DescribeInstanceTypesResponse>",
        ),
        (_quotas, b'{"Quota": "none"}'),
        (_quotas, b'{"Quota": {"QuotaName": "vCPU", "Value": "many"}}'),
        (_quotas, b'{"Quota": {"QuotaName": "vCPU", "Value": NaN}}'),
        (_quotas, DEEP),
        (_rates, json.dumps({"searchResults": [RATE]}).encode()),
        (_rates, b"5"),
        (_products, b'{"PriceList": 5}'),
        (_products, b'{"PriceList": [5]}'),
    ],
)
def test_an_answer_of_another_shape_is_damaged(
    aws_account: AwsServer, call: Call, body: bytes
) -> None:
    kind = "text/xml" if body.startswith(b"<") else "application/x-amz-json-1.1"
    aws_account.serve("/", always(body, kind))
    with pytest.raises(Damaged):
        call(Aws(Patience(tries=1)))


def test_a_time_that_cannot_be_is_left_out(aws_account: AwsServer) -> None:
    row = SPOT[SPOT.index(b"<item>") : SPOT.index(b"</spotPriceHistorySet>")]
    early = row.replace(b"2026-11-23T10:00:00Z", b"0001-01-01T00:00:00Z")
    aws_account.serve("/", always(SPOT.replace(row, row + early), "text/xml"))
    found = _spot(Aws(Patience(tries=1)))
    assert len(tuple(found.prices)) == 1
    assert found.left_out == Counter({"a time that cannot be": 1})
