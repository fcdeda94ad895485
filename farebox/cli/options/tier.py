"""The options of commands about tiers: price, team, price book, day, hours."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from farebox.cli.options.common import (
    BOOK,
    FREE_TIER,
    HOURS,
    ON,
    ON_DEMAND_FALLBACK,
    Figure,
)

if TYPE_CHECKING:
    from farebox.hosting.tiers.tiers import TierTerms

price_option = click.option(
    "--price",
    type=Figure(),
    default="10",
    show_default=True,
    metavar="USD",
    help="What a user pays a month.",
)
overhead_option = click.option(
    "--overhead",
    default="paper",
    show_default=True,
    metavar="paper|founders|staffed|FILE",
    help="The team and its tools.",
)
SHARED = (*BOOK, ON, HOURS, FREE_TIER, ON_DEMAND_FALLBACK)
"""Options of `fare price` that mean the same here."""


class TierAsked(Struct, frozen=True, kw_only=True):
    """What a command about tiers was asked, besides which tiers."""

    price: Decimal
    overhead: str
    hours: Decimal
    prices: str | None
    as_of: date | None
    on: date | None
    free_tier: str
    on_demand_fallback: bool


def tier_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that `TierAsked` holds."""
    for option in reversed((price_option, overhead_option, *SHARED)):
        command = option(command)
    return command


def team_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `TierAsked` but for the price, which is the command's own."""
    for option in reversed((overhead_option, *SHARED)):
        command = option(command)
    return command


def terms_of(asked: TierAsked) -> "TierTerms":
    """The terms that the options mean. Raises BadInput, ConfigError, price errors."""
    from farebox.cli.options.plans import plan_prices
    from farebox.hosting.tiers.overhead import overhead_named
    from farebox.hosting.tiers.tiers import TierTerms

    book, on = plan_prices(asked.prices, as_of=asked.as_of, on=asked.on)
    return TierTerms(
        book=book,
        on=on,
        overhead=overhead_named(asked.overhead),
        price=asked.price,
        hours_per_month=asked.hours,
        on_demand_fallback=asked.on_demand_fallback,
        free_tier=asked.free_tier == "include",
    )


def complete_tiers(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """The stacks of the project in this folder."""
    from farebox.graph.errors import GraphError
    from farebox.graph.project import read_project, stacks_of

    try:
        names = stacks_of(read_project(Path.cwd()))
    except GraphError:
        return []
    return [name for name in names if name.startswith(incomplete)]
