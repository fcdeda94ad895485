"""What every report about hosting begins and ends with: its terms and its prices."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from textwrap import wrap
from typing import Any

from farebox.hosting.ranges import Range
from farebox.hosting.tiers.tier_swings import Swing
from farebox.hosting.tiers.tiers import TierTerms
from farebox.prices.ages import MAX_AGE_DAYS
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import dollars, plain
from farebox.reports.page.page import Sentence

WIDTH = 80
PLACES = Decimal("1E-12")
"""Of figures in JSON: a trillionth, so that divisions end somewhere."""


def head(schema: str, terms: TierTerms) -> dict[str, Any]:
    """The names that every JSON document about hosting begins with."""
    book = terms.book
    return {
        "schema": schema,
        "currency": "USD",
        "overhead": terms.overhead.name,
        "hours_per_month": plain(terms.hours_per_month),
        "on": terms.on.isoformat(),
        "prices": {
            "book": book.id,
            "kind": book.kind,
            "as_of": book.as_of,
            "stale": book.stale(terms.on),
        },
    }


def prices_line(terms: TierTerms, unpriced: Sequence[str] = ()) -> str:
    """Which book, its newest date, how many of its prices are stale, and what it lacks.

    `unpriced` are the tiers that have charges without a price.
    """
    book = terms.book
    limits = " and ".join(f"{kind} {days}" for kind, days in MAX_AGE_DAYS.items())
    lacks = (
        f" Costs are a lower bound, for charges without a price: {', '.join(unpriced)}."
        if unpriced
        else ""
    )
    return (
        f"Prices: {book.kind} book {book.id[:SHORT_ID]}, newest of {book.as_of}. On"
        f" {terms.on}, {book.stale(terms.on):,} of its {len(book):,} prices are older"
        f" than their limit in days ({limits}).{lacks}"
    )


def moved_by(what: str, swings: Sequence[Swing]) -> list[str]:
    """The inputs that move a cost most, with a user's USD of each, in lines."""
    spans = [
        (one.line, usd(one.usd_per_user_month.low), usd(one.usd_per_user_month.high))
        for one in swings
    ]
    return moved_lines(what, spans)


def moved_lines(what: str, spans: Sequence[tuple[str, str, str]]) -> list[str]:
    """What moves a figure most: each input with the figure's low and high, in lines."""
    if not spans:
        return []
    said = ", ".join(f"{name} ({low} to {high})" for name, low, high in spans)
    # An input stays on one line: a space that no line is broken at, put back after.
    held = f"{what} moved most by {said}".replace(" to ", "\0to\0")
    return [
        line.replace("\0", " ")
        for line in wrap(
            held,
            WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
            break_on_hyphens=False,
        )
    ]


def note_lines(lines: Sequence[str]) -> tuple[Sentence, ...]:
    """Lines that were broken where they may be, as notes below a row."""
    return tuple(Sentence(line.strip(), indent=2, cut=True) for line in lines)


def swings_json(swings: Sequence[Swing]) -> list[dict[str, Any]]:
    """The inputs that move a cost most, in JSON."""
    return [
        {
            "line": one.line,
            "input": one.input,
            "usd_per_user_month": levels(one.usd_per_user_month),
        }
        for one in swings
    ]


def figure(value: Decimal) -> str:
    """A figure in JSON."""
    return plain(value.quantize(PLACES, ROUND_HALF_EVEN))


def levels(found: Range) -> dict[str, str]:
    """A range in JSON."""
    return {
        "low": figure(found.low),
        "likely": figure(found.likely),
        "high": figure(found.high),
    }


def usd(value: Decimal) -> str:
    """Dollars to the cent, below one to a hundredth of a cent."""
    return dollars(value) if abs(value) >= 1 or value == 0 else f"{value:,.4f}"


def encoded(document: dict[str, Any]) -> bytes:
    """A JSON document as text, an entry a line."""
    from msgspec.json import encode, format

    return bytes(format(encode(document), indent=1)) + b"\n"
