"""`fare explain`: where the figures of one resource come from."""

import sys
from typing import Any

import click

from farebox.cli.errors import BadInput, remark, shortfall_code
from farebox.cli.options.common import (
    complete_target,
    format_option,
    pricing_options,
)
from farebox.cli.show import write


@click.command()
@click.argument("name", metavar="URN|NAME")
@click.argument(
    "target", metavar="[STACK|FILE|-]", required=False, shell_complete=complete_target
)
@format_option("the explanation")
@pricing_options
def explain(name: str, target: str | None, format_: str, **asked: Any) -> int:
    """Show each figure of a resource: its arithmetic, key, source and date.

    URN|NAME is a urn or a logical name; * matches any part of it. Without a target
    the project's only stack is priced, or what comes through a pipe.

    \b
    Examples:
      fare explain web dev
      fare explain 'account in us-east-1' prod
      fare explain 'relay-*' preview.json --usage usage.yaml
    """
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.naming import resources_named
    from farebox.quote.quote import Request, quote
    from farebox.reports.statement.explanation import Explanation

    quoted = quote(Request(target=target or _only_target(), **asked), ON_TERMINAL)
    remark(*quoted.remarks)
    statement = quoted.statement
    wanted = resources_named(name, statement)
    write(Explanation(statement, tuple(wanted)), format_)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")


def _only_target() -> str:
    from farebox.quote.target import stacks_here

    if not sys.stdin.isatty():
        return "-"
    stacks = stacks_here()
    if len(stacks) == 1:
        return stacks[0]
    named = f": {', '.join(stacks)}" if stacks else ", or a file"
    raise BadInput(f"say which stack after the name{named}")
