"""What holds for every plan: advice leads to one that holds, and limits are kept."""

from re import match
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from farebox.hosting.errors import PlanError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan.quotas import resource_count
from farebox.hosting.plan.sizing import plan_tier, tier_config, users_in_zones
from tests.hosting.plans import FIVE, PAPER


@given(
    packed=st.one_of(st.just("auto"), st.integers(1, 400)),
    on_volume=st.integers(1, 60),
    iops=st.integers(1, 100_000),
    mib=st.integers(1, 3_000),
    gib=st.sampled_from([1, 10, 400]),
)
@settings(max_examples=150, deadline=None)
def test_following_the_advice_leads_to_a_plan_that_holds(
    packed: int | str, on_volume: int, iops: int, mib: int, gib: int
) -> None:
    raw: dict[str, Any] = {
        **PAPER,
        "users_per_vm": packed,
        "volumes": {
            "users_per_volume": on_volume,
            "iops": iops,
            "mib_per_second": mib,
            "gib_per_user": gib,
        },
    }
    for _ in range(8):
        try:
            plan_tier(tier_config(raw), users=2_000, region="us-east-1")
        except PlanError as refused:
            nearest = refused.nearest
        else:
            return
        advice = match(r"(?:volumes\.)?([a-z_]+): (\d+)", nearest)
        assert advice, nearest
        place = raw if advice[1] == "users_per_vm" else raw["volumes"]
        assert place[advice[1]] != int(advice[2]), nearest
        place[advice[1]] = int(advice[2])
    raise AssertionError(f"no plan after eight pieces of advice: {raw}")


@given(
    users=st.integers(1, 300_000),
    zones=st.integers(2, 5),
    size=st.sampled_from(["4xlarge", "8xlarge", "16xlarge"]),
    packed=st.one_of(st.just("auto"), st.integers(1, 130)),
    on_volume=st.integers(1, 200),
    headroom=st.floats(0, 0.5),
    speed=st.sampled_from([(3000, 125), (6000, 250), (16000, 1000)]),
)
@settings(max_examples=150, deadline=None)
def test_every_plan_keeps_every_limit(
    users: int,
    zones: int,
    size: str,
    packed: int | str,
    on_volume: int,
    headroom: float,
    speed: tuple[int, int],
) -> None:
    iops, mib = speed
    raw = {
        "zone_ids": FIVE[:zones],
        "instance_types": [f"r6a.{size}", f"r7a.{size}"],
        "users_per_vm": packed,
        "headroom": headroom,
        "volumes": {
            "users_per_volume": on_volume,
            "iops": iops,
            "mib_per_second": mib,
        },
    }
    try:
        tier = plan_tier(tier_config(raw), users=users, region="us-east-1")
    except PlanError as refused:
        event(f"refused: {refused.source}")
        return
    volumes = tier.volumes
    assert volumes is not None
    shares = users_in_zones(users, zones)
    assert sum(shares) == users
    for zone, here in zip(tier.zones, shares, strict=True):
        assert zone.min_vms * tier.users_per_vm >= here
        assert zone.min_vms <= zone.vms <= zone.max_vms
        assert zone.volumes * volumes.users_per_volume >= here
        assert zone.volumes <= max(1, zone.min_vms) * volumes.volumes_per_vm
    # Without any one zone the others, at their largest, hold everybody.
    for lost in tier.zones:
        left = sum(zone.max_vms for zone in tier.zones if zone is not lost)
        assert left * tier.users_per_vm >= users
    assert volumes.users_per_volume <= max(on_volume, 1)
    assert volumes.volumes_per_vm * volumes.users_per_volume >= tier.users_per_vm
    assert volumes.gib == volumes.users_per_volume * 10
    for name in tier.instance_types:
        one = instance_type(name)
        assert volumes.volumes_per_vm <= one.data_volumes()
        if mib > 125:
            assert volumes.volumes_per_vm * mib <= one.ebs_mib_per_second
            assert volumes.volumes_per_vm * iops <= one.ebs_iops
    assert resource_count(tier) < 5_000
    if packed == "auto":
        assert tier.kills_per_user_year <= 0.1
