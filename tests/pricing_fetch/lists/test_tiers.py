"""Laws of tiers, and of reading a list in pieces of any size."""

import random
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.prices import Source
from farebox.prices.deliveries import DatedPrice
from pricing_fetch.errors import Damaged
from pricing_fetch.lists import price_file
from pricing_fetch.lists.normalise import Normaliser
from pricing_fetch.lists.price_file import PriceFile
from pricing_fetch.lists.tiers import Range, Refused, decimal, tiers_of

EC2 = Path(__file__).parents[2] / "recorded/price_lists/AmazonEC2-us-east-1.csv"

BORDERS = st.lists(st.integers(1, 10**9), min_size=0, max_size=6, unique=True).map(
    sorted
)
DOLLARS = st.decimals("0.0000001", "99", places=7)


@given(BORDERS, st.data(), st.randoms(use_true_random=False))
def test_ranges_that_meet_make_one_tier_each_in_any_order(
    borders: list[int], data: st.DataObject, chance: random.Random
) -> None:
    starts = [Decimal(0), *map(Decimal, borders)]
    ends = [*map(Decimal, borders), None]
    dollars = [data.draw(DOLLARS) for _ in starts]
    ranges = list(zip(starts, ends, dollars, strict=True))
    chance.shuffle(ranges)
    tiers = tiers_of(ranges)
    assert [tier.from_quantity for tier in tiers] == starts
    assert [tier.usd_per_unit for tier in tiers] == dollars


@given(BORDERS.filter(lambda one: len(one) >= 2), st.data())
def test_a_list_that_lacks_a_range_has_no_price(
    borders: list[int], data: st.DataObject
) -> None:
    edges = [Decimal(0), *map(Decimal, borders), None]
    ranges = [
        (start, end, Decimal(1)) for start, end in pairwise(edges) if start is not None
    ]
    del ranges[data.draw(st.integers(0, len(ranges) - 1))]
    with pytest.raises(Refused):
        tiers_of(ranges)


def test_ranges_that_overlap_or_end_before_they_begin_have_no_price() -> None:
    one, ten, cent = Decimal(1), Decimal(10), Decimal("0.01")
    refused: list[list[Range]] = [
        [(Decimal(0), ten, cent), (one, None, cent)],
        [(Decimal(0), None, cent), (Decimal(0), None, one)],
        [(Decimal(0), ten, cent)],
        [(ten, None, cent)],
        [(Decimal(0), Decimal(0), cent), (Decimal(0), None, cent)],
    ]
    for ranges in refused:
        with pytest.raises(Refused):
            tiers_of(ranges)
    assert tiers_of([(ten, None, cent)], per_resource=True)[0].from_quantity == 0


@given(st.decimals("0", "1000000", places=10))
def test_a_figure_reads_alike_in_each_spelling(value: Decimal) -> None:
    assert decimal(f"{value:f}") == decimal(f"{value:E}") == value


@pytest.mark.parametrize("text", ["", "N/A", "nan", "Inf", "-0.01", "1,5"])
def test_what_is_no_figure_is_no_price(text: str) -> None:
    with pytest.raises(Refused):
        decimal(text)


def read(path: Path) -> list[DatedPrice]:
    file = PriceFile(path, name="a list", max_bytes=1 << 30)
    source = Source("https://example.test/list.csv", "2026-11-23T20:00:00Z")
    return list(
        Normaliser(
            file,
            service="AmazonEC2",
            region="us-east-1",
            source=source,
            left_out=Counter(),
        ).prices()
    )


@given(st.integers(1, 5000))
def test_a_list_reads_alike_in_blocks_of_any_size(block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        whole = read(EC2)
        patch.setattr(price_file, "_BLOCK", block)
        assert read(EC2) == whole


@given(st.data())
def test_a_list_that_is_cut_anywhere_is_refused_or_ends_at_a_row(
    data: st.DataObject,
) -> None:
    text = EC2.read_bytes()
    cut = data.draw(st.integers(0, len(text) - 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cut.csv"
        path.write_bytes(text[:cut])
        # A cut exactly between two rows is a shorter list; its length tells that one.
        if cut and text[cut - 1 : cut] == b"\n" and text[:cut].count(b"\n") > 6:
            assert len(read(path)) <= len(read(EC2)) + 1
        else:
            with pytest.raises(Damaged):
                read(path)


def test_line_ends_of_windows_and_a_break_inside_quotes_are_read(
    tmp_path: Path,
) -> None:
    text = EC2.read_bytes()
    path = tmp_path / "list.csv"
    path.write_bytes(text.replace(b"\n", b"\r\n"))
    assert read(path) == read(EC2)
    path.write_bytes(text.replace(b'"a price"', b'"a\nprice, in two lines"'))
    assert read(path) == read(EC2)
