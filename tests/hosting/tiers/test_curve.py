"""Cost at any user count, break-even and price floors, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.hosting.errors import ConfigError
from farebox.hosting.ranges import Range, exactly, of
from farebox.hosting.tiers.curve import (
    Curve,
    covered_from,
    crossing,
    margin_of,
    price_for_margin,
    two_digits,
)
from farebox.hosting.tiers.overhead import CardFee, Overhead, TeamStep

TEAM = Overhead(name="team", fixed_usd=of("50000", "100000", "200000"))
FEE = CardFee()


def curve(usd: str = "3", most: int = 1_000_000) -> Curve:
    return Curve(
        lambda users: exactly(Decimal(usd)),
        tier=lambda users: "t",
        overhead=TEAM,
        most=most,
    )


def test_the_cost_is_infrastructure_and_team_and_card_fee() -> None:
    # 3 + 100,000/10,000 + (0.029 x 20 + 0.30) = 3 + 10 + 0.88; low 3 + 5, high 3 + 20.
    assert curve().cost(10_000, Decimal(20)) == of("8.88", "13.88", "23.88")
    # 1 - 13.88/20 = 0.306; 1 - 23.88/20 = -0.194; 1 - 8.88/20 = 0.556.
    assert curve().margin(10_000, Decimal(20)) == of("-0.194", "0.306", "0.556")


def test_break_even_is_team_over_what_the_price_leaves() -> None:
    # At 10: 10 - 0.59 - 3 = 6.41 a user; 100,000/6.41 = 15,600.6: 16,000 in two digits;
    # 50,000/6.41 = 7,800.3: 7,900; 200,000/6.41 = 31,201: 32,000.
    assert curve().break_even_users(Decimal(10)) == (7_900, 16_000, 32_000)


def test_no_number_of_users_carries_a_price_below_what_a_user_costs() -> None:
    # 3.30 leaves 3.30 - 0.3957 = 2.9043, less than the 3 of infrastructure.
    assert curve().break_even_users(Decimal("3.30")) == (None, None, None)


def test_break_even_stays_within_the_users_that_tiers_have() -> None:
    # 15,601 users would do, and the largest tier has 12,000.
    assert curve(most=12_000).break_even_users(Decimal(10))[1] is None


def test_a_dearer_larger_tier_leaves_nothing_that_stays_covered() -> None:
    # Up to 20,000 users infrastructure is 1, beyond it is 20: only the small tier can
    # carry 10. 100,000/(9.41 - 1) = 11,890.6, which is 12,000 in two digits; from
    # 20,001 users on the price does not even cover the infrastructure.
    jumping = Curve(
        lambda users: exactly(Decimal(1 if users <= 20_000 else 20)),
        tier=lambda users: "small" if users <= 20_000 else "large",
        overhead=TEAM,
        most=1_000_000,
    )
    assert jumping.fewest_users(Decimal(10))[1] == 12_000
    assert jumping.break_even_users(Decimal(10))[1] is None


def stepping(*steps: tuple[int, int]) -> Curve:
    """3 USD of infrastructure, and engineers at 10,000 a month by steps of users."""
    team = Overhead(
        name="steps",
        engineers=tuple(
            TeamStep(from_users=users, engineers=exactly(Decimal(heads)))
            for users, heads in steps
        ),
        usd_per_engineer=exactly(Decimal(10_000)),
    )
    return Curve(
        lambda users: exactly(Decimal(3)),
        tier=lambda users: "t",
        overhead=team,
        most=1_000_000,
    )


def test_break_even_is_from_where_on_it_stays_covered_past_a_larger_team() -> None:
    # 10 leaves 6.41. Two engineers: 20,000/6.41 = 3,120.1, so 3,200 users carry them;
    # 5,000 users ask for four: 40,000/6.41 = 6,240.2, so it stays covered from 6,300.
    found = stepping((0, 2), (5_000, 4))
    assert found.fewest_users(Decimal(10))[1] == 3_200
    assert found.break_even_users(Decimal(10))[1] == 6_300


def test_a_team_that_is_larger_for_large_counts_alone_moves_break_even_past_it() -> (
    None
):
    # 40 engineers from 50,000 users on: 400,000/6.41 = 62,402.5: 63,000. With a cent
    # less of the price the gap stays, and the first count goes on being 3,200.
    found = stepping((0, 2), (50_000, 40))
    assert found.break_even_users(Decimal(10))[1] == 63_000
    assert found.fewest_users(Decimal(10))[1] == 3_200


@given(
    first=st.integers(1, 30),
    second=st.integers(1, 60),
    at=st.integers(11, 900_000),
    price=st.integers(4, 60),
)
def test_all_counts_from_break_even_on_are_covered_and_the_one_before_is_not(
    first: int, second: int, at: int, price: int
) -> None:
    found = stepping((0, first), (at, second))
    left = Decimal(price) - FEE.of_price(Decimal(price))

    def covered(users: int) -> bool:
        return found.without_fee(users).likely <= left

    users = found.break_even_users(Decimal(price))[1]
    counts = two_digits(10, 1_000_000)
    if users is None:
        assert not covered(1_000_000)
        return
    assert all(covered(count) for count in counts if count >= users)
    # Where the team grows between two counts, the larger team is what is not covered.
    before = [count for count in counts if count < users]
    assert not before or not all(covered(n) for n in (before[-1], min(at, users)))


def test_small_steps_up_of_whole_machines_do_not_end_the_search_early() -> None:
    # Falls from 10 on, but 12 is dearer again: covered at 11, not at 12, from 13 on.
    assert crossing(range(10, 20), lambda users: users not in (10, 12)) == 1
    assert covered_from(range(10, 20), lambda users: users not in (10, 12)) == 3


def test_the_price_floor_leaves_the_margin() -> None:
    # (13 + 0.30) / (1 - 0.20 - 0.029) = 13.30 / 0.771.
    floor = price_for_margin(Decimal(13), Decimal("0.20"), FEE)
    assert floor == Decimal("13.30") / Decimal("0.771")
    assert curve().price_floor(10_000, Decimal("0.20")).likely == floor


@given(
    usd=st.decimals(Decimal("0.01"), Decimal(500), places=2),
    margin=st.decimals(Decimal("-0.9"), Decimal("0.9"), places=2),
)
def test_the_margin_at_the_price_floor_is_the_one_asked_for(
    usd: Decimal, margin: Decimal
) -> None:
    price = price_for_margin(usd, margin, FEE)
    left = margin_of(exactly(usd + FEE.of_price(price)), price)
    assert abs(left.likely - margin) < Decimal("1E-20")


def test_a_margin_that_the_fee_leaves_no_room_for_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"98 % beside a card fee of 2\.9 % leaves"):
        price_for_margin(Decimal(1), Decimal("0.98"), FEE)


def test_a_price_of_nothing_has_no_margin() -> None:
    with pytest.raises(ConfigError, match="a price of 0 has no margin"):
        margin_of(Range(Decimal(1), Decimal(1), Decimal(1)), Decimal(0))


def test_no_user_has_no_cost() -> None:
    with pytest.raises(ConfigError, match="users is 0"):
        curve().cost(0, Decimal(10))


def test_counts_of_two_digits_end_with_the_last_one() -> None:
    found = two_digits(10, 1_234)
    assert found[:3] == [10, 11, 12]
    assert found[89:92] == [99, 100, 110]
    assert found[-3:] == [1_100, 1_200, 1_234]
