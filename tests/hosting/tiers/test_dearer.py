"""Why a larger tier costs more a user: the parts by hand, and that they add up."""

from decimal import Decimal
from functools import cache

import pytest
from msgspec.structs import replace

from farebox.hosting.plan.tier_files import TierSource, read_tier
from farebox.hosting.tiers.dearer import DearerTier, dearer_tiers
from farebox.hosting.tiers.tiers import TierCost, tier_cost
from tests.hosting.projects import ROOT, terms


@cache
def source(tier: str) -> TierSource:
    return read_tier(ROOT, tier)


@cache
def cost(tier: str) -> TierCost:
    return tier_cost(source(tier), terms())


def found(*costs: TierCost) -> DearerTier:
    (one,) = dearer_tiers(costs)
    return one


def test_fewer_users_on_a_machine_are_told_as_packing_by_hand() -> None:
    # The 100k tier against itself at 200,000 users with 80 on a machine instead of 160:
    # 100,000 / 160 = 625, with spares 650 machines of 256 GiB: 1.664 GiB a user;
    # 200,000 / 80 = 2,500 with spares 2,600: 3.328 GiB a user. The mean spot hour is
    # 0.55822, so a GiB-hour 0.00218055: x 1.664 x 730 = 2.6487539 for the packing.
    larger = source("100k")
    config = replace(larger.config, users_per_vm=80)
    half = tier_cost(
        replace(larger, name="half", users=200_000, config=config), terms()
    )
    dearer = found(half, cost("100k"))
    assert (dearer.tier, dearer.than) == ("half", "100k")
    packing = dearer.parts[0]
    assert packing.line == "compute"
    assert float(packing.usd_per_user_month) == pytest.approx(2.6487539, abs=1e-6)
    assert packing.reason == (
        "80 users on a machine of 256 GiB against 160 on 256: with spares 3.33 GiB a"
        " user against 1.66"
    )
    # Prices are the same, root volumes and addresses twice as many: 6.05 x 650 / 100,000.
    alike = [part for part in dearer.parts if "a GiB-hour" in part.reason]
    assert alike[0].usd_per_user_month == pytest.approx(0, abs=1e-12)
    beside = [part for part in dearer.parts if "root volumes" in part.reason]
    assert float(beside[0].usd_per_user_month) == pytest.approx(0.039325)


def test_the_100k_tier_is_dearer_than_50k_for_its_packing() -> None:
    dearer = found(cost("50k"), cost("100k"), cost("1m"))
    assert (dearer.tier, dearer.than) == ("100k", "50k")
    # 650 x 256 / 100,000 = 1.66 GiB a user; 240 x 256 / 50,000 = 1.23.
    assert "1.66 GiB a user against 1.23" in dearer.parts[0].reason


def test_the_parts_add_up_to_the_difference() -> None:
    dearer = found(cost("50k"), cost("100k"))
    whole = cost("100k").infra.likely - cost("50k").infra.likely
    assert dearer.usd_per_user_month == whole
    added = sum((part.usd_per_user_month for part in dearer.parts), Decimal(0))
    assert abs(added - whole) < Decimal("1E-20")


def test_who_hosts_itself_is_no_smaller_tier() -> None:
    assert dearer_tiers([cost("self-hosted"), cost("1k"), cost("10k")]) == ()
