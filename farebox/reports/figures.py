"""Figures as people and programs read them: the only place that rounds."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

SIGNIFICANT_DIGITS = 5
FULL = 27
"""Digits of a figure that a division has filled; Decimal keeps 28."""
UNSURE = 4
"""Of those, the last ones that a sum of rounded parts may have wrong."""
SHORT = 20
"""Digits of a figure that ends by itself, at most; the rates have ten."""
EXACT = Context(prec=999)
PERCENT = Decimal("0.1")


def plain(figure: Decimal) -> str:
    """Every digit, without an exponent and without zeros that say nothing."""
    text = f"{figure:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def settled(figure: Decimal) -> Decimal:
    """A sum without what a division left in its last digits: 13, not 13.00…06.

    Parts of a divided quantity do not add up to the whole in 28 digits. A sum that is a
    short figure but for its last digits is that figure; one that never ends, such as a
    third, and one that was not divided stay as they are.
    """
    _, digits, exponent = figure.as_tuple()
    if len(digits) < FULL or not isinstance(exponent, int):
        return figure
    last = Decimal((0, (1,), exponent + UNSURE))
    near = figure.quantize(last, ROUND_HALF_EVEN, EXACT).normalize(EXACT)
    return near if len(near.as_tuple().digits) <= SHORT else figure


def span(low: Decimal, high: Decimal) -> str:
    """A range in US dollars, the lower end first.

    What is dear when little is used (a volume that a larger one replaces) has its
    lower end at the high level.
    """
    return f"{dollars(min(low, high))} – {dollars(max(low, high))}"


def dollars(usd: Decimal) -> str:
    """US dollars to the cent (half to even), with thousands separated."""
    return f"{usd:,.2f}"


def signed_dollars(usd: Decimal) -> str:
    """A change in US dollars to the cent, with its sign; no sign where it rounds to 0."""
    text = f"{usd:+,.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text


def signed_per_user(usd: Decimal) -> str:
    """A change in US dollars per user, to a hundredth of a cent, with its sign."""
    text = f"{usd:+,.4f}"
    return "0.0000" if text.strip("+-0.") == "" else text


def per_user(usd: Decimal, users: Decimal) -> str:
    """US dollars per user, to a hundredth of a cent."""
    return f"{usd / users:,.4f}"


@lru_cache(maxsize=4096)
def rate(usd_per_unit: Decimal) -> str:
    """A unit price with the digits of the price list, at least two decimals."""
    text = plain(usd_per_unit)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def count(quantity: Decimal) -> str:
    """A quantity in at most five significant decimals, with thousands separated."""
    if quantity == quantity.to_integral_value():
        return f"{quantity:,.0f}"
    decimals = max(0, SIGNIFICANT_DIGITS - max(1, quantity.adjusted() + 1))
    text = f"{quantity:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: Decimal) -> str:
    """A share as percent: one decimal, none from a hundred on."""
    shown = (share * 100).quantize(PERCENT, ROUND_HALF_EVEN)
    return f"{shown:,.0f} %" if abs(shown) >= 100 else f"{shown} %"
