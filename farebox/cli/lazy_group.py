"""A group of commands that imports a command's module only when that command runs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from farebox.cli.errors import remark


class LazyGroup(click.Group):
    """Lists commands from a table, so that the group's help imports none of them.

    `table` maps a command's name to its one-line help, `modules` to its module, which
    has the command under `attributes`' name or the command's own. `moved` has commands
    that stand in a group now: the old name still works, with a note. `below` is a table
    of a group's commands that the help shows too, under its title.
    """

    def __init__(
        self,
        *args: Any,
        table: Mapping[str, str],
        modules: Mapping[str, str],
        attributes: Mapping[str, str] | None = None,
        moved: Mapping[str, str] | None = None,
        below: tuple[str, Mapping[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self._modules = modules
        self._attributes = attributes or {}
        self._moved = moved or {}
        self._below = below

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.table:
            return None
        module = import_module(self._modules[cmd_name])
        command: click.Command = getattr(
            module, self._attributes.get(cmd_name, cmd_name)
        )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with, or a usage error that names the nearest."""
        name = args[0]
        if name in self._moved:
            group = self._moved[name]
            if not any(arg.endswith("json") for arg in args):
                remark(
                    f"{ctx.command_path} {name} is {ctx.command_path} {group} {name} now"
                )
            args = [group, *args]
            name = group
        if name not in self.table and not name.startswith("-"):
            ctx.fail(f"there is no command {name[:40]!r}{self._nearest(name)}")
        return super().resolve_command(ctx, args)

    def _nearest(self, name: str) -> str:
        """What may have been meant: a command that is spelt alike, or any."""
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), self.table, 1, cutoff=0.5)
        if near:
            return f"; did you mean {near[0]}?"
        return f"; the commands are {', '.join(self.table)}"

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """The table of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
        if self._below is not None:
            title, table = self._below
            with formatter.section(title):
                formatter.write_dl(list(table.items()))
