"""A local server that sells the recorded price lists, and a client of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from farebox.prices.deliveries import DatedPrice, Delivery
from pricing_fetch.lists.offers import fetch_offer
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply

RECORDED = Path(__file__).parents[2] / "recorded" / "price_lists"


NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


EC2, EC2_VERSION = RECORDED / "AmazonEC2-us-east-1.csv", "20261120183045"


R53, R53_VERSION = RECORDED / "AmazonRoute53.csv", "20261018120000"


def index_of(service: str, version: str, *regions: str) -> bytes:
    digits = [version[:4], *(version[at : at + 2] for at in range(4, 14, 2))]
    published = "{}-{}-{}T{}:{}:{}Z".format(*digits)
    path = f"/offers/v1.0/aws/{service}/{version}"
    return json.dumps(
        {
            "formatVersion": "v1.0",
            "publicationDate": published,
            "regions": {
                region: {
                    "regionCode": region,
                    "currentVersionUrl": f"{path}/{region}/index.json",
                }
                for region in regions
            },
        }
    ).encode()


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        base = "/offers/v1.0/aws"
        for service, version, path in (
            ("AmazonEC2", EC2_VERSION, f"{EC2_VERSION}/us-east-1/index.csv"),
            ("AmazonRoute53", R53_VERSION, "current/index.csv"),
        ):
            index = index_of(service, version, "us-east-1", "us-east-2", "eu-west-1")
            server.serve(
                f"{base}/{service}/current/region_index.json",
                lambda _, index=index: Reply(body=index),  # type: ignore[misc]
            )
            file = EC2 if service == "AmazonEC2" else R53
            server.serve(
                f"{base}/{service}/{path}",
                lambda _, file=file: Reply(body=file),  # type: ignore[misc]
            )
        yield server


@pytest.fixture
def transport(aws: AwsServer) -> Transport:
    return Transport(
        where=Addresses(price_list=aws.url), now=lambda: NOW, sleep=lambda _: None
    )


@pytest.fixture
def ec2(transport: Transport, tmp_path: Path) -> tuple[Delivery, list[DatedPrice]]:
    delivery = fetch_offer(transport, "AmazonEC2", "us-east-1", folder=tmp_path)
    return delivery, list(delivery.prices)
