"""`fare bill accuracy`: how near estimates came to their bills."""

import click

from farebox.cli.options.common import format_option
from farebox.cli.show import write


@click.command()
@format_option("the months")
def accuracy(format_: str) -> None:
    """Show each stack's months that were compared, as a whole and by service.

    `fare bill compare` leaves the records, for closed months.

    \b
    Examples:
      fare bill accuracy
      fare bill accuracy --format json
    """
    from farebox.billed.accuracy import all_held
    from farebox.prices.store.location import data_folder
    from farebox.reports.billed.accuracy import AccuracyReport

    write(AccuracyReport(tuple(all_held(data_folder() / "bills"))), format_)
