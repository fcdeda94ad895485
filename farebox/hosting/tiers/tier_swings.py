"""Which inputs move a tier's cost most: the range of each, in USD per user-month.

A line of a statement has a range where its rule read a figure that is one: a usage key,
the size of a group, the spot price of a pool. The lines that come from one such input
are added up; the widest ranges are what to measure first.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import LineItem
from farebox.hosting.ranges import NOTHING, Range
from farebox.hosting.tiers.tier_gaps import is_machine_hour
from farebox.hosting.tiers.tiers import TierCost, line_of

SHOWN = 3


class Swing(Struct, frozen=True, kw_only=True):
    """One input, and what it makes of a user's cost from its low to its high level."""

    line: str
    input: str
    usd_per_user_month: Range


def swings(cost: TierCost, most: int = SHOWN) -> tuple[Swing, ...]:
    """The inputs that move the total most, widest first; none without a range."""
    return widest([*aws_swings(cost), team_swing(cost.lines["overhead"])], most)


def aws_swings(cost: TierCost) -> list[Swing]:
    """What each input of AWS's part makes of it, in the statement's order."""
    by_input: dict[tuple[str, str], Range] = {}
    for line in cost.statement.lines:
        usd = Range(line.usd_low, line.usd_per_month, line.usd_high)
        place = (line_of(line), _input(line))
        by_input[place] = by_input.get(place, NOTHING) + usd
    users = Decimal(cost.users)
    return [
        Swing(line=line, input=name, usd_per_user_month=usd.over(users))
        for (line, name), usd in by_input.items()
    ]


def team_swing(usd_per_user_month: Range) -> Swing:
    """What the team makes of a user's cost."""
    return Swing(
        line="overhead",
        input="engineers, support and tools",
        usd_per_user_month=usd_per_user_month,
    )


def widest(found: Iterable[Swing], most: int = SHOWN) -> tuple[Swing, ...]:
    """The swings that are ranges, widest first."""
    moving = [one for one in found if one.usd_per_user_month.width > 0]
    return tuple(sorted(moving, key=lambda one: -one.usd_per_user_month.width)[:most])


def _input(line: LineItem) -> str:
    """What stands behind the range of a line, as the reader knows it."""
    if is_machine_hour(line):
        return "how many machines run, and their spot prices"
    named = line.description.removesuffix(", free")
    return f"{named}, measured" if line.usage == "measured" else named
