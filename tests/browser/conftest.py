"""A real browser: Debian's Chromium, driven by Playwright; skipped with the reason."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from farebox.bill.statement import Statement
from tests.browser.pages import Opened, page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NEEDED = ("playwright", "axe_playwright_python", "vl_convert")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing() -> str:
    """Why there is no browser here, or nothing."""
    if shutil.which("chromium") is None:
        return "no chromium on PATH: install it with the system's packages"
    packages = [name for name in NEEDED if find_spec(name) is None]
    if packages:
        return f"no {', '.join(packages)}: make .venv/.browser installs them"
    return ""


# Playwright keeps an event loop running: it must end before the next module's tests.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium without a window; under `CI=true` its absence is a failure."""
    reason = missing()
    if reason:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        yield found
        found.close()


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    """Opens a statement's report, or a page's text; in the end nothing went wrong."""
    said: list[str] = []
    pages = []

    def open_(one: Statement | str, **options: Any) -> "Page":
        page = browser.new_page(**options)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda asked: said.append(asked.url))
        path = tmp_path / "report.html"
        text = one if isinstance(one, str) else page_of(one)
        path.write_text(text, encoding="utf-8")
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()
    # The file itself is the one thing that was asked for.
    assert [text for text in said if not text.endswith("/report.html")] == []
