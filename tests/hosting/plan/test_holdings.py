"""No plan loses what the stack holds, and a volume leaves it in steps."""

from typing import Any

import pytest

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.plan.holdings import check_held
from farebox.hosting.plan.plan_graph import plan_graph
from farebox.hosting.plan.sizing import plan_tier, tier_config
from farebox.hosting.plan_values import TierPlan

VOLUMES = {"users_per_volume": 10}
TIER: dict[str, Any] = {
    "zone_ids": ["use1-az1", "use1-az2"],
    "instance_types": ["r6a.4xlarge"],
    "users_per_vm": 80,
    "volumes": VOLUMES,
}
# 200 users in two zones are 100 in each: a machine of 8 volumes and 20 users on 2.
HELD = [
    {"zone_id": "use1-az1", "volumes": 10, "gib": 100},
    {"zone_id": "use1-az2", "volumes": 10, "gib": 100},
]


def planned(users: int = 200, zones: tuple[str, ...] = (), **volumes: Any) -> TierPlan:
    tier = {**TIER, "volumes": {**VOLUMES, **volumes}}
    if zones:
        tier["zone_ids"] = list(zones)
    config = tier_config(tier)
    plan = plan_tier(config, users=users, region="us-east-1")
    check_held(plan, config)
    return plan


def lost(users: int = 200, zones: tuple[str, ...] = (), **volumes: Any) -> str:
    with pytest.raises(PlanError) as refused:
        planned(users, zones, **{"held": HELD, **volumes})
    assert "retiring a volume" in str(refused.value)
    return str(refused.value)


def test_a_plan_that_keeps_or_grows_what_is_held_is_no_news() -> None:
    assert planned(held=HELD).data_volumes == 20
    assert planned(users=400, held=HELD).data_volumes == 40


def test_fewer_users_do_not_delete_volumes() -> None:
    # 160 users are 80 in each zone: 8 volumes of 10.
    said = lost(users=160)
    assert "has no user-volume-use1-az1-009 and 1 more" in said
    assert "spare: [{zone_id: use1-az1, volumes: 2}]" in said
    both = [{"zone_id": zone, "volumes": 2} for zone in TIER["zone_ids"]]
    assert planned(users=160, held=HELD, spare=both).data_volumes == 20


def test_a_zone_does_not_vanish_with_its_users() -> None:
    said = lost(users=200, zones=("use1-az1", "use1-az4"))
    assert "has no user-volume-use1-az2-001 and 9 more" in said
    assert "keep the zone, or move their users away" in said


def test_volumes_do_not_shrink() -> None:
    said = lost(gib_per_user=9)
    assert "would shrink from 100 to 90 GiB" in said
    assert planned(gib_per_user=11, held=HELD).volumes is not None


def test_a_volume_leaves_in_three_steps_and_another_takes_its_place() -> None:
    name = "user-volume-use1-az1-003"
    for state, numbers in (
        # While it is there, it is one more: eleven take part, ten take users.
        ("draining", list(range(1, 12))),
        ("unprotected", list(range(1, 12))),
        ("gone", [1, 2, *range(4, 12)]),
    ):
        plan = planned(held=HELD, retire=[{"name": name, "state": state}])
        zone = plan.zones[0]
        assert [number for number, _ in zone.numbers] == numbers
        assert dict(zone.numbers).get(3, "gone") == state
        assert zone.volumes == 10
        built = {one.name for one in plan_graph(plan).resources if "Volume" in one.type}
        assert (name in built) == (state != "gone")
        assert plan.data_volumes == len(numbers) + 10


def test_a_retired_last_volume_is_not_built_again() -> None:
    name = "user-volume-use1-az1-010"
    both: dict[str, Any] = {"held": HELD, "retire": [{"name": name, "state": "gone"}]}
    numbers = [number for number, _ in planned(**both).zones[0].numbers]
    assert numbers == [*range(1, 10), 11]


def test_a_zone_may_go_when_all_its_volumes_are_gone() -> None:
    retired = [
        {"name": f"user-volume-use1-az2-{number:03d}", "state": "gone"}
        for number in range(1, 11)
    ]
    plan = planned(zones=("use1-az1", "use1-az4"), held=HELD, retire=retired)
    assert [zone.zone_id for zone in plan.zones] == ["use1-az1", "use1-az4"]


@pytest.mark.parametrize(
    ("volumes", "said"),
    [
        ({"spare": [{"zone_id": "use1-az6", "volumes": 1}]}, "no zone of the tier"),
        (
            {"retire": [{"name": "vol-0abc", "state": "gone"}]},
            "a volume is called user-volume-use1-az1-007",
        ),
        (
            {"retire": [{"name": "user-volume-use1-az1-001", "state": "deleted"}]},
            "retire",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(volumes: Any, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        planned(**volumes)
    assert said in str(refused.value)
