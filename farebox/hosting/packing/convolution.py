"""The sum of many users' memory on a grid, exactly: weights, distributions, FFT.

`capacity` asks the questions; this module has the arithmetic. numpy is imported where
it is used, so that a command without a packing starts without it.
"""

from functools import lru_cache
from math import ceil, floor, log, sqrt
from typing import TYPE_CHECKING, Any

from farebox.hosting.plan_values import MemoryModel

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

GRID_PER_GIB = 64
NEGLIGIBLE = 38.0
"""exp(-38) = 3e-17: a tail below the grid's own rounding."""


def active_weights(users: int, share: float, correlation: float) -> "Array":
    """P(K = k) for k = 0..users: binomial, or beta-binomial with this rho."""
    import numpy as np

    if share in (0.0, 1.0):
        weights = np.zeros(users + 1)
        weights[users if share else 0] = 1.0
        return weights
    k = np.arange(users + 1)
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, users + 1)))))
    choose = logs[users] - logs - logs[::-1]
    if correlation == 0:
        return np.asarray(np.exp(choose + k * log(share) + k[::-1] * log(1 - share)))
    spread = 1 / correlation - 1
    ones = _rising(share * spread, users)
    zeros = _rising((1 - share) * spread, users)
    both = _rising(spread, users)
    return np.asarray(np.exp(choose + ones + zeros[::-1] - both[users]))


def joint_weights(users: int, share: float, correlation: float) -> "Array":
    """P(one given user is active and k of the others are) for k = 0..users - 1."""
    import numpy as np

    k = np.arange(1, users + 1)
    return np.asarray(active_weights(users, share, correlation)[1:] * k / users)


def _rising(start: float, count: int) -> "Array":
    """log of start (start + 1) ... (start + k - 1) for k = 0..count."""
    import numpy as np

    return np.concatenate(([0.0], np.cumsum(np.log(start + np.arange(count)))))


def most_active(model: MemoryModel, users: int, usable: float) -> int:
    """k*: the most active users that fit; -1 when not even all idle do."""
    idle, active = model.idle_gib[0], model.active_gib[0]
    room = usable - users * (idle + model.overhead_mib / 1024)
    k = floor(room / (active - idle) + 1e-9)
    return max(-1, min(k, users))


Pmf = tuple[int, Any]
"""A distribution on the grid: its first point, and the mass of each from there."""


@lru_cache(maxsize=64)
def on_grid(bounds: tuple[float, float]) -> Pmf:
    """The points from one bound to the other, all as likely; one where they are equal."""
    import numpy as np

    # Bounds and overhead are rounded up to the grid, so a packing errs on the safe side.
    first, last = (ceil(bound * GRID_PER_GIB - 1e-9) for bound in bounds)
    count = last - first + 1
    return first, np.full(count, 1 / count)


def room_on_grid(model: MemoryModel, users: int, usable: float) -> int:
    """Grid points that are left for the users' own memory, beside the overhead."""
    overhead = ceil(model.overhead_mib / 1024 * GRID_PER_GIB - 1e-9)
    return floor(usable * GRID_PER_GIB + 1e-9) - users * overhead


def cumulative(pmf: Pmf, most: int) -> "Array":
    """P(memory <= r grid points) for r = 0..most."""
    import numpy as np

    first, mass = pmf
    density = np.zeros(max(most + 1, first + len(mass)))
    density[first : first + len(mass)] = mass
    return np.asarray(np.minimum(1.0, np.cumsum(density)[: most + 1]))


class Band:
    """The numbers of active users for which it is open whether a limit is passed.

    A sum of uniform sizes has tails no heavier than the normal distribution of the same
    variance, P(off by t) <= 2 exp(-t^2 / 2 var); for other sizes that are at most b off
    their mean, Bernstein's 2 exp(-t^2 / (2 var + 2 b t / 3)) holds. So outside the band
    less than 1e-16 is in doubt. Inside, the sum's distribution is wanted only within
    `half` grid points of the limit: the FFT works modulo that window and stays small on
    the largest machines.
    """

    def __init__(
        self, idle: Pmf, active: Pmf, users: int, limit: int, *, margin: int
    ) -> None:
        import numpy as np

        self.idle, self.active, self.users, self.limit = idle, active, users, limit
        means, variances, widths = zip(*map(_moments, (idle, active)), strict=True)
        k = np.arange(users + 1)
        away = means[0] * (users - k) + means[1] * k - limit
        variance = variances[0] * (users - k) + variances[1] * k
        heavy = max(widths) * NEGLIGIBLE / 3
        reach = heavy + np.sqrt(heavy**2 + 2 * NEGLIGIBLE * variance) + margin + 1
        inside = np.flatnonzero(np.abs(away) <= reach)
        if len(inside):
            self.first, self.last = int(inside[0]), int(inside[-1])
            self.half = 2 * ceil(float(reach[self.first : self.last + 1].max()))
        else:
            self.last = int(np.count_nonzero(away < 0)) - 1
            self.first, self.half = self.last + 1, 0

    def mixture(self, weights: "Array") -> "Array":
        """sum over the band of weights[k] P(sum = s | k), from s = limit - half on."""
        import numpy as np

        size = fft_size(2 * self.half + 1)
        idle, active = (_spectrum(pmf, size) for pmf in (self.idle, self.active))
        total = np.zeros(len(idle), dtype=complex)
        idle_power = np.ones(len(idle), dtype=complex)
        term = np.empty(len(idle), dtype=complex)
        # In place: new arrays for each k would cost more than the arithmetic.
        for k in range(self.last, self.first - 1, -1):
            np.multiply(idle_power, weights[k], out=term)
            total *= active
            total += term
            idle_power *= idle
        total *= power(active, self.first)
        total *= power(idle, self.users - self.last)
        around = np.fft.irfft(total, size)
        start = (self.limit - self.half) % size
        return np.asarray(np.roll(around, -start))


