"""`fare host market`: captured users by year, what they pay, and what is left."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import Figure, format_option
from farebox.cli.options.tier import TierAsked, terms_of, tier_options
from farebox.cli.show import write


@click.command()
@click.option(
    "--capture",
    type=Figure(),
    default="0.1",
    show_default=True,
    metavar="PERCENT",
    help="Share of agent users who come, in percent.",
)
@format_option("the table")
@tier_options
def market(capture: Any, format_: str, **asked: Any) -> None:
    """Show the paper's market by year at the margin of that many users.

    Each row has the users that a capture gives, what they pay a month and the gross
    profit a year at the cost of so many users, beside what the paper writes; then how
    many users a price reaches.

    \b
    Examples:
      fare host market
      fare host market --capture 0.05 --price 15
      fare host market --overhead staffed --format json
    """
    from farebox.hosting.growth.market import market as table_of
    from farebox.hosting.paper.paper_figures import the_paper
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.tiers.curve import tier_curve
    from farebox.reports.hosting.market import MarketReport

    terms = terms_of(TierAsked(**asked))
    paper = the_paper()
    table = table_of(
        tier_curve(read_tiers(Path.cwd()), terms),
        paper,
        price=terms.price,
        capture=capture / 100,
    )
    write(MarketReport(table, terms, paper), format_)
