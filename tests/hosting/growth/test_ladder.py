"""The price ladder, worked by hand on a curve of plain figures."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from farebox.hosting.errors import ConfigError
from farebox.hosting.growth.ladder import (
    Ladder,
    LadderQuestion,
    Span,
    ladder,
    margins,
    prepay,
    two_prices,
)
from farebox.hosting.paper.paper_figures import the_paper
from farebox.hosting.plan.tier_files import read_tiers
from farebox.hosting.ranges import exactly, of
from farebox.hosting.tiers.curve import Curve, tier_curve
from farebox.hosting.tiers.overhead import CardFee, Overhead
from farebox.hosting.tiers.tier_swings import swings
from farebox.hosting.tiers.tiers import TierTerms, tier_cost
from farebox.prices.embedded import embedded_book

ROOT = Path(__file__).parents[3]

TEAM = Overhead(name="team", fixed_usd=of("50000", "100000", "200000"))
FEE = CardFee()


def curve() -> Curve:
    """3 of infrastructure, 100,000 a month of team."""
    return Curve(
        lambda users: exactly(Decimal(3)),
        tier=lambda users: "t",
        overhead=TEAM,
        most=1_000_000,
    )


def asked(margin: str = "0.20", pair: tuple[str, str] = ("10", "25")) -> Ladder:
    return ladder(
        curve(),
        the_paper(),
        LadderQuestion(
            margin=Decimal(margin),
            prices=(Decimal(10), Decimal(20)),
            pair=(Decimal(pair[0]), Decimal(pair[1])),
            free_months=Decimal(2),
            first_users=1_000,
        ),
    )


def test_a_phase_stands_at_its_first_and_last_users() -> None:
    found = asked()
    counts = [(one.first.users, one.last.users) for one in found.rungs]
    assert counts == [
        (1_000, 5_000),
        (5_000, 20_000),
        (50_000, 500_000),
        (500_000, 1_000_000),
    ]


def test_each_point_names_what_moves_its_cost_most() -> None:
    # Infrastructure is known; the team takes 50,000 to 200,000 / 20,000 users.
    (team,) = asked().rungs[1].last.swings
    assert team.line == "overhead"
    assert team.usd_per_user_month == of("2.5", "5", "10")


def test_the_inputs_of_a_tier_move_the_ladder_as_they_move_the_tier() -> None:
    sources = read_tiers(ROOT)
    terms = TierTerms(book=embedded_book(), on=date(2026, 11, 23), overhead=TEAM)
    (tier,) = (one for one in sources if one.name == "10k")
    assert tier_curve(sources, terms).swings(10_000) == swings(tier_cost(tier, terms))


def test_a_phase_has_cost_floor_and_margin_of_the_tier_at_that_count() -> None:
    last = asked().rungs[1].last
    # 20,000 users: 3 + 5 + (0.029 x 22.50 + 0.30) = 8.9525 at the middle of 20-25.
    assert last.price == Decimal("22.5")
    assert last.cost.likely == Decimal("8.9525")
    # (8 + 0.30) / (1 - 0.20 - 0.029); 1 - 8.9525/22.50.
    assert last.price_floor.likely == Decimal("8.30") / Decimal("0.771")
    assert last.margin.likely == 1 - Decimal("8.9525") / Decimal("22.5")


def test_our_margins_stand_at_the_papers_prices_fee_included() -> None:
    found = asked().rungs[1].margins
    # Break-even: 23 at 5,000 users, 8 at 20,000; fee(20) = 0.88, fee(25) = 1.025.
    # Paired: 1 - 8.88/20 = 0.556, 1 - 24.025/25 = 0.039.
    assert found.paired == Span(Decimal("0.039"), Decimal("0.556"))
    # Full: 1 - 23.88/20 = -0.194, 1 - 9.025/25 = 0.639.
    assert found.full == Span(Decimal("-0.194"), Decimal("0.639"))


def test_break_even_users_of_each_price() -> None:
    found = asked().break_even
    # 100,000/(10 - 0.59 - 3) = 15,601; 100,000/(20 - 0.88 - 3) = 6,203.
    assert [(one.price, one.likely) for one in found] == [
        (Decimal(10), 16_000),
        (Decimal(20), 6_300),
    ]


def test_two_prices_need_a_share_at_the_higher_one() -> None:
    found = two_prices(curve(), 20_000, (Decimal(10), Decimal(25)), Decimal("0.20"))
    # Of 10: 8 - 0.59 = 7.41 for cost; of 25: 20 - 1.025 = 18.975. Cost 8 likely,
    # 5.5 low, 13 high: (8 - 7.41)/(18.975 - 7.41) = 0.59/11.565; 0; 5.59/11.565.
    low, likely, high = found.share
    assert low == 0
    assert likely == Decimal("0.59") / Decimal("11.565")
    assert high == Decimal("5.59") / Decimal("11.565")


def test_no_share_is_enough_where_even_the_higher_price_is_below_cost() -> None:
    # 1,000 users cost 103; 25 leaves 18.975.
    assert (
        two_prices(curve(), 1_000, (Decimal(10), Decimal(25)), Decimal("0.20")).share[1]
        is None
    )


def test_a_year_at_once_saves_eleven_fees_and_costs_two_months() -> None:
    found = prepay(FEE, Decimal(10), Decimal(2))
    # 10 payments of 10 are 100, less 2.90 and 0.30: 96.80 in hand, 8.0667 a month;
    # monthly 10 - 0.59 = 9.41. Saved: 0.30 - 0.025 = 0.275 of 9.71.
    assert found.usd_up_front == Decimal("96.80")
    assert found.net_prepaid == Decimal("96.80") / 12
    assert found.net_monthly == Decimal("9.41")
    assert found.even_discount == Decimal("0.275") / Decimal("9.71")


def test_at_the_even_discount_a_year_leaves_what_twelve_months_do() -> None:
    even = prepay(FEE, Decimal(10), Decimal(0)).even_discount
    same = prepay(FEE, Decimal(10), even * 12)
    assert abs(same.net_prepaid - same.net_monthly) < Decimal("1E-20")


@pytest.mark.parametrize(
    ("margin", "pair", "said"),
    [
        ("1", ("10", "25"), "a margin of 100 % cannot be"),
        ("0.98", ("10", "25"), "leaves nothing of the price"),
        ("0.20", ("25", "10"), "do not stand side by side"),
        ("0.20", ("0", "10"), "do not stand side by side"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    margin: str, pair: tuple[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        asked(margin, pair)


def test_a_year_has_fewer_than_twelve_free_months() -> None:
    with pytest.raises(ConfigError, match="12 free months"):
        prepay(FEE, Decimal(10), Decimal(12))


def test_margins_need_a_price() -> None:
    with pytest.raises(ConfigError, match="a price of 0"):
        margins(Span(Decimal(1), Decimal(2)), Span(Decimal(0), Decimal(1)))
