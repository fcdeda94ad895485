"""What a packing's inputs leave open, and which of them moves it most."""

import pytest
from msgspec.structs import replace

from farebox.hosting.instance_types import instance_type
from farebox.hosting.packing.capacity import (
    memory_users,
    overflow_probability,
    usable_gib,
)
from farebox.hosting.packing.isolation import overhead_levels
from farebox.hosting.packing.memory_shapes import ShapedMemory
from farebox.hosting.packing.pack import PackQuestion, PackTarget, pack
from farebox.hosting.packing.pack_range import Levels, PackRange, inputs_of, ranged

QUESTION = PackQuestion(
    machine=instance_type("r6a.4xlarge"),
    # Two fixed sizes and no overhead: what fits can be counted by hand.
    model=ShapedMemory(
        idle_gib=(1.0, 1.0), active_gib=(2.0, 2.0), active_share=0.0, overhead_mib=0.0
    ),
    target=PackTarget(overflow=1e-4),
)
USABLE = usable_gib(128)


def known(figure: float) -> Levels:
    return Levels(figure, figure, figure)


def range_of(question: PackQuestion = QUESTION, **levels: Levels | float) -> PackRange:
    found = {
        "active": known(question.model.active_share),
        "correlation": known(0.0),
        "session_hours": known(1.0),
        "overhead_mib": known(question.model.overhead_mib),
        "size_error": 0.0,
    } | levels
    inputs = inputs_of(question, **found)  # type: ignore[arg-type]
    return ranged(question, pack(question), inputs)


def test_known_inputs_leave_nothing_open() -> None:
    found = range_of()
    assert (found.inputs, found.moves) == ((), ())
    assert found.low == found.high
    # 128 x 0.98 - 2 - 3.84 = 119.6 GiB, 1 GiB each
    assert found.low.users == 119


def test_sizes_that_may_be_off_by_a_fifth_move_users_by_it() -> None:
    found = range_of(size_error=20.0)
    # 119.6 / 1.2 = 99.7; 119.6 / 0.8 = 149.5
    assert (found.low.users, found.high.users) == (99, 149)
    assert found.moves[0].input.name == "size_factor"
    # The 119 users that were packed take 142.8 GiB at the low end: they do not fit.
    assert found.low.overflow == 1
    assert found.low.kills_per_user_year is None
    assert found.high.overflow == 0


def test_overhead_is_counted_for_each_user() -> None:
    found = range_of(overhead_mib=Levels(0.0, 0.0, 1024.0))
    # 119.6 / (1 + 1)
    assert (found.low.users, found.high.users) == (59, 119)


def test_the_input_that_moves_users_most_comes_first_and_three_are_shown() -> None:
    question = replace(QUESTION, model=ShapedMemory(), target=PackTarget(kills=0.1))
    found = range_of(
        question,
        active=Levels(0.05, 0.10, 0.20),
        correlation=Levels(0.0, 0.0, 0.05),
        session_hours=Levels(0.5, 1.0, 2.0),
        overhead_mib=Levels(15.0, 30.0, 60.0),
        size_error=20.0,
    )
    assert len(found.inputs) == 5
    assert len(found.moves) == 3
    widths = [move.at_high.users - move.at_low.users for move in found.moves]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0
    # An end of the range has every input there at once, so no single one passes it.
    assert found.low.users < min(move.at_low.users for move in found.moves)
    assert found.high.users > max(move.at_high.users for move in found.moves)
    worst = ShapedMemory(
        idle_gib=(0.6, 1.2),
        active_gib=(2.4, 3.6),
        active_share=0.20,
        correlation=0.05,
        session_hours=0.5,
        overhead_mib=60.0,
    )
    assert found.low.users == memory_users(worst, USABLE, kills=0.1)


def test_users_that_were_asked_for_stay_and_their_overflow_has_the_range() -> None:
    question = replace(QUESTION, model=ShapedMemory(), target=PackTarget(users=80))
    found = range_of(question, active=Levels(0.05, 0.10, 0.20), size_error=5.0)
    assert found.low.users == found.high.users == 80
    crowded = ShapedMemory(
        active_share=0.20, idle_gib=(0.525, 1.05), active_gib=(2.1, 3.15)
    )
    assert found.low.overflow == overflow_probability(crowded, 80, USABLE)
    # The share of active users at 20 % is HOSTING's own check: 2.0e-5.
    first = found.moves[0]
    assert first.input.name == "active_share"
    assert first.at_low.overflow == pytest.approx(2.0e-5, rel=0.05)


def test_only_an_assumed_overhead_has_a_range_of_its_own() -> None:
    assert overhead_levels("runc") == (15, 30, 60)
    assert overhead_levels("kata") == (160, 160, 160)
    found = range_of(overhead_mib=None)  # type: ignore[arg-type]
    assert [one.name for one in found.inputs] == ["overhead_mib"]
