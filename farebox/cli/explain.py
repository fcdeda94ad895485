"""`fare explain`: where the figures of one resource come from."""

import sys
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from farebox.cli.errors import BadInput, remark, shortfall_code
from farebox.cli.options.common import (
    complete_target,
    format_option,
    pricing_options,
)
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.bill.statement import Subject


@click.command()
@click.argument("name", metavar="URN|NAME")
@click.argument(
    "target", metavar="[TIER|FILE|-]", required=False, shell_complete=complete_target
)
@format_option("the explanation")
@pricing_options
def explain(name: str, target: str | None, format_: str, **asked: Any) -> int:
    """Show each figure of a resource: its arithmetic, key, source and date.

    URN|NAME is a urn or a logical name; * matches any part of it. Without a target
    the project's only stack is priced, or what comes through a pipe.

    \b
    Examples:
      fare explain spot-pool-use1-az1 100k
      fare explain 'account in us-east-1' 100k
      fare explain 'relay-*' preview.json --usage usage.yaml
    """
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.quote.quote import Request, quote
    from farebox.reports.statement.explanation import Explanation, subjects

    quoted = quote(Request(target=target or _only_target(), **asked), ON_TERMINAL)
    remark(*quoted.remarks)
    statement = quoted.statement
    wanted = _matching(name, subjects(statement))
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


def _matching(name: str, known: "list[Subject]") -> "list[Subject]":
    found = [
        subject
        for subject in known
        if name in (subject.urn, subject.name)
        or ("*" in name and fnmatchcase(subject.name, name))
    ]
    if found:
        return found
    from difflib import get_close_matches

    near = get_close_matches(name, [subject.name for subject in known], 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise BadInput(f"the stack has no resource {name!r}{hint}")
