"""The capacity model: figures worked elsewhere, laws, and a simulation beside it."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from farebox.hosting.errors import ConfigError
from farebox.hosting.packing.capacity import (
    cpu_users,
    kills_per_user_year,
    mean_gib,
    memory_users,
    overflow_probability,
    peak_active_share,
    usable_gib,
    users_per_vm,
)
from farebox.hosting.packing.convolution import GRID_PER_GIB, active_weights, on_grid
from farebox.hosting.plan_values import MemoryModel

PAPER = MemoryModel()
"""Idle 0.5-1 GiB, active 2-3 GiB, overhead 30 MiB, 10 % active at the peak."""
TWO_POINT = MemoryModel(idle_gib=(0.75, 0.75), active_gib=(2.5, 2.5))


def test_usable_memory_leaves_room_for_kernel_system_and_page_cache() -> None:
    # 128 x 0.98 - 2 - max(2, 3.84) = 125.44 - 2 - 3.84; 16 x 0.98 - 2 - max(2, 0.48)
    assert usable_gib(128) == pytest.approx(119.6)
    assert usable_gib(16) == pytest.approx(11.68)


def test_eighty_users_overflow_128_gib_twice_in_a_hundred_thousand_at_a_fifth_active() -> (
    None
):
    # The figure of the sizing model; with a grid of 1/1024 GiB it is 1.74e-5, so the
    # coarser grid errs on the safe side.
    chance = overflow_probability(replace(PAPER, active_share=0.2), 80, usable_gib(128))
    assert chance == pytest.approx(2.0e-5, rel=0.05)


def test_a_hundred_users_are_the_most_on_128_gib_at_a_tenth_active() -> None:
    usable = usable_gib(128)
    assert memory_users(PAPER, usable, overflow=1e-4) == 100
    assert overflow_probability(PAPER, 100, usable) <= 1e-4
    assert overflow_probability(PAPER, 101, usable) > 1e-4


def test_correlated_users_take_almost_a_third_of_the_packing() -> None:
    usable = usable_gib(128)
    correlated = replace(TWO_POINT, correlation=0.05)
    assert memory_users(correlated, usable, overflow=1e-4) == 70
    assert memory_users(TWO_POINT, usable, overflow=1e-4) > 95


def test_two_fixed_sizes_are_a_binomial_tail() -> None:
    # 20 users of 1 GiB idle and 2 active, no overhead, 25 GiB: overflow when more than
    # 5 are active. Worked with whole binomial coefficients.
    model = replace(TWO_POINT, idle_gib=(1, 1), active_gib=(2, 2), overhead_mib=0)
    tail = sum(comb(20, k) * 0.1**k * 0.9 ** (20 - k) for k in range(6, 21))
    assert overflow_probability(model, 20, 25) == pytest.approx(tail, rel=1e-10)


def test_kills_follow_the_formula_for_two_fixed_sizes() -> None:
    # 8760/n x P(K = k*) (n - k*) p / ((1 - p) D), k* = 5, n = 20, D = 2 h.
    model = MemoryModel(
        idle_gib=(1, 1), active_gib=(2, 2), overhead_mib=0, session_hours=2
    )
    at_the_line = comb(20, 5) * 0.1**5 * 0.9**15
    expected = 8760 / 20 * at_the_line * 15 * 0.1 / (0.9 * 2)
    assert kills_per_user_year(model, 20, 25) == pytest.approx(expected, rel=1e-10)


def test_the_grid_agrees_with_the_formula_where_both_hold() -> None:
    # Sizes that are a hair apart go over the grid; their overhead is on the grid too.
    fixed = replace(TWO_POINT, overhead_mib=32)
    spread = replace(fixed, idle_gib=(0.75, 0.75), active_gib=(2.5, 2.5 + 1e-12))
    for users in (60, 90, 110):
        assert overflow_probability(spread, users, 119.6) == pytest.approx(
            overflow_probability(fixed, users, 119.6), rel=1e-6, abs=1e-14
        )
        assert kills_per_user_year(spread, users, 119.6) == pytest.approx(
            kills_per_user_year(fixed, users, 119.6), rel=1e-6, abs=1e-9
        )


@pytest.mark.parametrize("users", [60, 95, 110])
def test_the_band_agrees_with_one_plain_convolution(users: int) -> None:
    # The textbook way: one distribution of a user, its n-fold convolution by FFT.
    size = 1 << 16
    one = np.zeros(size)
    for share, bounds in ((0.9, PAPER.idle_gib), (0.1, PAPER.active_gib)):
        first, mass = on_grid(bounds)
        one[first : first + len(mass)] += share * mass
    total = np.fft.irfft(np.fft.rfft(one) ** users, size)
    room = int(119.6 * GRID_PER_GIB + 1e-9) - users * 2
    expected = float(total[room + 1 :].sum())
    assert overflow_probability(PAPER, users, 119.6) == pytest.approx(
        expected, rel=1e-6, abs=1e-13
    )


@pytest.mark.parametrize("correlation", [0.0, 0.03])
def test_a_simulation_agrees_with_the_convolution(correlation: float) -> None:
    # 200,000 machines of 30 users; three standard errors, seeded.
    model = replace(PAPER, active_share=0.2, correlation=correlation)
    dice, machines, users = np.random.default_rng(7), 200_000, 30
    if correlation:
        spread = 1 / correlation - 1
        shares = dice.beta(0.2 * spread, 0.8 * spread, machines)
    else:
        shares = np.full(machines, 0.2)
    active = dice.binomial(users, shares)
    low_idle, high_idle = (int(gib * GRID_PER_GIB) for gib in model.idle_gib)
    low_active, high_active = (int(gib * GRID_PER_GIB) for gib in model.active_gib)
    idle_parts = dice.integers(low_idle, high_idle + 1, (machines, users))
    active_parts = dice.integers(low_active, high_active + 1, (machines, users))
    is_active = np.arange(users) < active[:, None]
    held = np.where(is_active, active_parts, idle_parts).sum(axis=1)
    usable = 41.0
    seen = float((held > usable * GRID_PER_GIB - users * 2).mean())
    exact = overflow_probability(model, users, usable)
    assert 0.01 < exact < 0.3
    assert seen == pytest.approx(exact, abs=3 * (exact / machines) ** 0.5)


def test_a_simulation_in_time_counts_as_many_kills() -> None:
    # One machine, 20 users of 1 or 2 GiB, room for five active. Idle users turn active
    # at rate p/((1-p)D), sessions end at 1/D; a kill is an activation at the line, and
    # the chain goes on as if it had not happened. 400,000 events, seeded.
    model = MemoryModel(idle_gib=(1, 1), active_gib=(2, 2), overhead_mib=0)
    dice, users, active, hours, kills = np.random.default_rng(11), 20, 2, 0.0, 0
    waits, coins = dice.exponential(1, 400_000), dice.random(400_000)
    for wait, coin in zip(waits, coins, strict=True):
        up = (users - active) * 0.1 / 0.9
        rate = up + active
        hours += wait / rate
        if coin < up / rate:
            kills += active == 5
            active += 1
        else:
            active -= 1
    seen = kills / hours * 8760 / users
    assert seen == pytest.approx(kills_per_user_year(model, users, 25), rel=0.05)


@given(
    share=st.floats(0.02, 0.5),
    correlation=st.sampled_from([0.0, 0.01, 0.1]),
    users=st.integers(1, 150),
    usable=st.floats(10, 200),
)
@settings(max_examples=60, deadline=None)
def test_overflow_rises_with_users_and_falls_with_memory(
    share: float, correlation: float, users: int, usable: float
) -> None:
    model = replace(PAPER, active_share=share, correlation=correlation)
    chance = overflow_probability(model, users, usable)
    assert 0 <= chance <= 1
    assert overflow_probability(model, users + 1, usable) >= chance - 1e-12
    assert overflow_probability(model, users, usable + 1) <= chance + 1e-12


@given(
    users=st.integers(1, 400),
    share=st.floats(0.01, 0.99),
    correlation=st.sampled_from([0.0, 1e-4, 0.05, 0.9]),
)
@settings(max_examples=60, deadline=None)
def test_active_users_are_a_distribution_with_the_asked_mean(
    users: int, share: float, correlation: float
) -> None:
    weights = active_weights(users, share, correlation)
    numbers = np.arange(users + 1)
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    assert weights @ numbers == pytest.approx(users * share, rel=1e-7)
    variance = weights @ numbers**2 - (users * share) ** 2
    # Var = n p (1-p) (1 + (n-1) rho)
    expected = users * share * (1 - share) * (1 + (users - 1) * correlation)
    assert variance == pytest.approx(expected, rel=1e-5, abs=1e-6)


@given(
    memory=st.sampled_from([16, 64, 128, 256]),
    share=st.floats(0.02, 0.4),
    correlation=st.sampled_from([0.0, 0.02, 0.3]),
    kills=st.floats(0.01, 20),
)
@settings(max_examples=40, deadline=None)
def test_the_packing_meets_its_target_and_one_more_user_does_not(
    memory: int, share: float, correlation: float, kills: float
) -> None:
    model = replace(PAPER, active_share=share, correlation=correlation)
    usable = usable_gib(memory)
    users = memory_users(model, usable, kills=kills)

    def meets(count: int) -> bool:
        return (
            kills_per_user_year(model, count, usable) <= kills
            and overflow_probability(model, count, usable) <= 0.01
        )

    assert users == 0 or meets(users)
    assert not meets(users + 1)


def test_the_papers_packing_meets_the_kill_target_at_a_tenth_active() -> None:
    # Claims C06, C07: 80 on 128 GiB and 160 on 256 GiB, 0.1 kills a user-year.
    for users, memory in ((80, 128), (160, 256)):
        assert kills_per_user_year(PAPER, users, usable_gib(memory)) < 0.001
    # At a fifth active 80 still hold, with little to spare: 81 are the most.
    fifth = replace(PAPER, active_share=0.2)
    assert memory_users(fifth, usable_gib(128)) == 81


def test_the_processor_bounds_users_too() -> None:
    # 16 x 0.7 / (0.1 x 0.05 + 0.9 x 0.01) = 11.2 / 0.014 = 800
    assert cpu_users(PAPER, 16) == 800
    busy = replace(PAPER, active_cores=2.0)
    # 11.2 / (0.2 + 0.009) = 53.6
    packing = users_per_vm(busy, memory_gib=128, vcpus=16)
    assert (packing.users, packing.binding) == (53, "cpu")


def test_the_smallest_limit_binds() -> None:
    packing = users_per_vm(
        PAPER, memory_gib=128, vcpus=16, other_limits={"attachments": 52}
    )
    assert (packing.users, packing.binding) == (52, "attachments")
    assert packing.limits["memory"] == 100


def test_the_peak_share_is_hours_a_day_times_the_peak_factor() -> None:
    # 2 of 24 hours x 2.4 = 0.2; never more than all
    assert peak_active_share(2, 2.4) == pytest.approx(0.2)
    assert peak_active_share(20, 3) == 1.0
    # 0.9 x 0.75 + 0.1 x 2.5 + 30/1024
    assert mean_gib(PAPER) == pytest.approx(0.954297, abs=1e-6)


def test_the_largest_machine_is_packed_like_the_small_ones() -> None:
    # By hand: 1,536 x 0.98 - 2 - 0.03 x 1,536 = 1,457.2 GiB hold 1,457.2 / 0.954297 =
    # 1,527 users in the mean; the spread that the kill target asks for takes a few off
    packing = users_per_vm(PAPER, memory_gib=1536, vcpus=192)
    assert 1_400 < packing.users < 1_500


def test_nobody_or_nobody_active_never_overflows() -> None:
    assert overflow_probability(PAPER, 0, 100) == 0
    assert kills_per_user_year(PAPER, 0, 100) == 0
    asleep = replace(PAPER, active_share=0.0)
    assert kills_per_user_year(asleep, 100, 100) == 0
    assert overflow_probability(asleep, 100, 110) == 0
    assert memory_users(PAPER, -3.0) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"idle_gib": (1.0, 0.5)}, "memory.idle_gib is [1, 0.5]; it must be two sizes"),
        (
            {"idle_gib": (4.0, 5.0)},
            "an active user must hold at least what an idle one",
        ),
        (
            {"correlation": 1.0},
            "memory.correlation is 1; it must lie between 0 and 0.99",
        ),
        (
            {"active_share": 1.5},
            "memory.active_share is 1.5; it must lie between 0 and 1",
        ),
        ({"session_hours": 0.0}, "memory.session_hours is 0; it must be more than 0"),
        ({"overhead_mib": -1.0}, "memory.overhead_mib is -1; it must be 0 or more MiB"),
        ({"idle_cores": -1.0}, "memory.idle_cores is -1; it must be 0 or more"),
    ],
)
def test_a_model_that_is_no_distribution_is_refused(
    change: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        overflow_probability(replace(PAPER, **change), 10, 100)
    assert said in str(refused.value)


def test_a_target_that_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigError, match="a kill target must be more than 0, not 0"):
        memory_users(PAPER, 100, kills=0)
    with pytest.raises(ConfigError, match="must lie between 0 and 1, not 1"):
        memory_users(PAPER, 100, overflow=1)
