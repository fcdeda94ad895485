"""Users' data in a file system instead of on volumes: what the plan then has."""

from typing import Any

import pytest

from farebox.hosting.errors import PlanError
from farebox.hosting.plan.holdings import check_held, retiring_volumes
from farebox.hosting.plan.quotas import resource_count, resources_by_kind
from farebox.hosting.plan.sizing import plan_tier, tier_config
from tests.hosting.plans import PAPER, plan, refusal


def test_shares_are_no_resources_and_no_attachments() -> None:
    on_gp3, on_efs = plan(), plan(storage="efs")
    # The same 1,250 places for 80 users each, of which none is built.
    assert on_efs.data_volumes == on_gp3.data_volumes == on_gp3.ebs_volumes == 1_250
    assert on_efs.ebs_volumes == 0
    # File system, policy, group, way in; a mount target in each of five zones; two
    # vaults, plan, selection, role and its two policies; the component itself.
    assert resources_by_kind(on_efs)["volumes"] == 1 + 4 + 5 + 7
    assert resource_count(on_gp3) - resource_count(on_efs) == 1 + 3 + 1_250 - 17


def test_a_machine_holds_more_users_than_volumes_would_let_it() -> None:
    # 26 volumes of 2 users; in a file system memory binds.
    few: dict[str, Any] = {"users_per_vm": "auto", "volumes": {"users_per_volume": 2}}
    assert (plan(1_000, **few).users_per_vm, plan(1_000, **few).binding) == (
        52,
        "attachments",
    )
    tier = plan(1_000, storage="efs", **few)
    assert (tier.users_per_vm, tier.binding) == (218, "memory")
    assert tier.volumes is not None
    assert tier.volumes.volumes_per_vm == 109


def test_files_that_a_machine_may_have_open_bind_on_efs() -> None:
    # 32,768 files, 32 a user.
    tiny = {"idle_gib": [0.1, 0.2], "active_gib": [0.3, 0.4], "overhead_mib": 0}
    large: dict[str, Any] = {
        "storage": "efs",
        "instance_types": ["r6a.48xlarge"],
        "memory": tiny,
    }
    tier = plan(10_000, users_per_vm="auto", **large)
    assert (tier.users_per_vm, tier.binding) == (1_024, "open files")
    said = refusal(10_000, users_per_vm=1_100, **large)
    assert "a machine may have 32,768 open on EFS" in said
    assert "users_per_vm: 1024, or storage: gp3" in said


def test_a_file_system_has_connections_for_so_many_machines() -> None:
    needs = {one.name: one for one in plan(storage="efs").quotas}
    connections = needs["Connections of the file system"]
    # 100,000 users on 160 each; a lost zone of five leaves four for them.
    assert (connections.need, connections.limit) == (5 * 157, 25_000)
    assert needs["Snapshots in the region"].need == 0


def test_data_do_not_change_their_kind_of_storage_in_place() -> None:
    held = [{"zone_id": zone, "volumes": 250, "gib": 800} for zone in PAPER["zone_ids"]]
    config = tier_config(
        {**PAPER, "storage": "efs", "volumes": {"users_per_volume": 80, "held": held}}
    )
    with pytest.raises(PlanError, match="no place for what the stack holds on gp3"):
        check_held(plan_tier(config, users=100_000, region="us-east-1"), config)


def test_shares_retire_by_the_names_that_volumes_have() -> None:
    retire = [{"name": "user-volume-use1-az2-007", "state": "draining"}]
    volumes = {"users_per_volume": 80, "retire": retire}
    tier = plan(storage="efs", volumes=volumes)
    assert retiring_volumes(tier) == ("user-volume-use1-az2-007",)
    zone = tier.zones[1]
    assert (zone.zone_id, zone.volumes, zone.highest) == ("use1-az2", 250, 251)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"storage": "nfs"}, "the tier's storage is wrong: it must be one of gp3, efs"),
        (
            {"support_plan": "gold"},
            "it must be one of none, developer, business, enterprise",
        ),
    ],
)
def test_a_word_that_is_none_of_the_choices_is_told_them(
    change: dict[str, Any], said: str
) -> None:
    assert said in refusal(**change)
