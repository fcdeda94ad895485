"""`fare fleet price`: all stacks of a source, in parallel, to Parquet."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.errors import CheckFailed, remark
from farebox.cli.options.common import format_option, pricing_options
from farebox.cli.show import write


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("fleet"),
    show_default=True,
    metavar="FOLDER",
    help="Where the tables go, and what was priced, so that a run can go on.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Stacks priced at a time.  [default: as many as there are processors]",
)
@format_option("the fleet")
@pricing_options
def price(
    source: Path, out: Path, workers: int | None, format_: str, **asked: Any
) -> None:
    """Price every stack in SOURCE: a folder of previews and states (*.json, *.json.gz).

    The folder of a Pulumi file backend has a state for each stack. A stack that cannot
    be priced is named and stops no other; then the exit code is 1. A run that was broken
    off goes on where it was, as long as documents, prices and options are the same.

    \b
    Examples:
      fare fleet price states/ --out fleet
      fare fleet price ~/pulumi-backend --region eu-west-1 --workers 8
      fare fleet price states/ --prices store --format json
    """
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import counting
    from farebox.fleet.pricing import Pricing, price_fleet
    from farebox.fleet.stacks import stacks_in
    from farebox.fleet.tables import failures, write_fleet
    from farebox.quote.basket import usage_at
    from farebox.quote.book import choose_book
    from farebox.quote.quote import PricingOptions
    from farebox.reports.fleet.report import FleetReport, FleetTotal

    bills_folder()  # says what is to be installed
    options = PricingOptions(**asked)
    stacks = stacks_in(source)
    book = choose_book(options.book({}), on=options.day, network=False).book
    pricing = Pricing(book, options, usage_at(options.usage))
    with counting("pricing") as tell:
        priced = price_fleet(stacks, pricing, out, workers=workers or 0, tell=tell)
        total, failed = write_fleet(priced, out)
    remark(*failures(failed))
    counts = (total.stacks, total.failed, total.lower_bounds)
    whole = FleetTotal(*counts, total.usd, total.usd_low, total.usd_high)
    write(FleetReport(whole, str(out)), format_)
    if failed:
        raise CheckFailed(f"{len(failed)} of {total.stacks} stacks have no figures")
