"""The market by year, worked by hand on a curve of plain figures."""

from decimal import Decimal

import pytest

from farebox.hosting.errors import ConfigError
from farebox.hosting.growth.market import market
from farebox.hosting.paper.paper_figures import the_paper
from farebox.hosting.ranges import exactly, of
from farebox.hosting.tiers.curve import Curve
from farebox.hosting.tiers.overhead import Overhead
from farebox.hosting.tiers.tier_swings import Swing

TEAM = Overhead(name="team", fixed_usd=of("50000", "100000", "200000"))


def curve() -> Curve:
    return Curve(
        lambda users: exactly(Decimal(3)),
        tier=lambda users: "t",
        overhead=TEAM,
        most=1_000_000,
    )


def test_a_year_has_users_payments_and_what_their_margin_leaves() -> None:
    table = market(curve(), the_paper(), price=Decimal(10), capture=Decimal("0.001"))
    low = table.years[1].low
    # 2027: 50M x 0.001 = 50,000 users; x 10 = 500,000 a month.
    assert low.users == 50_000
    assert low.mrr == 500_000
    # 3 + 100,000/50,000 + 0.59 = 5.59; margin 0.441; 12 x 500,000 x 0.441 = 2,646,000.
    assert low.cost.likely == Decimal("5.59")
    assert low.margin.likely == Decimal("0.441")
    assert low.gross_profit_usd_per_year.likely == 2_646_000
    # High cost 3 + 4 + 0.59: margin 0.241, 1,446,000; the paper writes 3,000,000.
    assert low.gross_profit_usd_per_year.low == 1_446_000
    assert low.gap_usd_per_year == -354_000


def test_the_first_year_loses_where_the_team_is_more_than_users_pay() -> None:
    low = (
        market(curve(), the_paper(), price=Decimal(10), capture=Decimal("0.001"))
        .years[0]
        .low
    )
    # 5,000 users: 3 + 20 + 0.59 = 23.59; 12 x 50,000 x (1 - 2.359) = -815,400.
    assert low.gross_profit_usd_per_year.likely == -815_400


def test_a_lower_price_reaches_ten_times_as_many() -> None:
    reach = market(
        curve(), the_paper(), price=Decimal(10), capture=Decimal("0.001")
    ).reach
    # 2026: 5M x 0.1 % = 5,000 at 25, 10M x 0.5 % = 50,000 at 30;
    # 5M x 1 % = 50,000 at 10, 10M x 5 % = 500,000 at 15.
    high, low = reach[0], reach[3]
    assert high.low_price == 25
    assert (high.low_users, high.high_users) == (5_000, 50_000)
    assert low.low_price == 10
    assert (low.low_users, low.high_users) == (50_000, 500_000)
    # 5,000 users at 25: 3 + 20 + 1.025 = 24.025: 1 - 0.961 = 0.039.
    assert high.low_margin.likely == Decimal("0.039")


def test_what_moves_a_years_profit_most_comes_first() -> None:
    def storage(users: int) -> list[Swing]:
        return [Swing(line="storage", input="GB", usd_per_user_month=of("1", "2", "5"))]

    moved = Curve(
        lambda users: of("2", "3", "6"),
        tier=lambda users: "t",
        overhead=TEAM,
        most=1_000_000,
        moved_by=storage,
    )
    table = market(moved, the_paper(), price=Decimal(10), capture=Decimal("0.001"))
    # 2027, 100,000 users: 3 + 1 + 0.59 = 4.59 leave 12 x 1,000,000 x 0.541 = 6,492,000.
    # 50,000 users leave 2,646,000. Storage takes 3 more or gives 1 back: 12 x 100,000
    # a dollar. The team takes 1 more or gives 0.50 back.
    found = [
        (one.input, int(one.low_usd_per_year), int(one.high_usd_per_year))
        for one in table.years[1].moves
    ]
    assert found == [
        ("storage: GB", 2_892_000, 7_692_000),
        ("agent users", 2_646_000, 6_492_000),
        ("overhead: engineers, support and tools", 5_292_000, 7_092_000),
    ]


@pytest.mark.parametrize(
    ("price", "capture", "said"),
    [
        ("0", "0.001", "the price is 0"),
        ("10", "0", "a capture of 0 % cannot be"),
        ("10", "1.5", "a capture of 150 % cannot be"),
        ("10", "0.00000001", "is no user; give a larger capture"),
    ],
)
def test_what_cannot_be_is_one_sentence(price: str, capture: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        market(curve(), the_paper(), price=Decimal(price), capture=Decimal(capture))
