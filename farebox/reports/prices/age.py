"""How old prices are against their limits, as text and as JSON."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from farebox.prices.age_rows import AgeRow
from farebox.reports.closing import SHORT_ID
from farebox.reports.page.page import (
    Block,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)

SCHEMA = "farebox.prices-age/1"
PRICE_LIST = re.compile(r"/v1\.0/aws/(\w+)/\w+/(?:([a-z0-9-]+)/)?index\.\w+$", re.ASCII)
"""Where AWS's lists lie: service, version, and the region but for a list of all."""

KIND, NEWEST, AGE, COUNT, STALE = 7, 12, 13, 8, 7
"""Columns of kind, newest date, age of limit, count, and count over the limit."""


class AgedBook(Struct, frozen=True):
    """A book, or figures that are no book's, with a row for each source and kind."""

    kind: str
    id: str
    rows: tuple[AgeRow, ...]

    @property
    def count(self) -> int:
        """How many prices it has."""
        return sum(row.count for row in self.rows)

    @property
    def stale_count(self) -> int:
        """How many of them are over their limit."""
        return sum(row.stale_count for row in self.rows)


def summary(books: Sequence[AgedBook], on: str) -> str:
    """One sentence on all of them."""
    parts = [
        f"{book.stale_count:,} of {book.count:,} in the {name_of(book)}"
        for book in books
    ]
    return f"Over their limit on {on}: {', '.join(parts)}."


def name_of(book: AgedBook) -> str:
    """`store book`, `embedded book`, `rented figures`."""
    return f"{book.kind} {'book' if book.id else 'figures'}"


COLUMNS = (
    Column("  source", heading="Source", align="left"),
    Column("kind", KIND),
    Column("newest", NEWEST),
    Column("age in days", AGE),
    Column("prices", COUNT),
    Column("over", STALE),
)


class AgesReport(Struct, frozen=True):
    """How old the prices of some books are on a day."""

    books: tuple[AgedBook, ...]
    on: str

    def page(self) -> Page:
        """A table a book, a row for each source and kind."""
        blocks: list[Block] = []
        for book in self.books:
            title = f"{name_of(book)} {book.id[:SHORT_ID]}".rstrip()
            blocks.append(Title(title, level=2))
            blocks.append(Table(COLUMNS, tuple(map(_row, book.rows)), held=True))
        return Page((*blocks, Sentence(summary(self.books, self.on))))

    def document(self) -> dict[str, Any]:
        """The contract `farebox.prices-age/1`."""
        return document(self.books, self.on)


def _row(row: AgeRow) -> Row:
    mark = "!" if row.stale else " "
    return Row(
        (
            _short(row.name),
            row.kind,
            row.as_of[:10],
            f"{row.age_days:,} of {row.limit_days:,}{mark}",
            f"{row.count:,}",
            f"{row.stale_count:,}" if row.stale_count else "",
        ),
        level=1,
    )


def _short(name: str) -> str:
    """The telling parts of an address: its host and where its path ends.

    A price list goes by the name that a refresh has for it, `AmazonEC2 us-east-1`.
    """
    if "://" not in name:
        return name
    if listed := PRICE_LIST.search(name):
        service, region = listed.groups()
        return f"{service} {region or 'global'}"
    host, *path = name.split("://", 1)[1].strip("/").split("/")
    named = "/".join(part for part in path[-2:] if part not in ("current", "latest"))
    return f"{host}/{'…/' if len(path) > 2 else ''}{named}"


def document(books: Sequence[AgedBook], on: str) -> dict[str, Any]:
    """The contract `farebox.prices-age/1` (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "on": on,
        "books": [
            {
                "kind": book.kind,
                "id": book.id or None,
                "count": book.count,
                "stale": book.stale_count,
                "sources": [
                    {
                        "source": row.name,
                        "kind": row.kind,
                        "as_of": row.as_of,
                        "age_days": row.age_days,
                        "limit_days": row.limit_days,
                        "stale": row.stale,
                        "count": row.count,
                        "stale_count": row.stale_count,
                    }
                    for row in book.rows
                ],
            }
            for book in books
        ],
    }
