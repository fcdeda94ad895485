"""How much memory one user holds: fixed, uniform or lognormal sizes, and sleepers.

`capacity` and `convolution` work with distributions on a grid; this module makes them
from a memory model. Tiers use MemoryModel; `fare host pack` may ask for more shapes.
"""

from functools import lru_cache
from math import ceil, erf, exp, log, sqrt

from msgspec import structs

from farebox.hosting.packing.convolution import GRID_PER_GIB, Pmf, on_grid
from farebox.hosting.plan_values import MemoryModel

LOGNORMAL_TAIL = 1e-6
"""A lognormal size ends where only this share lies above: containers have a limit."""
LOGNORMAL_REACH = 4.753424308822899
"""Standard deviations above which a normal distribution has that share."""


class ShapedMemory(MemoryModel, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A memory model whose sizes may be lognormal, and whose idle users may sleep.

    Where `idle_sigma` (or `active_sigma`) is more than 0, the size is lognormal:
    `idle_gib` holds its median twice, and sigma is the standard deviation of its
    logarithm. `asleep_share` of the idle users hold nothing but the overhead.
    """

    idle_sigma: float = 0.0
    active_sigma: float = 0.0
    asleep_share: float = 0.0


def distributions(model: MemoryModel) -> tuple[Pmf, Pmf]:
    """What an idle and an active user hold, on the grid, without the overhead."""
    if not isinstance(model, ShapedMemory):
        return on_grid(model.idle_gib), on_grid(model.active_gib)
    return (
        with_sleepers(_of(model.idle_gib, model.idle_sigma), model.asleep_share),
        _of(model.active_gib, model.active_sigma),
    )


def is_two_point(model: MemoryModel) -> bool:
    """Whether idle and active memory are two fixed sizes: then no grid is needed."""
    if isinstance(model, ShapedMemory) and (
        model.idle_sigma or model.active_sigma or model.asleep_share
    ):
        return False
    fixed = all(low == high for low, high in (model.idle_gib, model.active_gib))
    return fixed and model.active_gib[0] > model.idle_gib[0]


def mean_gib(model: MemoryModel) -> float:
    """GiB that one user takes on average at the peak hour, overhead included."""
    p = model.active_share
    idle, active = sum(model.idle_gib) / 2, sum(model.active_gib) / 2
    if isinstance(model, ShapedMemory):
        # The mean of a lognormal size is median x exp(sigma^2 / 2).
        idle *= exp(model.idle_sigma**2 / 2) * (1 - model.asleep_share)
        active *= exp(model.active_sigma**2 / 2)
    return (1 - p) * idle + p * active + model.overhead_mib / 1024


def smallest_gib(model: MemoryModel) -> float:
    """The least that a user can hold, overhead included; more than 0."""
    first = min(pmf[0] for pmf in distributions(model))
    bounds = min(model.idle_gib[0], model.active_gib[0])
    least = bounds if is_two_point(model) else first / GRID_PER_GIB
    # Sizes are rounded up to the grid, so a user counts a point less than its bound.
    least = min(least, bounds) + model.overhead_mib / 1024
    return max(least, 1 / GRID_PER_GIB)


def compressed(model: ShapedMemory, *, cold: float, ratio: float) -> ShapedMemory:
    """The model with `cold` of what idle users hold kept at 1 / `ratio` of its size."""
    kept = 1 - cold + cold / ratio
    low, high = model.idle_gib
    return structs.replace(model, idle_gib=(low * kept, high * kept))


def asleep(model: ShapedMemory, *, share: float) -> ShapedMemory:
    """The model with a share of the idle users written to disk."""
    return structs.replace(model, asleep_share=share)


def with_sleepers(pmf: Pmf, share: float) -> Pmf:
    """The distribution where `share` of the users hold nothing."""
    import numpy as np

    if share == 0:
        return pmf
    first, mass = pmf
    mixed = np.zeros(first + len(mass))
    mixed[first:] = mass * (1 - share)
    mixed[0] += share
    return 0, mixed


def _of(bounds: tuple[float, float], sigma: float) -> Pmf:
    return lognormal(bounds[0], sigma) if sigma else on_grid(bounds)


@lru_cache(maxsize=64)
def lognormal(median_gib: float, sigma: float) -> Pmf:
    """A lognormal size on the grid, rounded up, its last millionth at the end."""
    import numpy as np

    most = median_gib * exp(sigma * LOGNORMAL_REACH)
    last = max(1, ceil(most * GRID_PER_GIB))
    upper = [
        (1 + erf(log(point / GRID_PER_GIB / median_gib) / (sigma * sqrt(2)))) / 2
        for point in range(1, last)
    ]
    mass = np.diff(np.array([0.0, *upper, 1.0]))
    first = int(np.argmax(mass > 0))
    return first + 1, mass[first:]
