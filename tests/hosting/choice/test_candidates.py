"""No choice that the search may name breaks a limit of the plan or of the program."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from components.instance_types import data_volumes_at_most
from components.spot_pool_args import (
    DISK_NAMES,
    FIRST_USER_PORT,
    LAST_USER_PORT,
    PoolZone,
    SpotPoolArgs,
)
from components.user_volumes import UserVolumesArgs, VolumeZone
from farebox.hosting import instance_types, limits
from farebox.hosting.choice.choice_question import Limits, Question, question_of
from farebox.hosting.choice.choice_search import Search
from farebox.hosting.choice.choices import Choice
from farebox.hosting.choice.machine_market import market
from farebox.hosting.choice.optimize import config_of
from farebox.hosting.instance_types import all_types
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import read_tier
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.spot.spot_inputs import spot_inputs
from farebox.prices.embedded import embedded_book
from passepartout.agent.docker import PER_BRIDGE

ROOT = Path(__file__).parents[3]


def asked(tier: str) -> Question:
    return question_of(
        read_tier(ROOT, tier),
        embedded_book(),
        hours=Decimal(730),
        inputs=spot_inputs(),
        limits=Limits(),
    )


@cache
def candidates(tier: str) -> tuple[Choice, ...]:
    """The best choice of every type that the tier could be put on."""
    question = asked(tier)
    search = Search(question)
    best = (search.best_of(one) for one in market(question, embedded_book()).machines)
    return tuple(found.choice for found in best if found is not None)


def components_of(plan: TierPlan) -> Iterator[object]:
    """The arguments that the program would give its components; bad ones raise."""
    assert plan.volumes is not None
    yield SpotPoolArgs(
        region=plan.region,
        vpc_id="vpc",
        zones=tuple(
            PoolZone(
                zone_id=zone.zone_id,
                subnet_id="subnet",
                min_machines=zone.min_vms,
                machines=zone.vms,
                max_machines=zone.max_vms,
            )
            for zone in plan.zones
        ),
        instance_types=plan.instance_types,
        proxy_security_group_id="sg",
        public_addresses=True,
        volume_pool="pool",
        record_table="record",
        bucket_name="bucket",
        agent_key="agent",
        volumes_per_machine=plan.volumes.volumes_per_vm,
        users_per_volume=plan.volumes.users_per_volume,
        users_per_machine=plan.users_per_vm,
        gib_per_user=plan.volumes.gib_per_user,
        container_mib=plan.container_mib,
        on_demand_base=plan.on_demand_base,
        on_demand_percent=plan.on_demand_percent,
    )
    yield UserVolumesArgs(
        region=plan.region,
        zones=tuple(
            VolumeZone(zone_id=zone.zone_id, zone_name="zone", volumes=zone.volumes)
            for zone in plan.zones
        ),
        volume_pool="pool",
        gib=plan.volumes.gib,
        iops=plan.volumes.iops,
        mib_per_second=plan.volumes.mib_per_second,
        snapshot_hours=plan.volumes.snapshot_hours,
        snapshots_kept=plan.volumes.snapshots_kept,
    )


@pytest.mark.parametrize("tier", ["10k", "100k"])
def test_every_candidate_can_be_planned_and_built(tier: str) -> None:
    question, found = asked(tier), candidates(tier)
    assert len(found) > 50

    for choice in found:
        plan = plan_tier(
            config_of(question.config, choice),
            users=question.users,
            region=question.plan.region,
        )
        assert plan.users_per_vm == choice.users_per_vm
        assert len(tuple(components_of(plan))) == 2


def test_a_machine_has_as_many_bridges_as_its_users_need() -> None:
    # The kernel's bridge has 2 to the power of 10 ports, and port 0 is not given out;
    # the agent begins another bridge for each thousand of the ports that the stack opens.
    assert PER_BRIDGE < 2**10
    ports = range(FIRST_USER_PORT, LAST_USER_PORT + 1)
    assert len(ports) == limits.USER_PORTS_PER_VM
    bridges = Counter((port - FIRST_USER_PORT) // PER_BRIDGE for port in ports)
    assert bridges == {0: 1_000, 1: 1_000, 2: 48}
    # 1.5 TiB hold 1,447 users by memory, on two bridges.
    fullest = max(candidates("100k"), key=lambda choice: choice.users_per_vm)
    assert fullest.users_per_vm > 2**10
    assert fullest.users_per_vm <= limits.USER_PORTS_PER_VM


def test_the_program_and_the_plan_know_the_same_attachments_of_every_type() -> None:
    assert DISK_NAMES == instance_types.DISK_NAMES
    assert {
        one.instance_type: min(data_volumes_at_most(one.instance_type), DISK_NAMES)
        for one in all_types()
    } == {one.instance_type: one.data_volumes() for one in all_types()}
