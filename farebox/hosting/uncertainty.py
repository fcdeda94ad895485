"""Results with a range: inputs at three levels, seeded draws, 5-50-95 %, tornado.

An input is known at three levels: low, likely and high, where low is the one that makes
the result small. A draw gives each input a position between -1 (low) and 1 (high),
triangular around 0 (likely), so that likely is the median of every input. Positions
depend on the seed and on the input's name only: an input that two options share is drawn
once for both, and one input more leaves the draws of the others as they were.

A model runs once, on columns: the first has every input at likely, then come two for
each input with that one at low and at high, then the draws. So one run gives the likely
result, what each input moves, and the band.
"""

from collections.abc import Iterable
from functools import cached_property
from math import inf, isfinite, log
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

DRAWS = 10_000
"""Draws of a study: the ends of a 5-95 % band then move by about 1 % with the seed."""
SEED = 20261123
"""The seed where none is asked for."""

Figure = Any
"""A float, or an array of floats with one for each column."""


class Input(Struct, frozen=True, kw_only=True):
    """A figure of a model at three levels, in `unit`; `low` makes the result small.

    `mark` says how good it is: S has a source, R is recalled, A is an assumption.
    `as_of` is the day (or the year) on which a sourced figure was true.
    """

    name: str
    low: float
    likely: float
    high: float
    unit: str
    mark: str
    source: str
    as_of: str = ""

    @property
    def is_range(self) -> bool:
        """Whether the levels differ."""
        return not self.low == self.likely == self.high

    def at(self, position: Figure) -> Figure:
        """The figure at a position from -1 (low) over 0 (likely) to 1 (high)."""
        return between(self.low, self.likely, self.high, position)


class Band(Struct, frozen=True):
    """A result as its 5 %, likely, and 95 % figure; `median` is the 50 % figure.

    `likely` is the result of the likely inputs. Where it lies outside of the draws'
    5 and 95 %, the band reaches to it, so that low <= likely <= high always holds. A
    figure is infinite where there is none.
    """

    low: float
    likely: float
    high: float
    median: float


class Swing(Struct, frozen=True):
    """What a result becomes with one input at its low or high, the others likely."""

    name: str
    at_low: float
    at_high: float

    @property
    def size(self) -> float:
        """How far the two ends lie apart, as the log of their ratio."""
        low, high = self.at_low, self.at_high
        if low == high:
            return 0.0
        if not (isfinite(low) and isfinite(high)) or min(low, high) <= 0:
            return inf
        return abs(log(high / low))


class Columns:
    """The positions of inputs in each column of a run, by the inputs' names.

    `positions[name]` is the array to give to `Input.at`; `band` and `swings` read what
    a model made of the columns. The same seed gives the same columns.
    """

    def __init__(self, names: Iterable[str], *, seed: int, draws: int) -> None:
        self.names = tuple(names)
        self.seed = seed
        self.draws = draws

    def __len__(self) -> int:
        return 1 + 2 * len(self.names) + self.draws

    @cached_property
    def positions(self) -> dict[str, "Array"]:
        """-1 to 1 for every column, by name."""
        import numpy as np

        made = {}
        for place, name in enumerate(self.names):
            column = np.zeros(len(self))
            column[1 + 2 * place : 3 + 2 * place] = (-1.0, 1.0)
            source = np.random.default_rng([self.seed, *name.encode()])
            column[len(self) - self.draws :] = source.triangular(
                -1.0, 0.0, 1.0, self.draws
            )
            made[name] = column
        return made

    def band(self, result: "Array") -> Band:
        """The band of a result, infinite figures included."""
        import numpy as np

        likely = float(result[0])
        if not self.draws:
            return Band(likely, likely, likely, likely)
        drawn = result[len(self) - self.draws :]
        # A figure that was drawn, not one between two: infinity has no neighbour.
        low, median, high = np.percentile(drawn, (5, 50, 95), method="inverted_cdf")
        return Band(
            min(float(low), likely), likely, max(float(high), likely), float(median)
        )

    def swings(self, result: "Array") -> list[Swing]:
        """The inputs that move the result, the one that moves it most first."""
        ends = result[1 : 1 + 2 * len(self.names)].reshape(-1, 2)
        found = [
            Swing(name, float(low), float(high))
            for name, (low, high) in zip(self.names, ends, strict=True)
        ]
        moving = [swing for swing in found if swing.size > 0]
        return sorted(moving, key=lambda swing: (-swing.size, swing.name))


def between(low: Figure, likely: Figure, high: Figure, position: Figure) -> Figure:
    """The figure at a position, straight from likely to low and from likely to high."""
    size = abs(position)
    up, down = (size + position) / 2, (size - position) / 2
    return likely + up * (high - likely) + down * (low - likely)