class Sum:
    """What like, independent users hold together, near a limit in grid points.

    By Bernstein's bound, as in `Band`, less than exp(-negligible) lies outside the
    window that the FFT works modulo; `most` is the largest size that will be asked for.
    """

    def __init__(
        self,
        pmf: Pmf,
        users: int,
        limit: int,
        *,
        most: int,
        negligible: float = NEGLIGIBLE,
    ) -> None:
        import numpy as np

        self.most = most
        mean, variance, b = _moments(pmf)
        heavy = b * negligible / 3
        reach = heavy + sqrt(heavy**2 + 2 * negligible * variance * users)
        away = mean * users - limit
        self.known: float | None = None
        if away > reach:
            self.known = 0.0
        elif away < -reach - most:
            self.known = 1.0
        else:
            self.half = 2 * ceil(reach) + most + 1
            size = fft_size(2 * self.half + 1)
            around = np.fft.irfft(power(_spectrum(pmf, size), users), size)
            around = np.roll(np.maximum(around, 0.0), self.half - limit)
            self.below = np.minimum(1.0, np.cumsum(around))

    def leaves(self, points: "Array") -> "Array":
        """P(the sum leaves room for one more of each of these sizes, 0 to `most`)."""
        import numpy as np

        if self.known is not None:
            return np.full(len(points), self.known)
        return np.asarray(self.below[self.half - points.astype(int)])

    def above(self) -> float:
        """P(the sum is more than the limit)."""
        import numpy as np

        return 1 - float(self.leaves(np.zeros(1))[0])

    def left(self) -> "Array":
        """P(exactly r grid points are left) for r = 0..most - 1."""
        import numpy as np

        return np.asarray(-np.diff(self.leaves(np.arange(self.most + 1.0))))


def mixed(idle: Pmf, active: Pmf, share: float) -> Pmf:
    """What a user holds that is active with probability `share`."""
    import numpy as np

    first = min(idle[0], active[0])
    last = max(pmf[0] + len(pmf[1]) for pmf in (idle, active))
    mass = np.zeros(last - first)
    for weight, (start, part) in ((1 - share, idle), (share, active)):
        mass[start - first : start - first + len(part)] += weight * part
    return first, mass


def is_uniform(pmf: Pmf) -> bool:
    """Whether all points of the distribution are as likely."""
    return float(pmf[1].max() - pmf[1].min()) < 1e-15


def _moments(pmf: Pmf) -> tuple[float, float, float]:
    """Mean, variance, and b: how far off its mean a size can be, 0 for uniform ones."""
    import numpy as np

    first, mass = pmf
    points = np.arange(len(mass))
    mean = float(points @ mass)
    b = 0.0 if is_uniform(pmf) else max(mean, len(mass) - 1 - mean)
    return first + mean, float(points**2 @ mass) - mean**2, b


def power(spectrum: Any, exponent: int) -> Any:
    """The spectrum to a whole power, by squaring: faster than a complex power."""
    import numpy as np

    result = np.ones_like(spectrum)
    while exponent:
        if exponent & 1:
            result = result * spectrum
        exponent >>= 1
        if exponent:
            spectrum = spectrum * spectrum
    return result


def fft_size(points: int) -> int:
    """A size at which FFT is fast: the next 2^a or 3 x 2^a."""
    size = 1 << (points - 1).bit_length()
    return size * 3 // 4 if size * 3 // 4 >= points and size >= 4 else size


def _spectrum(pmf: Pmf, size: int) -> Any:
    """The FFT of one user's distribution, folded modulo `size`."""
    import numpy as np

    first, mass = pmf
    folded = np.zeros(size)
    np.add.at(folded, (first + np.arange(len(mass))) % size, mass)
    return np.fft.rfft(folded)
