"""`fare usage sync`: a usage file filled in from CloudWatch."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from farebox.cli.errors import remark
from farebox.cli.options.common import PRICES, REGION, target_argument
from pricing_fetch.net.patience import Patience

if TYPE_CHECKING:
    from farebox.quote.usage_files import WantedFile
    from farebox.quote.usage_sync import Synced

PATIENCE = Patience()
"""How long CloudWatch is waited for, and how often it is asked again."""

OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The usage file.  [default: <stack>.usage.yaml, beside the stack's config]",
)


@click.command()
@target_argument
@OUTPUT
@click.option("--stdout", is_flag=True, help="Print it, and write no file.")
@click.option(
    "--days",
    type=click.IntRange(1, 455),
    default=30,
    show_default=True,
    metavar="N",
    help="Whole days before today, in UTC, that are asked for.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(("cloudwatch", "bill")),
    default="cloudwatch",
    show_default=True,
    help="What tells the use: CloudWatch, or an imported bill (fare bill import).",
)
@click.option("--month", metavar="YYYY-MM", help="The bill's month, with --from bill.")
@REGION
@PRICES
def sync(
    target: str,
    output: str | None,
    stdout: bool,
    days: int,
    source: str,
    month: str | None,
    region: str | None,
    prices: str | None,
) -> None:
    """Fill a usage file in from CloudWatch or from the bill, for what is deployed.

    A state names the resources: pipe pulumi stack export into it. A key becomes a range,
    the 5th, 50th and 95th percentile of the days, each as a month. A figure that a
    person wrote stays, and so do comments and order; a file that is not there is begun
    as fare usage init does. AWS's ordinary credentials are used, with the right
    cloudwatch:GetMetricData; AWS charges a cent for a thousand metrics.

    \b
    Examples:
      pulumi stack export | fare usage sync - --output prod.usage.yaml
      fare usage sync state.json --days 90
      fare usage sync state.json --stdout
      fare usage sync state.json --from bill --month 2026-10
    """
    from datetime import UTC, datetime

    from farebox.cli.waiting import ON_TERMINAL
    from farebox.files.yaml_text import read_text
    from farebox.quote.book import book_request
    from farebox.quote.usage_files import wanted_file, write_text
    from farebox.quote.usage_sync import synced
    from pricing_fetch.calls.aws import Aws

    wanted = wanted_file(
        target, region=region, prices=book_request(prices), waiting=ON_TERMINAL
    )
    path = Path(output) if output else wanted.path
    text = read_text(path) if path.is_file() else wanted.text
    if source == "bill":
        found = _of_bill(wanted, text, month, str(path))
        told = f"{found.asked} keys of the bill of {month}"
    else:
        until = datetime.now(UTC).date()
        found = synced(
            wanted, text, until=until, days=days, aws=Aws(PATIENCE), path=str(path)
        )
        told = f"{found.asked} metrics of CloudWatch"
    remark(*found.notes)
    if stdout:
        click.echo(found.text, nl=False)
        return
    if found.text != text or not path.exists():
        write_text(path, found.text, force=True)
    figures = f"{found.put_in} figure{'' if found.put_in == 1 else 's'}"
    click.echo(f"{path}: {figures} from {told}")


def _of_bill(wanted: "WantedFile", text: str, month: str | None, path: str) -> "Synced":
    """The text with what a closed month of the bill tells. Raises BillError."""
    from farebox.billed.bills import imported
    from farebox.billed.charges import use_by_day
    from farebox.billed.engines import engine
    from farebox.billed.errors import BillError
    from farebox.billed.month import month_named
    from farebox.cli.bills_folder import bills_folder
    from farebox.quote.usage_from_bill import from_bill

    if month is None:
        raise click.UsageError("--from bill needs --month, such as --month 2026-10")
    bills, month = bills_folder(), month_named(month)
    if any(one.month == month and not one.closed for one in imported(bills)):
        raise BillError(
            f"the bill of {month} is still open: its last days are not whole, and tell "
            "too little"
        )
    with engine(bills) as connection:
        days = use_by_day(connection, bills, month)
        return from_bill(wanted, text, days, month=month, path=path)
