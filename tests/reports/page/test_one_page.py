"""Reports make pages and nothing else: widths, colour and escaping stand in one place."""

import ast
from pathlib import Path

import click
import pytest

from farebox.cli.main import fare
from farebox.cli.show import EXPORTS, FORMATS

REPORTS = Path(__file__).parents[3] / "farebox" / "reports"
RENDERERS = REPORTS / "page"
NO_REPORT_YET = {"refresh_text.py", "terms.py"}
"""`fare refresh` tells what it does line by line; terms break what holds together."""

WITH_CHARTS = {REPORTS / "graphic" / name for name in ("html.py", "board.py")}
"""The report with charts is a document of its own; its texts pass the same gate."""

PAGES = sorted(
    path
    for path in REPORTS.rglob("*.py")
    if path.parent != RENDERERS
    and path.name not in NO_REPORT_YET
    and path not in WITH_CHARTS
)


def names(path: Path) -> set[str]:
    """What a module imports by name."""
    return {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_report_wraps_colours_and_escapes_nothing(path: Path) -> None:
    told = {"BOLD", "DIM", "RESET", "wrap", "safe_markdown", "safe_html", "ESCAPED"}
    assert not names(path) & told
    assert "\\033" not in path.read_text()


def commands(group: click.Group, before: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        spelled = f"{before}{name}"
        if isinstance(command, click.Group):
            found |= commands(command, f"{spelled} ")
        else:
            found[spelled] = command
    return found


def test_every_command_that_has_a_format_has_all_four() -> None:
    formats = {
        name: tuple(option.type.choices)
        for name, command in commands(fare).items()
        for option in command.params
        if option.name == "format_" and isinstance(option.type, click.Choice)
    }
    assert len(formats) > 15
    assert formats.pop("refresh") == ("text", "json")
    # A page with charts, or one of them: no text and no figures for programs.
    assert formats.pop("report") == ("html", "svg", "png")
    assert formats.pop("price") == (*FORMATS, *EXPORTS)
    more = {found[: len(FORMATS)]: found[len(FORMATS) :] for found in formats.values()}
    assert set(more) == {FORMATS}
    assert all(set(kinds) <= set(EXPORTS) for kinds in more.values())
