"""Figures of files are bounded before anything is reckoned with them."""

from decimal import Decimal
from time import perf_counter

import pytest

from farebox.files.figures import figure_in, looks_like_a_figure


@pytest.mark.parametrize("text", ["0", "12.50", "1e3", "-7", "0.0000004", "1E-9", ".5"])
def test_a_figure_of_a_bill_is_read_exactly(text: str) -> None:
    assert figure_in(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "1e999999",
        "1E-999999",
        "0e999999",
        "9" * 61,
        "NaN",
        "-Infinity",
        "x",
        "1" * 10**6,
    ],
)
def test_a_figure_that_cannot_be_meant_is_none(text: str) -> None:
    started = perf_counter()
    assert figure_in(text) is None
    assert perf_counter() - started < 0.1


def test_a_text_is_told_from_a_figure_that_is_too_large() -> None:
    assert looks_like_a_figure("1e999999")
    assert not looks_like_a_figure("arm64")
