"""`fare host limits`: what a tier needs of AWS's limits, and which breaks first."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import format_option
from farebox.cli.options.tier import complete_tiers
from farebox.cli.show import write

MOST = 1e12
"""More than any quota, and as much as a column shows."""


class Quota(click.ParamType["tuple[str, float]"]):
    """A quota of the account: CODE=LIMIT."""

    name = "quota"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """The code and its limit, or a usage error that shows the form."""
        if isinstance(value, tuple):
            return value
        code, equals, text = str(value).partition("=")
        try:
            limit = float(text.replace(",", "").replace("_", ""))
        except ValueError:
            limit = -1.0
        if not equals or not 0 <= limit <= MOST:
            self.fail(f"{value!r} is no quota like L-34B43A08=5000", param, ctx)
        return code, limit


@click.command()
@click.argument("tier", shell_complete=complete_tiers)
@click.option(
    "--users",
    type=click.IntRange(1, 10**8),
    metavar="N",
    help="Users to plan for.  [default: the tier's own]",
)
@click.option(
    "--quota",
    type=Quota(),
    multiple=True,
    metavar="CODE=LIMIT",
    help="A quota of your account, in place of AWS's default; repeatable.",
)
@format_option("the limits")
def limits(
    tier: str,
    users: int | None,
    quota: tuple[tuple[str, float], ...],
    format_: str,
) -> None:
    """Show what a TIER needs of each limit, and which breaks first as users grow.

    Needs are those of the tier's largest size: every group at its maximum. `holds to`
    is the most users whose plan the limit still allows.

    \b
    Examples:
      fare host limits 100k
      fare host limits 10k --users 50000
      fare host limits 100k --quota L-34B43A08=40000 --quota L-7A658B76=2000
    """
    from farebox.hosting.plan.headroom import headroom
    from farebox.hosting.plan.tier_files import read_tier
    from farebox.reports.hosting.limits import LimitsReport

    found = headroom(read_tier(Path.cwd(), tier), users=users, quotas=dict(quota))
    write(LimitsReport(found), format_)
