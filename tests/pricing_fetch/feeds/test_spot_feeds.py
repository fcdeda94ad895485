"""The public spot feed and the Spot Advisor, in their recorded shapes and with faults."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from farebox.prices.deliveries import Delivery, LastDelivery
from pricing_fetch.errors import Damaged, NotReached
from pricing_fetch.feeds.spot_advisor import Advised, fetch_advisor
from pricing_fetch.feeds.spot_feed import fetch_spot_feed
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.patience import Patience
from pricing_fetch.net.transport import Transport
from tests.aws.server import Asked, AwsServer, Reply

RECORDED = Path(__file__).parents[2] / "recorded" / "aws_calls"
FED_AT = datetime(2026, 11, 23, 19, 5, tzinfo=UTC)


def feed_document(*, regions: int = 31, types: int = 1_000) -> dict[str, Any]:
    """spot.json in its shape; us-east-1 has the rows of the recorded head."""
    head = json.decode((RECORDED / "spot_feed_head.json").read_bytes())
    sizes = [_size(f"z{number}.large", "0.05") for number in range(types)]
    more = [
        {
            "region": f"zz-east-{number}",
            "instanceTypes": [{"type": "x", "sizes": sizes}],
        }
        for number in range(1, regions)
    ]
    head["config"]["regions"] += more
    return dict(head)


def _size(name: str, usd: str) -> dict[str, Any]:
    columns = [
        {"name": "linux", "prices": {"USD": usd}},
        {"name": "mswin", "prices": {"USD": "N/A*"}},
    ]
    return {"size": name, "valueColumns": columns}


def advisor_document(*, regions: int = 30, types: int = 800) -> dict[str, Any]:
    """spot-advisor-data.json in its shape, after the recorded slice."""
    slice_ = json.decode((RECORDED / "spot_advisor_slice.json").read_bytes())
    many = {f"z{number}.large": {"s": 50, "r": 1} for number in range(types)}
    for number in range(1, regions):
        slice_["spot_advisor"][f"zz-east-{number}"] = {"Linux": many}
    return dict(slice_)


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@pytest.fixture
def transport(aws: AwsServer) -> Iterator[Transport]:
    where = Addresses(spot_feed=f"{aws.url}/spot.json", spot_advisor=f"{aws.url}/adv")
    made = Transport(
        where=where,
        sleep=lambda _: None,
        patience=Patience(read_seconds=0.3, tries=2),
    )
    yield made
    made.close()


def serve(aws: AwsServer, document: object, fed_at: datetime = FED_AT) -> None:
    body = document if isinstance(document, bytes) else json.encode(document)

    def handler(asked: Asked) -> Reply:
        return Reply(
            headers={
                "Content-Type": "application/x-javascript",
                "Last-Modified": format_datetime(fed_at, usegmt=True),
            },
            body=body,
            gzip=True,
        )

    aws.serve("/", handler)


def remembered(delivery: Delivery) -> LastDelivery:
    return LastDelivery(
        delivery.name,
        delivery.source.version,
        delivery.etag,
        delivery.content_hash,
        delivery.source.as_of,
        "2026-11-23T20:00:00Z",
        1,
    )


def in_us_east_1(delivery: Delivery) -> dict[str, str]:
    return {
        d.price.key.usage_type: f"{d.price.usd_per_unit:f}"
        for d in delivery.prices
        if d.price.key.region == "us-east-1"
    }


def test_the_feed_gives_one_figure_per_region_and_type_without_a_zone(
    aws: AwsServer, transport: Transport
) -> None:
    serve(aws, feed_document())
    delivery = fetch_spot_feed(transport)
    assert delivery.name == "spot feed"
    assert delivery.whole is None
    assert delivery.source.as_of == "2026-11-23T19:05:00Z"
    # N/A* is no price, 9.0E-4 is 0.0009, and linux above mswin stays for the guards.
    assert in_us_east_1(delivery) == {
        "SpotUsage:r6a.4xlarge": "0.3411",
        "SpotUsage:r6a.24xlarge": "5.4387",
        "SpotUsage:t4g.nano": "0.00090",
    }
    assert {d.price.key.zone_id for d in delivery.prices} == {""}
    assert {d.price.key.purchase for d in delivery.prices} == {"spot"}
    assert delivery.left_out == {"no price (N/A or 0)": 1, "Local Zones": 1}


def test_a_feed_that_did_not_change_is_not_read_again(
    aws: AwsServer, transport: Transport
) -> None:
    serve(aws, feed_document())
    last = remembered(fetch_spot_feed(transport))
    again = fetch_spot_feed(transport, last=last)
    assert again.unchanged
    assert again.etag == last.etag
    assert aws.asked[-1].headers["if-none-match"] == last.etag


def test_a_frozen_feed_keeps_its_own_date_and_so_grows_stale(
    aws: AwsServer, transport: Transport
) -> None:
    serve(aws, feed_document())
    last = remembered(fetch_spot_feed(transport))
    aws.fail("frozen-etag", times=2)
    frozen = fetch_spot_feed(transport, last=last)
    assert frozen.unchanged
    assert frozen.source.as_of == "2024-05-13T10:00:00Z"


def test_a_script_that_calls_back_with_the_feed_is_read_too(
    aws: AwsServer, transport: Transport
) -> None:
    serve(aws, b"callback(" + json.encode(feed_document()) + b");\n")
    assert len(in_us_east_1(fetch_spot_feed(transport))) == 3


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        # The recorded head has one Local Zone and three types that are priced.
        (feed_document(regions=20), "21 regions where 30 are the least"),
        (feed_document(types=900), "903 instance types where 1,000 are the least"),
        ({"config": {}}, "not in the known form"),
        (b'{"vers":0.01,"config":{"rate":"perhr"', "not in the known form"),
        (
            {"config": {"rate": "perhr", "currencies": ["CNY"], "regions": []}},
            "not USD an hour",
        ),
    ],
)
def test_a_feed_that_lost_something_is_refused_whole(
    aws: AwsServer, transport: Transport, document: object, sentence: str
) -> None:
    serve(aws, document)
    with pytest.raises(Damaged, match=sentence):
        fetch_spot_feed(transport)


def test_the_advisor_gives_a_fact_for_each_region_and_type(
    aws: AwsServer, transport: Transport
) -> None:
    serve(aws, advisor_document())
    delivery = fetch_advisor(transport)
    assert not tuple(delivery.prices)
    facts = {(fact.region, fact.subject): fact for fact in delivery.facts}
    fact = facts["us-east-1", "r6a.4xlarge"]
    assert fact.kind == "advisor"
    # us-east-1 r6a.4xlarge: 57 % saved, bucket 4, as recorded.
    assert json.decode(fact.json, type=Advised) == Advised(57, 4, ">20%")
    last = remembered(delivery)
    assert fetch_advisor(transport, last=last).unchanged


def test_an_advisor_that_lost_something_or_cannot_be_is_refused(
    aws: AwsServer, transport: Transport
) -> None:
    # 100, and the eleven sizes of r6a in the recorded slice.
    serve(aws, advisor_document(types=100))
    with pytest.raises(Damaged, match="111 instance types where 800"):
        fetch_advisor(transport)
    document = advisor_document()
    document["spot_advisor"]["zz-east-1"]["Linux"]["z1.large"] = {"s": 50, "r": 9}
    serve(aws, document)
    with pytest.raises(Damaged, match="the bucket 9"):
        fetch_advisor(transport)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("time-out", NotReached),
        ("truncate", NotReached),
        ("server-error", NotReached),
        ("html", Damaged),
    ],
)
def test_a_feed_that_fails_names_its_address(
    aws: AwsServer, transport: Transport, fault: str, kind: type[Exception]
) -> None:
    serve(aws, feed_document())
    aws.fail(fault, times=2)
    with pytest.raises(kind, match=r"/spot\.json: "):
        fetch_spot_feed(transport)
