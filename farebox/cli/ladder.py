"""`fare host ladder`: phases by users, with price floors, break-even and two prices."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import Figure, format_option
from farebox.cli.options.tier import TierAsked, team_options, terms_of
from farebox.cli.show import write


class Within(click.ParamType["Decimal"]):
    """A figure between two bounds, kept exact; `said` names the bounds."""

    def __init__(self, name: str, said: str, holds: Callable[[Decimal], bool]) -> None:
        self.name = name
        self.said = said
        self.holds = holds

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The figure as Decimal, or a usage error."""
        try:
            figure = Decimal(str(value))
        except ArithmeticError:
            self.fail(f"{value!r} is not a figure", param, ctx)
        if not (figure.is_finite() and self.holds(figure)):
            self.fail(f"{value} is not {self.said}", param, ctx)
        return figure


PERCENT = Within("percent", "between -100 and 100", lambda share: abs(share) < 100)
MONTHS = Within("months", "from 0 to less than 12", lambda months: 0 <= months < 12)


@click.command()
@click.option(
    "--price",
    "charged",
    type=Figure(),
    multiple=True,
    default=("10", "15", "20", "25", "30"),
    show_default=True,
    metavar="USD",
    help="A price to find break-even and prepayment for; may be given again.",
)
@click.option(
    "--margin",
    type=PERCENT,
    default="20",
    show_default=True,
    metavar="PERCENT",
    help="The margin that price floors leave.",
)
@click.option(
    "--two",
    type=Figure(),
    nargs=2,
    default=("10", "25"),
    show_default=True,
    metavar="LOW HIGH",
    help="Two prices that stand side by side.",
)
@click.option(
    "--free-months",
    type=MONTHS,
    default="2",
    show_default=True,
    metavar="N",
    help="Months that a year paid at once does not cost.",
)
@format_option("the ladder")
@team_options
def ladder(
    charged: tuple[Decimal, ...],
    margin: Decimal,
    two: tuple[Decimal, Decimal],
    free_months: Decimal,
    format_: str,
    **asked: Any,
) -> None:
    """Show the price ladder: each phase's cost, price floor and margins.

    Costs come from the plans of this project's tiers at the first and last users of
    each phase of the paper. Then follow: break-even users of each price, the share of
    users that must pay the higher of two prices, and a year paid at once.

    \b
    Examples:
      fare host ladder
      fare host ladder --margin 40 --overhead founders
      fare host ladder --price 12 --price 18 --two 12 30
      fare host ladder --format json > ladder.json
    """
    from farebox.hosting.growth.ladder import LadderQuestion
    from farebox.hosting.growth.ladder import ladder as ladder_of
    from farebox.hosting.paper.paper_figures import the_paper
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.hosting.tiers.curve import tier_curve
    from farebox.hosting.tiers.storage import places, with_stored
    from farebox.hosting.tiers.tiers import tier_cost
    from farebox.reports.hosting import ladder as report

    paper = the_paper()
    terms = terms_of(TierAsked(price=paper.breakdown.price, **asked))
    sources = [with_stored(source) for source in read_tiers(Path.cwd())]
    alone = next((one for one in sources if not one.config.hosted), None)
    found = ladder_of(
        tier_curve(sources, terms),
        paper,
        LadderQuestion(
            margin=margin / 100,
            prices=charged,
            pair=two,
            free_months=free_months,
            first_users=paper.scaling[0].users,
        ),
        self_hosted=tier_cost(alone, terms).total if alone else None,
        self_hosted_users=alone.users if alone else 0,
    )
    stored = {one.name: places(one, terms) for one in sources if one.config.hosted}
    write(report.LadderReport(found, terms, paper, stored), format_)
