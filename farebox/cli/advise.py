"""`fare advise`: what would cost less for the same work."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from farebox.cli.errors import remark, shortfall_code
from farebox.cli.options.common import (
    Figure,
    format_option,
    pricing_options,
    target_argument,
)
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.advice.advise import Advised
    from farebox.reports.advice.report import AdviceReport


@click.command()
@target_argument
@click.option(
    "--least",
    type=Figure(),
    default="1",
    show_default=True,
    metavar="USD",
    help="Leave out what saves less than this in a month.",
)
@format_option("the advice")
@pricing_options
def advise(least: Decimal, format_: str, **asked: Any) -> int:
    """Show what would cost less for the same work, with its risk and the change.

    Each advice is the stack priced again, by the same rules, with one input changed:
    there is none without a figure, and none that the book cannot price.

    \b
    Examples:
      fare advise dev
      fare advise preview.json --least 20
      pulumi stack export | fare advise - --format markdown
    """
    from farebox.advice.advise import advise as advice_on
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.quote import Request, quote

    quoted = quote(Request(**asked), ON_TERMINAL)
    remark(*quoted.remarks)
    found = advice_on(quoted.basket, quoted.statement, quoted.book)
    write(advice_report(found, least), format_)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")


def advice_report(found: "Advised", least: Decimal = Decimal(0)) -> "AdviceReport":
    """The report on advice; what saves less than `least` USD a month is left out."""
    from farebox.reports.advice.report import AdviceReport, AdviceRow

    rows = tuple(
        AdviceRow(
            one.idea.kind,
            one.idea.urn,
            one.idea.name,
            one.idea.change,
            one.idea.risk,
            one.usd_saved,
        )
        for one in found.found
        if one.usd_saved >= least
    )
    named = (found.project, found.stack)
    return AdviceReport(*named, found.usd, found.usd_with_all, rows)
