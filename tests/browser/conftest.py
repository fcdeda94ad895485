"""A real browser: Debian's Chromium, driven by Playwright; skipped with the reason."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
