"""The market by year: captured users, what they pay, and what is left of it.

    users = agent users x capture ; MRR = users x P
    gross profit a year = 12 x MRR x margin(users of that year)

The paper calls half of the yearly payments "revenue", at each size alike; here the
margin is that of the cost at that many users. Beside it stands how many agent users a
price reaches. USD; margins are shares of the price.
"""

from decimal import ROUND_DOWN, Decimal

from msgspec import Struct

from farebox.hosting.errors import ConfigError
from farebox.hosting.paper.paper_figures import MarketYear, Paper, Said
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.curve import Curve, in_percent
from farebox.hosting.tiers.tier_swings import SHOWN

MONTHS_PER_YEAR = Decimal(12)


class Capture(Struct, frozen=True, kw_only=True):
    """One end of a year's row: so many agent users, and the service's part of them.

    `paper_usd_per_year` is what the paper writes in that place; `gap` is ours at likely
    cost less that.
    """

    agent_users: Decimal
    users: int
    tier: str
    mrr: Decimal
    cost: Range
    margin: Range
    gross_profit_usd_per_year: Range
    paper_usd_per_year: Decimal
    gap_usd_per_year: Decimal


class ProfitMove(Struct, frozen=True, kw_only=True):
    """An input, and the least and most gross profit a year that it makes alone."""

    input: str
    low_usd_per_year: Decimal
    high_usd_per_year: Decimal

    @property
    def width(self) -> Decimal:
        """How far the ends lie apart."""
        return self.high_usd_per_year - self.low_usd_per_year


class Year(Struct, frozen=True, kw_only=True):
    """A year of the market at the paper's low and high count of agent users.

    `moves` are the three inputs that move the gross profit of the high end most: agent
    users down to the low end, and what the cost of a user is made of.
    """

    year: int
    low: Capture
    high: Capture
    moves: tuple[ProfitMove, ...]


class Reached(Struct, frozen=True, kw_only=True):
    """Users who would pay a price in a year, and the margin of each end.

    Low is the share's low end of the fewest agent users, at the lower price.
    """

    year: int
    low_price: Decimal
    high_price: Decimal
    low_users: int
    high_users: int
    low_margin: Range
    high_margin: Range


class MarketTable(Struct, frozen=True, kw_only=True):
    """The market at a price and a capture, by year, and who a price reaches.

    `unpriced` names the tiers whose cost is a lower bound, for charges without a price.
    """

    price: Decimal
    capture: Decimal
    years: tuple[Year, ...]
    reach: tuple[Reached, ...]
    unpriced: tuple[str, ...]


def market(
    curve: Curve, paper: Paper, *, price: Decimal, capture: Decimal
) -> MarketTable:
    """Each year of the paper's table at this price and capture. Raises ConfigError."""
    if price <= 0:
        raise ConfigError(f"the price is {price}; give one of more than 0")
    if not 0 < capture <= 1:
        raise ConfigError(
            f"a capture of {in_percent(capture)} cannot be; give more than 0 and at most"
            " 100 %"
        )
    years = tuple(year(curve, row, price, capture) for row in paper.market.years)
    reach = tuple(
        reached(curve, row, band.price.low, band.price.high, band.share)
        for band in paper.reach
        for row in paper.market.years
    )
    return MarketTable(
        price=price,
        capture=capture,
        years=years,
        reach=reach,
        unpriced=curve.unpriced,
    )


def year(curve: Curve, row: MarketYear, price: Decimal, taken: Decimal) -> Year:
    """One year at both ends of its agent users."""
    low, high = (
        capture(curve, agent_users, stated, price, taken)
        for agent_users, stated in (
            (row.agent_users.low, row.revenue.low),
            (row.agent_users.high, row.revenue.high),
        )
    )
    return Year(year=row.year, low=low, high=high, moves=moves(curve, low, high))


def moves(curve: Curve, low: Capture, high: Capture) -> tuple[ProfitMove, ...]:
    """What moves the gross profit of the high end most, widest first.

    A user who costs a dollar more takes 12 x users of a year's profit.
    """
    profits = [one.gross_profit_usd_per_year.likely for one in (low, high)]
    found = [
        ProfitMove(
            input="agent users",
            low_usd_per_year=min(profits),
            high_usd_per_year=max(profits),
        )
    ]
    for swing in curve.swings(high.users):
        usd, months = swing.usd_per_user_month, MONTHS_PER_YEAR * high.users
        found.append(
            ProfitMove(
                input=f"{swing.line}: {swing.input}",
                low_usd_per_year=profits[1] - months * (usd.high - usd.likely),
                high_usd_per_year=profits[1] + months * (usd.likely - usd.low),
            )
        )
    found.sort(key=lambda one: -one.width)
    return tuple(one for one in found if one.width > 0)[:SHOWN]


def capture(
    curve: Curve, agent_users: Decimal, stated: Decimal, price: Decimal, taken: Decimal
) -> Capture:
    """One end: users, MRR and gross profit at the margin of that many users."""
    users = whole(agent_users * taken)
    if users < 1:
        raise ConfigError(
            f"{in_percent(taken)} of {agent_users:,f} agent users is no user; give a"
            " larger capture"
        )
    mrr = users * price
    cost = curve.cost(users, price)
    margin = curve.margin(users, price)
    profit = Range(
        *(
            MONTHS_PER_YEAR * mrr * share
            for share in (margin.low, margin.likely, margin.high)
        )
    )
    return Capture(
        agent_users=agent_users,
        users=users,
        tier=curve.tier(users),
        mrr=mrr,
        cost=cost,
        margin=margin,
        gross_profit_usd_per_year=profit,
        paper_usd_per_year=stated,
        gap_usd_per_year=profit.likely - stated,
    )


def reached(
    curve: Curve, row: MarketYear, low_price: Decimal, high_price: Decimal, share: Said
) -> Reached:
    """Who would pay a price between two: fewest at the low price, most at the high."""
    low = max(1, whole(row.agent_users.low * share.low))
    high = max(1, whole(row.agent_users.high * share.high))
    return Reached(
        year=row.year,
        low_price=low_price,
        high_price=high_price,
        low_users=low,
        high_users=high,
        low_margin=curve.margin(low, low_price),
        high_margin=curve.margin(high, high_price),
    )


def whole(users: Decimal) -> int:
    """Whole users, rounded down."""
    return int(users.to_integral_value(ROUND_DOWN))
