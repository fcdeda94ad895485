"""`fare price`: the month's statement of a stack."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from farebox.cli.errors import CheckFailed, remark, shortfall_code
from farebox.cli.options.budget import BudgetParam
from farebox.cli.options.buying import bought, buying_options, take_buying
from farebox.cli.options.common import (
    format_option,
    pricing_options,
    tag_option,
    target_argument,
)
from farebox.cli.show import EXPORTS, FORMATS, export, write

if TYPE_CHECKING:
    from farebox.bill.budget import Budget
    from farebox.bill.statement import Statement
    from farebox.cli.options.buying import Buying


BESIDE = ("usage", "adjustments", "prices")
"""Options that may name a file beside the target."""


@click.command()
@target_argument
@format_option("the statement", (*FORMATS, *EXPORTS))
@pricing_options
@tag_option
@buying_options
@click.option(
    "--fail-on-unpriced",
    is_flag=True,
    help="End with exit code 1 when the total is only a lower bound.",
)
@click.option(
    "--budget",
    type=BudgetParam(),
    metavar="USD|USD/user",
    help="End with exit code 1 when a month costs more: 500, or 0.50/user.",
)
@click.option(
    "--partial",
    is_flag=True,
    help="Price what a preview that failed holds, as a lower bound.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Price again whenever a file of the program, or the document, is saved.",
)
@click.pass_context
def price(context: click.Context, /, *, watch: bool, **asked: Any) -> int:
    """Price a stack for a month, before it is deployed.

    STACK is one of the Pulumi project in this folder: a program in Python runs here,
    offline, without an engine; of another language pulumi makes the preview. FILE is
    a preview or a state export, as in the examples; - reads it from a pipe.

    \b
    Examples:
      fare price dev
      fare price prod --format json > statement.json
      fare price prod --format csv > statement.csv
      pulumi preview --json --show-sames > preview.json
      fare price preview.json --usage usage.yaml --users 5000
      pulumi stack export | fare price - --region eu-west-1
      fare price prod --budget 5/user
      fare price prod --prices live
      fare price prod --plan 3yr-partial-upfront --coverage 70
      fare price prod --as-of 2026-11-22
      fare price dev --watch
      fare price failed.json --partial
      fare price prod --tag cost-center
    """
    if watch:
        return _watched(context)
    return _priced(buying=take_buying(asked), **asked)


def _watched(context: click.Context) -> int:
    """Price on each save, by the command as it was given but for --watch."""
    from farebox.cli.watching import watch

    asked, (arguments, run) = context.params, context.find_root().obj
    words = [word for word in arguments if word != "--watch"]
    beside = [Path(asked[name]) for name in BESIDE if asked.get(name)]
    command = (sys.executable, "-m", "farebox", *words)
    return watch(asked["target"], beside, lambda: run(words), command)


def _priced(
    format_: str,
    buying: "Buying",
    fail_on_unpriced: bool,
    budget: "Budget | None",
    tag: str | None,
    **asked: Any,
) -> int:
    """Price once. The exit code."""
    from farebox.bill.tag_spending import slips
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.errors import RequestError
    from farebox.quote.quote import Request, quote
    from farebox.reports.statement.report import statement_report

    request = Request(**asked)
    if request.partial and (budget is not None or format_ in EXPORTS):
        raise RequestError(
            "--partial prices a part of a stack: it passes no --budget, and "
            f"{', '.join(EXPORTS)} cannot say so"
        )
    quoted = quote(request, ON_TERMINAL)
    remark(*quoted.remarks, *slips(quoted.graph, tag))
    statement = bought(quoted, buying)
    if format_ in EXPORTS:
        export(statement, format_)
    else:
        write(statement_report(statement, quoted.graph, tag), format_)
    if fail_on_unpriced and statement.lower_bound:
        hidden = sum(entry.hides_cost for entry in statement.unpriced)
        raise CheckFailed(
            f"the total is a lower bound: {hidden} charges have no figure "
            "(--fail-on-unpriced)"
        )
    if budget is not None:
        _check(statement, budget)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")


def _check(statement: "Statement", budget: "Budget") -> None:
    """Hold the total against the budget; a lower bound counts as it stands."""
    from farebox.reports.statement.budget import over_budget, within_lower_bound

    over = over_budget(statement, budget)
    if over:
        raise CheckFailed(over)
    sentence = within_lower_bound(statement, budget)
    if sentence:
        remark(sentence)
