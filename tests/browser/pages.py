"""Reports as files, opened in the browser, and what axe finds in them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farebox.bill.statement import Statement
from farebox.reports.advice.report import AdviceReport, AdviceRow

if TYPE_CHECKING:
    from playwright.sync_api import Page

Opened = Callable[..., "Page"]

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def page_of(one: Statement) -> str:
    """The report of a statement, with advice on a resource of an evil name."""
    from farebox.reports.graphic.chart import drawn
    from farebox.reports.graphic.charts import charts_of
    from farebox.reports.graphic.html import Report, as_report

    charts = tuple((chart, drawn(chart).decode()) for chart in charts_of(one))
    row = AdviceRow("gp3", "u", EVIL, "type: gp2 -> gp3", "none", one.usd_per_month)
    advice = AdviceReport("p", "dev", one.usd_per_month, one.usd_per_month, (row,))
    return as_report(Report(one, charts, advice))


def serious(page: "Page") -> list[Any]:
    """The serious findings of axe, each with where it found them."""
    from axe_playwright_python.base import AXE_FILE_PATH

    # The page's policy lets no script in but its own: axe runs beside it.
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [
        (one["id"], [node["html"][:80] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
