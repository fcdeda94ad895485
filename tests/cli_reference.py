"""Writes docs/cli.md from the commands' own help: python -m tests.cli_reference."""

import sys
from pathlib import Path

import click

from farebox.cli.lazy_group import LazyGroup
from farebox.cli.main import COMMANDS, fare

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"

HEAD = """\
# The command line

Made from the commands' own help by `make docs`; a test keeps it so.

"""


def names() -> list[str]:
    """Every command as it is typed after `fare`: a group's commands follow the group."""
    found = []
    group = click.Context(fare, info_name="fare")
    for name in COMMANDS:
        found.append(name)
        command = fare.get_command(group, name)
        if isinstance(command, LazyGroup):
            found += [f"{name} {sub}" for sub in command.table]
    return found


def help_of(name: str) -> str:
    """The help text of one command in 80 columns; `prices show` is in a group."""
    # As the command line makes it: click keeps the help option that it made first.
    settings = {**fare.context_settings, "terminal_width": 80}
    group = click.Context(fare, info_name="fare", **settings)
    if name == "fare":
        return fare.get_help(group)
    command: click.Command = fare
    context = group
    for part in name.split():
        assert isinstance(command, click.Group)
        found = command.get_command(context, part)
        assert found is not None
        command = found
        context = click.Context(
            command, info_name=part, parent=context, terminal_width=80
        )
    return command.get_help(context)


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    for name in ("fare", *names()):
        title = name if name == "fare" else f"fare {name}"
        body = "\n".join(line.rstrip() for line in help_of(name).splitlines())
        parts.append(f"## {title}\n\n```text\n{body}\n```\n\n")
    return "".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(reference())
    sys.stdout.write(f"wrote {PAGE.name}\n")
