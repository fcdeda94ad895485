"""`fare prices show`: a price, with its source, its age and its history."""

from datetime import UTC, date, datetime

import click

from farebox.cli.options.common import AS_OF, FORMS, ON, format_option
from farebox.cli.show import write


@click.command()
@click.argument("wanted", metavar="KEY|TYPE")
@click.option("--region", metavar="REGION", help="Only this region, or 'global'.")
@click.option(
    "--prices",
    metavar=FORMS,
    help="The price book; auto is the store's, where there is one.  [default: auto]",
)
@AS_OF
@ON
@format_option("the prices")
def show(
    wanted: str,
    region: str | None,
    prices: str | None,
    as_of: date | None,
    on: date | None,
    format_: str,
) -> None:
    """Show a price: its tiers, unit, source, age and history.

    TYPE is an instance type, KEY a usage type with or without the region's prefix, or
    any part of a key; of several words in quotes each must be part of it. Spot stands
    beside on demand, per zone. A ! marks an age over its limit. With the store's
    book, what was seen before is drawn too.

    \b
    Examples:
      fare prices show r6a.4xlarge --region us-east-1
      fare prices show EBS:VolumeUsage.gp3
      fare prices show 'DataTransfer us-east-1'
      fare prices show r6a.4xlarge --prices aws.prices --format json
    """
    from farebox.cli.prices.search import find_prices
    from farebox.prices.store.histories import histories_of
    from farebox.quote.book import book_as_it_is, book_request
    from farebox.reports.prices.show import PricesReport
    from farebox.reports.prices.view import shown_prices

    now = datetime.now(UTC).replace(microsecond=0)
    day = on or as_of or now.date()
    book = book_as_it_is(book_request(prices, as_of=as_of), on=day)
    found = find_prices(book, wanted, region)
    shown = shown_prices(
        found, book, day, histories_of(book, [p.key for p in found], now)
    )
    write(PricesReport(wanted, tuple(shown), book, now), format_)
