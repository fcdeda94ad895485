"""`fare prices age`: how old the prices are against their limits."""

from datetime import UTC, date, datetime

import click

from farebox.cli.errors import CheckFailed
from farebox.cli.options.common import FORMS, ON, Region, format_option
from farebox.cli.show import write


@click.command()
@click.option(
    "--prices", metavar=FORMS, help="Only this book.  [default: all that there are]"
)
@click.option(
    "--region",
    "regions",
    type=Region(),
    multiple=True,
    metavar="REGION",
    help="Only prices there, and those of no region; repeatable.",
)
@ON
@format_option("the ages")
@click.option(
    "--fail-over-limit",
    is_flag=True,
    help="End with exit code 1 when a price is older than its limit.",
)
def age(
    prices: str | None,
    regions: tuple[str, ...],
    on: date | None,
    format_: str,
    fail_over_limit: bool,
) -> None:
    """Show how old the prices are, source by source, against their limits.

    A source's age counts from the day on which it last confirmed its prices. The
    store's book stands beside the embedded one, and the figures of rented servers
    and hardware beside both. A ! marks an age over its limit. A store keeps the
    prices that ship with Farebox of regions that are never refreshed: name yours.

    \b
    Examples:
      fare prices age
      fare prices age --prices store --region us-east-1 --fail-over-limit
      fare prices age --prices aws.prices --format json
    """
    from farebox.cli.prices.aging import aged_books
    from farebox.reports.prices.age import AgesReport, name_of

    day = on or datetime.now(UTC).date()
    books = aged_books(prices, day, regions)
    write(AgesReport(tuple(books), day.isoformat()), format_)
    over = [book for book in books if book.stale_count]
    if fail_over_limit and over:
        parts = [f"{book.stale_count:,} in the {name_of(book)}" for book in over]
        raise CheckFailed(
            f"older than their limit: {', '.join(parts)} (--fail-over-limit); "
            "fare refresh confirms what the store has"
        )
