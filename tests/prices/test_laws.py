"""The laws of AWS's prices: linear in size on demand, spot inside its bounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.prices import InvalidPriceBook, Price
from farebox.prices.laws import NOT_LINEAR, check_laws, size_factor
from farebox.prices.text import parse_book, write_book
from tests.prices.books import box, price, spot

R6A = [
    box("r6a.large", "0.1134"),
    box("r6a.xlarge", "0.2268"),
    box("r6a.4xlarge", "0.9072"),
    box("r6a.48xlarge", "10.8864"),
    box("r6a.metal", "10.8864"),
]
T3 = [
    box("t3.nano", "0.0052"),
    box("t3.micro", "0.0104"),
    box("t3.small", "0.0208"),
    box("t3.medium", "0.0416"),
    box("t3.large", "0.0832"),
]


@pytest.mark.parametrize(
    ("size", "factor"),
    [
        ("nano", "0.25"),
        ("micro", "0.5"),
        ("small", "1"),
        ("medium", "2"),
        ("large", "4"),
        ("xlarge", "8"),
        ("2xlarge", "16"),
        ("48xlarge", "384"),
        ("metal-24xl", "192"),
    ],
)
def test_a_size_is_so_many_times_small(size: str, factor: str) -> None:
    assert size_factor(size) == Decimal(factor)


def test_the_size_of_bare_metal_is_not_in_its_name() -> None:
    assert size_factor("metal") is None
    assert size_factor("huge") is None


def test_a_linear_family_holds() -> None:
    assert check_laws([*R6A, *T3]) is None


@pytest.mark.parametrize(
    ("family", "wrong"),
    [
        # the Dedicated rate: + 10 %, + 6 %
        (R6A, box("r6a.8xlarge", "1.99584")),
        (R6A, box("r6a.8xlarge", "1.923264")),
        (T3, box("t3.xlarge", "0.18304")),
        # another size's price
        (R6A, box("r6a.8xlarge", "0.9072")),
        (R6A, box("r6a.metal-48xl", "11.97504")),
    ],
)
def test_a_type_off_its_family_s_line_is_refused(
    family: list[Price], wrong: Price
) -> None:
    found = check_laws([*family, wrong])
    assert found is not None
    assert found[0] == len(family)
    assert "linear in size" in found[1]


def test_bare_metal_must_cost_what_a_host_of_some_size_costs() -> None:
    found = check_laws([*R6A[:4], box("r6a.metal", "11.97504")])  # 48 x 1.1 = 52.8
    assert found is not None
    assert "r6a.metal at 11.97504 in us-east-1 fits no host size" in found[1]


def test_each_region_has_its_own_line() -> None:
    dublin = [
        box("r6a.large", "0.1269", "eu-west-1"),
        box("r6a.xlarge", "0.2538", "eu-west-1"),
    ]
    assert check_laws([*R6A, *dublin]) is None


def test_windows_prices_are_not_held_against_linux() -> None:
    windows = price("BoxUsage:r6a.large", "0.2054", operation="RunInstances:0002")
    assert check_laws([*R6A, windows]) is None


def test_rounding_to_four_digits_is_inside_and_old_families_round_more() -> None:
    # r7g.medium: 0.0536 for half of 0.1071 = 0.05355, 0.09 % over
    assert check_laws([box("r7g.medium", "0.0536"), box("r7g.large", "0.1071")]) is None
    # m1: 0.044 for a quarter of 0.175 = 0.04375; t2.small 0.023 for 0.0232
    m1 = [box("m1.small", "0.044"), box("m1.medium", "0.087"), box("m1.large", "0.175")]
    assert check_laws(m1) is None
    # the same distance in a new family is an error
    m9 = [box("m9.small", "0.044"), box("m9.medium", "0.087"), box("m9.large", "0.175")]
    assert check_laws(m9) is not None


def test_a_family_that_is_not_linear_is_named_with_its_reason() -> None:
    assert check_laws([box("g5.xlarge", "1.006"), box("g5.48xlarge", "16.288")]) is None
    assert all(NOT_LINEAR.values())


@given(st.sampled_from(range(4)), st.decimals("1.006", "3", places=3))
def test_a_price_that_is_more_than_half_a_percent_too_high_never_passes(
    place: int, factor: Decimal
) -> None:
    rows = list(R6A[:4])
    wrong = rows[place]
    rows[place] = box(
        wrong.key.usage_type.removeprefix("BoxUsage:"), str(wrong.usd_per_unit * factor)
    )
    assert check_laws(rows) is not None


# 0.09 x 0.1134 = 0.010206
@pytest.mark.parametrize("usd", ["0.010206", "0.041", "0.1134"])
def test_spot_inside_its_bounds_holds(usd: str) -> None:
    assert check_laws([*R6A, spot("r6a.large", usd)]) is None


@pytest.mark.parametrize("usd", ["0.010205", "0.1135", "0.00001"])
def test_spot_outside_its_bounds_is_refused(usd: str) -> None:
    found = check_laws([*R6A, spot("r6a.large", usd)])
    assert found is not None
    assert found[0] == len(R6A)
    assert "outside 0.09 to 1 it cannot be true" in found[1]


def test_spot_without_an_on_demand_price_is_refused() -> None:
    found = check_laws([spot("r6a.large", "0.041"), box("r5.large", "0.126")])
    assert found is not None
    assert "no on-demand price" in found[1]


def test_a_broken_law_names_the_line_of_the_book() -> None:
    text = write_book([*R6A, box("r6a.8xlarge", "1.99584")])
    line = text.split("\n").index(
        "AmazonEC2,us-east-1,BoxUsage:r6a.8xlarge,RunInstances,on-demand,,Hrs,"
        "1.99584,list"
    )
    with pytest.raises(InvalidPriceBook, match=f"line {line + 1}: r6a.8xlarge at"):
        parse_book(text, kind="file")


def test_a_size_of_nothing_breaks_a_law_and_no_arithmetic() -> None:
    prices = [box("m9.0xlarge", "1"), box("m9.metal-0xl", "1"), box("m9.large", "1")]
    assert check_laws(prices) == (
        0,
        "m9.0xlarge in us-east-1: no machine has that size",
    )


def test_prices_of_zero_are_held_against_no_line() -> None:
    free = [box("m9.large", "0"), box("m9.xlarge", "0"), box("m9.2xlarge", "3")]
    assert check_laws([*free, spot("m9.large", "0.1", "use1-az1")]) is not None
