"""Usage files that Farebox writes: what a stack may say, ready to be filled in.

* UsageFileThere   the file is there already, and nobody said that it may go
"""

import os
import re
from datetime import date
from pathlib import Path

from msgspec import Struct

from farebox.bill.terms import Terms
from farebox.bill.wanted import Wanted
from farebox.errors import FareboxError
from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
from farebox.quote.book import BookRequest, book_as_it_is
from farebox.quote.target import DOCUMENT, find_target, read_stack, target_name
from farebox.quote.waiting import SILENT, Waiting
from farebox.rating.wanted import wanted_usage
from farebox.reports.usage_text import shortened, usage_text

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of stacks that are a file's name too."""


class UsageFileThere(FareboxError):
    """The usage file exists, and would be written over."""


class WantedFile(Struct, frozen=True):
    """What a stack's usage file may say, its text, and where it belongs.

    `keys` is how many stand in the text.
    """

    graph: ResourceGraph
    wanted: tuple[Wanted, ...]
    keys: int
    text: str
    path: Path


def wanted_file(
    target: str,
    *,
    region: str | None,
    prices: BookRequest,
    all_keys: bool = False,
    waiting: Waiting = SILENT,
) -> WantedFile:
    """The usage file of TIER, FILE or `-`, with nothing filled in. Raises FareboxError.

    A stack of the project has it where `fare price` finds it by itself, beside the
    stack's config; a document in the current folder, by its stack's name.
    """
    found = find_target(target)
    if isinstance(found, DOCUMENT):
        graph = read_document(found, name=target_name(target), region=region)
        folder = Path()
    else:
        graph = read_stack(found, target, region=region, waiting=waiting).graph
        folder = found.stack_config_folder
    book = book_as_it_is(prices)
    wanted = wanted_usage(graph, book, Terms(on=date.today()))
    shown = wanted if all_keys else shortened(wanted)
    keys = sum(len(each.keys) for each in shown)
    text = usage_text(shown, name=graph.stack, as_of=book.as_of)
    name = graph.stack if SAFE.fullmatch(graph.stack) else "stack"
    return WantedFile(graph, wanted, keys, text, folder / f"{name}.usage.yaml")


def write_text(path: Path, text: str, *, force: bool) -> None:
    """Write a usage file whole, or not at all. Raises UsageFileThere, FareboxError."""
    if path.exists() and not force:
        raise UsageFileThere(
            f"{path} is there already; --force writes over it, --output names another, "
            "and fare usage sync fills in what it lacks"
        )
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FareboxError(f"{path}: {error.strerror or error}") from error
