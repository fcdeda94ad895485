"""`fare bill import`: an export of AWS's bill into the form that is compared."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from farebox.cli.errors import remark
from farebox.cli.options.common import format_option
from farebox.cli.options.engine import engine_option
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.billed.bills import Imported


@click.command("import")
@click.argument("source")
@engine_option
@format_option("what was imported")
def import_(source: str, engine_: str, format_: str) -> None:
    """Read the bill in SOURCE: a Parquet or CSV file, an export's folder, or s3://….

    In a folder the newest manifest of each month says which files are the bill. A
    month that is imported again replaces what was there. Rows that do not fit are
    kept aside and counted, never dropped.

    \b
    Examples:
      fare bill import cur2-00001.snappy.parquet
      fare bill import s3://my-bills/exports/farebox
      fare bill import focus.csv.gz --format json
      fare bill import exports/ --engine spark://10.0.0.5:7077
    """
    from farebox.billed.bills import import_delivery
    from farebox.billed.s3 import SCHEME, fetch
    from farebox.billed.sources import deliveries
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import told
    from farebox.quote.bill_comparison import lacking
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
                found += import_delivery(delivery, bills, named=engine_)
    aside = sum({one.delivery or one.month: one.aside for one in found}.values())
    if aside:
        remark(
            f"{aside:,} rows do not fit: no month, no account or no cost that can be "
            "read; they stand in aside.parquet beside the month"
        )
    remark(*dict.fromkeys(text for one in found for text in lacking(one)))
    remark(*_twice(found))
    write(ImportsReport(tuple(found)), format_)


def _twice(found: "Sequence[Imported]") -> Iterator[str]:
    """Months of a payer that one source has several times, each replacing the last."""
    seen: dict[tuple[str, str], set[str]] = {}
    for one in found:
        accounts = seen.setdefault((one.payer, one.month), set())
        if accounts & {*one.accounts}:
            yield (
                f"{one.month} of payer {one.payer} came twice: the later stands, "
                "nothing is added"
            )
        accounts.update(one.accounts)
