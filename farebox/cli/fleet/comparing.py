"""`fare fleet compare`: every stack's estimate against what it was billed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from farebox.cli.bill.comparing import ACCOUNTS, COST, MONTH
from farebox.cli.errors import CheckFailed, remark
from farebox.cli.fleet.options import pricing_of, source_options
from farebox.cli.options.common import format_option, pricing_options
from farebox.cli.options.engine import engine_option
from farebox.cli.show import FORMATS, TABLES, write

if TYPE_CHECKING:
    from farebox.billed.charges import Cost


@click.command("compare")
@source_options
@MONTH
@COST
@ACCOUNTS
@engine_option
@format_option("the comparison", (*FORMATS, *TABLES))
@pricing_options
def compare(
    source: str,
    out: Path,
    refs: tuple[str, ...],
    month: str,
    cost: str,
    accounts: tuple[str, ...],
    engine_: str,
    format_: str,
    **asked: Any,
) -> None:
    """Hold every stack of SOURCE against a month of the imported bill.

    Each charge counts once, for the stack whose state has its id. What no stack has
    stands in the causes, with tax, fees and credits; they add up to the whole
    difference. A stack that cannot be priced is named; then the exit code is 1.

    \b
    Examples:
      fare fleet compare states/ --month 2026-10
      fare fleet compare s3://my-pulumi-states --month 2026-10 --cost net
    """
    from farebox.billed.month import month_named
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import counting
    from farebox.fleet.billed import compare_fleet, keep_accuracy
    from farebox.fleet.sources import found_in
    from farebox.quote.bill_comparison import billed_month
    from farebox.reports.fleet.billed import FleetBilledReport, FleetBilledRow

    bills, month = bills_folder(), month_named(month)
    stacks = found_in(source, out, refs)
    billed = billed_month(bills, month, accounts, engine_)
    way = cast("Cost", cost.replace("-", "_"))
    with counting("pricing") as tell:
        found = compare_fleet(stacks, pricing_of(**asked), billed, way, tell=tell)
    if billed.closed and not accounts:
        keep_accuracy(bills, found.stacks)
    remark(*billed.remarks, *found.failed)
    rows = tuple(
        FleetBilledRow(
            one.name,
            one.project,
            one.stack,
            one.whole.estimated_usd,
            one.whole.billed_usd,
            one.whole.percent_low,
        )
        for one in found.stacks
    )
    write(FleetBilledReport(rows, found.comparison), format_)
    if found.failed:
        raise CheckFailed(
            f"{len(found.failed)} of {len(stacks)} stacks have no estimate"
        )
