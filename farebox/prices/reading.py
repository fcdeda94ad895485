"""Reads the lines of a book's text, and names the line where one is wrong."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from farebox.files.figures import MOST_DIGITS
from farebox.prices.aliases import bare_key
from farebox.prices.book import PriceBook
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.values import Price, PriceKey, Purchase, Source, Tier

FORMAT = "farebox.prices/1"
"""The first line of every book: its format and the format's version."""

FREE = "free:"
"""How the note of a source begins that states that its prices are 0."""

SOURCE_FIELDS = 5
"""How many fields a source's line has; the last may hold commas."""

PRICE_FIELDS = 9
"""How many fields a price's line has."""

_PURCHASES = frozenset(get_args(Purchase))
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d*[1-9])?", re.ASCII)
_DATE = re.compile(
    r"\d{4}|(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)?",
    re.ASCII,
)
TERM = re.compile(r"[a-z0-9]+(?:-[a-z0-9.]+)*", re.ASCII)
URL = re.compile(r"https?://[^\s,]+")
_ZERO = Decimal(0)


class Reading:
    """One text on its way to prices: its lines, its sources, where a price stood."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.lines = text.split("\n")
        if self.lines[0] != FORMAT:
            raise self.error(
                0, f"the first line is {self.lines[0][:60]!r}, not {FORMAT}"
            )
        if self.lines[-2:] != ["end", ""]:
            raise self.error(
                len(self.lines) - 1,
                "the book does not finish with the line 'end': it is cut off, "
                "so take a whole copy of it",
            )
        count = self._count(1, "sources")
        self.first_price = 2 + count + 1
        self._prices_expected = self._count(2 + count, "prices")
        self._sources = self._read_sources(self.lines[2 : 2 + count])
        self._zero: set[str] = set()
        found = len(self.lines) - 2 - self.first_price
        if found != self._prices_expected:
            raise self.error(
                2 + count,
                f"the book has {found} prices, this line says {self._prices_expected}: "
                "lines are missing or were added; take a whole copy, or set the count",
            )

    def error(self, number: int, reason: str) -> InvalidPriceBook:
        """The error for the line of that index, counted from 0."""
        return InvalidPriceBook(f"{self.name}, line {number + 1}: {reason}")

    def prices(self) -> list[Price]:
        """The prices, line by line, each field checked by itself."""
        number = self.first_price
        prices = []
        sources = self._sources
        tiers_of: dict[str, tuple[Tier, ...]] = {}
        for line in self.lines[number:-2]:
            fields = line.split(",")
            if len(fields) != PRICE_FIELDS:
                raise self.error(
                    number,
                    f"a price has {PRICE_FIELDS} fields between commas, "
                    f"this line has {len(fields)}",
                )
            service, region, usage_type, operation = fields[:4]
            purchase, zone_id, unit, dollars, source_id = fields[4:]
            purchase, _, term = purchase.partition(":")
            source = sources.get(source_id)
            if (
                source is None
                or purchase not in _PURCHASES
                or not (service and region and usage_type and unit)
                or (zone_id and purchase != "spot")
                or not is_term(purchase, term)
            ):
                raise self._field_error(number, fields)
            tiers = tiers_of.get(dollars)
            if tiers is None:
                tiers = tiers_of[dollars] = self._tiers(number, dollars)
                if not all(tier.usd_per_unit for tier in tiers):
                    self._zero.add(dollars)
            if dollars in self._zero and not source.note.startswith(FREE):
                raise self.error(
                    number,
                    f"a price of 0 needs a source whose note begins with {FREE!r} and "
                    f"says why it is free; {source_id}'s does not",
                )
            prices.append(
                Price(
                    PriceKey(
                        service,
                        region,
                        usage_type,
                        operation,
                        purchase,  # type: ignore[arg-type]  # checked above
                        zone_id,
                        term,
                    ),
                    tiers,
                    unit,
                    source,
                )
            )
            number += 1
        return prices

    def check_canonical(self, canonical_text: str) -> None:
        """Raise unless the text that was read is the canonical one."""
        expected = canonical_text.split("\n")
        if expected == self.lines:
            return
        for number, (line, canonical) in enumerate(
            zip(self.lines, expected, strict=False)
        ):
            if line != canonical:
                raise self.error(
                    number,
                    f"found {line!r} where the book's one sorted form has {canonical!r}; "
                    "sort the lines, drop sources that no price names, and take the "
                    "source ids from the end of their urls",
                )
        raise self.error(len(expected) - 1, "the book goes on after its end")

    def check_unique(self, book: PriceBook) -> None:
        """Raise where two prices have one key, with or without region prefix."""
        several = book.duplicates
        if not several:
            return
        wanted = next(iter(several))
        numbers = [
            self.first_price + number
            for number, price in enumerate(book.prices)
            if bare_key(price.key) == wanted
        ]
        raise self.error(
            numbers[1],
            f"a second price for {wanted} (the first is on line {numbers[0] + 1}); "
            "keep one of them",
        )

    def _count(self, number: int, word: str) -> int:
        line = self.lines[number] if number < len(self.lines) else ""
        found, _, count = line.partition(" ")
        if found != word or not (count.isascii() and count.isdigit()):
            raise self.error(number, f"expected '{word} <count>', found {line!r}")
        return int(count)

    def _read_sources(self, lines: list[str]) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for number, line in enumerate(lines, start=2):
            fields = line.split(",", SOURCE_FIELDS - 1)
            if len(fields) != SOURCE_FIELDS:
                raise self.error(
                    number, "a source has five fields: id, url, date, version, note"
                )
            name, url, as_of, version, note = fields
            if name in sources:
                raise self.error(number, f"a second source {name!r}; keep one of them")
            if not URL.fullmatch(url):
                raise self.error(
                    number, f"{url!r} is not an http address of what was read"
                )
            if not is_date(as_of):
                raise self.error(
                    number,
                    f"{as_of!r} is not a date: write 2026-09-03, "
                    "2026-07-20T13:44:30Z, or 2026 where only the year is known",
                )
            sources[name] = Source(url, as_of, version, note)
        return sources

    def _tiers(self, number: int, dollars: str) -> tuple[Tier, ...]:
        if ":" not in dollars:
            return (Tier(_ZERO, self._decimal(number, dollars)),)
        tiers = []
        for part in dollars.split(" "):
            start, _, usd = part.partition(":")
            tiers.append(Tier(self._decimal(number, start), self._decimal(number, usd)))
        if tiers[0].from_quantity:
            raise self.error(
                number,
                f"the first tier starts at {tiers[0].from_quantity}, not at 0: {dollars}",
            )
        for tier, after in pairwise(tiers):
            if after.from_quantity <= tier.from_quantity:
                raise self.error(
                    number, f"the tiers do not rise from left to right: {dollars}"
                )
        return tuple(tiers)

    def _decimal(self, number: int, text: str) -> Decimal:
        if len(text) > MOST_DIGITS or not _NUMBER.fullmatch(text):
            raise self.error(
                number,
                f"{text!r} is not a plain decimal: digits, at most one point, "
                "no sign, exponent or trailing zero",
            )
        return Decimal(text)

    def _field_error(self, number: int, fields: list[str]) -> InvalidPriceBook:
        zone_id, source_id = fields[5], fields[8]
        purchase, _, term = fields[4].partition(":")
        if source_id not in self._sources:
            return self.error(
                number, f"no source {source_id!r} among the sources; add its line there"
            )
        if purchase not in _PURCHASES:
            return self.error(
                number,
                f"unknown purchase {purchase!r}; one of {', '.join(sorted(_PURCHASES))}",
            )
        if not all((*fields[:3], fields[6])):
            return self.error(
                number, "service, region, usage type and unit may not be empty"
            )
        if not is_term(purchase, term):
            return self.error(
                number,
                f"the purchase {fields[4]!r} is none: a savings plan has a term, as in "
                "savings-plan:compute-1yr-no-upfront, a reservation may have one, and "
                "nothing else has",
            )
        return self.error(
            number, f"only a spot price has a zone id; drop {zone_id!r} here"
        )


def is_term(purchase: str, term: str) -> bool:
    """Whether a price that is bought so can have the term: a savings plan has one."""
    if not term:
        return purchase != "savings-plan"
    return purchase in ("savings-plan", "reserved") and bool(TERM.fullmatch(term))


def is_date(text: str) -> bool:
    """Whether a source can carry the text as its date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    if match["day"] is None:
        return text > "2000"
    try:
        date.fromisoformat(match["day"])
    except ValueError:
        return False
    return True
