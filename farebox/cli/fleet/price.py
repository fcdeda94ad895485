"""`fare fleet price`: all stacks of a source, in parallel, to Parquet."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.errors import CheckFailed, remark
from farebox.cli.fleet.options import WORKERS, pricing_of, source_options
from farebox.cli.options.common import format_option, pricing_options
from farebox.cli.options.engine import engine_option
from farebox.cli.show import FORMATS, write


@click.command()
@source_options
@WORKERS
@engine_option
@format_option("the fleet", (*FORMATS, "csv"))
@pricing_options
def price(
    source: str,
    out: Path,
    refs: tuple[str, ...],
    workers: int | None,
    engine_: str,
    format_: str,
    **asked: Any,
) -> None:
    """Price every stack in SOURCE, and keep the figures as tables.

    SOURCE is a folder of previews and states (*.json, *.json.gz), a Pulumi backend in
    a folder or in s3://BUCKET/PREFIX, or the word pulumi: every stack of the backend
    that it is logged in to. With --ref a folder's documents, or its program's stacks,
    are those of a commit.

    A stack that cannot be had or priced is named and stops no other; then the exit code
    is 1. A run that was broken off goes on where it was, as long as documents, prices
    and options are the same.

    \b
    Examples:
      fare fleet price states/ --out fleet
      fare fleet price ~/pulumi-backend --region eu-west-1 --workers 8
      fare fleet price s3://my-pulumi-states --prices store --format json
      fare fleet price s3://my-pulumi-states --engine spark://10.0.0.5:7077
      fare fleet price pulumi --out fleet
      fare fleet price . --ref main --ref v1.4
    """
    from farebox.billed.engines import DUCKDB
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import counting
    from farebox.fleet.pricing import price_fleet
    from farebox.fleet.sources import found_in
    from farebox.fleet.tables import failures, write_fleet
    from farebox.reports.fleet.report import FleetReport, FleetTotal

    bills_folder()  # says what is to be installed
    stacks, pricing = found_in(source, out, refs), pricing_of(**asked)
    with counting("pricing") as tell:
        if engine_ == DUCKDB:
            priced = price_fleet(stacks, pricing, out, workers=workers or 0, tell=tell)
        else:
            from farebox.fleet.spark import price_on_spark

            priced = price_on_spark(stacks, pricing, out, engine_, tell=tell)
        total, failed = write_fleet(priced, out)
    remark(*failures(failed))
    counts = (total.stacks, total.failed, total.lower_bounds)
    whole = FleetTotal(*counts, total.usd, total.usd_low, total.usd_high)
    write(FleetReport(whole, str(out)), format_)
    if failed:
        raise CheckFailed(f"{len(failed)} of {total.stacks} stacks have no figures")
