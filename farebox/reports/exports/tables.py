"""A statement as tables for other programs: csv, FOCUS 1.2, Parquet and JUnit.

A spreadsheet takes a cell that begins with = + - @ for a formula. Names come from
programs that others wrote, so such a text gets an apostrophe before it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.prices.aliases import billed_key
from farebox.reports.exports.focus import COLUMNS as FOCUS_COLUMNS
from farebox.reports.exports.focus import focus_rows
from farebox.reports.figures import dollars, plain
from farebox.reports.page.fitting import printable
from farebox.reports.page.report import Rows

FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    "urn",
    "type",
    "name",
    "component",
    "service",
    "region",
    "usage_type",
    "operation",
    "purchase",
    "description",
    "quantity",
    "unit",
    "usd_per_unit",
    "usd_per_month",
    "usd_low",
    "usd_high",
    "usage",
    "status",
    "reason",
    "source",
    "as_of",
    "term",
    "list_usd_per_unit",
)
"""Columns of the csv: a charge each row, those without a figure too."""


def csv_text(statement: Statement) -> str:
    """Charges, then free resources and charges without a figure, told by `status`."""
    return written(COLUMNS, _rows(statement))


def focus_text(statement: Statement) -> str:
    """The charges with a figure as FOCUS 1.2."""
    return written(FOCUS_COLUMNS, focus_rows(statement))


def _rows(statement: Statement) -> Iterable[Mapping[str, str]]:
    for line in statement.lines:
        key = billed_key(line.key)
        yield {
            "urn": line.subject.urn or "",
            "type": line.subject.type,
            "name": line.subject.name,
            "component": line.subject.component or "",
            "service": key.service,
            "region": key.region,
            "usage_type": key.usage_type,
            "operation": key.operation,
            "purchase": key.purchase,
            "description": line.description,
            "quantity": plain(line.quantity),
            "unit": line.unit,
            "usd_per_unit": plain(line.usd_per_unit),
            "usd_per_month": plain(line.usd_per_month),
            "usd_low": plain(min(line.usd_low, line.usd_high)),
            "usd_high": plain(max(line.usd_low, line.usd_high)),
            "usage": line.usage,
            "status": "priced",
            "reason": line.because,
            "source": line.source.url,
            "as_of": line.source.as_of,
            "term": key.term,
            "list_usd_per_unit": plain(
                line.usd_per_unit
                if line.list_usd_per_unit is None
                else line.list_usd_per_unit
            ),
        }
    for free in statement.free:
        yield {
            "urn": free.subject.urn or "",
            "type": free.subject.type,
            "name": free.subject.name,
            "component": free.subject.component or "",
            "usd_per_month": "0",
            "status": free.code,
            "reason": free.reason,
        }
    for gap in statement.unpriced:
        where = {}
        if gap.key is not None:
            gap_key = billed_key(gap.key)
            where = {
                "service": gap_key.service,
                "region": gap_key.region,
                "usage_type": gap_key.usage_type,
                "operation": gap_key.operation,
                "purchase": gap_key.purchase,
            }
        rate = gap.usd_per_unit
        yield {
            "urn": gap.subject.urn or "",
            "type": gap.subject.type,
            "name": gap.subject.name,
            "component": gap.subject.component or "",
            **where,
            "unit": gap.unit,
            "usd_per_unit": "" if rate is None else plain(rate),
            "status": gap.code,
            "reason": gap.reason,
        }


def rows_of(kind: type[Struct], values: Iterable[Struct]) -> Rows:
    """Values of one kind as a table: a column for each field, empty where it is None."""
    columns = tuple(name for name in kind.__struct_fields__ if name != "schema")
    return columns, (
        {name: _text(getattr(value, name)) for name in columns} for value in values
    )


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value)


def written(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as csv, under a head; a column that a row lacks is empty."""
    file = StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(text) for name, text in row.items()})
    return file.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet runs and no terminal obeys; figures stay figures."""
    shown = printable(text)
    if shown.startswith(FORMULA) and not _is_figure(shown):
        return f"'{shown}"
    return shown


def _is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def junit_text(statement: Statement) -> str:
    """A case for each resource: passed with its cost, failed where cost is hidden."""
    cases: dict[tuple[str, str], list[str]] = {}
    costs: dict[tuple[str, str], object] = {}
    for line in statement.lines:
        place = (line.subject.type, line.subject.name)
        costs[place] = line.usd_per_month + costs.get(place, 0)  # type: ignore[operator]
        cases.setdefault(place, [])
    for free in statement.free:
        cases.setdefault((free.subject.type, free.subject.name), [])
    hidden = 0
    for gap in statement.unpriced:
        place = (gap.subject.type, gap.subject.name)
        reasons = cases.setdefault(place, [])
        if gap.hides_cost:
            reasons.append(f"{gap.code}: {gap.reason}")
            hidden += len(reasons) == 1
    suite = Element(
        "testsuite",
        name=f"farebox {printable(statement.project)}/{printable(statement.stack)}",
        tests=str(len(cases)),
        failures=str(hidden),
    )
    for (type_, name), reasons in cases.items():
        case = SubElement(
            suite, "testcase", classname=printable(type_), name=printable(name)
        )
        if reasons:
            said = SubElement(case, "failure", message=printable(reasons[0]))
            said.text = printable("; ".join(reasons))
        usd = costs.get((type_, name))
        if usd is not None:
            out = SubElement(case, "system-out")
            out.text = f"{dollars(usd)} USD a month"  # type: ignore[arg-type]
    indent(suite)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, "unicode") + "\n"
    )


def parquet_bytes(statement: Statement) -> bytes:
    """The csv's rows as Parquet, its figures as decimals. It needs the extra `bills`."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import duckdb

    figures = (
        "quantity",
        "usd_per_unit",
        "usd_per_month",
        "usd_low",
        "usd_high",
        "list_usd_per_unit",
    )
    columns = ", ".join(
        f"TRY_CAST({name} AS DECIMAL(38, 12)) AS {name}" if name in figures else name
        for name in COLUMNS
    )
    with TemporaryDirectory() as folder:
        rows, out = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        rows.write_text(csv_text(statement), encoding="utf-8")
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT {columns} FROM read_csv('{rows}', all_varchar = true)) "
                f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
            )
        return out.read_bytes()


def exported(statement: Statement, format_: str) -> bytes:
    """The statement as csv, focus, junit or parquet, in UTF-8 where it is a text."""
    if format_ == "parquet":
        return parquet_bytes(statement)
    text = {"csv": csv_text, "focus": focus_text, "junit": junit_text}[format_]
    return text(statement).encode()
