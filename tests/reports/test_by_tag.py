"""Spending by a tag in the reports: the same values as text, markdown and JSON."""

import json
from decimal import Decimal

from farebox.bill.tag_spending import TagPart, TagSpending
from farebox.reports.graphic.charts import charts_of
from farebox.reports.page.as_json import as_json
from farebox.reports.page.as_markdown import as_markdown
from farebox.reports.page.as_text import as_text
from farebox.reports.statement.report import StatementReport
from tests.reports.samples import statement

STATEMENT = statement(copies=4)


def part(kind: str, value: str, first: int, last: int) -> TagPart:
    lines = STATEMENT.lines[first:last]
    usd = Decimal(8) * len(lines)
    return TagPart(kind, value, lines, usd, usd / 2, usd * 2)  # type: ignore[arg-type]


BY_TEAM = TagSpending("team", (part("tagged", "a|b", 0, 3), part("untagged", "", 3, 4)))
REPORT = StatementReport(STATEMENT, by_tag=BY_TEAM)


def test_a_terminal_shows_each_value_with_its_share() -> None:
    text = as_text(REPORT.page(), width=80, color=False)
    shown = [line.split() for line in text.splitlines()]
    # 3 x 8 = 24 of 32.
    assert ["a|b", "24.00", "75.0", "%"] in shown
    assert ["(untagged)", "8.00", "25.0", "%"] in shown


def test_markdown_has_a_heading_and_no_value_breaks_its_table() -> None:
    text = as_markdown(REPORT.page())
    assert "## By tag team" in text
    [row] = [line for line in text.splitlines() if "24.00" in line and "75.0" in line]
    assert r"a\|b" in row
    assert "12.00 – 48.00" in row


def test_json_has_it_where_there_is_a_tag() -> None:
    found = json.loads(as_json(REPORT.document()))["by_tag"]
    assert found["key"] == "team"
    assert found["values"][1] == {
        "kind": "untagged",
        "value": "",
        "usd_per_month": "8",
        "low": "4",
        "high": "16",
    }
    assert "by_tag" not in json.loads(as_json(StatementReport(STATEMENT).document()))


def test_the_page_has_a_map_and_bars_of_it_with_their_tables() -> None:
    charts = {chart.name: chart for chart in charts_of(STATEMENT, BY_TEAM)}
    assert charts["tags"].rows[1] == ("(untagged)", "8.00", "4.00", "16.00")
    by_tag = charts["treemap-tag"]
    assert by_tag.beside == "treemap"
    assert {row[0] for row in by_tag.rows} == {"a|b", "(untagged)"}
    # Every dollar of the statement is in the map.
    assert sum(float(row[2]) for row in by_tag.rows) == 32
