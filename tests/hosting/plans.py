"""Plans of the paper's tier, with a change, and what a plan is refused for."""

from typing import Any

import pytest

from farebox.hosting.errors import HostingError
from farebox.hosting.plan.sizing import plan_tier, tier_config
from farebox.hosting.plan_values import TierPlan

FIVE = ["use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"]


PAPER: dict[str, Any] = {
    "zone_ids": FIVE,
    "instance_types": ["r6a.8xlarge"],
    "users_per_vm": 160,
    "volumes": {"users_per_volume": 80},
}


def plan(users: int = 100_000, region: str = "us-east-1", **change: Any) -> TierPlan:
    return plan_tier(tier_config({**PAPER, **change}), users=users, region=region)


def refusal(users: int = 1_000, region: str = "us-east-1", **change: Any) -> str:
    with pytest.raises(HostingError) as refused:
        plan(users, region, **change)
    said = str(refused.value)
    assert "\n" not in said
    return said
