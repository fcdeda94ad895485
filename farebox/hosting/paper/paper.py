"""The paper's rows as `fare host tiers` holds them beside its own (`paper_figures`).

USD per user-month; GB of memory are taken as GiB; a month has 730 hours.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from msgspec import Struct

from farebox.hosting.paper.paper_figures import Machine, Said, the_paper
from farebox.hosting.ranges import Range


class PaperRow(Struct, frozen=True, kw_only=True):
    """A row of the scaling table; `open_ended` where the paper writes 25-40+.

    `likely` is the middle, which the paper does not state. `margin` is the share of
    the paper's price, None where the paper says "negative" or nothing.
    """

    usd: Range
    margin: Range | None = None
    open_ended: bool = False


def stated(line: str) -> Decimal:
    """What the paper's breakdown has for a line."""
    return the_paper().breakdown.lines[line].low


def stated_infra() -> Decimal:
    """The breakdown's infrastructure."""
    return the_paper().breakdown.infra.low


def stated_gb() -> Decimal:
    """GB of gp3 a user."""
    return the_paper().breakdown.gb_per_user


def machine_like(memory_gib: Decimal) -> Machine:
    """The paper's machine nearest in size: the small one up to its own GiB."""
    small, *others = the_paper().machines
    return small if memory_gib <= small.memory_gib else others[-1]


def row_for(users: int, *, hosted: bool) -> PaperRow | None:
    """The paper's row for a tier, None where it has none."""
    return (
        rows().get(users) if hosted else PaperRow(usd=_range(the_paper().self_hosted))
    )


@cache
def rows() -> Mapping[int, PaperRow]:
    """The scaling table by hosted users."""
    return {
        row.users: PaperRow(
            usd=_range(row.cost),
            margin=None if row.margin is None else _range(row.margin),
            open_ended=row.cost.at_least,
        )
        for row in the_paper().scaling
    }


def _range(said: Said) -> Range:
    return Range(said.low, said.middle, said.high)
