"""From a command's options to a statement."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.cli.books import choose_book
from farebox.cli.errors import BadInput
from farebox.cli.targets import read_target
from farebox.estimate import estimate
from farebox.graph import ResourceGraph
from farebox.prices import PriceBook
from farebox.statement import Statement
from farebox.usage import NO_USAGE

USERS_KEY = "farebox:users"


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
    graph = target.graph
    book = choose_book(asked.prices)
    usage_path = Path(asked.usage) if asked.usage else target.usage_path
    usage = NO_USAGE
    if usage_path is not None:
        from farebox.usage_file import read_usage

        usage = read_usage(usage_path)
    statement = estimate(
        graph,
        book,
        usage,
        on=asked.on or date.today(),
        hours_per_month=asked.hours,
        users=asked.users or users_of(graph),
        on_demand_fallback=asked.on_demand_fallback,
        free_tier=asked.free_tier == "include",
    )
    if usage is not NO_USAGE:
        from farebox.usage_file import refuse_unread

        for sentence in refuse_unread(usage):
            print(f"fare: note: {sentence}", file=sys.stderr)
    return Priced(statement, graph, book)


def users_of(graph: ResourceGraph) -> Decimal | None:
    """The users that the stack's config names under `farebox:users`, or None.

    Raises BadInput where the value is no positive figure.
    """
    from farebox.graph.values import number

    text = graph.config.get(USERS_KEY)
    if text is None:
        return None
    users = number(text)
    if not isinstance(users, Decimal) or users <= 0:
        raise BadInput(f"{USERS_KEY} in the stack's config is {text!r}, not users > 0")
    return users
