"""From a command's options to a drift: one basket, priced at two books."""

import re
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from farebox.diff.drift import Drift, drift
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, usage_at
from farebox.quote.book import BookChoice, book_request, choose_book
from farebox.quote.errors import RequestError
from farebox.quote.live import brought_up_to_date
from farebox.quote.quote import Request
from farebox.quote.target import read_target
from farebox.quote.waiting import SILENT, Waiting

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class DriftQuote(Struct, frozen=True):
    """A drift and the new prices, with `remarks` and what live prices lack, or empty."""

    drift: Drift
    book: PriceBook
    remarks: tuple[str, ...]
    shortfall: str


def drift_of(
    request: Request, *, since: str, until: str | None, waiting: Waiting = SILENT
) -> DriftQuote:
    """What moved between the two books for the target.

    Raises FareboxError, one sentence for the user.
    """
    target = read_target(request.target, region=request.region, waiting=waiting)
    usage = usage_at(request.usage or target.usage_path)
    basket = Basket(target.graph, usage, request.terms(target.graph))
    unmatched = basket.unmatched_usage()
    if until is None:
        choice = choose_book(request.book(target.graph.config), on=request.day)
    elif request.prices or request.as_of:
        raise RequestError(
            "--until names the new prices: leave out --prices and --as-of"
        )
    else:
        choice = book_named(until, "--until", request.day)
    old_book = book_named(since, "--since", request.day).book
    book = brought_up_to_date(choice, basket, waiting)
    found = drift(basket.at(old_book), basket.at(book.prices))
    return DriftQuote(
        replace(found, notes=(*found.notes, *book.notes)),
        book.prices,
        tuple(unmatched),
        book.shortfall,
    )


def book_named(text: str, option: str, on: date) -> BookChoice:
    """What a DATE (the store's book at its end) or a BOOK means. Raises FareboxError."""
    if not DAY.fullmatch(text):
        return choose_book(book_request(text, option=option), on=on, network=False)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(f"{option} {text}: there is no such day") from error
    return choose_book(book_request(option=option, as_of=day), on=on)
