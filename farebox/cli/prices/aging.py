"""The ages that `fare prices age` shows: of the store, of a book, of rented servers."""

from collections.abc import Collection
from datetime import date

from farebox.hosting.colo.rented_ages import KIND, rented_ages
from farebox.prices import PriceBook
from farebox.prices.age_rows import ages_by_source
from farebox.quote.book import book_as_it_is, book_request
from farebox.reports.prices.age import AgedBook

STORE = "store"


def aged_books(
    prices: str | None, on: date, regions: Collection[str] = ()
) -> list[AgedBook]:
    """The book that was asked for, else the store's, the embedded one and the rest.

    With `regions` only the prices there. Raises PriceBookError.
    """
    from farebox.prices.store import store_exists

    if prices is not None:
        return [_aged(book_as_it_is(book_request(prices), on=on), on, regions)]
    names = [STORE, "embedded"] if store_exists() else ["embedded"]
    books = [
        _aged(book_as_it_is(book_request(name), on=on), on, regions) for name in names
    ]
    return [*books, AgedBook(KIND, "", rented_ages(on))]


def _aged(book: PriceBook, on: date, regions: Collection[str]) -> AgedBook:
    rows = ages_by_source(book.source_counts(regions), on)
    return AgedBook(book.kind, book.id, tuple(rows))
