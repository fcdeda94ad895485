"""The manual pages are the commands' own help."""

from pathlib import Path

import pytest

from farebox.cli.main import fare, run
from farebox.cli.man import pages


def test_each_command_has_a_page_with_its_options_and_examples() -> None:
    found = dict(pages(fare))
    assert {"fare", "fare-price", "fare-host", "fare-host-tiers"} <= found.keys()
    page = found["fare-price"]
    assert page.startswith(".TH FARE-PRICE 1")
    assert "\\-\\-budget USD|USD/user" in page
    assert "fare price prod \\-\\-format json > statement.json" in page


def test_no_line_of_a_help_is_taken_for_a_macro() -> None:
    macros = (".TH", ".SH", ".PP", ".TP", ".B", ".nf", ".fi")
    for name, page in pages(fare):
        for line in page.splitlines():
            if line.startswith((".", "'")):
                assert line.split(" ")[0] in macros, (name, line)


def test_pages_are_written_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["man", str(tmp_path / "man1")]) == 0
    written = {path.name for path in (tmp_path / "man1").iterdir()}
    assert {"fare.1", "fare-explain.1"} <= written
    assert f"{len(written)} pages" in capsys.readouterr().out
