"""The main path of `fare price`, from what was asked to the statement, step by step.

`program` (a preview that prices itself), `change` (a diff), `drift` and the policy pack
put the same parts together: a target, its usage, its terms, a book.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.graph import ResourceGraph
from farebox.graph.regions import EnvironmentRegion
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, usage_at, users_of
from farebox.quote.book import BookRequest, book_request, choose_book
from farebox.quote.live import brought_up_to_date
from farebox.quote.target import Target, read_target
from farebox.quote.waiting import SILENT, Waiting


class PricingOptions(Struct, frozen=True, kw_only=True):
    """The options that every pricing command shares, as the command line has them.

    None where a choice was not made: then the stack's own files and config decide.
    """

    usage: str | None
    region: str | None
    hours: Decimal
    users: Decimal | None
    prices: str | None = None
    as_of: date | None = None
    live_seconds: Decimal | None = None
    on: date | None
    free_tier: str
    on_demand_fallback: bool

    @property
    def day(self) -> date:
        """The day that decides what depends on a date."""
        return self.on or self.as_of or date.today()

    def terms(self, graph: ResourceGraph) -> Terms:
        """The terms of a statement of the graph.

        Raises InvalidInput where its config names users that are no figure.
        """
        return Terms(
            on=self.day,
            hours_per_month=self.hours,
            users=self.users or users_of(graph),
            free_tier=self.free_tier == "include",
            on_demand_fallback=self.on_demand_fallback,
        )

    def book(self, config: Mapping[str, str]) -> BookRequest:
        """Which prices are asked for, here or by the stack's config."""
        return book_request(
            self.prices, as_of=self.as_of, seconds=self.live_seconds, config=config
        )


class Request(PricingOptions, frozen=True, kw_only=True):
    """What a pricing command was asked: which stack, and how to price it."""

    target: str
    partial: bool = False


class Quote(Struct, frozen=True):
    """A statement, with what was priced and the book that it came from.

    `remarks` are to be told beside the figures. `shortfall` says what live prices lack
    that were asked for by name, or is empty.
    """

    statement: Statement
    basket: Basket
    book: PriceBook
    remarks: tuple[str, ...] = ()
    shortfall: str = ""

    @property
    def graph(self) -> ResourceGraph:
        """The stack's resources."""
        return self.basket.graph


def quote(request: Request, waiting: Waiting = SILENT) -> Quote:
    """Price a stack as it was asked. Raises FareboxError, one sentence for the user."""
    target = read_target(
        request.target,
        region=request.region,
        waiting=waiting,
        partial=request.partial,
    )
    usage = usage_at(request.usage or target.usage_path)
    basket = Basket(target.graph, usage, request.terms(target.graph))
    unmatched = basket.unmatched_usage()
    choice = choose_book(request.book(target.graph.config), on=request.day)
    book = brought_up_to_date(choice, basket, waiting)
    statement = _with_accuracy(book.noted(basket.at(book.prices)))
    remarks = (*unmatched, *_overruled(request, target))
    return Quote(statement, basket, book.prices, remarks, book.shortfall)


def _with_accuracy(statement: Statement) -> Statement:
    """The statement with how near the last one came to its bill, where that is kept."""
    from farebox.prices.store.location import data_folder

    bills = data_folder() / "bills"
    if not statement.stack or not bills.is_dir():
        return statement
    from farebox.billed.accuracy import held, sentence

    said = sentence(held(bills, statement.project, statement.stack))
    return replace(statement, notes=(*statement.notes, said)) if said else statement


def _overruled(request: Request, target: Target) -> list[str]:
    """That the region asked for holds only where nothing else names one, if it is so."""
    named = target.graph.config.get("aws:region")
    given = None if isinstance(request.region, EnvironmentRegion) else request.region
    if not given or not named or named == given:
        return []
    return [
        f"--region {given} holds only where nothing else names a region; "
        f"the stack's config names {named}"
    ]
