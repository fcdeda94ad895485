"""A hundred figures of the book, drawn at random, held against a second source.

`make facts` draws them (seed 12) and writes down what the second source says, for the
facts are not in the repository: tests/facts/second_figures.csv. What differs has to be
in tests/facts/conflicts.csv, which says what was kept and why.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from farebox.prices import PriceKey
from farebox.prices.embedded import embedded_book
from farebox.prices.text import write_tiers
from tests.facts.second import CONFLICTS, DRAWN, FIGURES, Conflict, Figure, differing


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[1:]


FIGURES_DRAWN = [Figure(*row) for row in rows(FIGURES)]
LISTED = [Conflict(*row) for row in rows(CONFLICTS)]


def unlisted(figures: Iterable[Figure]) -> list[Conflict]:
    """The figures that differ from the book's and stand in no list."""
    known = {(one.what, one.other) for one in LISTED}
    found = differing(embedded_book(), figures)
    return [one for one in found if (one.what, one.other) not in known]


def test_a_hundred_figures_of_many_services_are_held_against_another_source() -> None:
    assert len(FIGURES_DRAWN) == len({one.key for one in FIGURES_DRAWN}) == DRAWN
    assert len({one.service for one in FIGURES_DRAWN}) > 10
    book = embedded_book()
    for one in FIGURES_DRAWN:
        assert one.source not in book.price(one.key).source.url, one.key


def test_what_a_second_source_says_otherwise_is_in_the_list() -> None:
    assert unlisted(FIGURES_DRAWN) == []


def test_a_conflict_that_nobody_listed_is_found() -> None:
    first = FIGURES_DRAWN[0]
    (found,) = unlisted([replace(first, usd="123")])
    assert (found.what, found.other) == (str(first.key), "123")
    assert found.kept == write_tiers(embedded_book().price(first.key).tiers)


def test_the_list_says_for_each_conflict_what_was_kept_and_why() -> None:
    assert sorted(LISTED) == LISTED
    for one in LISTED:
        assert one.other, one
        assert one.why, one
        assert bool(one.kept) == bool(one.kept_source), one


def test_what_was_kept_is_the_book_s_and_what_was_not_is_not() -> None:
    book = embedded_book()
    machines = [one for one in LISTED if one.what.startswith("AmazonEC2 ")]
    assert len(machines) > 300
    for one in machines:
        price = book.find(PriceKey(*one.what.split()))  # type: ignore[arg-type]
        assert (write_tiers(price.tiers) if price else "") == one.kept, one.what
