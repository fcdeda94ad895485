"""`fare tiers`: what a user costs in each tier, line by line, beside the paper."""

import sys
from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import TABLED, format_option
from farebox.cli.options.tier import (
    TierAsked,
    complete_tiers,
    terms_of,
    tier_options,
)


@click.command()
@click.argument("tiers", metavar="[TIER]...", nargs=-1, shell_complete=complete_tiers)
@format_option("the table", TABLED)
@tier_options
def tiers(tiers: tuple[str, ...], format_: str, **asked: Any) -> None:
    """Show what a user costs a month in each tier, and why not what the paper says.

    Without a TIER all tiers of the project in this folder are shown; one alone shows
    each cause of its difference in full. Figures come from the plans that build the
    stacks, not from running their programs.

    \b
    Examples:
      fare tiers
      fare tiers 100k --price 12 --overhead staffed
      fare tiers --overhead team.yaml --format markdown
      fare tiers 1k 10k --format json
    """
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.tiers.tiers import tier_cost
    from farebox.reports.hosting import tiers as report

    terms = terms_of(TierAsked(**asked))
    table = report.Table(
        costs=tuple(
            tier_cost(source, terms) for source in read_tiers(Path.cwd(), tiers)
        ),
        price=terms.price,
        overhead=terms.overhead.name,
    )
    if format_ == "json":
        from farebox.reports.hosting.tiers_json import tiers_json

        sys.stdout.buffer.write(tiers_json(table))
        sys.stdout.buffer.flush()
    elif format_ == "markdown":
        click.echo(report.markdown(table), nl=False)
    else:
        from farebox.reports.terminal import uses_color

        click.echo(report.text(table, color=uses_color(sys.stdout)), nl=False)
