"""The report's file stands alone, runs its own script alone, and shows names as texts."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from farebox.reports.graphic.charts import charts_of
from farebox.reports.graphic.html import Report, as_report
from tests.reports.samples import statement

EVIL = '"><img src=//x onerror=alert(1)><script>1</script>'


class _Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(text)
    return parser.found


def test_the_policy_allows_the_one_script_by_its_hash() -> None:
    text = as_report(Report(statement(), ()))
    [script] = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_nothing_is_loaded_from_anywhere() -> None:
    text = as_report(Report(statement(copies=3), ()))
    for tag, attributes in tags(text):
        assert "src" not in attributes, tag
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        if tag == "a":
            target = attributes["href"] or ""
            assert target.startswith(("#", "https://")), target


def test_a_name_adds_no_tag() -> None:
    plain = [tag for tag, _ in tags(as_report(Report(statement(), ())))]
    evil = [tag for tag, _ in tags(as_report(Report(statement(name=EVIL), ())))]
    assert plain == evil


def test_a_source_that_is_no_address_of_the_web_is_no_link() -> None:
    from msgspec.structs import replace

    one = statement()
    source = replace(one.lines[0].source, url="javascript:alert(1)")
    line = replace(one.lines[0], source=source)
    text = as_report(Report(replace(one, lines=(line,)), ()))
    assert 'href="javascript' not in text
    assert "javascript:alert(1)" in text


def test_each_chart_has_its_figures_as_a_table() -> None:
    charts = charts_of(statement(copies=30))
    assert [chart.name for chart in charts] == [
        "treemap",
        "components",
        "services",
        "uncertain",
        "price-ages",
    ]
    for chart in charts:
        assert chart.rows
        assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_five_thousand_lines_are_under_ten_megabytes() -> None:
    assert len(as_report(Report(statement(copies=5000), ()))) < 10_000_000
