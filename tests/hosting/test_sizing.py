"""From a tier's config to its plan, and every limit that refuses one."""

from re import match
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from farebox.hosting.errors import ConfigError, HostingError, PlanError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan_values import NodesPlan, TierPlan, ZonePlan
from farebox.hosting.quotas import resource_count, resources_by_kind
from farebox.hosting.sizing import plan_tier, tier_config, users_in_zones

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


# --- what a plan holds --------------------------------------------------------


def test_a_hundred_thousand_users_at_160_a_vm() -> None:
    # 20,000 users a zone / 160 = 125 VMs; x 1.04 = 130; the largest of five zones lost:
    # 100,000 / 4 / 160 = 156.25. Volumes: 125 x 160/80 = 250 of 80 x 10 GiB.
    tier = plan()
    zone = ZonePlan(zone_id="use1-az1", min_vms=125, vms=130, max_vms=157, volumes=250)
    assert tier.zones[0] == zone
    assert (tier.vms, tier.data_volumes) == (650, 1250)
    assert tier.volumes is not None
    assert (tier.volumes.gib, tier.volumes.volumes_per_vm) == (800, 2)
    assert (tier.binding, tier.container_mib, tier.notes) == ("config", 3072, ())
    # 100,000 / 25,000 = 4 busy nodes and one to spare; 4 x 5/4 + 1 when a zone is lost.
    assert tier.relay == NodesPlan(
        instance_type="m7g.large", min_nodes=4, nodes=5, max_nodes=6
    )
    # 200,000 / 25,000 = 8 busy proxies
    assert (tier.proxies.nodes, tier.proxies.max_nodes) == (9, 11)


def test_users_that_do_not_divide_are_rounded_up_in_each_zone() -> None:
    # 1,000 over 3: 334, 333, 333. 80 on a VM: 4 full ones and 14 users more, so 5 VMs,
    # 4 x 8 + ceil(14/10) = 34 volumes.
    assert users_in_zones(1_000, 3) == (334, 333, 333)
    tier = plan(
        1_000,
        zone_ids=FIVE[:3],
        instance_types=["r6a.4xlarge"],
        users_per_vm=80,
        volumes={"users_per_volume": 10},
    )
    assert [(zone.min_vms, zone.vms, zone.volumes) for zone in tier.zones] == [
        (5, 5, 34)
    ] * 3
    # 8 x 125 = 1,000 of 625 MiB/s: allowed, because gp3 includes it, and said.
    assert tier.notes[0].startswith("8 volumes could ask for 1,000 MiB/s at once; one")


def test_auto_packs_as_many_as_meet_the_kill_target() -> None:
    tier = plan(users_per_vm="auto")
    assert (tier.users_per_vm, tier.binding) == (218, "memory")
    assert tier.kills_per_user_year <= 0.1
    # Volumes of a VM are evened out: ceil(218/80) = 3, ceil(218/3) = 73 users on each.
    assert tier.volumes is not None
    assert (tier.volumes.volumes_per_vm, tier.volumes.users_per_volume) == (3, 73)


@pytest.mark.parametrize(
    ("change", "users", "binding"),
    [
        # 26 volumes of 2 users
        ({"volumes": {"users_per_volume": 2}}, 52, "attachments"),
        # 1,250 / 250 = 5 volumes of 10
        (
            {"volumes": {"users_per_volume": 10, "mib_per_second": 250}},
            50,
            "ebs speed",
        ),
        # 32 x 0.7 / (0.1 x 4 + 0.9 x 0.01) = 54.8
        ({"memory": {"active_cores": 4}}, 54, "cpu"),
        # 1.5 TiB of 1/100 GiB each
        (
            {
                "instance_types": ["r6a.48xlarge"],
                "memory": {
                    "idle_gib": [0.1, 0.2],
                    "active_gib": [0.3, 0.4],
                    "overhead_mib": 0,
                },
            },
            2048,
            "addresses",
        ),
    ],
)
def test_auto_names_the_limit_that_binds(
    change: dict[str, Any], users: int, binding: str
) -> None:
    tier = plan(1_000, **{"users_per_vm": "auto", **change})
    assert (tier.users_per_vm, tier.binding) == (users, binding)


def test_a_fixed_packing_that_misses_the_kill_target_is_allowed_and_said() -> None:
    tier = plan(1_000, users_per_vm=230)
    assert tier.kills_per_user_year > 0.1
    assert tier.notes[0] == (
        "230 users on a r6a.8xlarge feel 4.24 kills per user-year at the peak hour;"
        " the target is 0.1"
    )


