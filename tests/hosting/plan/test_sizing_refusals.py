"""Every limit that refuses a plan, with the way out."""

from typing import Any

import pytest

from farebox.hosting.errors import ConfigError, PlanError
from tests.hosting.plans import FIVE, plan, refusal


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
    assert "users_per_vm: 2048 is the most that keeps every limit" in said


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
    assert said.startswith("the stack has 5,144 resources, 5,000 of them volumes, but")
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
    # 20 million / 50,000 = 400 busy nodes, x 5/4 + 1 = 501 when a zone is lost
    said = refusal(20_000_000, **self_hosted)
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
