"""`fare bill list`: the months of bills that are here."""

import click

from farebox.cli.options.common import format_option
from farebox.cli.show import write


@click.command("list")
@format_option("the months")
def list_(format_: str) -> None:
    """List the months that were imported, with their sums.

    \b
    Examples:
      fare bill list
      fare bill list --format json
    """
    from farebox.billed.bills import imported
    from farebox.cli.bills_folder import bills_folder
    from farebox.reports.billed.report import ImportsReport

    write(ImportsReport(tuple(imported(bills_folder()))), format_)