def test_the_self_hosted_tier_has_relay_and_proxies_alone() -> None:
    tier = plan(hosted=False, instance_types=[], volumes=None, users_per_vm="auto")
    assert not tier.hosted
    assert (tier.vms, tier.data_volumes, tier.users_per_vm) == (0, 0, 0)
    assert tier.relay.nodes == 5
    assert "volumes" not in resources_by_kind(tier)


def test_quotas_are_counted_at_the_largest_size() -> None:
    needs = {need.code or need.name: need for need in plan().quotas}
    # 5 x 157 VMs of 32 vCPUs; 6 nodes and 11 proxies of 2 vCPUs
    assert needs["L-34B43A08"].need == 785 * 32
    assert needs["L-1216C47A"].need == 34
    # 1,250 x 800 + 785 x 30 + 11 x 8 + 6 x 20 = 1,023,758 GiB
    assert needs["L-7A658B76"].need == pytest.approx(1_023_758 / 1024)
    assert needs["L-309BACF6"].need == 1250 * 7
    mixed = plan(on_demand_base=85, on_demand_percent=20)
    needs = {need.code or need.name: need for need in mixed.quotas}
    # 785 - 85 = 700, a fifth on demand: 85 + 140 = 225 VMs, 560 on spot
    assert needs["L-1216C47A"].need == 225 * 32 + 34
    assert needs["L-34B43A08"].need == 560 * 32
    with_nat = {need.code: need for need in plan(nat_gateways=True).quotas}
    assert (with_nat["L-0263D0A3"].need, with_nat["L-0263D0A3"].limit) == (5, 5)


def test_resources_are_counted_by_component() -> None:
    kinds = resources_by_kind(plan())
    # 5 zones: 1 + 6 + 4 x 5 + 1; pool 1 + 4 + 2 + 5; volumes 1 + 3 + 1,250
    assert (kinds["network"], kinds["spot pool"], kinds["volumes"]) == (28, 12, 1254)
    assert resource_count(plan()) == sum(kinds.values()) == 1331
    # NAT: a table, an address, a gateway and a route a zone in place of one table.
    assert resource_count(plan(nat_gateways=True)) == 1331 + 4 * 5 - 1


# --- what is refused ----------------------------------------------------------


@pytest.mark.parametrize("users", [0, -5])
def test_a_tier_needs_users(users: int) -> None:
    assert refusal(users) == f"users is {users}; a tier needs at least 1 user"


def test_32_volumes_on_one_r6a_are_refused() -> None:
    # 160 users at 5 a volume are 32 volumes; 27 attachments less the root are 26.
    # 160 / 26 = 6.2, so 7 users a volume hold; 26 x 5 = 130 users.
    said = refusal(volumes={"users_per_volume": 5})
    assert said.startswith(
        "160 users at 5 a volume put 32 volumes on one r6a.8xlarge, but it takes 26"
        " beside its root volume (27 attachments, and network interfaces share them)"
    )
    assert said.endswith("users_per_volume: 7, or users_per_vm: 130")
    assert plan(1_000, volumes={"users_per_volume": 7}).users_per_vm == 160
    small = plan(1_000, users_per_vm=130, volumes={"users_per_volume": 5})
    assert small.users_per_vm == 130


def test_28_volumes_on_one_r6a_are_refused() -> None:
    said = refusal(users_per_vm=140, volumes={"users_per_volume": 5})
    assert "put 28 volumes on one r6a.8xlarge, but it takes 26" in said


def test_a_zone_without_r6a_is_refused_with_those_that_have_it() -> None:
    said = refusal(zone_ids=["use1-az1", "use1-az2", "use1-az3"])
    assert said.startswith(
        "r6a.8xlarge is wanted in use1-az3, but it is offered in use1-az1, use1-az2,"
        " use1-az4, use1-az5, use1-az6"
    )
    assert said.endswith("leave use1-az3 out")
    said = refusal(
        region="ap-southeast-1",
        zone_ids=["apse1-az1", "apse1-az2"],
        instance_types=["r7a.8xlarge"],
    )
    assert "it is offered in no zone of ap-southeast-1" in said


def test_a_zone_of_another_region_is_refused() -> None:
    said = refusal(zone_ids=["use2-az1", "use1-az2"])
    assert "zone_ids has use2-az1, but the zones of us-east-1 are use1-az1" in said
    assert "region 'mars-1' are not in Farebox's table" in refusal(region="mars-1")


