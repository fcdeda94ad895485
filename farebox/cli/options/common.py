"""The options that every pricing command shares."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from farebox.cli.show import FORMATS

FORMS = "auto|live|store|embedded|FILE|sha256:…"
"""What `--prices` takes, as `farebox.quote.book` reads it."""

MOST_LIVE_SECONDS = Decimal(600)

MOST = Decimal(10) ** 12
"""More of anything than a month has, so that no figure outgrows its digits."""


class Figure(click.ParamType["Decimal"]):
    """A positive decimal figure, kept exact."""

    name = "figure"

    def __init__(self, most: Decimal = MOST) -> None:
        self.most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The figure as Decimal, or a usage error that says what is needed."""
        if isinstance(value, Decimal):
            return value
        try:
            figure = Decimal(str(value).replace(",", "").replace("_", ""))
        except InvalidOperation:
            self.fail(f"{value!r} is not a figure", param, ctx)
        if not figure.is_finite() or figure <= 0:
            self.fail(f"{value} is not greater than 0", param, ctx)
        if not 1 / MOST <= figure <= MOST:
            self.fail(f"{value} is not from 1e-12 to 1e12", param, ctx)
        if figure > self.most:
            self.fail(f"{value} is more than {self.most}", param, ctx)
        return figure


class Day(click.ParamType["date"]):
    """A day as 2026-11-23."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or a usage error that shows the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-11-23", param, ctx)


class Region(click.ParamType["str"]):
    """A region code such as us-east-1; a zone or a place name is none."""

    name = "region"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The code, or a usage error that shows the form."""
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]+", value):
            self.fail(f"{value!r} is not a region code like us-east-1", param, ctx)
        return str(value)


PLAIN = ("text", "json")
"""The formats of what is no report yet: `fare refresh` tells what it does."""


def format_option(
    what: str, formats: Sequence[str] = FORMATS
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--format` of a command that prints `what`, in the formats of every report."""
    verb = "are" if what.endswith("s") else "is"
    return click.option(
        "--format",
        "-f",
        "format_",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help=f"How {what} {verb} written.",
    )


def complete_target(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[Any]:
    """The stacks of the project in this folder, then files."""
    from click.shell_completion import CompletionItem

    from farebox.quote.target import stacks_here

    stacks = [name for name in stacks_here() if name.startswith(incomplete)]
    return [*map(CompletionItem, stacks), CompletionItem(incomplete, type="file")]


USAGE = click.option(
    "--usage",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Usage file; a stack's own <stack>.usage.yaml is found by itself.",
)


def _or_environment(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> str | None:
    """The option's region, else the one that AWS's own tools would take."""
    from farebox.graph.regions import environment_region

    return value if value is not None else environment_region(os.environ)


REGION = click.option(
    "--region",
    type=Region(),
    metavar="REGION",
    callback=_or_environment,
    help="Region of resources for which nothing else names one, else AWS_REGION's.",
)
HOURS = click.option(
    "--hours",
    type=Figure(Decimal(744)),
    default="730",
    show_default=True,
    metavar="H",
    help="Hours in the month, 744 at most; GB-months stay months.",
)
USERS = click.option(
    "--users",
    type=Figure(),
    metavar="N",
    help="Divide by users; a stack's own farebox:users is found by itself.",
)
PRICES = click.option(
    "--prices",
    metavar=FORMS,
    help="The price book; a stack's own farebox:prices is found by itself."
    "  [default: auto]",
)
AS_OF = click.option(
    "--as-of",
    type=Day(),
    metavar="DATE",
    help="Prices as the store had them at the end of that day.",
)
LIVE_SECONDS = click.option(
    "--live-seconds",
    type=Figure(most=MOST_LIVE_SECONDS),
    metavar="S",
    help="How long live prices may take.  [default: 10]",
)
BOOK = (PRICES, AS_OF)
"""Options that say which book, of a command that refreshes nothing."""
ON = click.option(
    "--on",
    type=Day(),
    metavar="DATE",
    help="The day that decides what depends on a date.  [default: --as-of, else today]",
)
FREE_TIER = click.option(
    "--free-tier",
    type=click.Choice(["include", "exclude"]),
    default="include",
    show_default=True,
    help="The account's permanent free allowances.",
)
ON_DEMAND_FALLBACK = click.option(
    "--on-demand-fallback",
    is_flag=True,
    help="Price at on demand where the book lacks a spot price, and say so.",
)

PRICING = (
    USAGE,
    REGION,
    HOURS,
    USERS,
    *BOOK,
    LIVE_SECONDS,
    ON,
    FREE_TIER,
    ON_DEMAND_FALLBACK,
)


def pricing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add STACK|FILE|- and the options of a pricing command."""
    for option in reversed(PRICING):
        command = option(command)
    return command


tag_option = click.option(
    "--tag",
    metavar="KEY",
    help="Show spending by this tag of the resources.  [default: team, owner or "
    "cost-center, where the stack uses one]",
)

target_argument = click.argument(
    "target", metavar="STACK|FILE|-", shell_complete=complete_target
)
