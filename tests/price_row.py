"""Adds one sourced price to the embedded book: `make price-row`, see CONTRIBUTING.md."""

import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from farebox.errors import FareboxError
from farebox.prices import Price, PriceKey, Source, Tier
from farebox.prices.embedded import EMBEDDED_FILE
from farebox.prices.text import parse_book, write_book

FILE = Path(__file__).parent.parent / "farebox" / "prices" / "data" / EMBEDDED_FILE
NEEDED = ("SERVICE", "REGION", "USAGE_TYPE", "UNIT", "USD", "URL", "DATE")
FURTHER = ("OPERATION", "VERSION", "NOTE")


class BadRow(FareboxError):
    """Something that a price needs is not given, or the book has the key already."""


def with_row(text: str, given: Mapping[str, str]) -> str:
    """The book's text with one price more, in its canonical form.

    `USD` is one figure, or tiers: `0:0.09 10240:0.085`. Raises FareboxError.
    """
    missing = [name for name in NEEDED if not given.get(name)]
    if missing:
        raise BadRow(f"a price needs {', '.join(missing)} too")
    usd = given["USD"] if ":" in given["USD"] else f"0:{given['USD']}"
    price = Price(
        PriceKey(
            given["SERVICE"],
            given["REGION"],
            given["USAGE_TYPE"],
            given.get("OPERATION", ""),
        ),
        tuple(
            Tier(Decimal(start), Decimal(dollars))
            for start, _, dollars in (part.partition(":") for part in usd.split())
        ),
        given["UNIT"],
        Source(
            given["URL"],
            given["DATE"],
            given.get("VERSION", ""),
            given.get("NOTE", ""),
        ),
    )
    book = parse_book(text, kind="embedded", name=EMBEDDED_FILE)
    if book.find(price.key) is not None:
        raise BadRow(f"{EMBEDDED_FILE} has {price.key.usage_type} there already")
    added = write_book([*book, price])
    parse_book(added, kind="embedded", name=EMBEDDED_FILE)
    return added


if __name__ == "__main__":
    words = dict(word.partition("=")[::2] for word in sys.argv[1:])
    try:
        FILE.write_text(with_row(FILE.read_text("utf-8"), words), encoding="utf-8")
    except FareboxError as error:
        sys.exit(f"{error}; see CONTRIBUTING.md")
