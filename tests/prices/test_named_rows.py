"""Rates that a feed has by name become prices under the keys of the bill, whole."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.prices import Price, PriceKey, Source, Tier
from tests.facts.named_rows import FEED_ROWS, named, with_named

SOURCE = Source("https://example.test/price-list", "2026-11-01")


def prices_of(folder: Path, *rows: tuple[str, str, str, str]) -> list[Price]:
    with gzip.open(folder / FEED_ROWS, "wt") as file:
        writer = csv.writer(file)
        writer.writerow(("feed", "region", "name", "usd_per_unit"))
        writer.writerows(rows)
    return named(folder)


def test_tiers_of_traffic_stand_under_the_edge_s_usage_type(tmp_path: Path) -> None:
    [price] = prices_of(
        tmp_path,
        ("cloudfront", "any", "Regional DT from EU to Internet Next 40 TB", "0.08"),
        ("cloudfront", "any", "Regional DT from EU to Internet First 10 TB", "0.085"),
    )
    assert price.key == PriceKey(
        "AmazonCloudFront", "global", "EU-DataTransfer-Out-Bytes"
    )
    assert price.tiers == (
        Tier(Decimal(0), Decimal("0.085")),
        Tier(Decimal(10_240), Decimal("0.08")),
    )


def test_a_rate_of_a_region_has_the_region_s_prefix(tmp_path: Path) -> None:
    name = "DataTransfer out of LoadBalancing First 100TB"
    [price] = prices_of(
        tmp_path,
        ("shield", "eu-west-1", name, "0.05"),
        ("shield", "Somewhere else", name, "0.07"),
        ("shield", "eu-west-1", "A rate that nothing is called", "9"),
    )
    assert str(price.key.usage_type) == "EU-DataTransfer-Shield-Bytes"
    assert price.key.operation == "LoadBalancing"


def test_two_rates_under_one_name_are_refused(tmp_path: Path) -> None:
    row = ("shield", "Any", "Advanced Monthly Fee")
    with pytest.raises(ValueError, match="two rates"):
        prices_of(tmp_path, (*row, "3000"), (*row, "3001"))


def test_a_price_with_all_tiers_goes_before_its_first_one() -> None:
    key = PriceKey("AmazonCloudFront", "global", "EU-DataTransfer-Out-Bytes")
    first = Tier(Decimal(0), Decimal("0.085"))
    second = Tier(Decimal(10_240), Decimal("0.08"))
    short, whole = (
        Price(key, tiers, "GB", SOURCE) for tiers in ((first,), (first, second))
    )
    assert with_named([short], [whole]) == [whole]
    assert with_named([whole], [short]) == [whole]
    other = Price(key, (Tier(Decimal(0), Decimal("0.09")), second), "GB", SOURCE)
    with pytest.raises(ValueError, match="two prices"):
        with_named([short], [other])
