"""`fare init`: what a project needs to begin with Farebox, nothing of it written over."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from farebox.cli.errors import BadInput
from farebox.cli.options.common import PRICES, REGION

if TYPE_CHECKING:
    from farebox.graph.project import Project

LINES = (
    "farebox:prices: auto",
    "# farebox:users: 1000",
)
"""Lines of a stack's config: which prices, and users once somebody knows how many."""


@click.command()
@click.argument("stacks", nargs=-1, metavar="[STACK]...")
@click.option(
    "--forge",
    type=click.Choice(["github", "gitlab", "none"]),
    help="Whose CI file to write.  [default: the one of the repository here]",
)
@REGION
@PRICES
def init(
    stacks: tuple[str, ...], forge: str | None, region: str | None, prices: str | None
) -> None:
    """Write what the project in this folder needs to begin: three small files.

    A usage file with the keys that each STACK can use, all of them behind a # until
    somebody knows their figures; the CI file that prices pull requests on the
    repository's forge; and two lines of config in each stack's file. What is there
    already is left as it is. Without a STACK all stacks of the project are meant.

    \b
    Examples:
      fare init
      fare init prod --forge gitlab
    """
    from farebox.graph.project import find_project_folder, read_project, stacks_of

    here = Path.cwd()
    if find_project_folder(str(here)) != here:
        raise BadInput(
            "fare init needs a Pulumi project in this folder; for a preview or a state"
            " there is fare usage init FILE"
        )
    project = read_project(here)
    known = stacks_of(project)
    names = stacks or tuple(known)
    if not names:
        raise BadInput(f"{project.file} has no stack yet: pulumi stack init NAME")
    # A stack without config has no file: where none has one, any name may be a stack.
    if wrong := [name for name in names if known and name not in known]:
        raise BadInput(f"{wrong[0]} is no stack here; there are {', '.join(known)}")
    for name in names:
        click.echo(_usage(name, region, prices))
        click.echo(_config(project, name))
    for said in _ci(here, forge, names):
        click.echo(said)


def _usage(stack: str, region: str | None, prices: str | None) -> str:
    """Write the stack's usage file where there is none."""
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.errors import FareboxError
    from farebox.quote.book import book_request
    from farebox.quote.usage_files import UsageFileThere, wanted_file, write_text

    try:
        found = wanted_file(
            stack, region=region, prices=book_request(prices), waiting=ON_TERMINAL
        )
        write_text(found.path, found.text, force=False)
    except UsageFileThere:
        return f"{found.path}: left as it is"
    except FareboxError as error:
        return f"usage of {stack}: not written: {error}"
    return f"{found.path}: written, {found.keys} keys to fill in"


def _config(project: "Project", stack: str) -> str:
    """Add the config's lines where no such key is there."""
    from farebox.graph.project import stack_file

    path = stack_file(project, stack)
    if path is None or path.suffix == ".json":
        return (
            f"config of {stack}: no YAML file; set it with pulumi config set "
            f"{LINES[0].replace(': ', ' ')} --stack {stack}"
        )
    text = path.read_text(encoding="utf-8")
    if "farebox:" in text:
        return f"{path}: left as it is"
    added = with_lines(text)
    if added is None:
        return f"{path}: left as it is; add under its config: {LINES[0]}"
    path.write_text(added, encoding="utf-8")
    return f"{path}: {LINES[0]} added"


def with_lines(text: str) -> str | None:
    """A stack file's text with LINES in its config; None where it is no block."""
    lines = text.splitlines(keepends=True)
    place = next(
        (n for n, line in enumerate(lines, start=1) if line.rstrip() == "config:"), 0
    )
    if not place:
        if any(line.startswith("config") for line in lines):
            return None
        head = text if not text or text.endswith("\n") else f"{text}\n"
        return head + "config:\n" + "".join(f"  {line}\n" for line in LINES)
    after = lines[place] if place < len(lines) else "  "
    room = after[: len(after) - len(after.lstrip(" "))] or "  "
    return "".join(
        (*lines[:place], *(f"{room}{line}\n" for line in LINES), *lines[place:])
    )


def _ci(here: Path, asked: str | None, stacks: tuple[str, ...]) -> Iterator[str]:
    """Write the CI file of the forge at hand where there is none."""
    from farebox.forge.beginning import PLACES, ci_file, forge_at, repository_root

    root = repository_root(here)
    if asked == "none":
        return
    if root is None:
        yield "CI: this folder is in no Git repository; docs/pull-requests.md has the files"
        return
    named = (one for one in PLACES if one == asked)
    forge = forge_at(root) if asked is None else next(named)
    if forge is None:
        yield "CI: no forge is known of this repository; --forge github or gitlab says it"
        return
    path = root / PLACES[forge]
    if path.exists():
        yield f"{path}: left as it is"
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = here.relative_to(root).as_posix()
    requirements = "requirements.txt"
    if not (here / requirements).is_file():
        requirements = ""
    path.write_text(ci_file(forge, stacks, folder, requirements), encoding="utf-8")
    yield f"{path}: written; name your copy of Farebox and its commit in it"
