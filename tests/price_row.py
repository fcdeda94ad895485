"""Adds one sourced price to the curated rows: `make price-row`, see CONTRIBUTING.md.

Without a row (`python -m tests.price_row`) the book's index takes up the rows as they
are, after a merge or a hand's edit.
"""

import sys
from collections.abc import Mapping
from decimal import Decimal

from farebox.errors import FareboxError
from farebox.prices import Price, PriceKey, Source, Tier
from farebox.prices.curated import CURATED_FILE, curated_path
from farebox.prices.embedded import volumes_folder
from farebox.prices.text import parse_book, write_book
from tests.facts.writing import take_up_curated

FILE = curated_path()
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
    book = parse_book(text, kind="embedded", name=CURATED_FILE)
    if book.find(price.key) is not None:
        raise BadRow(f"{CURATED_FILE} has {price.key.usage_type} there already")
    added = write_book([*book, price])
    parse_book(added, kind="embedded", name=CURATED_FILE)
    return added


if __name__ == "__main__":
    words = dict(word.partition("=")[::2] for word in sys.argv[1:])
    try:
        if words:
            FILE.write_text(with_row(FILE.read_text("utf-8"), words), encoding="utf-8")
        take_up_curated(volumes_folder())
    except FareboxError as error:
        sys.exit(f"{error}; see CONTRIBUTING.md")
