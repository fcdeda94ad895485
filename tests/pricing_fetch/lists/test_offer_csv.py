"""The synthetic price list: AWS's shape, the embedded book's prices, the same bytes."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.offer_csv import COLUMNS, write_offer
from farebox.prices import Source
from farebox.prices.curated import curated_book
from farebox.prices.deliveries import DatedPrice
from pricing_fetch.lists.normalise import Normaliser
from pricing_fetch.lists.price_file import PriceFile


def read(path: Path, region: str, left_out: Counter[str]) -> list[DatedPrice]:
    file = PriceFile(path, name="a list", max_bytes=1 << 30)
    source = Source("https://example.test/list.csv", "2026-11-23T20:00:00Z")
    return list(
        Normaliser(
            file,
            service="AmazonEC2",
            region=region,
            source=source,
            left_out=left_out,
        ).prices()
    )


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    paths = tmp_path / "a.csv", tmp_path / "b.csv"
    rows = [write_offer(path, mb=2) for path in paths]
    assert rows[0] == rows[1]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    lines = paths[0].read_text().splitlines()
    assert len(lines) == 6 + rows[0]
    assert lines[5].count(",") == len(COLUMNS) - 1
    reserved = sum('"Reserved"' in line for line in lines)
    assert 0.8 < reserved / rows[0] < 0.95


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_what_is_read_from_it_costs_what_the_book_says(
    tmp_path: Path, region: str
) -> None:
    path = tmp_path / "list.csv"
    write_offer(path, mb=6, region=region)
    left_out: Counter[str] = Counter()
    found = {
        dated.price.key: dated.price
        for dated in read(path, region, left_out)
        if dated.effective_from <= "2026-11-23"
    }
    compared = 0
    for price in curated_book():
        key = price.key
        if (key.service, key.region, key.purchase) == (
            "AmazonEC2",
            region,
            "on-demand",
        ):
            listed = found.get(key)
            if listed is None:
                assert "BoxUsage" in key.usage_type  # Beyond the 6 MB.
                continue
            assert (listed.tiers, listed.unit) == (price.tiers, price.unit)
            compared += 1
    # All that is no instance, and ten types of r6a and some more.
    assert compared > 20
    assert left_out["of another place (a Local Zone, a Wavelength Zone)"] > 5
    assert left_out["capacity status UnusedCapacityReservation, not Used"] > 200
