"""Bulk savings plan files: whose rates are taken, and under which term."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices.deliveries import LastDelivery, Slice
from farebox.prices.text import parse_book, write_book
from pricing_fetch.errors import NotListed
from pricing_fetch.lists.savings_plans import READING, fetch_plans, term_of
from pricing_fetch.net.hosts import Addresses
from pricing_fetch.net.transport import Transport
from tests.aws.server import AwsServer, Reply

FILE = (
    Path(__file__).parents[2]
    / "recorded/price_lists/AWSComputeSavingsPlan-us-east-1.csv"
)
VERSION = "20261118170509"
PATH = f"/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/{VERSION}/us-east-1"
INDEX = json.dumps(
    {
        "publicationDate": "2026-11-18T17:05:09Z",
        "regions": [
            {"regionCode": "us-east-1", "versionUrl": f"{PATH}/index.json"},
        ],
    }
).encode()
COMPUTE = "AWSComputeSavingsPlan"


@pytest.fixture
def transport() -> Iterator[Transport]:
    with AwsServer() as aws:
        base = "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json"
        aws.serve(base, lambda _: Reply(body=INDEX))
        aws.serve(f"{PATH}/index.csv", lambda _: Reply(body=FILE))
        yield Transport(
            where=Addresses(price_list=aws.url),
            now=lambda: datetime(2026, 11, 23, 20, tzinfo=UTC),
            sleep=lambda _: None,
        )


def test_linux_rates_stand_under_the_key_of_the_usage_and_a_term(
    transport: Transport, tmp_path: Path
) -> None:
    delivery = fetch_plans(transport, COMPUTE, "us-east-1", folder=tmp_path)
    rates = {
        (dated.price.key.usage_type, dated.price.key.term): dated.price.usd_per_unit
        for dated in delivery.prices
    }
    assert rates == {
        ("BoxUsage:r6a.4xlarge", "compute-1yr-no-upfront"): Decimal("0.6589"),
        ("BoxUsage:r6a.4xlarge", "compute-3yr-all-upfront"): Decimal("0.4203"),
        ("BoxUsage:r6a.4xlarge", "ec2-instance-3yr-all-upfront"): Decimal("0.3649"),
    }
    assert delivery.name == "AWSComputeSavingsPlan us-east-1"
    assert delivery.whole == Slice("AmazonEC2", "us-east-1", "savings-plan")
    # Windows, Dedicated and unused capacity; and two rates for r6a.8xlarge.
    assert delivery.left_out == {
        "not Linux on shared hardware": 3,
        "several rates for one key": 1,
    }


def test_another_service_of_the_plan_is_a_delivery_of_its_own(
    transport: Transport, tmp_path: Path
) -> None:
    delivery = fetch_plans(
        transport, COMPUTE, "us-east-1", folder=tmp_path, service="AmazonECS"
    )
    (fargate,) = delivery.prices
    assert delivery.name == "AWSComputeSavingsPlan us-east-1 AmazonECS"
    assert fargate.price.usd_per_unit == Decimal("0.032384")
    assert fargate.price.unit == "hours"


def test_rates_can_stand_in_a_book(transport: Transport, tmp_path: Path) -> None:
    delivery = fetch_plans(
        transport, COMPUTE, "us-east-1", folder=tmp_path, every_system=True
    )
    prices = [dated.price for dated in delivery.prices]
    assert len(prices) == 6
    assert len(parse_book(write_book(prices), kind="file")) == 6


def test_a_version_that_is_known_is_not_downloaded(
    transport: Transport, tmp_path: Path
) -> None:
    remembered = f"{VERSION} reading {READING}"
    last = LastDelivery(
        "AWSComputeSavingsPlan us-east-1", remembered, "", "", "", "", 3
    )
    delivery = fetch_plans(transport, COMPUTE, "us-east-1", folder=tmp_path, last=last)
    assert delivery.unchanged
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_is_unknown_names_the_near_one(
    transport: Transport, tmp_path: Path
) -> None:
    with pytest.raises(NotListed, match="did you mean AWSComputeSavingsPlan"):
        fetch_plans(transport, "ComputeSavingsPlan", "us-east-1", folder=tmp_path)


@pytest.mark.parametrize(
    ("row", "term"),
    [
        (("ComputeSavingsPlans", "1", "year", "No Upfront"), "compute-1yr-no-upfront"),
        (
            ("DatabaseSavingsPlans", "3", "year", "Partial Upfront"),
            "database-3yr-partial-upfront",
        ),
        (
            ("QuantumLeapSavingsPlans", "1", "year", "All Upfront"),
            "quantum-leap-1yr-all-upfront",
        ),
        (("ComputeSavingsPlans", "12", "month", "No Upfront"), ""),
        (("ComputeSavingsPlans", "1", "year", "Some Upfront"), ""),
    ],
)
def test_a_term_names_family_years_and_payment(
    row: tuple[str, str, str, str], term: str
) -> None:
    assert term_of(*row) == term
