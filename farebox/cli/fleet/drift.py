"""`fare fleet drift`: what other prices do to every stack of a fleet."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from farebox.cli.errors import CheckFailed, remark
from farebox.cli.fleet.options import WORKERS, pricing_of, source_options
from farebox.cli.options.common import format_option, pricing_options
from farebox.cli.show import FORMATS, write


@click.command()
@source_options
@WORKERS
@click.option(
    "--since",
    required=True,
    metavar="DATE|BOOK",
    help="The old prices: the store's as of a day, or embedded, a file, sha256:….",
)
@format_option("the moves", (*FORMATS, "csv"))
@pricing_options
def drift(
    source: str,
    out: Path,
    refs: tuple[str, ...],
    workers: int | None,
    since: str,
    format_: str,
    **asked: Any,
) -> None:
    """Show what other prices do to every stack of SOURCE, most first.

    The same stacks are priced at two books, so that only prices differ.

    \b
    Examples:
      fare fleet drift states/ --since 2026-10-24
      fare fleet drift states/ --since july.prices --prices august.prices
    """
    from msgspec.structs import replace

    from farebox.cli.waiting import counting
    from farebox.fleet.pricing import Pricing, price_fleet
    from farebox.fleet.questions import moves
    from farebox.fleet.sources import found_in
    from farebox.quote.drift import book_named
    from farebox.reports.fleet.report import MoveRow, MovesReport

    now = pricing_of(**asked)
    then = replace(now, book=book_named(since, "--since", now.options.day).book)
    stacks = found_in(source, out, refs)
    failed: dict[str, str] = {}

    def totals(pricing: Pricing) -> dict[str, Decimal]:
        found = {}
        with counting("pricing") as tell:
            priced = price_fleet(stacks, pricing, out, workers=workers or 0, tell=tell)
            for one in priced:
                if one.error:
                    failed[one.name] = one.error
                else:
                    found[one.name] = one.usd
        return found

    moved = moves(totals(then), totals(now))
    remark(*(f"{name}: {error}" for name, error in failed.items()))
    write(
        MovesReport(tuple(MoveRow(m.name, m.before, m.now, m.usd) for m in moved)),
        format_,
    )
    if failed:
        raise CheckFailed(f"{len(failed)} of {len(stacks)} stacks have no figures")
