"""Draws, bands and tornado: laws, seeds and small cases by hand."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.hosting.uncertainty import Columns, Input, Swing, between

FALLING = Input(
    name="months", low=72, likely=60, high=36, unit="months", mark="A", source="test"
)


def test_an_input_is_straight_from_likely_to_each_end() -> None:
    # By hand: half way to low is (60 + 72) / 2, half way to high (60 + 36) / 2.
    assert FALLING.at(-1) == 72
    assert FALLING.at(-0.5) == 66
    assert FALLING.at(0) == 60
    assert FALLING.at(0.5) == 48
    assert FALLING.at(1) == 36


@given(st.floats(-1, 1))
def test_an_input_never_leaves_its_range(position: float) -> None:
    assert 36 <= FALLING.at(position) <= 72


def test_columns_are_likely_then_each_input_alone_then_draws() -> None:
    columns = Columns(("a", "b"), seed=1, draws=3)
    a, b = columns.positions["a"], columns.positions["b"]
    assert list(a[:5]) == [0, -1, 1, 0, 0]
    assert list(b[:5]) == [0, 0, 0, -1, 1]
    assert len(a) == len(columns) == 8


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    first = Columns(("a",), seed=1, draws=50).positions["a"]
    again = Columns(("a",), seed=1, draws=50).positions["a"]
    other = Columns(("a",), seed=2, draws=50).positions["a"]
    assert (first == again).all()
    assert (first[3:] != other[3:]).all()


def test_an_input_more_leaves_the_draws_of_the_others() -> None:
    alone = Columns(("a",), seed=1, draws=50).positions["a"]
    beside = Columns(("z", "a"), seed=1, draws=50).positions["a"]
    assert (alone[-50:] == beside[-50:]).all()


def test_two_inputs_are_drawn_apart() -> None:
    at = Columns(("a", "b"), seed=1, draws=4_000).positions
    correlation = np.corrcoef(at["a"][-4_000:], at["b"][-4_000:])[0, 1]
    # Four standard errors of a correlation of nothing: 4 / sqrt(4,000).
    assert abs(correlation) < 0.064


def test_the_band_of_a_triangular_position_is_known() -> None:
    # By hand: triangular on -1..1, P(X <= x) = (1 + x)^2 / 2 below 0;
    #   5 % where (1 + x)^2 = 0.1: x = -0.6838; the median is 0.
    columns = Columns(("a",), seed=5, draws=40_000)
    band = columns.band(columns.positions["a"])
    assert band.low == pytest.approx(-0.6838, abs=0.01)
    assert band.median == pytest.approx(0, abs=0.01)
    assert band.high == pytest.approx(0.6838, abs=0.01)
    assert band.likely == 0


def test_a_band_reaches_to_the_likely_figure_and_to_infinity() -> None:
    columns = Columns((), seed=1, draws=4)
    band = columns.band(np.array([9.0, 1.0, 2.0, inf, inf]))
    assert (band.low, band.likely, band.high) == (1.0, 9.0, inf)
    above = columns.band(np.array([9.0, 1.0, 2.0, 3.0, 4.0]))
    assert (above.low, above.likely, above.high) == (1.0, 9.0, 9.0)


def test_the_tornado_names_what_moves_most_first() -> None:
    columns = Columns(("small", "none", "large"), seed=1, draws=0)
    at = columns.positions
    # By hand: 10 + 1 x small + 5 x large: 9 to 11, and 5 to 15.
    swings = columns.swings(10 + at["small"] + 5 * at["large"])
    assert swings == [Swing("large", 5, 15), Swing("small", 9, 11)]


def test_an_end_without_a_figure_moves_more_than_any_other() -> None:
    assert Swing("a", 5, inf).size > Swing("b", 1, 10**9).size
    assert Swing("a", inf, inf).size == 0


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(-1, 1))
def test_between_stays_between(
    low: float, step: float, other: float, position: float
) -> None:
    likely = low + step
    high = likely + other
    found = between(low, likely, high, position)
    assert low - 1e-6 <= found <= high + 1e-6
