"""AWS's support plans, by the worked examples of their price page."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.ranges import NOTHING, exactly
from farebox.hosting.tiers.support_plan import support_per_user, support_usd
from farebox.hosting.tiers.tiers import tier_cost
from tests.hosting.projects import ROOT, terms


@pytest.mark.parametrize(
    ("plan", "charged", "usd"),
    [
        ("none", "85000", "0"),
        # 2,000 x 3 %
        ("developer", "2000", "60"),
        ("developer", "500", "29"),
        # 10,000 x 10 % + 70,000 x 7 % + 5,000 x 5 %
        ("business", "85000", "6150"),
        ("business", "0", "100"),
        # 1,000 + 4,900 + 170,000 x 5 % + 50,000 x 3 %
        ("business", "300000", "15900"),
        # 150,000 x 10 % + 350,000 x 7 % + 500,000 x 5 % + 200,000 x 3 %
        ("enterprise", "1200000", "70500"),
        ("enterprise", "100000", "15000"),
    ],
)
def test_a_plan_is_its_bands_or_its_minimum(plan: str, charged: str, usd: str) -> None:
    assert support_usd(plan, Decimal(charged)) == Decimal(usd)


def test_a_user_bears_a_share_of_the_plan() -> None:
    # 1,000 users x 85 USD: 6,150 / 1,000
    each = support_per_user("business", exactly(Decimal(85)), 1_000)
    assert each == exactly(Decimal("6.15"))


def test_a_tier_that_switches_it_on_has_a_line_for_it_and_no_other_moves() -> None:
    source = read_tier(ROOT, "1k")
    without = tier_cost(source, terms())
    config = replace(source.config, support_plan="business")
    found = tier_cost(replace(source, config=config), terms())
    charged = without.infra.likely * 1_000
    # Under 10,000 USD it is a tenth.
    assert Decimal(2_000) < charged < Decimal(10_000)
    assert found.lines["aws support"].likely == charged / 10 / 1_000
    assert without.lines["aws support"] == NOTHING
    others = {**found.lines, "aws support": NOTHING}
    assert others == without.lines
    assert found.total.likely > without.total.likely
