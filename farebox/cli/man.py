"""`fare man`: the manual pages, from the commands' own help."""

import re
from collections.abc import Iterator
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def man(folder: Path) -> None:
    """Write the manual pages of all commands into FOLDER.

    They are made from the commands' own help, one page each: fare.1, fare-price.1.

    \b
    Examples:
      fare man ~/.local/share/man/man1      then: man fare-price
    """
    from farebox.cli.errors import BadInput
    from farebox.cli.main import fare

    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        for name, page in pages(fare):
            (folder / f"{name}.1").write_text(page, encoding="utf-8")
            count += 1
    except OSError as error:
        raise BadInput(f"{folder}: {error.strerror or error}") from error
    click.echo(f"{folder}: {count} pages")


def pages(
    group: click.Group, name: str = "fare", parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Each command's name as `fare-host-tiers`, and its page in roff's man macros."""
    # With the settings of the command line: click keeps the help option made first.
    settings = group.context_settings
    context = click.Context(
        group, info_name=name.rpartition("-")[2], parent=parent, **settings
    )
    yield name, page_of(name, group, context)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None  # its own list names it
        if isinstance(command, click.Group):
            yield from pages(command, f"{name}-{word}", context)
            continue
        inner = click.Context(command, info_name=word, parent=context)
        yield f"{name}-{word}", page_of(f"{name}-{word}", command, inner)


def page_of(name: str, command: click.Command, context: click.Context) -> str:
    """One page: what the command is for, how it is called, its options, examples."""
    from importlib.metadata import version

    said = command.get_short_help_str(limit=200)
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [
        f'.TH {name.upper()} 1 "" "fare {version("farebox")}" "Farebox"',
        ".SH NAME",
        f"{name} \\- {_roff(said)}",
        ".SH SYNOPSIS",
        f".B {_roff(name.replace('-', ' '))}",
        _roff(usage),
        ".SH DESCRIPTION",
        *_paragraphs(command.help or ""),
    ]
    options = [
        record
        for param in command.get_params(context)
        if (record := param.get_help_record(context))
    ]
    if options:
        lines.append(".SH OPTIONS")
    for flags, what in options:
        lines += [".TP", f".B {_roff(flags)}", _roff(what)]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for word in command.list_commands(context):
            found = command.get_command(context, word)
            assert found is not None
            lines += [".TP", f".B {_roff(word)}", _roff(found.get_short_help_str(200))]
    if command.epilog:
        lines += _paragraphs(command.epilog)
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of a help text; one that begins with \b keeps its lines."""
    from inspect import cleandoc

    for part in re.split(r"\n\s*\n", cleandoc(text)):
        kept = part.startswith("\b")
        body = part.removeprefix("\b").strip("\n")
        yield ".PP"
        if kept:
            yield ".nf"
            yield from (_roff(line) for line in body.splitlines())
            yield ".fi"
        else:
            yield _roff(" ".join(body.split()))


def _roff(text: str) -> str:
    """A line that roff sets as it is written: no escape, no macro."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown
