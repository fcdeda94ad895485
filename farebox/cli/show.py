"""How every command that prints figures writes them: one report in four formats."""

import sys
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.reports.page.report import Report, Rows, TableReport

FORMATS = ("text", "markdown", "html", "json")


TABLES = ("csv", "focus")
"""Formats of what is held against a bill, for other programs."""

EXPORTS = ("csv", "focus", "junit", "parquet")
"""Formats of a statement for other programs: a table, FOCUS 1.2, a test report."""


def export(statement: "Statement", format_: str) -> None:
    """Write a statement in one of `EXPORTS` to the standard output.

    Raises NotInstalled, and click.UsageError for Parquet on a terminal.
    """
    if format_ == "parquet":
        from farebox.extras import require

        require("bills")
        if sys.stdout.isatty():
            raise click.UsageError("Parquet is no text: send it into a file with >")
    from farebox.reports.exports.tables import exported

    sys.stdout.buffer.write(exported(statement, format_))
    sys.stdout.buffer.flush()


def write(report: "Report | TableReport", format_: str) -> None:
    """Write the report to the standard output in the format that was asked for.

    Documents and JSON are UTF-8 whatever the terminal's encoding is; a text is made
    for the terminal's width, with colour where it has some.
    """
    if format_ == "text":
        from farebox.reports.page.as_text import as_text
        from farebox.reports.terminal import terminal_width, uses_color

        width, color = terminal_width(), uses_color(sys.stdout)
        text = as_text(report.page(), width=width, color=color)
        click.echo(text, nl=False, color=True)
        return
    sys.stdout.buffer.write(_document(report, format_))
    sys.stdout.buffer.flush()


def write_rows(rows: "Rows") -> None:
    """Write a table for other programs to the standard output, as csv in UTF-8."""
    from farebox.reports.exports.tables import written

    sys.stdout.buffer.write(written(*rows).encode())
    sys.stdout.buffer.flush()


def _document(report: "Report | TableReport", format_: str) -> bytes:
    if format_ == "json":
        from farebox.reports.page.as_json import as_json

        return as_json(report.document())
    if format_ in TABLES:
        from farebox.reports.exports.tables import written

        return written(*cast("TableReport", report).table(format_)).encode()
    if format_ == "html":
        from farebox.reports.page.as_html import as_html

        return as_html(report.page()).encode()
    from farebox.reports.page.as_markdown import as_markdown

    return as_markdown(report.page()).encode()
