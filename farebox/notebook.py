"""How a notebook shows what Farebox made: a statement as its table, not as its fields.

IPython is told once, by the names of the types, when a name of the library is first asked
for in a notebook. A statement itself knows no report, as no value does.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.diff.values import StatementDiff


def show_tables() -> None:
    """Tell the running IPython how to show a statement and a diff; nothing without one."""
    shell = sys.modules["IPython"].get_ipython()
    if shell is not None:
        register(shell.display_formatter.formatters["text/html"])


def register(formatter: Any) -> None:
    """Give IPython's formatter of HTML the types that Farebox shows as tables."""
    for module, name, shown in (
        ("farebox.bill.statement", "Statement", statement_html),
        ("farebox.diff.values", "StatementDiff", diff_html),
    ):
        formatter.for_type_by_name(module, name, shown)


def statement_html(statement: "Statement") -> str:
    """The statement as `fare price --format html` has it, without the page around it."""
    from farebox.reports.page.as_html import html_fragment
    from farebox.reports.statement.report import StatementReport

    return html_fragment(StatementReport(statement).page())


def diff_html(diff: "StatementDiff") -> str:
    """The diff as `fare diff --format html` has it, without the page around it."""
    from farebox.reports.change.report import DiffReport
    from farebox.reports.page.as_html import html_fragment

    return html_fragment(DiffReport(diff).page())
