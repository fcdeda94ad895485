"""The report in a real browser: nothing asked for, nothing wrong, quick with many lines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from farebox.bill.statement import Statement
from farebox.reports.advice.report import AdviceReport, AdviceRow
from tests.reports.samples import statement

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Opened = Callable[..., Page]

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def written(one: Statement, path: Path) -> Path:
    from farebox.reports.graphic.chart import drawn
    from farebox.reports.graphic.charts import charts_of
    from farebox.reports.graphic.html import Report, as_report

    charts = tuple((chart, drawn(chart).decode()) for chart in charts_of(one))
    row = AdviceRow("gp3", "u", EVIL, "type: gp2 -> gp3", "none", one.usd_per_month)
    advice = AdviceReport(one.usd_per_month, one.usd_per_month, (row,))
    path.write_text(as_report(Report(one, charts, advice)), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> "Iterator[Opened]":
    said: list[str] = []
    pages = []

    def open_(one: Statement, **options: Any) -> "Page":
        page = browser.new_page(**options)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda asked: said.append(asked.url))
        page.goto(written(one, tmp_path / "report.html").as_uri())
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    # The file itself is the one thing that was asked for.
    assert [text for text in said if not text.endswith("/report.html")] == []


def test_the_page_opens_without_an_error_and_asks_for_nothing(opened: "Opened") -> None:
    page = opened(statement(copies=3))
    assert page.locator("#lines details").count() == 3
    assert page.locator("#shown").inner_text() == "3 of 3 lines"
    assert page.locator(".chart svg").count() >= 3


def test_a_name_of_a_program_is_a_text_in_every_place(opened: "Opened") -> None:
    page = opened(statement(name=EVIL))
    assert page.locator("img").count() == 0
    assert EVIL in page.locator("#lines").inner_text()


def test_lines_are_searched_sorted_and_open_to_how_they_are_made(
    opened: "Opened",
) -> None:
    page = opened(statement(copies=12))
    page.locator("#search").fill("volume-1")
    assert page.locator("#shown").inner_text() == "3 of 12 lines"  # 1, 10 and 11
    page.locator("#search").fill("")
    page.locator("#order").select_option("name")
    first = page.locator("#lines details").first
    assert "volume-0" in first.inner_text()
    first.locator("summary").click()
    assert "100 GB-Mo × 0.08 USD = 8.00 USD a month" in first.inner_text()


def test_a_phone_shows_it_without_scrolling_sideways(opened: "Opened") -> None:
    page = opened(
        statement(name="a-name-that-is-long" * 5),
        viewport={"width": 360, "height": 700},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_no_serious_finding_of_axe(opened: "Opened", scheme: str) -> None:
    from axe_playwright_python.base import AXE_FILE_PATH

    page = opened(statement(copies=3), color_scheme=scheme)
    # The page's policy lets no script in but its own: axe runs beside it.
    page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    serious = [
        (one["id"], [node["html"][:80] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert not serious


def test_five_thousand_lines_scroll_and_search_quickly(opened: "Opened") -> None:
    page = opened(statement(copies=5000))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def worked() -> float:
        """Milliseconds that the page has worked; what it waited for is not in them."""
        metrics = session.send("Performance.getMetrics")["metrics"]
        [ms] = [1000 * m["value"] for m in metrics if m["name"] == "TaskDuration"]
        return float(ms)

    frames = 40
    before = worked()
    page.evaluate(
        """async (frames) => {
          for (let step = 0; step < frames; step += 1) {
            window.scrollBy(0, 900);
            await new Promise(requestAnimationFrame);
          }
        }""",
        frames,
    )
    scrolled = (worked() - before) / frames
    before = worked()
    page.locator("#search").fill("volume-4999")
    searched = worked() - before
    print(f"{scrolled:.0f} ms a frame, {searched:.0f} ms a search")
    assert page.locator("#shown").inner_text() == "1 of 5000 lines"
    assert scrolled < 50
