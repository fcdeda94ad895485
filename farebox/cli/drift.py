"""`fare drift`: what the market did to a stack's bill."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import click

from farebox.cli.errors import CheckFailed, remark, shortfall_code
from farebox.cli.options.common import (
    format_option,
    pricing_options,
    target_argument,
)
from farebox.cli.options.drift import PercentParam
from farebox.cli.show import write


@click.command()
@target_argument
@click.option(
    "--since",
    required=True,
    metavar="DATE|BOOK",
    help="The old prices: the store's as of a day, or embedded, a file, sha256:….",
)
@click.option(
    "--until",
    metavar="DATE|BOOK",
    help="The new prices, in the same forms.  [default: --prices]",
)
@click.option(
    "--threshold",
    type=PercentParam(),
    metavar="PERCENT",
    help="End with exit code 1 when the bill moved more, up or down: 5%; also when a "
    "charge lost its price.",
)
@format_option("the drift")
@pricing_options
def drift(
    since: str,
    until: str | None,
    threshold: Decimal | None,
    format_: str,
    **asked: Any,
) -> int:
    """Show what the market did to a stack's bill since a day or a book.

    The same stack is priced at two books, so that only prices differ. Charges come
    biggest move first; one whose price a book lacks is named, and is in neither
    total.

    \b
    Examples:
      fare drift prod --since 2026-10-24
      fare drift prod --since 2026-10-24 --threshold 5%
      fare drift prod --since embedded --format markdown
      fare drift preview.json --since july.prices --until august.prices
    """
    from farebox.cli.waiting import ON_TERMINAL
    from farebox.prices.store.histories import histories_of
    from farebox.quote.drift import drift_of
    from farebox.quote.quote import Request
    from farebox.reports.change.report import DriftReport

    quoted = drift_of(Request(**asked), since=since, until=until, waiting=ON_TERMINAL)
    remark(*quoted.remarks)
    found = quoted.drift
    now = datetime.now(UTC)
    keys = {line.change.key for line in found.moved}
    histories = histories_of(quoted.book, keys, now)
    write(DriftReport(found, threshold, now, histories), format_)
    if threshold is not None:
        from farebox.reports.change.drift_view import alarm

        sentence = alarm(found, threshold)
        if sentence:
            raise CheckFailed(sentence)
    return shortfall_code(quoted.shortfall, as_json=format_ == "json")
