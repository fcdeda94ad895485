"""What the commands of a fleet share: where its stacks are, and how they are priced."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from farebox.fleet.pricing import Pricing

SOURCE = click.argument("source")

OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("fleet"),
    show_default=True,
    metavar="FOLDER",
    help="Where the tables go, and what was fetched and priced, so that a run can go on.",
)

REFS = click.option(
    "--ref",
    "refs",
    multiple=True,
    metavar="REF",
    help="SOURCE as it was at this branch, tag or commit; may be given several times.",
)

WORKERS = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Stacks priced at a time.  [default: as many as there are processors]",
)


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """SOURCE, `--out` and `--ref`."""
    for option in (REFS, OUT, SOURCE):
        command = option(command)
    return command


def pricing_of(**asked: Any) -> "Pricing":
    """One book, one usage file and one set of options for all stacks."""
    from farebox.fleet.pricing import Pricing
    from farebox.quote.basket import usage_at
    from farebox.quote.book import choose_book
    from farebox.quote.quote import PricingOptions

    options = PricingOptions(**asked)
    book = choose_book(options.book({}), on=options.day, network=False).book
    return Pricing(book, options, usage_at(options.usage))
