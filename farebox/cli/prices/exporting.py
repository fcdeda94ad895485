"""Writes a book's file, and finds the prices that a stack's estimate asks for."""

import os
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from farebox.bill.terms import Terms
from farebox.cli.errors import BadInput, remark
from farebox.prices import Price, PriceBook
from farebox.prices.recording import RecordingBook
from farebox.prices.selection import of_questions
from farebox.prices.text import parse_book, write_book
from farebox.quote.basket import Basket, unmatched, usage_at
from farebox.quote.target import Target


def prices_of_stack(
    target: Target, book: PriceBook, usage: Path | None, on: date
) -> list[Price]:
    """All prices of the book that an estimate of the target can come to ask for.

    Both with and without the fallback to on demand. Raises EstimateError, UsageError.
    """
    recording = RecordingBook(book)
    found = usage_at(usage or target.usage_path)
    remark(*unmatched(found, target.graph))
    for fallback in (False, True):
        terms = Terms(on=on, on_demand_fallback=fallback)
        Basket(target.graph, found, terms).at(recording)
    return of_questions(book, recording.asked)


def write_file(path: Path, prices: Sequence[Price]) -> str:
    """Put the book's text in place of the file in one step; its id.

    The text is read back before it counts. Raises BadInput and InvalidPriceBook.
    """
    text = write_book(prices)
    book_id = parse_book(text, kind="file", name=str(path)).id
    target, name = path.resolve(), ""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with open(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise BadInput(f"{path}: {error.strerror or error}") from error
    return book_id
