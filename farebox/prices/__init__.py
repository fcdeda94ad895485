"""Prices under AWS's own billing keys, and the books that hold them."""

from farebox.prices.book import PriceBook
from farebox.prices.errors import (
    AmbiguousPrice,
    InvalidPriceBook,
    PriceBookError,
    PriceNotFound,
    UnitMismatch,
)
from farebox.prices.values import Price, PriceKey, Purchase, Source, Tier

__all__ = [
    "AmbiguousPrice",
    "InvalidPriceBook",
    "Price",
    "PriceBook",
    "PriceBookError",
    "PriceKey",
    "PriceNotFound",
    "Purchase",
    "Source",
    "Tier",
    "UnitMismatch",
]
