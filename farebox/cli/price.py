"""`fare price`: the month's statement of a stack."""

import sys
from typing import Any

import click

from farebox.cli.errors import CheckFailed
from farebox.cli.options import pricing_options, target_argument


@click.command()
@target_argument
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the statement is written.",
)
@pricing_options
@click.option(
    "--fail-on-unpriced",
    is_flag=True,
    help="End with exit code 1 when the total is only a lower bound.",
)
def price(format_: str, fail_on_unpriced: bool, **asked: Any) -> None:
    """Price a stack for a month, before it is deployed.

    TIER is a stack of the Pulumi Python project in this folder: its program runs
    here, offline, without an engine. FILE is a preview or a state export, as in the
    examples; - reads it from a pipe.

    \b
    Examples:
      fare price 100k
      fare price 100k --format json > statement.json
      pulumi preview --json --show-sames > preview.json
      fare price preview.json --usage usage.yaml --users 5000
      pulumi stack export | fare price - --region eu-west-1
    """
    from farebox.cli.pricing import Asked, price_target

    statement = price_target(Asked(**asked)).statement
    if format_ == "json":
        from farebox.reports.statement_json import statement_json

        sys.stdout.buffer.write(statement_json(statement))
        sys.stdout.buffer.flush()
    elif format_ == "markdown":
        from farebox.reports.markdown import markdown

        click.echo(markdown(statement), nl=False)
    else:
        from farebox.reports.terminal import terminal_width, uses_color
        from farebox.reports.text import text

        width, color = terminal_width(), uses_color(sys.stdout)
        click.echo(text(statement, width=width, color=color), nl=False, color=True)
    if fail_on_unpriced and statement.lower_bound:
        hidden = sum(entry.hides_cost for entry in statement.unpriced)
        raise CheckFailed(
            f"the total is a lower bound: {hidden} charges have no figure "
            "(--fail-on-unpriced)"
        )
