"""What the inputs of a packing leave open: low, likely, high, and what moves it most.

An input's low is the one that makes the users on a machine few. At `low` of the range
of users every input is at its low at once, at `high` at its high, as the ranges of
tiers are added up; so the range is wider than a 5-95 % band, and nothing is drawn.

Overflow and kills are those of the packing that was found (or asked for) where the
inputs turn out to be other than likely: they are high where few users would have fit.
"""

from collections.abc import Sequence

from msgspec import Struct, structs

from farebox.hosting.packing.isolation import overhead_levels
from farebox.hosting.packing.memory_shapes import ShapedMemory
from farebox.hosting.packing.pack import (
    PackAnswer,
    PackQuestion,
    counted,
    felt,
    limits_of,
)
from farebox.hosting.uncertainty import Input

SHOWN = 3
SIZE = "size_factor"


class Levels(Struct, frozen=True):
    """A figure of the memory model with what it may be at least and at most."""

    least: float
    likely: float
    most: float


class Felt(Struct, frozen=True):
    """A packing with inputs at some level.

    `users` would fit then; overflow and kills are what the likely packing's users feel,
    kills None where the machine is too full to count them.
    """

    users: int
    overflow: float
    kills_per_user_year: float | None


class Move(Struct, frozen=True):
    """An input, and the packing with it at its low or high, the others likely."""

    input: Input
    at_low: Felt
    at_high: Felt


class PackRange(Struct, frozen=True, kw_only=True):
    """The inputs, the packing with all of them at low and at high, what moves it most."""

    inputs: tuple[Input, ...]
    low: Felt
    high: Felt
    moves: tuple[Move, ...]


def inputs_of(
    question: PackQuestion,
    *,
    active: Levels,
    correlation: Levels,
    session_hours: Levels,
    overhead_mib: Levels | None,
    size_error: float,
) -> tuple[Input, ...]:
    """The inputs of a question that are ranges, `size_error` in percent.

    Without `overhead_mib` the isolation's own range holds. Measured memory has sizes
    and their correlation in it.
    """
    if overhead_mib is None:
        overhead_mib = Levels(*overhead_levels(question.isolation))
    found = [
        _fewest_at_most("active_share", active, "share", "active at the peak hour"),
        _fewest_at_most("overhead_mib", overhead_mib, "MiB", "beside a container"),
    ]
    if question.measured is None:
        error = size_error / 100
        found += [
            _fewest_at_most(
                "correlation", correlation, "rho", "users that turn active together"
            ),
            _fewest_at_most(
                SIZE,
                Levels(1 - error, 1.0, 1 + error),
                "times",
                "idle and active sizes against those that were given",
            ),
            Input(
                name="session_hours",
                low=session_hours.least,
                likely=session_hours.likely,
                high=session_hours.most,
                unit="hours",
                mark="A",
                source="mean active session: shorter ones start more often",
            ),
        ]
    return tuple(one for one in found if one.is_range)


def _fewest_at_most(name: str, levels: Levels, unit: str, source: str) -> Input:
    return Input(
        name=name,
        low=levels.most,
        likely=levels.likely,
        high=levels.least,
        unit=unit,
        mark="A",
        source=source,
    )


def ranged(
    question: PackQuestion, answer: PackAnswer, inputs: Sequence[Input]
) -> PackRange:
    """The range of an answer. Raises ConfigError where an input cannot be."""
    lows, highs = (
        {one.name: one.low for one in inputs},
        {one.name: one.high for one in inputs},
    )
    moves = [
        Move(
            one,
            _felt(question, answer, {one.name: one.low}),
            _felt(question, answer, {one.name: one.high}),
        )
        for one in inputs
    ]
    moving = [move for move in moves if _width(move, answer) > 0]
    moving.sort(key=lambda move: -_width(move, answer))
    return PackRange(
        inputs=tuple(inputs),
        low=_felt(question, answer, lows),
        high=_felt(question, answer, highs),
        moves=tuple(moving[:SHOWN]),
    )


def _width(move: Move, answer: PackAnswer) -> float:
    """How far the result moves: users, or the overflow where users were given."""
    if answer.asked:
        return abs(move.at_high.overflow - move.at_low.overflow)
    return float(abs(move.at_high.users - move.at_low.users))


def _felt(
    question: PackQuestion, answer: PackAnswer, changed: dict[str, float]
) -> Felt:
    """The packing with some inputs changed."""
    other = structs.replace(question, model=_model(question.model, changed))
    users, usable = answer.packing.users, answer.packing.usable_gib
    overflow, kills = felt(other, users, usable)
    return Felt(
        users if answer.asked else min(limits_of(other, usable).values()),
        overflow,
        counted(kills, overflow),
    )


def _model(model: ShapedMemory, changed: dict[str, float]) -> ShapedMemory:
    """The memory model with some inputs changed; a factor is on both sizes."""
    fields = {name: figure for name, figure in changed.items() if name != SIZE}
    factor = changed.get(SIZE, 1.0)
    return structs.replace(
        model,
        **fields,
        idle_gib=(model.idle_gib[0] * factor, model.idle_gib[1] * factor),
        active_gib=(model.active_gib[0] * factor, model.active_gib[1] * factor),
    )
