"""`fare doctor`: what is set up here, which prices would be used, and what is missing."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from shutil import which

import click

from farebox.cli.options.common import format_option
from farebox.cli.show import write
from farebox.extras import EXTRAS, missing


@click.command()
@format_option("what was found")
def doctor(format_: str) -> None:
    """Say what is set up here, which prices would be used, and what is missing.

    It asks nothing of the network and changes nothing.

    \b
    Examples:
      fare doctor
      fare doctor --format json
    """
    from farebox.reports.doctor import DoctorReport, Finding

    found = tuple(Finding(*one) for one in _findings())
    write(DoctorReport(found), format_)


def _findings() -> Iterator[tuple[str, str, bool, str]]:
    """What, how it is, whether it is there, and what to do where it is not."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield "farebox", f"{version('farebox')} on Python {python}", True, ""
    packages = tuple(_packages())
    yield from _project()
    yield from packages
    yield from _prices()
    engine = which("pulumi")
    yield (
        "Pulumi engine",
        "pulumi is on PATH" if engine else "no pulumi on PATH",
        engine is not None,
        "programs in other languages than Python need it: pulumi preview --json",
    )
    for name in EXTRAS:
        why = missing(name)
        said = "not installed" if why else "installed"
        if why and name == "programs" and any(well for _, _, well, _ in packages):
            why, said = "", "not needed: the program's packages have it"
        yield f"extra {name}", said, not why, why


def _project() -> Iterator[tuple[str, str, bool, str]]:
    from farebox.graph import GraphError
    from farebox.graph.project import stacks_of
    from farebox.quote.target import project_here

    try:
        project = project_here()
    except GraphError as error:
        yield "Pulumi project", str(error), False, "mend it; pulumi reads it too"
        return
    if project is None:
        way = "give fare a preview or a state: pulumi stack export | fare price -"
        yield "Pulumi project", "none in this folder", False, way
        return
    stacks = stacks_of(project)
    runtime = project.runtime or "no runtime"
    said = f"{project.name} in {runtime}, its stacks: {', '.join(stacks) or 'none yet'}"
    way = "pulumi stack init dev, then pulumi config set aws:region REGION"
    yield "Pulumi project", said, bool(stacks), way


def _packages() -> Iterator[tuple[str, str, bool, str]]:
    """Whether a program in Python has an environment of its own, with Pulumi's SDK."""
    from farebox.graph import GraphError
    from farebox.quote.target import project_here

    try:
        project = project_here()
    except GraphError:
        return
    if project is None or project.runtime != "python":
        return
    from farebox.graph.offline.environment import has_sdk, packages_of, why_unused

    folders = packages_of(project)
    what = "the program's packages"
    if why := why_unused(project):
        yield what, "not found", False, why
    elif folders:
        yield what, folders[0], has_sdk(project), "pip install pulumi there"


def _prices() -> Iterator[tuple[str, str, bool, str]]:
    from datetime import date

    from farebox.errors import FareboxError
    from farebox.quote.book import book_as_it_is

    try:
        book = book_as_it_is(None)
    except FareboxError as error:
        yield "prices", str(error), False, "fare prices verify says what is wrong"
        return
    stale = book.stale(date.today())
    said = f"the {book.kind} book, newest of {book.as_of}"
    way = (
        f"{stale:,} of its {len(book):,} prices are over their limit: fare refresh "
        "fetches today's, without an account"
    )
    yield "prices", said, not stale, way
