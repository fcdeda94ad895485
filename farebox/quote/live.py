"""Live prices before an estimate: what it uses is refreshed, missing prices are listed."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.prices import PriceBook, PriceKey
from farebox.prices.errors import StoreError
from farebox.prices.recording import RecordingBook
from farebox.quote.basket import Basket
from farebox.quote.book import BookChoice
from farebox.quote.waiting import Waiting

if TYPE_CHECKING:
    from farebox.prices.store import Store

ZERO = Decimal(0)


class CurrentBook(Struct, frozen=True):
    """The prices to estimate at, what is to be said of them, and what live ones lack.

    `shortfall` is one sentence where prices that were asked for live are older, or
    empty; it is no error, because the figures stand on the store's prices.
    """

    prices: PriceBook
    notes: tuple[str, ...] = ()
    shortfall: str = ""

    def noted(self, statement: Statement) -> Statement:
        """The statement with the notes on its prices."""
        if not self.notes:
            return statement
        return replace(statement, notes=(*statement.notes, *self.notes))


def brought_up_to_date(
    choice: BookChoice, basket: Basket, waiting: Waiting
) -> CurrentBook:
    """The chosen book at its newest: where it is live, what the basket uses is asked.

    The basket is priced once at the store's prices, to learn which it uses. Raises
    EstimateError; what the network does is told in the notes.
    """
    if choice.store is None:
        return as_it_is(choice)
    return refreshed(choice, choice.store, keys_used(choice.book, [basket]), waiting)


def as_it_is(choice: BookChoice) -> CurrentBook:
    """The chosen book without a refresh, and why it is not live where it should be."""
    why = choice.why_not_live
    return CurrentBook(
        choice.book, (why,) if why else (), why if choice.outright else ""
    )


def keys_used(book: PriceBook, baskets: Iterable[Basket]) -> list[PriceKey]:
    """The keys that estimates of the baskets ask the book for, dearest first.

    What matters most is asked first, in case the time ends. Raises EstimateError.
    """
    recording = RecordingBook(book)
    usd: dict[PriceKey, Decimal] = {}
    for basket in baskets:
        for line in basket.at(recording).lines:
            usd[line.key] = usd.get(line.key, ZERO) + line.usd_per_month
    asked = sorted(
        recording.asked.items(),
        key=lambda pair: usd.get(pair[1].key, ZERO) if pair[1] else ZERO,
        reverse=True,
    )
    return [key for key, _ in asked]


def refreshed(
    choice: BookChoice, store: "Store", keys: list[PriceKey], waiting: Waiting
) -> CurrentBook:
    """The store's book after AWS was asked for the keys, as far as its time allowed."""
    from pricing_fetch.refresh.live import refresh_used

    with waiting.asking(choice.seconds):
        outcome = refresh_used(store, keys, budget_seconds=float(choice.seconds))
    try:
        book: PriceBook = store.book(on=choice.on)
    except StoreError:
        book = choice.book
    if outcome.kept_count < outcome.asked_count or not outcome.asked_count:
        book.kind = "live"
    shortfall = ""
    if choice.outright and outcome.kept:
        shortfall = (
            f"{outcome.kept_count:,} of the {outcome.asked_count:,} prices that were"
            " to be live are the store's; the statement's notes say which and why"
        )
    return CurrentBook(book, outcome.sentences, shortfall)
