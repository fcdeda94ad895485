"""`fare bill compare`: an estimate against what was billed, each difference by cause."""

from typing import TYPE_CHECKING, Any, cast

import click

from farebox.cli.errors import remark, shortfall_code
from farebox.cli.options.buying import bought, buying_options, take_buying
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
@buying_options
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
    the causes add up to the whole of it. With --plan and --adjustments the estimate is
    bought as the bill was: what it expects of plans and discounts is held against what
    they took off.

    \b
    Examples:
      pulumi stack export | fare bill compare - --month 2026-10
      fare bill compare state.json --month 2026-10 --cost unblended
      fare bill compare state.json --month 2026-10 --account 123456789012
      fare bill compare state.json --month 2026-10 --plan compute-1yr-no-upfront
      fare bill compare state.json --month 2026-10 --adjustments edp.yaml
    """
    from farebox.billed.month import month_named
    from farebox.cli.bills_folder import bills_folder
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.bill_comparison import billed_month, held_against, keep_accuracy
    from farebox.quote.quote import Request, quote
    from farebox.reports.billed.report import ComparisonReport

    bills, month = bills_folder(), month_named(month)
    buying = take_buying(asked)
    quoted = quote(Request(**asked), ON_TERMINAL)
    billed = billed_month(bills, month, accounts, engine_)
    remark(*quoted.remarks, *billed.remarks)
    way = cast("Cost", cost.replace("-", "_"))
    if buying.adjustments and not cost.startswith("net"):
        remark(
            "--adjustments are after discounts: hold them against --cost net-amortised"
        )
    statement = bought(quoted, buying)
    comparison = held_against(statement, quoted.graph, billed, way)
    if billed.closed and not accounts and not buying:
        keep_accuracy(bills, quoted.statement, comparison)
    write(ComparisonReport(comparison), format_)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")
