"""Memory as measured: the file's rules, and packings held against other ways."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from farebox.hosting.errors import ConfigError
from farebox.hosting.packing.capacity import overflow_probability
from farebox.hosting.packing.convolution import active_weights
from farebox.hosting.packing.measured import (
    MeasuredMemory,
    parse_measured,
    read_measured,
)
from farebox.hosting.plan_values import MemoryModel

START = datetime(2026, 11, 1)


def lines(sizes: list[list[float]], unit: str = "gib") -> list[str]:
    """A file's lines: `sizes[container][minute]`."""
    rows = [f"time,container,{unit}"]
    for number, row in enumerate(sizes):
        for minute, size in enumerate(row):
            time = (START + timedelta(minutes=minute)).isoformat()
            rows.append(f"{time},c{number},{size}")
    return rows


def measured(sizes: list[list[float]]) -> MeasuredMemory:
    return parse_measured(lines(sizes), name="memory.csv")


def test_two_sizes_are_a_binomial_tail() -> None:
    # Nine containers of 1 GiB, one of 2: a machine of 20 with 25 GiB overflows when
    # more than 5 of 20 draws are the large one.
    model = measured([[1.0] * 3] * 9 + [[2.0] * 3])
    tail = float(active_weights(20, 0.1, 0.0)[6:].sum())
    assert model.overflow_probability(20, 25) == pytest.approx(tail, rel=1e-6)
    assert model.mean_gib() == pytest.approx(1.1)


def test_the_whole_model_and_its_sample_agree() -> None:
    # Containers at every 1/32 GiB between the paper's bounds, nine idle for each
    # active: the model's distribution on the coarser grid.
    idle = [0.5 + step / 32 for step in range(17)]
    active = [2 + step / 32 for step in range(33)]
    sizes = [[size] * 2 for size in idle * 9 * 33 + active * 17]
    sample = measured(sizes)
    model = MemoryModel(overhead_mib=0)
    for users in (95, 105):
        assert sample.overflow_probability(users, 119.6) == pytest.approx(
            overflow_probability(model, users, 119.6), rel=0.25
        )


def test_a_container_that_grows_over_the_line_is_killed() -> None:
    # Two minutes; both containers go from 1 to 2 GiB. One other user holds 1 GiB in
    # that minute: 2 GiB fit in 2.5 before, 3 do not after. Every minute: 525,600 kills.
    model = measured([[1.0, 2.0], [1.0, 2.0]])
    assert model.kills_per_user_year(2, 2.5) == pytest.approx(525_600)
    assert model.kills_per_user_year(2, 3.5) == 0
    # What shrinks kills nobody.
    assert measured([[2.0, 1.0], [2.0, 1.0]]).kills_per_user_year(2, 2.5) == 0


def test_what_moves_users_together_is_in_the_result() -> None:
    # Ten minutes: all hold 2 GiB in one, 1 GiB in the others. Shuffled in time, so that
    # each minute has one large container of ten, the same sizes overflow far less.
    together = measured([[2.0] + [1.0] * 9] * 10)
    apart = measured(
        [
            [2.0 if minute == number else 1.0 for minute in range(10)]
            for number in range(10)
        ]
    )
    assert together.overflow_probability(20, 30) == pytest.approx(0.1)
    assert apart.overflow_probability(20, 30) < 1e-4


def test_a_simulation_agrees() -> None:
    dice = np.random.default_rng(5)
    sizes = np.round(dice.lognormal(-0.3, 0.5, (30, 4)), 3)
    model = measured(sizes.tolist())
    users, room, machines = 40, 38.0, 100_000
    points = np.ceil(sizes * 32)
    seen = np.mean(
        [
            (
                dice.choice(points[:, minute], (machines, users)).sum(axis=1)
                > room * 32
            ).mean()
            for minute in range(4)
        ]
    )
    expected = model.overflow_probability(users, room)
    assert 0.001 < expected < 0.5
    assert float(seen) == pytest.approx(expected, abs=3 * (expected / machines) ** 0.5)


def test_only_the_busiest_hour_counts() -> None:
    # Two hours: 1 GiB, then 2 GiB.
    model = measured([[1.0] * 60 + [2.0] * 60] * 2)
    assert model.minutes == 60
    assert model.starts == START + timedelta(minutes=60)
    assert model.mean_gib() == 2


def test_containers_may_come_and_go_without_a_gap() -> None:
    rows = lines([[1.0] * 4, [1.0] * 4])
    late = [f"{(START + timedelta(minutes=m)).isoformat()},late,3" for m in (2, 3)]
    model = parse_measured(rows + late, name="memory.csv")
    # 5 GiB / 3 in two minutes, 1 GiB in the other two
    assert model.mean_gib() == pytest.approx((1 + 1 + 1 + 1 + 5 + 5) / 10)


def test_users_meet_the_target_and_one_more_does_not() -> None:
    dice = np.random.default_rng(3)
    model = measured(np.round(dice.uniform(0.5, 1.5, (25, 30)), 3).tolist())
    users = model.users(100, kills=None, overflow=1e-4)
    assert model.overflow_probability(users, 100) <= 1e-4
    assert model.overflow_probability(users + 1, 100) > 1e-4
    fewer = model.users(100, kills=0.1, overflow=1e-4)
    assert fewer <= users
    assert model.kills_per_user_year(fewer, 100) <= 0.1
    assert model.with_overhead(200).users(100, kills=None, overflow=1e-4) < users


def test_units_zones_and_seconds_are_read() -> None:
    mib = parse_measured(lines([[1024.0, 1024.0]] * 2, "mib"), name="m.csv")
    assert mib.mean_gib() == 1
    rows = [
        "time,container,bytes",
        "2026-11-01T00:00:59Z,a,1073741824",
        "2026-11-01T01:01:03+01:00,a,1073741824",
        "2026-11-01T00:00,b,1073741824",
        "2026-11-01T00:01,b,1073741824",
        "",
    ]
    assert parse_measured(rows, name="m.csv").mean_gib() == 1


GAP = [
    "time,container,gib",
    "2026-11-01T10:00,a,1",
    "2026-11-01T10:01,a,1",
    "2026-11-01T10:04,a,1",
    "2026-11-01T10:00,b,1",
    "2026-11-01T10:01,b,1",
]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (GAP, "container 'a' has a gap of 2 minutes after 2026-11-01T10:01"),
        (["time,container,gb"], "the columns must be time,container,gib"),
        ([], "the columns must be time,container,gib"),
        (GAP[:1], "at least two containers"),
        (GAP[:3], "at least two containers"),
        ([GAP[0], GAP[1], GAP[1]], "memory.csv:3: container 'a' is here twice"),
        ([GAP[0], "2026-11-01T10:00,a"], "memory.csv:2: 2 cells"),
        ([GAP[0], "yesterday,a,1"], "'yesterday' is no time"),
        ([GAP[0], "2026-11-01T10:00,a,-1"], "'-1' is no memory of 0 or more"),
        ([GAP[0], "2026-11-01T10:00,a,nan"], "'nan' is no memory"),
        ([GAP[0], "2026-11-01T10:00,a,much"], "'much' is no memory"),
        (
            [*GAP[:3], "1970-11-01T10:00,b,1", "1970-11-01T10:01,b,1"],
            "lie 20,454 days apart",
        ),
    ],
)
def test_a_wrong_file_is_one_clear_sentence(rows: list[str], said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_measured(rows, name="memory.csv")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "memory.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read as text"):
        read_measured(file)
    file.write_text("\ufefftime,container,gib\n" + "\n".join(GAP[1:3] + GAP[4:]))
    assert read_measured(file).containers == 2
