"""`fare host colo`: cloud, rented servers and colo by user count."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import AS_OF, ON, PRICES, format_option
from farebox.cli.show import write

FACTORS = {"k": 1_000, "m": 1_000_000}
MOST_USERS = 100_000_000


class UserCounts(click.ParamType["tuple[int, ...]"]):
    """User counts with commas between them: 1000,50k,1m."""

    name = "users"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The counts, or a usage error that shows the form."""
        if isinstance(value, tuple):
            return value
        return tuple(self._count(part, param, ctx) for part in value.split(","))

    def _count(
        self, text: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        figure = text.strip().lower()
        factor = FACTORS.get(figure[-1:], 1)
        try:
            count = Decimal(figure.removesuffix("k").removesuffix("m")) * factor
        except InvalidOperation:
            self.fail(f"{text!r} is not a number of users like 1000, 50k or 1m", param)
        if not count.is_finite() or not 1 <= count <= MOST_USERS or count % 1:
            self.fail(
                f"{text} is not a whole number of users from 1 to {MOST_USERS:,}", param
            )
        return int(count)


@click.command()
@click.option(
    "--users",
    type=UserCounts(),
    default="1k,10k,50k,100k,1m",
    show_default=True,
    metavar="N,N",
    help="User counts to compare at.",
)
@click.option(
    "--inputs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="YAML file with inputs of your own: ram_usd_per_gib: 12.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="SEED",
    help="Seed of the draws; the same seed gives the same figures.",
)
@click.option(
    "--draws",
    type=click.IntRange(100, 100_000),
    metavar="DRAWS",
    help="Draws that the bands are made from.  [default: 10000]",
)
@format_option("the comparison")
@PRICES
@AS_OF
@ON
def colo(
    users: tuple[int, ...],
    inputs: Path | None,
    seed: int | None,
    draws: int | None,
    format_: str,
    prices: str | None,
    as_of: date | None,
    on: date | None,
) -> None:
    """Compare cloud, rented servers and colo by user count.

    The cloud is priced from the plans of this project's tiers, bought on spot, on
    demand and with savings plans. Servers of one's own and rented ones come from a
    table of inputs with ranges (docs/economics.md); bands are 5 to 95 % of draws.

    \b
    Examples:
      fare host colo
      fare host colo --users 5k,20k,200k
      fare host colo --inputs quotes.yaml --seed 7
      fare host colo --format json > colo.json
    """
    from farebox.cli.options.plans import plan_prices
    from farebox.hosting.colo.colo_inputs import read_inputs, shipped_inputs
    from farebox.hosting.colo.colo_study import colo_study
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.tiers.overhead import PAPER
    from farebox.hosting.tiers.tiers import TierTerms
    from farebox.hosting.uncertainty import DRAWS, SEED
    from farebox.reports.hosting.colo import ColoReport

    # The team of the cloud's tiers is the same whatever the machines; it stays out.
    book, day = plan_prices(prices, as_of=as_of, on=on)
    terms = TierTerms(book=book, on=day, overhead=PAPER)
    study = colo_study(
        read_tiers(Path.cwd()),
        terms,
        read_inputs(inputs) if inputs else shipped_inputs(),
        users=users,
        seed=SEED if seed is None else seed,
        draws=draws or DRAWS,
    )
    write(ColoReport(study, terms), format_)
