"""From a command's options to a statement."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.cli.books import choose_book
from farebox.cli.errors import remark
from farebox.cli.targets import read_target
from farebox.graph import ResourceGraph
from farebox.prices import PriceBook
from farebox.pricing import price_graph
from farebox.statement import Statement


class Asked(Struct, frozen=True, kw_only=True):
    """What a pricing command was asked: its target and the shared options."""

    target: str
    usage: str | None
    region: str | None
    hours: Decimal
    users: Decimal | None
    prices: str
    on: date | None
    free_tier: str
    on_demand_fallback: bool


class Priced(Struct, frozen=True):
    """A statement, with the graph and the book that it came from."""

    statement: Statement
    graph: ResourceGraph
    book: PriceBook


def price_target(asked: Asked) -> Priced:
    """Read the target, its usage and the prices, and estimate. Raises the user's errors."""
    target = read_target(asked.target, region=asked.region)
    book = choose_book(asked.prices)
    statement, remarks = price_graph(
        target.graph,
        book,
        Path(asked.usage) if asked.usage else target.usage_path,
        on=asked.on or date.today(),
        users=asked.users,
        hours_per_month=asked.hours,
        on_demand_fallback=asked.on_demand_fallback,
        free_tier=asked.free_tier == "include",
    )
    named = target.graph.config.get("aws:region")
    if asked.region and named and named != asked.region:
        remarks.append(
            f"--region {asked.region} holds only where nothing else names a region; "
            f"the stack's config names {named}"
        )
    for sentence in remarks:
        remark(sentence)
    return Priced(statement, target.graph, book)
