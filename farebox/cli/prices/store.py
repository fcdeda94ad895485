"""`fare prices refreshes`, `pin`, `unpin` and `prune`: the books that the store has."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from farebox.cli.errors import BadInput, remark
from farebox.cli.options.common import format_option
from farebox.cli.show import write

if TYPE_CHECKING:
    from farebox.prices.store import Store

MOST_DAYS = 100_000
"""Older than any price of AWS, and still a date."""


def _store() -> "Store":
    """The store that there is. Raises BadInput where there is none yet."""
    from farebox.prices.store import open_store, store_exists

    if not store_exists():
        raise BadInput("there is no price store yet; fare refresh makes one")
    return open_store()


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="The newest so many.",
)
@format_option("the list")
def refreshes(limit: int, format_: str) -> None:
    """List the books that the store has, newest first, with their ids.

    An id, or its first 8 digits, goes into --prices sha256:… or farebox:prices. Two
    refreshes that found the same prices have the same id.

    \b
    Examples:
      fare prices refreshes
      fare prices refreshes --limit 3 --format json
    """
    from farebox.reports.prices.refresh_list import RefreshesReport

    with _store() as store:
        found, pins = store.refreshes(limit), store.pins()
    write(RefreshesReport(store.name, tuple(found), tuple(pins)), format_)


@click.command()
@click.argument("book", metavar="BOOK")
@click.option("--why", default="", metavar="TEXT", help="What the book is kept for.")
def pin(book: str, why: str) -> None:
    """Keep a book from ever being pruned.

    BOOK is an id as fare prices refreshes and statements show it, or its first 8
    digits.

    \b
    Examples:
      fare prices pin sha256:7b01a2c4 --why "the budget of 2027"
    """
    with _store() as store:
        if imported := store.imported(book):
            raise BadInput(f"{imported.id} is an imported file, which is never pruned")
        book_id = store.book(book_id=book).id
        store.pin(book_id, why)
    click.echo(book_id)


@click.command()
@click.argument("book", metavar="BOOK")
def unpin(book: str) -> None:
    """Let a pinned book be pruned again.

    \b
    Examples:
      fare prices unpin sha256:7b01a2c4
    """
    with _store() as store:
        store.unpin(book)
    click.echo(book)


@click.command()
@click.option(
    "--keep-days",
    type=click.IntRange(1, MOST_DAYS),
    required=True,
    metavar="N",
    help="Books of the last N days stay.",
)
def prune(keep_days: int) -> None:
    """Drop the store's books that are older than some days.

    The newest book, pinned books and all that those need stay, to the cent.

    \b
    Examples:
      fare prices prune --keep-days 400
    """
    before = datetime.now(UTC) - timedelta(days=keep_days)
    with _store() as store:
        pruned = store.prune(before)
    remark(
        f"dropped {_count(pruned.refreshes, 'refresh', 'es')} and "
        f"{_count(pruned.prices, 'price', 's')} of before "
        f"{before.date()}; {_count(pruned.refreshes_left, 'refresh', 'es')} left"
    )


def _count(count: int, noun: str, plural: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}{plural}"
