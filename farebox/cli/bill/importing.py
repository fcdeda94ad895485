"""`fare bill import`: an export of AWS's bill into the form that is compared."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from farebox.cli.errors import remark
from farebox.cli.options.common import format_option
from farebox.cli.show import write


@click.command("import")
@click.argument("source")
@format_option("what was imported")
def import_(source: str, format_: str) -> None:
    """Read the bill in SOURCE: a Parquet or CSV file, an export's folder, or s3://….

    In a folder the newest manifest of each month says which files are the bill. A
    month that is imported again replaces what was there. Rows that do not fit are
    kept aside and counted, never dropped.

    \b
    Examples:
      fare bill import cur2-00001.snappy.parquet
      fare bill import s3://my-bills/exports/farebox
      fare bill import focus.csv.gz --format json
    """
    from farebox.billed.bills import import_delivery
    from farebox.billed.s3 import SCHEME, fetch
    from farebox.billed.sources import deliveries
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import told
    from farebox.reports.billed.report import ImportsReport

    bills = bills_folder()
    found = []
    with TemporaryDirectory() as folder:
        place = Path(source)
        if source.startswith(SCHEME):
            with told(f"fetching {source} …"):
                place = fetch(source, Path(folder))
        for delivery in deliveries(place):
            with told(f"importing {delivery.files[0].name} …"):
                found += import_delivery(delivery, bills)
    aside = sum({one.delivery or one.month: one.aside for one in found}.values())
    if aside:
        remark(
            f"{aside:,} rows do not fit: no month, no account or no cost that can be "
            "read; they stand in aside.parquet beside the month"
        )
    write(ImportsReport(tuple(found)), format_)
