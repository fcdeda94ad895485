"""How old prices are against their limits, as text and as JSON."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from farebox.prices.age_rows import AgeRow
from farebox.reports.closing import SHORT_ID
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.page.fitting import cells, clip

SCHEMA = "farebox.prices-age/1"
DEFAULT_WIDTH = 80
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


def ages_text(
    books: Sequence[AgedBook],
    on: str,
    *,
    width: int = DEFAULT_WIDTH,
    color: bool = False,
) -> str:
    """The tables in `width` columns; `color` marks titles."""
    return "".join(f"{line}\n" for line in _lines(books, on, width, color))


def _lines(
    books: Sequence[AgedBook], on: str, width: int, color: bool
) -> Iterator[str]:
    def style(style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if color else line

    for book in books:
        title = f"{name_of(book)} {book.id[:SHORT_ID]}".rstrip()
        yield style(BOLD, title)
        head = f"{'kind':>{KIND}}{'newest':>{NEWEST}}{'age in days':>{AGE}}"
        yield style(
            DIM, _row("  source", f"{head}{'prices':>{COUNT}}{'over':>{STALE}}", width)
        )
        for row in book.rows:
            mark = "!" if row.stale else " "
            age = f"{row.age_days:,} of {row.limit_days:,}{mark}"
            figures = (
                f"{row.kind:>{KIND}}{row.as_of[:10]:>{NEWEST}}{age:>{AGE}}"
                f"{row.count:>{COUNT},}"
                f"{f'{row.stale_count:,}' if row.stale_count else '':>{STALE}}"
            )
            yield _row(f"  {_short(row.name)}", figures, width)
        yield ""
    yield from _wrapped(summary(books, on), width)


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


def _row(label: str, figures: str, width: int) -> str:
    label = clip(label, width - len(figures) - 1)
    return f"{label}{' ' * (width - cells(label) - len(figures))}{figures}".rstrip()


def _wrapped(sentence: str, width: int) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(sentence, width, break_on_hyphens=False)


def ages_json(books: Sequence[AgedBook], on: str) -> bytes:
    """The tables as one JSON document, UTF-8, with a newline."""
    from msgspec.json import encode, format

    document: dict[str, Any] = {
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
    return bytes(format(encode(document), indent=1)) + b"\n"
