"""Figures as people and programs read them: the only place that rounds."""

from decimal import Decimal
from functools import lru_cache

SIGNIFICANT_DIGITS = 5


def plain(figure: Decimal) -> str:
    """Every digit, without an exponent and without zeros that say nothing."""
    text = f"{figure:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


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
