"""The six tiers under stacks/: what they plan, and that every figure says why."""

from pathlib import Path
from re import search
from typing import Any

import pytest
from yaml import safe_load

from farebox.bill.usage_file import read_usage
from farebox.hosting.plan.quotas import resource_count
from farebox.hosting.plan.sizing import plan_tier, tier_config
from farebox.hosting.plan_values import TierPlan

STACKS = Path(__file__).parents[3] / "stacks"
TIERS = ("self-hosted", "1k", "10k", "50k", "100k", "1m")


def plan(tier: str) -> TierPlan:
    config = safe_load((STACKS / f"Pulumi.{tier}.yaml").read_text("utf-8"))["config"]
    return plan_tier(
        tier_config(config["passepartout:tier"]),
        users=config["farebox:users"],
        region=config["aws:region"],
    )


@pytest.mark.parametrize(
    ("tier", "users_per_vm", "binding", "vms", "volumes", "nodes", "proxies"),
    [
        ("self-hosted", 0, "", 0, 0, 3, 2),
        # 334 / 80 x 1.04 = 4.3: 5 a zone; 4 x 8 + ceil(14/10) = 34 volumes
        ("1k", 80, "config", 15, 102, 2, 2),
        # 3,334 / 100 x 1.04 = 34.7: 35 a zone; 33 x 5 + ceil(34/20) = 167
        ("10k", 100, "memory", 105, 501, 2, 2),
        # 10,000 / 218 x 1.04 = 47.7: 48; 45 x 6 + ceil(190/37) = 276
        ("50k", 218, "memory", 240, 1380, 2, 5),
        # 20,000 / 160 x 1.04 = 130; 125 x 2 = 250
        ("100k", 160, "config", 650, 1250, 3, 9),
        # 200,000 / 951 x 1.04 = 218.7: 219; 210 x 4 + ceil(290/238) = 842
        ("1m", 951, "memory", 1095, 4210, 6, 21),
    ],
)
def test_a_tier_plans_as_worked_by_hand(
    tier: str,
    users_per_vm: int,
    binding: str,
    vms: int,
    volumes: int,
    nodes: int,
    proxies: int,
) -> None:
    planned = plan(tier)
    assert (planned.users_per_vm, planned.binding) == (users_per_vm, binding)
    assert (planned.vms, planned.data_volumes) == (vms, volumes)
    assert (planned.relay.nodes, planned.proxies.nodes) == (nodes, proxies)


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_stays_under_5000_resources_and_its_kill_target(tier: str) -> None:
    planned = plan(tier)
    assert resource_count(planned) < 5_000
    assert planned.kills_per_user_year <= 0.1


@pytest.mark.parametrize("tier", TIERS)
def test_every_number_of_a_tier_has_its_reason_above_it(tier: str) -> None:
    lines = (STACKS / f"Pulumi.{tier}.yaml").read_text("utf-8").splitlines()
    for place, line in enumerate(lines):
        if not search(r"^[^#]*: .*\d", line) or "aws:region" in line:
            continue
        above = place - 1
        while not lines[above].strip().startswith("#"):
            # Neighbours of one block may share a reason; a block starts anew.
            assert not lines[above].endswith(":"), line
            above -= 1
        assert len(lines[above].strip()) > 10, line


@pytest.mark.parametrize("tier", TIERS)
def test_every_figure_of_use_is_a_range_with_a_source(tier: str) -> None:
    path = STACKS / f"{tier}.usage.yaml"
    read_usage(path)

    def check(value: Any, place: str) -> int:
        assert isinstance(value, dict), place
        if "likely" in value:
            assert value["low"] < value["likely"] < value["high"], place
            assert value["source"].startswith("assumption: "), place
            return 1
        return sum(check(part, f"{place}.{key}") for key, part in value.items())

    usage = safe_load(path.read_text("utf-8"))
    assert usage.pop("version") == 1
    # Egress, inter-zone, three figures for each of two balancers, logs in and kept;
    # what alarms say; a hosted tier has two of snapshots, three of the record, three of
    # its bucket, and two of the state's log.
    assert check(usage, tier) == (11 if tier == "self-hosted" else 21)
