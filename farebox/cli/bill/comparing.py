"""`fare bill compare`: an estimate against what was billed, each difference by cause."""

from typing import TYPE_CHECKING, Any, cast

import click

from farebox.cli.errors import remark, shortfall_code
from farebox.cli.options.common import format_option, pricing_options, target_argument
from farebox.cli.options.engine import engine_option
from farebox.cli.show import FORMATS, TABLES, write

if TYPE_CHECKING:
    from farebox.billed.charges import Cost

WAYS = ("unblended", "amortised", "listed", "net", "net-amortised")


MONTH = click.option(
    "--month", required=True, metavar="YYYY-MM", help="The bill's month."
)

COST = click.option(
    "--cost",
    type=click.Choice(WAYS),
    default="amortised",
    show_default=True,
    help="What counts as cost: cash, plans and reservations spread over their use, "
    "list prices, or after discounts.",
)

ACCOUNTS = click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="ID",
    help="Only what this account was billed; may be given several times.",
)


@click.command("compare")
@target_argument
@MONTH
@COST
@ACCOUNTS
@engine_option
@format_option("the comparison", (*FORMATS, *TABLES))
@pricing_options
def compare(
    month: str,
    cost: str,
    accounts: tuple[str, ...],
    engine_: str,
    format_: str,
    **asked: Any,
) -> int:
    """Hold a stack's estimate against a month of the imported bill.

    A state export knows ids and ARNs, by which most of a bill is found; what a group
    or a cluster launched is found by AWS's own tags. Each difference has a cause, and
    the causes add up to the whole of it.

    \b
    Examples:
      pulumi stack export | fare bill compare - --month 2026-10
      fare bill compare state.json --month 2026-10 --cost unblended
      fare bill compare state.json --month 2026-10 --account 123456789012
    """
    from farebox.billed.month import month_named
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.bill_comparison import billed_month, held_against, keep_accuracy
    from farebox.quote.quote import Request, quote
    from farebox.reports.billed.report import ComparisonReport

    bills, month = bills_folder(), month_named(month)
    quoted = quote(Request(**asked), ON_TERMINAL)
    billed = billed_month(bills, month, accounts, engine_)
    remark(*quoted.remarks, *billed.remarks)
    way = cast("Cost", cost.replace("-", "_"))
    comparison = held_against(quoted.statement, quoted.graph, billed, way)
    if billed.closed and not accounts:
        keep_accuracy(bills, quoted.statement, comparison)
    write(ComparisonReport(comparison), format_)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")
