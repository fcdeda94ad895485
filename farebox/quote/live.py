"""Live prices before an estimate: what it uses is refreshed, and what is lacking is told."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.prices import PriceBook, PriceKey
from farebox.prices.errors import StoreError
from farebox.quote.book import Chosen


class Settled(Struct, frozen=True):
    """The book to price at, what is to be said of it, and what live prices lack.

    `shortfall` is one sentence where prices that were asked for live are older, or
    empty; it is no error, because the figures stand on the store's prices.
    """

    book: PriceBook
    notes: tuple[str, ...] = ()
    shortfall: str = ""

    def noted(self, statement: Statement) -> Statement:
        """The statement with the notes on its prices."""
        if not self.notes:
            return statement
        return replace(statement, notes=(*statement.notes, *self.notes))


def settle(
    chosen: Chosen,
    estimates: Callable[[PriceBook], Iterable[Statement]],
    *,
    asking: Callable[[Decimal], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Settled:
    """The book at its newest: where it is live, what the estimates use is refreshed.

    `estimates` are made once at the store's prices, to learn which are used. `asking`
    is entered with the budget in seconds while AWS is asked. Raises what the estimates
    raise; what the network does is told in the notes, never raised.
    """
    if chosen.store is None:
        why = chosen.why_not_live
        return Settled(
            chosen.book, (why,) if why else (), why if chosen.outright else ""
        )
    from farebox.prices.recording import RecordingBook
    from pricing_fetch.refresh.live import refresh_used

    recording = RecordingBook(chosen.book)
    statements = list(estimates(recording))
    usd: dict[PriceKey, Decimal] = {}
    for statement in statements:
        for line in statement.lines:
            key = line.key
            usd[key] = usd.get(key, Decimal(0)) + line.usd_per_month
    # What matters most is asked first, in case the time ends.
    keys = sorted(
        recording.asked.items(),
        key=lambda pair: usd.get(pair[1].key, Decimal(0)) if pair[1] else Decimal(0),
        reverse=True,
    )
    with asking(chosen.seconds):
        outcome = refresh_used(
            chosen.store,
            [key for key, _ in keys],
            budget_seconds=float(chosen.seconds),
        )
    try:
        book: PriceBook = chosen.store.book(on=chosen.on)
    except StoreError:
        book = chosen.book
    if outcome.kept_count < outcome.asked_count or not outcome.asked_count:
        book.kind = "live"
    shortfall = ""
    if chosen.outright and outcome.kept:
        shortfall = (
            f"{outcome.kept_count:,} of the {outcome.asked_count:,} prices that were"
            " to be live are the store's; the statement's notes say which and why"
        )
    return Settled(book, outcome.sentences, shortfall)
