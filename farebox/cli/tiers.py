"""`fare host tiers`: what a user costs in each tier, line by line, beside the paper."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import format_option
from farebox.cli.options.tier import (
    TierAsked,
    complete_tiers,
    terms_of,
    tier_options,
)
from farebox.cli.show import write


@click.command()
@click.argument("tiers", metavar="[TIER]...", nargs=-1, shell_complete=complete_tiers)
@format_option("the table")
@tier_options
def tiers(tiers: tuple[str, ...], format_: str, **asked: Any) -> None:
    """Show what a user costs a month in each tier, and why not what the paper says.

    Without a TIER all tiers of the project in this folder are shown; one alone shows
    each cause of its difference in full. Figures come from the plans that build the
    stacks, not from running their programs.

    \b
    Examples:
      fare host tiers
      fare host tiers 100k --price 12 --overhead staffed
      fare host tiers --overhead team.yaml --format markdown
      fare host tiers 1k 10k --format json
    """
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.tiers.storage import places, with_stored
    from farebox.hosting.tiers.tiers import tier_cost
    from farebox.reports.hosting.tiers import TiersReport
    from farebox.reports.hosting.tiers_view import TierTable

    terms = terms_of(TierAsked(**asked))
    sources = [with_stored(source) for source in read_tiers(Path.cwd(), tiers)]
    table = TierTable(
        costs=tuple(tier_cost(source, terms) for source in sources),
        places=tuple(places(source, terms) for source in sources),
        price=terms.price,
        overhead=terms.overhead.name,
    )
    write(TiersReport(table), format_)
