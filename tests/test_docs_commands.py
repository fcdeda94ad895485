"""Every `fare` command that the docs show is one that there is, with options that it takes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from farebox.cli.main import fare

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(?:sh|console|yaml|json)?[^\n]*\n(.*?)^```", re.M | re.S)
ENDS = re.compile(r"\s(?:#|\||&&|;|>|<|2>)\s?.*$")
PAGES = sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")])


def commands(text: str) -> list[str]:
    """The commands of the blocks and of code in the text, without pipes and remarks."""
    found = []
    for block in BLOCK.findall(text):
        lines = re.sub(r"\\\n\s*", "", block).splitlines()
        for line in lines:
            for part in re.split(r"\s\|\s|;\s|\s&&\s", line):
                typed = part.strip().removeprefix("$ ").removeprefix("- run: ")
                if typed.startswith("fare "):
                    found.append(ENDS.sub("", f"{typed} ").strip())
    return found


def fault(command: str) -> str:
    """Empty, or what `fare` would say of the command before it does anything."""
    words = shlex.split(command)[1:]
    group: click.Command = fare
    context = click.Context(fare, info_name="fare", **fare.context_settings)
    try:
        while isinstance(group, click.Group) and words and words[0][:1] != "-":
            _, found, words = group.resolve_command(context, words)
            assert found is not None
            group = found
            context = click.Context(group, info_name=group.name, parent=context)
        group.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_are_taken(page: Path) -> None:
    faults = {one: why for one in commands(page.read_text()) if (why := fault(one))}
    assert faults == {}


def test_an_option_that_there_is_not_is_seen() -> None:
    assert "--bugdet" in fault("fare price dev --bugdet 5")
    assert "no command" in fault("fare prise dev")
    assert commands("```sh\n$ fare price dev | head   # x\n```\n") == ["fare price dev"]