def test_one_zone_or_the_same_zone_twice_is_refused() -> None:
    assert "zone_ids names 1 zone, but an EKS cluster" in refusal(zone_ids=FIVE[:1])
    assert "zone_ids names 0 zones" in refusal(zone_ids=[])
    twice = refusal(zone_ids=["use1-az1", "use1-az1"])
    assert twice == "zone_ids names use1-az1 twice; name each zone once"


def test_an_instance_type_that_does_not_exist_is_refused() -> None:
    said = refusal(instance_types=["r6a.9xlarge"])
    assert "no instance type 'r6a.9xlarge'" in said
    assert "the nearest is r6a." in said
    assert "no instance type 'm7g.lrge'" in refusal(relay={"instance_type": "m7g.lrge"})


def test_types_that_cannot_stand_in_for_each_other_are_refused() -> None:
    said = refusal(instance_types=["r6a.8xlarge", "r7a.8xlarge", "r6a.4xlarge"])
    assert "r6a.4xlarge with 128 GiB of memory beside r6a.8xlarge with 256" in said
    assert said.endswith("keep r6a.8xlarge, r7a.8xlarge")
    said = refusal(instance_types=["r6a.8xlarge", "r6g.8xlarge"])
    assert "r6g.8xlarge with arm64 as its architecture" in said
    said = refusal(instance_types=["r6a.8xlarge", "r6a.8xlarge"])
    assert said == "instance_types names a type twice; name each type once"


def test_more_users_than_memory_holds_on_average_are_refused() -> None:
    # 300 x 0.954 = 286.3 GiB; 256 x 0.98 - 2 - 7.68 = 241.2
    said = refusal(users_per_vm=300)
    assert said.startswith(
        "users_per_vm: 300 on a r6a.8xlarge needs 286.3 GiB on average at the peak"
        " hour, but 241.2 of its 256 GiB are usable"
    )
    assert "users_per_vm: 218 is the most that keeps every limit" in said


def test_more_users_than_processor_or_ports_allow_are_refused() -> None:
    said = refusal(memory={"active_cores": 4})
    assert "70% of its 32 vCPUs serve 54" in said
    tiny = {"idle_gib": [0.1, 0.1], "active_gib": [0.2, 0.2], "idle_cores": 0.001}
    said = refusal(instance_types=["r6a.48xlarge"], users_per_vm=3000, memory=tiny)
    assert "needs a port each, but the stack opens 2,048 on a VM" in said


def test_a_machine_that_holds_nobody_is_refused() -> None:
    said = refusal(instance_types=["t3.small"], users_per_vm="auto")
    assert said.startswith("no user fits on a t3.small, but memory allows none")


@pytest.mark.parametrize(
    ("volumes", "said", "holds"),
    [
        (
            {"users_per_volume": 160, "gib_per_user": 500},
            "160 users of 500 GiB make a volume of 80,000 GiB, but gp3 has at most",
            "users_per_volume: 131",
        ),
        (
            {"users_per_volume": 80, "iops": 2000},
            "volumes.iops is 2,000, but gp3 has 3,000 to 80,000",
            "volumes.iops: 3000",
        ),
        (
            {"users_per_volume": 80, "mib_per_second": 2500},
            "volumes.mib_per_second is 2,500, but gp3 has 125 to 2,000",
            "volumes.mib_per_second: 2000",
        ),
        (
            # 40,000 / 10 = 4,000 IOPS each; or 40,000 / 9,000 = 4 volumes of 40 users
            {"users_per_volume": 16, "gib_per_user": 1, "iops": 9000},
            "10 volumes of 9,000 IOPS buy 90,000 IOPS for one r6a.8xlarge",
            "volumes.iops: 4000, or users_per_volume: 40",
        ),
        (
            {"users_per_volume": 80, "gib_per_user": 1, "iops": 80000},
            "2 volumes of 80,000 IOPS buy 160,000 IOPS for one r6a.8xlarge, but it"
            " moves 40,000 IOPS all day",
            "volumes.iops: 20000",
        ),
        (
            {"users_per_volume": 80, "iops": 3200, "mib_per_second": 800},
            "2 volumes of 800 MiB/s buy 1,600 MiB/s for one r6a.8xlarge, but it moves",
            "volumes.mib_per_second: 625, or users_per_volume: 160",
        ),
        (
            {"users_per_volume": 80, "snapshot_hours": 5},
            "volumes.snapshot_hours is 5, but a policy runs every 1, 2, 3, 4, 6, 8, 12",
            "volumes.snapshot_hours: 4",
        ),
        (
            {"users_per_volume": 80, "snapshots_kept": 2000},
            "volumes.snapshots_kept is 2,000, but a policy keeps at most 1,000",
            "volumes.snapshots_kept: 1000",
        ),
    ],
)
def test_a_volume_that_gp3_does_not_have_is_refused(
    volumes: dict[str, Any], said: str, holds: str
) -> None:
    refused = refusal(volumes=volumes)
    assert said in refused
    assert refused.endswith(holds)


