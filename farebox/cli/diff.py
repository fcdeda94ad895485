"""`fare diff`: what a change does to the bill."""

from typing import TYPE_CHECKING, Any

import click

from farebox.cli.errors import CheckFailed, remark, shortfall_code
from farebox.cli.options.budget import LimitParam
from farebox.cli.options.common import (
    FORMS,
    complete_target,
    format_option,
    pricing_options,
)
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.diff.limits import Limit


@click.command()
@click.argument(
    "targets", metavar="[BASE] HEAD", nargs=-1, shell_complete=complete_target
)
@click.option(
    "--base-ref",
    metavar="REF",
    help="The base is this project at a git ref: its program runs, offline.",
)
@click.option(
    "--sides",
    is_flag=True,
    help="The base is the old state that the one preview given holds.",
)
@format_option("the diff")
@click.option("--base-prices", metavar=FORMS, help="The base's book, else --prices.")
@click.option("--head-prices", metavar=FORMS, help="The head's book, else --prices.")
@pricing_options
@click.option(
    "--fail-over",
    "limits",
    type=LimitParam(),
    multiple=True,
    metavar="5%|50USD|0.10USD/user",
    help="End with exit code 1 when the change adds more; may be repeated.",
)
def diff(format_: str, limits: "tuple[Limit, ...]", **asked: Any) -> int:
    """Show what a change does to the bill, and what the market did.

    BASE and HEAD are each a stack of the project in this folder, a preview, a state
    export or a statement that fare price wrote as JSON; - reads one from a pipe. A
    statement keeps its own prices.

    \b
    Examples:
      fare diff --base-ref main prod
      fare diff --base-ref main prod --fail-over 5% --format markdown
      fare diff statement.json preview.json
      fare diff --sides preview.json
      fare diff state.json state.json --base-prices july.prices
    """
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.diff.limits import broken_limits
    from farebox.quote.change import ChangeRequest, compare_targets
    from farebox.reports.change.report import DiffReport

    quoted = compare_targets(ChangeRequest(**asked), ON_TERMINAL)
    remark(*quoted.remarks)
    found = quoted.diff
    broken = broken_limits(found, limits)
    write(DiffReport(found), format_)
    if broken:
        from farebox.reports.change.over_limit import over_limit

        raise CheckFailed(over_limit(found, broken))
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")
