"""The options that `fare host spot` and `fare host optimize` share."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from farebox.cli.options.common import BOOK, HOURS, ON
from farebox.cli.options.tier import complete_tiers

if TYPE_CHECKING:
    from farebox.hosting.spot.machine_prices import Rest

LIMIT = click.FloatRange(min=0, max=1e9)

SHARED = (
    click.option(
        "--max-downtime-minutes",
        type=LIMIT,
        metavar="MIN",
        help="Minutes a year that a user may wait for a machine.",
    ),
    click.option(
        "--max-kills",
        type=LIMIT,
        metavar="N",
        help="Sessions a user may lose to interruptions in a year.",
    ),
    click.option(
        "--plans",
        type=click.Choice(["none", "1y", "3y"]),
        default="3y",
        show_default=True,
        help="The longest savings plan that may be bought.",
    ),
    click.option(
        "--inputs",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="YAML file with inputs of your own: slow_minutes: 30.",
    ),
    click.option(
        "--users",
        type=click.IntRange(1, 100_000_000),
        metavar="N",
        help="Users, if not those of the tier's config.",
    ),
    *BOOK,
    ON,
    HOURS,
)


class SpotRequest(Struct, frozen=True, kw_only=True):
    """What a command about a tier's spot machines is asked, beside the tier.

    Limits are for a user-year; None where there is no limit, or where the tier's own
    files decide. `plans` names the longest savings plan that may be bought.
    """

    max_downtime_minutes: float | None
    max_kills: float | None
    plans: str
    inputs: Path | None
    users: int | None
    prices: str | None
    as_of: date | None
    on: date | None
    hours: Decimal

    @property
    def rests(self) -> "tuple[Rest, ...]":
        """Ways to buy what is not spot, up to the longest plan."""
        return rests_up_to(self.plans)


tier_argument = click.argument("tier", metavar="TIER", shell_complete=complete_tiers)


def spot_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options."""
    for option in reversed(SHARED):
        command = option(command)
    return command


def rests_up_to(plans: str) -> "tuple[Rest, ...]":
    """Ways to buy what is not spot, up to the longest plan."""
    from farebox.hosting.spot.machine_prices import RESTS

    return RESTS[: {"none": 1, "1y": 2, "3y": 3}[plans]]
