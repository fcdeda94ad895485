"""A new user's five minutes: every command of the page as typed, its output as shown.

Sections that call `pulumi` are walked on the real engine (tests/programs/test_walk.py), the one
in Python also with the wheel that is installed apart (tests/packaging).
"""

import os
import re
import sys
from pathlib import Path

from tests.site.walk import START, Command, sections, walk

FARE = (sys.executable, "-m", "farebox")
ROOT = START.parents[1]


def test_the_page_shows_what_a_python_program_prints(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    walk(sections(START)["Python"], folder, FARE, environment)


def test_another_figure_than_the_page_shows_is_seen() -> None:
    shown = Command("fare price", "a\n…\nTotal 8.00\n")
    assert shown.prints("a\nb\nTotal 8.00\n")
    assert not shown.prints("a\nb\nTotal 9.00\n")
    assert not shown.prints("a\nTotal 8.00\nmore\n")


def test_a_usage_file_has_the_name_under_which_it_is_found() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    pages += (ROOT / "farebox").rglob("*.py")
    named = {
        f"{page.name}: {one}"
        for page in pages
        for one in re.findall(r"Pulumi\.\w+\.usage\.yaml", page.read_text("utf-8"))
        if page.name not in ("project.py", "CHANGELOG.md")
    }
    assert named == set(), "fare reads STACK.usage.yaml by itself"
