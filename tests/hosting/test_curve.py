"""Cost at any user count, break-even and price floors, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farebox.hosting.errors import ConfigError
from farebox.hosting.ranges import Range, exactly, of
from farebox.hosting.tiers.curve import Curve, margin_of, price_for_margin, two_digits
from farebox.hosting.tiers.overhead import CardFee, Overhead

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


def test_each_tier_is_searched_so_a_dearer_larger_tier_hides_nothing() -> None:
    # Up to 20,000 users infrastructure is 1, beyond it is 20: only the small tier can
    # carry 10. 100,000/(9.41 - 1) = 11,890.6, which is 12,000 in two digits.
    jumping = Curve(
        lambda users: exactly(Decimal(1 if users <= 20_000 else 20)),
        tier=lambda users: "small" if users <= 20_000 else "large",
        overhead=TEAM,
        most=1_000_000,
    )
    assert jumping.break_even_users(Decimal(10))[1] == 12_000


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
