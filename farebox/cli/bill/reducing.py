"""`fare bill reduce`: a bill that outgrows one machine, added up where it lies."""

import click

from farebox.cli.options.common import format_option
from farebox.cli.show import write


@click.command("reduce")
@click.argument("source")
@click.option(
    "--to",
    required=True,
    metavar="FOLDER|s3://…",
    help="Where the smaller bill is written; `fare bill import` reads it from there.",
)
@click.option(
    "--month",
    default="",
    metavar="YYYY-MM",
    help="Only this month of the export.  [default: each month that it has]",
)
@click.option(
    "--engine",
    "engine_",
    default="spark",
    show_default=True,
    metavar="spark|local|spark://HOST:PORT",
    help="The Spark it is done on; `spark` is the one that a job was submitted to.",
)
@format_option("what was added up")
def reduce(source: str, to: str, month: str, engine_: str, format_: str) -> None:
    """Add the bill in SOURCE up by the day, on Spark, where it lies.

    SOURCE is the folder of one export, or its s3://BUCKET/PREFIX, and is read in place.
    Each day of each resource and key becomes one row; sums, days, tags of owners and
    rows that do not fit stay, so that the smaller bill is imported and compared as the
    large one would be. A manifest is written last: a run that fails leaves what was
    there.

    \b
    Examples:
      fare bill reduce exports/ --to small/ --engine local
      fare bill reduce s3://bills/all --to s3://bills/days --month 2026-10
    """
    from farebox.billed.month import month_named
    from farebox.billed.reducing import reduce_bills
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import told
    from farebox.reports.billed.reduced import ReducedReport

    bills_folder()  # says what is to be installed
    with told(f"adding up {source} …"):
        found = reduce_bills(source, to, engine_, month_named(month) if month else "")
    write(ReducedReport(tuple(found)), format_)
