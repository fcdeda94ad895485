"""The price book that ships with farebox."""

from functools import cache
from pathlib import Path

from farebox.prices.book import PriceBook
from farebox.prices.text import parse_book

EMBEDDED_FILE = "aws.prices"
"""The book's file in `farebox/prices/data`."""


@cache
def embedded_book() -> PriceBook:
    """The embedded book, of kind `embedded`, validated when it is first asked for.

    Raises InvalidPriceBook when the installed file was changed or damaged.
    """
    path = Path(__file__).with_name("data") / EMBEDDED_FILE
    return parse_book(
        path.read_text(encoding="utf-8"),
        kind="embedded",
        name=f"farebox/prices/data/{EMBEDDED_FILE}",
    )