def test_iops_are_bound_by_size_and_throughput_by_iops() -> None:
    # 20 users of 1 GiB: 500 x 20 = 10,000 IOPS; a 48xlarge moves 240,000.
    big: dict[str, Any] = {"instance_types": ["r6a.48xlarge"], "users_per_vm": 160}
    volumes = {"users_per_volume": 20, "gib_per_user": 1, "iops": 11_000}
    said = refusal(**big, volumes=volumes)
    assert "volumes.iops is 11,000 on 20 GiB, but gp3 has at most 500 per GiB" in said
    assert said.endswith("volumes.iops: 10000")
    # 3,000 IOPS carry 750 MiB/s
    volumes = {"users_per_volume": 80, "mib_per_second": 800}
    said = refusal(**big, volumes=volumes)
    assert "gp3 moves at most 0.25 MiB/s per IOPS" in said
    assert said.endswith("volumes.mib_per_second: 750, or volumes.iops: 3200")


def test_a_stack_of_5000_resources_is_refused_with_what_holds() -> None:
    # 100,000 users at 20 on a volume are 5,000 volumes; 160 users on 7 volumes are
    # 4,375, which is 23 users on each.
    said = refusal(100_000, volumes={"users_per_volume": 20})
    assert said.startswith("the stack has 5,081 resources, 5,000 of them volumes, but")
    assert said.endswith("users_per_volume: 23")
    assert plan(volumes={"users_per_volume": 23}).data_volumes == 4375
    said = refusal(1_000_000)
    assert said.endswith(
        "larger VMs, with 223 users or more on each and on each volume"
    )


def test_a_config_that_contradicts_itself_is_refused() -> None:
    assert "instance_types is empty" in refusal(instance_types=[])
    assert "volumes is missing" in refusal(volumes=None)
    assert "hosted is false, so no user lives here, but instance" in refusal(
        hosted=False
    )
    said = refusal(hosted=False, instance_types=[])
    assert "but volumes is given; take volumes out or set hosted: true" in said
    assert "memory.idle_gib is [2, 1]" in refusal(memory={"idle_gib": [2.0, 1.0]})


def test_more_connections_than_memory_holds_are_refused() -> None:
    # 4 GiB x 0.75 / 100 KiB = 31,457
    said = refusal(proxies={"connections_per_proxy": 40_000})
    assert "at 100 KiB each, 31,457 fill 75% of its memory" in said
    said = refusal(relay={"connections_per_node": 70_000})
    assert said.startswith("relay.connections_per_node is 70,000 on a m7g.large of 8")


def test_more_nodes_or_targets_than_one_group_takes_are_refused() -> None:
    self_hosted: dict[str, Any] = {
        "hosted": False,
        "instance_types": [],
        "volumes": None,
        "users_per_vm": "auto",
    }
    # 10 million / 25,000 = 400 busy nodes, x 5/4 + 1 = 501 when a zone is lost
    said = refusal(10_000_000, **self_hosted)
    assert said.startswith("relay needs up to 501 m7g.large in 5 zones, but one group")
    larger = {"instance_type": "m7g.2xlarge", "connections_per_node": 200_000}
    # 200 million / 25,000 proxies: 8,000; five zones of 500 targets are 2,500
    said = refusal(
        100_000_000,
        **self_hosted,
        relay={**larger, "messages_per_user_second": 0, "connections_per_user": 0.5},
    )
    assert said.startswith("proxies needs up to 10,001 c7g.large in 5 zones, but one")


def test_more_zones_than_the_network_has_room_for_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No region of the table has nine zones; one is made up.
    many = tuple(f"use1-az{number}" for number in range(1, 10))
    monkeypatch.setattr("farebox.hosting.limits.zones", lambda _: many)
    assert "zone_ids names 9 zones, but the stack's network" in refusal(zone_ids=many)


def test_a_refusal_has_its_parts() -> None:
    with pytest.raises(PlanError) as refused:
        plan(1_000, volumes={"users_per_volume": 5})
    error = refused.value
    assert error.nearest == "users_per_volume: 7, or users_per_vm: 130"
    assert "DescribeInstanceTypes" in error.source
    assert all((error.problem, error.limit))
    with pytest.raises(ConfigError):
        plan(0)


# --- laws ---------------------------------------------------------------------


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
