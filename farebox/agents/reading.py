"""Reads what an agent names: files of one folder, priced from books that are here.

* OutOfFolder   a path leads out of the folder that the server was started for

No program runs and nothing is asked of the network: a stack's program is code of its
author, and a preview of it can be had with Pulumi.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.agents.asked import Priced
from farebox.bill.terms import Terms
from farebox.errors import FareboxError
from farebox.graph import ResourceGraph
from farebox.graph.document import read_document
from farebox.graph.unpacking import unpacked
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, unmatched, usage_at, users_of
from farebox.quote.book import BookRequest, book_as_it_is, book_request, is_file


class OutOfFolder(FareboxError):
    """A file that the server does not read, whoever asks."""


class Read(Struct, frozen=True):
    """What is priced, and at which prices; `remarks` are to be told beside figures."""

    basket: Basket
    book: PriceBook
    remarks: tuple[str, ...]


def read(folder: Path, document: str, asked: Priced) -> Read:
    """The document as it was asked to be priced. Raises FareboxError."""
    path = inside(folder, document)
    data = unpacked(path.read_bytes(), document)
    graph = read_document(data, name=document, region=asked.region)
    usage = usage_at(inside(folder, asked.usage) if asked.usage else None)
    remarks = unmatched(usage, graph)
    basket = Basket(graph, usage, terms(graph, asked))
    return Read(basket, book(folder, graph, asked), tuple(remarks))


def inside(folder: Path, name: str) -> Path:
    """The file of that name below the folder, links followed. Raises OutOfFolder."""
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        there = path.is_file()
    except (OSError, ValueError):
        there, path = False, root
    if not path.is_relative_to(root):
        raise OutOfFolder(
            f"{name[:200]} is not below the folder that this server reads: start fare mcp "
            "with --folder for another"
        )
    if not there:
        raise OutOfFolder(
            f"{name[:200]} is no file below the server's folder; a stack is no document: "
            "pulumi preview --json --show-sames > preview.json makes one of it"
        )
    return path


def terms(graph: ResourceGraph, asked: Priced) -> Terms:
    """The terms: the day, and the users that were asked for, else the stack's own."""
    users = users_of(graph) if asked.users is None else Decimal(asked.users)
    return Terms(on=asked.on or date.today(), users=users)


def book(folder: Path, graph: ResourceGraph, asked: Priced) -> PriceBook:
    """The book, without a refresh; a file that the stack's config names must be inside.

    Raises PriceBookError and OutOfFolder.
    """
    want: BookRequest = book_request(asked.prices, config=graph.config)
    if is_file(want.prices):
        inside(folder, want.prices)
    return book_as_it_is(want, on=asked.on, folder=folder)
