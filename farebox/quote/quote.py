"""From a command's options to a statement."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.cli.errors import remark
from farebox.cli.waiting import asking_aws
from farebox.graph import ResourceGraph
from farebox.graph.regions import EnvironmentRegion
from farebox.prices import PriceBook
from farebox.quote.book import choose, wanted
from farebox.quote.live import settle
from farebox.quote.pricing import price_graph
from farebox.quote.target import read_target


class Asked(Struct, frozen=True, kw_only=True):
    """What a pricing command was asked: its target and the shared options."""

    target: str
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


class Priced(Struct, frozen=True):
    """A statement, with the graph and the book that it came from.

    `shortfall` says what live prices lack that were asked for by name, or is empty.
    """

    statement: Statement
    graph: ResourceGraph
    book: PriceBook
    shortfall: str = ""


def price_target(asked: Asked) -> Priced:
    """Read the target, its usage and the prices, and estimate. Raises the user's errors."""
    target = read_target(asked.target, region=asked.region)
    day = asked.day
    want = wanted(
        asked.prices,
        as_of=asked.as_of,
        seconds=asked.live_seconds,
        config=target.graph.config,
    )

    def priced(book: PriceBook) -> tuple[Statement, list[str]]:
        return price_graph(
            target.graph,
            book,
            Path(asked.usage) if asked.usage else target.usage_path,
            on=day,
            users=asked.users,
            hours_per_month=asked.hours,
            on_demand_fallback=asked.on_demand_fallback,
            free_tier=asked.free_tier == "include",
        )

    settled = settle(
        choose(want, on=day), lambda book: [priced(book)[0]], asking=asking_aws
    )
    statement, remarks = priced(settled.book)
    named = target.graph.config.get("aws:region")
    given = None if isinstance(asked.region, EnvironmentRegion) else asked.region
    if given and named and named != given:
        remarks.append(
            f"--region {asked.region} holds only where nothing else names a region; "
            f"the stack's config names {named}"
        )
    for sentence in remarks:
        remark(sentence)
    return Priced(
        settled.noted(statement), target.graph, settled.book, settled.shortfall
    )
