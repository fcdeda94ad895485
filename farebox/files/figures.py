"""The gate that every figure of a file passes before anything is reckoned with it.

A figure such as `1e999999` is four bytes of text, and a number of a million digits as
soon as something is added to it. So digits and size are bounded first.
"""

import re
from decimal import Decimal, InvalidOperation

NUMERIC = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

MOST_DIGITS = 60
"""More than any price or quantity has; arithmetic keeps 28."""

LARGEST_EXPONENT = 30
"""No figure of a bill is as large as 1e30, or as small as 1e-30 and not 0."""


def bounded(figure: Decimal) -> bool:
    """Whether the figure is finite and of a size that can be reckoned with."""
    if not figure.is_finite():
        return False
    _, digits, exponent = figure.as_tuple()
    if not isinstance(exponent, int) or abs(exponent) > MOST_DIGITS:
        return False
    return (
        len(digits) <= MOST_DIGITS
        and figure.adjusted() <= LARGEST_EXPONENT
        and (not figure or figure.adjusted() >= -LARGEST_EXPONENT)
    )


def figure_in(text: str) -> Decimal | None:
    """The figure that the text is, exact; None where it is none that can be meant."""
    if len(text) > 2 * MOST_DIGITS:
        return None
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if bounded(figure) else None


def looks_like_a_figure(text: str) -> bool:
    """Whether the text is written as a figure, of whatever size."""
    return NUMERIC.fullmatch(text) is not None
