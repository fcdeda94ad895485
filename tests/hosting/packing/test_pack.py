"""Packing a machine: all limits, the cliff, isolations, lognormal sizes and sleepers."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from farebox.hosting.errors import ConfigError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.packing.capacity import (
    kills_per_user_year,
    memory_users,
    overflow_probability,
    usable_gib,
)
from farebox.hosting.packing.convolution import GRID_PER_GIB
from farebox.hosting.packing.isolation import ISOLATIONS, saved
from farebox.hosting.packing.memory_shapes import (
    ShapedMemory,
    distributions,
    is_two_point,
    lognormal,
    mean_gib,
)
from farebox.hosting.packing.pack import Disk, PackQuestion, PackTarget, limits_of, pack
from farebox.hosting.plan_values import MemoryModel

PAPER = ShapedMemory()
SMALL = instance_type("r6a.4xlarge")
USABLE = usable_gib(128)
EPS = PackTarget(overflow=1e-4)


def asked(**more: object) -> PackQuestion:
    question = PackQuestion(machine=SMALL, model=PAPER, target=EPS)
    return replace(question, **more)


def test_the_hundred_users_of_the_sizing_model() -> None:
    packing = pack(asked()).packing
    assert (packing.users, packing.binding) == (100, "memory")
    assert packing.overflow <= 1e-4


def test_eighty_users_at_a_fifth_active_feel_what_the_sizing_model_says() -> None:
    model = replace(PAPER, active_share=0.2)
    answer = pack(asked(model=model, target=PackTarget(users=80)))
    assert answer.asked
    assert answer.packing.users == 80
    assert answer.packing.overflow == pytest.approx(2.0e-5, rel=0.05)


def test_each_limit_is_worked_out_by_itself() -> None:
    limits = limits_of(asked(), USABLE)
    # 16 vCPUs x 0.7 / (0.1 x 0.05 + 0.9 x 0.01) = 11.2 / 0.014
    assert limits["cpu"] == 800
    # 27 attachments less the root volume, 80 users on each
    assert limits["attachments"] == 26 * 80
    # 625 MiB/s / (0.1 x 1 + 0.9 x 0.01) = 5,733.9; 20,000 / (0.1 x 50 + 0.9 x 1)
    assert limits["ebs bandwidth"] == 5_733
    assert limits["iops"] == 3_389
    # Ports 20,000 to 22,047 of the machine
    assert limits["addresses"] == 2_048


@pytest.mark.parametrize(
    ("disk", "binding", "users"),
    [
        (Disk(users_per_volume=2), "attachments", 52),
        # 20,000 / (0.1 x 3,000 + 0.9 x 1) = 66.5
        (Disk(active_iops=3_000), "iops", 66),
        # 625 / (0.1 x 100 + 0.9 x 0.01) = 62.4
        (Disk(active_mib_per_second=100), "ebs bandwidth", 62),
        (Disk(active_iops=0, idle_iops=0), "memory", 100),
    ],
)
def test_the_smallest_limit_binds(disk: Disk, binding: str, users: int) -> None:
    packing = pack(asked(disk=disk)).packing
    assert (packing.binding, packing.users) == (binding, users)


def test_kills_rise_steeply_with_five_percent_more_users() -> None:
    cliff = pack(asked()).cliff
    assert [step.users for step in cliff] == [100, 105, 110, 120]
    kills = [step.kills_per_user_year for step in cliff]
    assert kills[0] is not None
    assert kills[1] is not None
    assert kills[1] > 5 * kills[0]
    # Past one overflow in ten the machine is too full to count kills one by one.
    assert kills[-1] is None
    assert cliff[-1].overflow > 0.1


def test_isolation_costs_users_and_savers_give_some_back() -> None:
    answer = pack(asked())
    found = {(one.isolation, one.saving): one for one in answer.options}
    assert found["runc", "none"].users == answer.packing.users
    assert found["runc", "none"].cost_ratio == 1
    order = [
        found[isolation, "none"].users
        for isolation in ("runc", "gvisor", "firecracker", "kata")
    ]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 4
    kata = found["kata", "none"]
    assert kata.cost_ratio == answer.packing.users / kata.users
    assert found["runc", "zram"].users > answer.packing.users
    assert found["runc", "hibernation"].users > answer.packing.users


def test_every_isolation_says_where_its_figure_comes_from() -> None:
    for one in ISOLATIONS.values():
        assert one.status in ("sourced", "assumed")
        assert one.source
    assert ISOLATIONS["kata"].needs


def test_zram_keeps_three_quarters_of_what_idle_users_hold() -> None:
    # Half is cold and shrinks to half: 1 - 0.5 + 0.25.
    assert saved(PAPER, "zram").idle_gib == (0.375, 0.75)
    assert saved(PAPER, "none") == PAPER


def test_sleepers_hold_nothing_but_the_overhead() -> None:
    half = replace(PAPER, asleep_share=0.5)
    (first, mass), _ = distributions(half)
    assert first == 0
    assert mass[0] == 0.5
    assert mass.sum() == pytest.approx(1)
    # 0.9 x 0.75 x 0.5 + 0.1 x 2.5 + 30 MiB
    assert mean_gib(half) == pytest.approx(0.3375 + 0.25 + 30 / 1024)


def test_a_lognormal_size_has_its_median_and_mean() -> None:
    first, mass = lognormal(0.7, 0.3)
    points = (first + np.arange(len(mass))) / GRID_PER_GIB
    assert mass.sum() == pytest.approx(1)
    # Rounded up to 1/64 GiB: half a point more on average.
    mean = 0.7 * exp(0.3**2 / 2)
    assert float(points @ mass) == pytest.approx(mean + 0.5 / GRID_PER_GIB, abs=1e-3)
    below = float(mass[points <= 0.7 + 1e-9].sum())
    assert below == pytest.approx(0.5, abs=0.03)
    # It ends where a millionth is left: 0.7 x exp(0.3 x 4.7534) = 2.9 GiB.
    assert points[-1] == pytest.approx(2.92, abs=0.02)


SHAPED = replace(
    PAPER, idle_gib=(0.7, 0.7), idle_sigma=0.3, active_gib=(2.4, 2.4), active_sigma=0.3
)


def test_lognormal_users_overflow_as_often_as_in_a_simulation() -> None:
    # 40,000 machines of 105 users at 20 % active; three standard errors, seeded.
    model = replace(SHAPED, active_share=0.2, overhead_mib=0)
    dice, machines, users, room = np.random.default_rng(11), 40_000, 80, 100.0
    active = dice.random((machines, users)) < 0.2
    medians = np.where(active, 2.4, 0.7)
    sizes = medians * np.exp(0.3 * dice.standard_normal((machines, users)))
    held = np.ceil(sizes * GRID_PER_GIB).sum(axis=1) / GRID_PER_GIB
    seen = float((held > room).mean())
    expected = overflow_probability(model, users, room)
    assert 0.01 < expected < 0.5
    error = (expected * (1 - expected) / machines) ** 0.5
    assert seen == pytest.approx(expected, abs=3 * error)


def test_one_convolution_agrees_with_the_sum_over_active_users() -> None:
    # Independent users go through one distribution, nearly independent ones through the
    # sum over how many are active; a correlation of 1e-9 changes nothing.
    near = replace(SHAPED, correlation=1e-9)
    for users in (90, 97, 105):
        assert overflow_probability(SHAPED, users, USABLE) == pytest.approx(
            overflow_probability(near, users, USABLE), rel=1e-4
        )
        assert kills_per_user_year(SHAPED, users, USABLE) == pytest.approx(
            kills_per_user_year(near, users, USABLE), rel=1e-4
        )


def test_shapes_that_are_not_used_change_nothing() -> None:
    plain = MemoryModel()
    for users in (80, 100, 120):
        assert overflow_probability(PAPER, users, USABLE) == overflow_probability(
            plain, users, USABLE
        )
    assert memory_users(PAPER, USABLE) == memory_users(plain, USABLE)
    two_point = replace(PAPER, idle_gib=(0.75, 0.75), active_gib=(2.5, 2.5))
    assert is_two_point(two_point)
    assert not is_two_point(replace(two_point, idle_sigma=0.1))
    assert not is_two_point(replace(two_point, asleep_share=0.1))


def test_correlated_two_point_users_are_the_seventy_of_the_sizing_model() -> None:
    model = replace(
        PAPER, idle_gib=(0.75, 0.75), active_gib=(2.5, 2.5), correlation=0.05
    )
    assert pack(asked(model=model)).packing.users == 70


def test_a_machine_too_small_for_one_user_takes_none() -> None:
    answer = pack(
        asked(model=replace(PAPER, idle_gib=(200, 200), active_gib=(300, 300)))
    )
    assert (answer.packing.users, answer.cliff) == (0, ())
    assert answer.options[0].cost_ratio is None


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (PackTarget(overflow=0), "an overflow must lie between 0 and 1"),
        (PackTarget(overflow=1), "an overflow must lie between 0 and 1"),
        (PackTarget(kills=0), "a kill target must be more than 0"),
        (PackTarget(kills=float("nan")), "a kill target must be more than 0"),
        (PackTarget(users=0), "a packing has at least 1 user"),
    ],
)
def test_a_target_that_cannot_be_is_refused(target: PackTarget, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        pack(asked(target=target))


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="must lie between 0 and 1"):
        pack(asked(model=replace(PAPER, active_share=1.5)))


@settings(max_examples=25, deadline=None)
@given(
    share=st.floats(0.02, 0.4),
    overhead=st.floats(0, 200),
    more=st.floats(1, 200),
    sigma=st.sampled_from([0.0, 0.2]),
)
def test_more_overhead_never_packs_more_users(
    share: float, overhead: float, more: float, sigma: float
) -> None:
    model = replace(PAPER, active_share=share, overhead_mib=overhead, idle_sigma=sigma)
    if sigma:
        model = replace(model, idle_gib=(0.7, 0.7))
    heavier = replace(model, overhead_mib=overhead + more)
    users = memory_users(model, USABLE, overflow=1e-4)
    assert memory_users(heavier, USABLE, overflow=1e-4) <= users
    assert overflow_probability(model, users, USABLE) <= 1e-4
    assert overflow_probability(model, users + 1, USABLE) > 1e-4
