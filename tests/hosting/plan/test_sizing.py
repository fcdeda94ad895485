"""From a tier's config to its plan."""

from typing import Any

import pytest

from farebox.hosting.plan.quotas import resource_count, resources_by_kind
from farebox.hosting.plan.sizing import users_in_zones
from farebox.hosting.plan_values import NodesPlan, ZonePlan
from tests.hosting.plans import FIVE, plan


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
    # 100,000 / 50,000 = 2 busy nodes and one to spare; 2 x 5/4 + 1 when a zone is lost.
    assert tier.relay == NodesPlan(
        instance_type="m7g.large", min_nodes=2, nodes=3, max_nodes=4
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
    assert tier.relay.nodes == 3
    assert "volumes" not in resources_by_kind(tier)


def test_groups_grow_beyond_the_planned_peak_and_not_before() -> None:
    tier = plan()
    # 200,000 connections on 9 proxies; a proxy takes 25,000.
    assert tier.target_connections == 22_223
    # 1 / 1.04: with a full tier the usual machines run.
    assert tier.used_percent == 96.15
    assert tier.least_free_places == 1_000
    # 2,000 connections on two: four fifths of 25,000.
    assert plan(1_000).target_connections == 20_000


def test_quotas_are_counted_at_the_largest_size() -> None:
    needs = {need.code or need.name: need for need in plan().quotas}
    # 5 x 157 VMs of 32 vCPUs; 4 nodes and 11 proxies of 2 vCPUs
    assert needs["L-34B43A08"].need == 785 * 32
    assert needs["L-1216C47A"].need == 30
    # 1,250 x 800 + 785 x 30 + 11 x 8 + 4 x 20 = 1,023,718 GiB
    assert needs["L-7A658B76"].need == pytest.approx(1_023_718 / 1024)
    assert needs["L-309BACF6"].need == 1250 * 7
    mixed = plan(on_demand_base=85, on_demand_percent=20)
    needs = {need.code or need.name: need for need in mixed.quotas}
    # 785 - 85 = 700, a fifth on demand: 85 + 140 = 225 VMs, 560 on spot
    assert needs["L-1216C47A"].need == 225 * 32 + 30
    assert needs["L-34B43A08"].need == 560 * 32
    with_nat = {need.code: need for need in plan(nat_gateways=True).quotas}
    assert (with_nat["L-0263D0A3"].need, with_nat["L-0263D0A3"].limit) == (5, 5)


def test_resources_are_counted_by_component() -> None:
    kinds = resources_by_kind(plan())
    # 5 zones: 1 + 6 + 4 x 5 + 1; pool 1 + 4 + 2 + 5; volumes 1 + 3 + 1,250;
    # records 1 + 5
    assert (kinds["network"], kinds["spot pool"], kinds["volumes"]) == (28, 12, 1254)
    assert resource_count(plan()) == sum(kinds.values()) == 1394
    # NAT: a table, an address, a gateway and a route a zone in place of one table.
    assert resource_count(plan(nat_gateways=True)) == 1394 + 4 * 5 - 1
