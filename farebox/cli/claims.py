"""`fare host claims`: each claim of the strategy paper, checked."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.errors import CheckFailed
from farebox.cli.options.common import format_option
from farebox.cli.options.tier import TierAsked, team_options, terms_of
from farebox.cli.show import write


@click.command()
@click.argument("claims", metavar="[CLAIM]...", nargs=-1)
@format_option("the claims")
@click.option(
    "--fail-on",
    type=click.Choice(["fail", "stale"]),
    multiple=True,
    help="End with exit code 1 on this verdict; give it twice for both.",
)
@team_options
def claims(
    claims: tuple[str, ...], format_: str, fail_on: tuple[str, ...], **asked: Any
) -> None:
    """Check the claims of the strategy paper against prices and plans.

    Verdicts: pass, fail, stale (a price behind it is older than its limit; what it
    would be stands beside) and unsupported (there is no way to check it). A CLAIM is
    an id like C01; those named are shown with their rule and every input.

    \b
    Examples:
      fare host claims
      fare host claims C01 C22
      fare host claims --fail-on fail --fail-on stale
      fare host claims --format markdown > claims.md
    """
    from farebox.hosting.claims.claim_values import Ground
    from farebox.hosting.claims.claims import check_claims, chosen
    from farebox.hosting.paper.paper_figures import the_paper
    from farebox.hosting.plan.tier_files import read_tiers
    from farebox.reports.hosting import claims as report

    chosen(claims)
    paper = the_paper()
    terms = terms_of(TierAsked(price=paper.breakdown.price, **asked))
    ground = Ground(read_tiers(Path.cwd()), terms, paper)
    board = report.Board(checked=check_claims(ground, claims), terms=terms, paper=paper)
    write(report.ClaimsReport(board, details=bool(claims)), format_)
    _fail_on(fail_on, board.checked)


def _fail_on(verdicts: tuple[str, ...], checked: tuple[Any, ...]) -> None:
    """Raise CheckFailed where a claim has a verdict that was named."""
    found = [one.claim.id for one in checked if one.verdict in verdicts]
    if found:
        raise CheckFailed(
            f"{len(found)} of {len(checked)} claims are {' or '.join(verdicts)}"
            f" (--fail-on): {', '.join(found)}"
        )
