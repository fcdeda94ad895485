"""The report in a real browser: nothing asked for, nothing wrong, quick with many lines."""

import pytest

from tests.browser.pages import EVIL, Opened, serious
from tests.reports.samples import statement


def test_the_page_opens_without_an_error_and_asks_for_nothing(opened: Opened) -> None:
    page = opened(statement(copies=3))
    assert page.locator("#lines details").count() == 3
    assert page.locator("#shown").inner_text() == "3 of 3 lines"
    assert page.locator(".chart svg").count() >= 3


def test_a_name_of_a_program_is_a_text_in_every_place(opened: Opened) -> None:
    page = opened(statement(name=EVIL))
    assert page.locator("img").count() == 0
    assert EVIL in page.locator("#lines").inner_text()


def test_lines_are_searched_sorted_and_open_to_how_they_are_made(
    opened: Opened,
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


def test_a_phone_shows_it_without_scrolling_sideways(opened: Opened) -> None:
    page = opened(
        statement(name="a-name-that-is-long" * 5),
        viewport={"width": 360, "height": 700},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_is_no_serious_finding_of_axe(opened: Opened, scheme: str) -> None:
    page = opened(statement(copies=3), color_scheme=scheme)
    assert not serious(page)


def test_five_thousand_lines_scroll_and_search_quickly(opened: Opened) -> None:
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
