"""How many users fit on a machine: memory, kills and CPU.

A user's container is idle with probability 1 - p and active with p; each state has
its own distribution of memory. The machine overflows when the users together hold
more than it can use. Conditional on k active users the sum of their memory is a
convolution, which is taken by FFT on a grid of 1/64 GiB; the number of active users
is binomial, or beta-binomial when users act together. Nothing is simulated or
approximated by a normal distribution: results are exact on the grid, which rounds
memory up, down to a floor of about 1e-14. docs/hosting.md has the formulas and what they leave out.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil, floor, inf, log, sqrt
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from farebox.hosting.errors import ConfigError
from farebox.hosting.plan_values import MemoryModel

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

GRID_PER_GIB = 64
HOURS_PER_YEAR = 8760

KERNEL_SHARE = 0.02
"""Share of memory that kernel and firmware keep (docs/hosting.md, recalled)."""
OS_GIB = 2.0
"""GiB for the operating system, the container runtime and agents (assumed)."""
PAGE_CACHE_SHARE = 0.03
"""Share of memory that the page cache needs to work (assumed), at least 2 GiB."""
PAGE_CACHE_MIN_GIB = 2.0

RARE_OVERFLOW = 0.01
"""Kills are counted as single events, which holds while overflow is rare: no packing
that is found from a kill target overflows in more than this share of the time."""

_NEGLIGIBLE = 38.0
"""exp(-38) = 3e-17: a tail below the grid's own rounding."""


class Packing(Struct, frozen=True, kw_only=True):
    """How many users a machine takes, and which limit says so.

    `limits` holds the users that each limit alone would allow; `binding` is the
    smallest. `overflow` is the probability at the peak hour that the users hold more
    than `usable_gib`; `kills_per_user_year` what a user then feels.
    """

    users: int
    binding: str
    limits: dict[str, int]
    usable_gib: float
    overflow: float
    kills_per_user_year: float


def usable_gib(memory_gib: float) -> float:
    """GiB that containers can hold on a machine: less kernel, system, page cache."""
    cache = max(PAGE_CACHE_MIN_GIB, PAGE_CACHE_SHARE * memory_gib)
    return memory_gib * (1 - KERNEL_SHARE) - OS_GIB - cache


def peak_active_share(hours_active_per_day: float, peak_factor: float) -> float:
    """Share of users active in the peak hour: hours/24 x factor (2-3), at most 1."""
    return min(1.0, hours_active_per_day / 24 * peak_factor)


def mean_gib(model: MemoryModel) -> float:
    """GiB that one user takes on average at the peak hour, overhead included."""
    p = model.active_share
    idle = sum(model.idle_gib) / 2
    active = sum(model.active_gib) / 2
    return (1 - p) * idle + p * active + model.overhead_mib / 1024


def overflow_probability(model: MemoryModel, users: int, usable: float) -> float:
    """P(the users of one machine together hold more than `usable` GiB).

    Raises ConfigError when the model is not a distribution.
    """
    checked(model)
    if users <= 0:
        return 0.0
    weights = _active_weights(users, model.active_share, model.correlation)
    if _is_two_point(model):
        return _clip(float(weights[_most_active(model, users, usable) + 1 :].sum()))
    idle, active = _on_grid(model.idle_gib), _on_grid(model.active_gib)
    band = _Band(idle, active, users, _room(model, users, usable), margin=0)
    above = float(weights[band.last + 1 :].sum())
    if band.first > band.last:
        return _clip(above)
    mixture = band.mixture(weights)
    return _clip(above + float(mixture[band.half + 1 :].sum()))


def kills_per_user_year(model: MemoryModel, users: int, usable: float) -> float:
    """How often in a year a user's container is killed for want of memory.

    A kill happens when an idle user of a machine that still fits turns active and it
    no longer fits: 8760/D x P(the user turns active, and that crosses the line). For
    two fixed sizes that is 8760/n x P(K = k*) (n - k*) p / ((1 - p) D).
    Raises ConfigError when the model is not a distribution.
    """
    checked(model)
    if users <= 0 or model.active_share == 0:
        return 0.0
    sessions = HOURS_PER_YEAR / model.session_hours
    joint = _joint_weights(users, model.active_share, model.correlation)
    if _is_two_point(model):
        k = _most_active(model, users, usable)
        return sessions * float(joint[k]) if 0 <= k < users else 0.0
    idle, active = _on_grid(model.idle_gib), _on_grid(model.active_gib)
    widest = max(idle[0] + len(idle[1]), active[0] + len(active[1]))
    room = _room(model, users, usable)
    band = _Band(idle, active, users - 1, room, margin=widest)
    if band.first > band.last:
        return 0.0
    others = band.mixture(joint)
    # Room left by the others, from none to as much as a user can ever take.
    left = others[band.half - widest : band.half + 1][::-1]
    fitted, fits = _cumulative(idle, widest), _cumulative(active, widest)
    return sessions * max(0.0, float(left @ (fitted * (1 - fits))))


def cpu_users(model: MemoryModel, vcpus: int) -> int:
    """Users whose work fits `cpu_share` of the vCPUs on average at the peak hour."""
    p = model.active_share
    each = p * model.active_cores + (1 - p) * model.idle_cores
    return floor(vcpus * model.cpu_share / each + 1e-9) if each > 0 else 10**9


def memory_users(
    model: MemoryModel,
    usable: float,
    *,
    kills: float | None = None,
    overflow: float | None = None,
) -> int:
    """The largest number of users that meets a kill target, an overflow eps or both.

    `kills` is per user-year, `overflow` a probability; with neither, the model's own
    kill target holds. Raises ConfigError on a target that cannot be.
    """
    checked(model)
    if kills is None and overflow is None:
        kills = model.kills_per_user_year
    if kills is not None and kills <= 0:
        raise ConfigError(f"a kill target must be more than 0, not {kills:g}")
    if overflow is not None and not 0 < overflow < 1:
        raise ConfigError(f"an overflow must lie between 0 and 1, not {overflow:g}")
    ceiling = min(RARE_OVERFLOW if kills is not None else 1.0, overflow or 1.0)

    def excess(users: int) -> float:
        """log of how far a target is missed; 0 or less where all targets are met."""
        missed = -inf
        if kills is not None:
            felt = kills_per_user_year(model, users, usable)
            missed = log(max(felt, 1e-30) / kills)
        if missed <= 0:
            chance = overflow_probability(model, users, usable)
            missed = max(missed, log(max(chance, 1e-30) / ceiling))
        return missed

    # No packing fits whose smallest possible memory is more than the machine has.
    smallest = min(model.idle_gib[0], model.active_gib[0]) + model.overhead_mib / 1024
    most = floor(usable / smallest + 1e-9) if usable > 0 else 0
    return largest_without(excess, near=_normal_guess(model, usable), most=most)


def users_per_vm(
    model: MemoryModel,
    *,
    memory_gib: float,
    vcpus: int,
    other_limits: dict[str, int] | None = None,
    kills: float | None = None,
    overflow: float | None = None,
) -> Packing:
    """The most users on a machine of this size, and the limit that binds.

    `other_limits` are users that attachments, EBS bandwidth, IOPS or addresses allow.
    """
    usable = usable_gib(memory_gib)
    limits = {
        "memory": memory_users(model, usable, kills=kills, overflow=overflow),
        "cpu": cpu_users(model, vcpus),
        **(other_limits or {}),
    }
    binding = min(limits, key=lambda name: limits[name])
    return packing_of(model, limits[binding], usable, binding=binding, limits=limits)


def packing_of(
    model: MemoryModel,
    users: int,
    usable: float,
    *,
    binding: str,
    limits: dict[str, int],
) -> Packing:
    """A packing of a given number of users, with its overflow and kills."""
    return Packing(
        users=users,
        binding=binding,
        limits=limits,
        usable_gib=usable,
        overflow=overflow_probability(model, users, usable),
        kills_per_user_year=kills_per_user_year(model, users, usable),
    )


def largest_without(excess: Callable[[int], float], *, near: int, most: int) -> int:
    """The largest n in 0..most whose `excess` is 0 or less; it must cross 0 once.

    It starts at `near` and follows the slope, which is almost straight for the log of
    a probability, inside a bracket that always shrinks.
    """
    low, high = 0, most + 1
    below: tuple[int, float] | None = None
    above: tuple[int, float] | None = None
    probe, turn = min(max(near, 1), most), 0
    while high - low > 1:
        value = excess(probe)
        if value <= 0:
            low, below = probe, (probe, value)
        else:
            high, above = probe, (probe, value)
        turn += 1
        if below and above and turn < 8:
            slope = (above[1] - below[1]) / (above[0] - below[0])
            guess = below[0] + floor(-below[1] / slope)
            probe = guess if guess > low else low + 1
        elif below and above:
            probe = (low + high) // 2
        else:
            # One side only: step on, twice as far each time.
            step = 2 ** (turn + 1)
            probe = probe + step if below else probe - step
        probe = min(max(probe, low + 1), high - 1)
    return low


def checked(model: MemoryModel) -> MemoryModel:
    """The model itself; raises ConfigError when it is not a distribution."""
    for name in ("idle_gib", "active_gib"):
        low, high = getattr(model, name)
        if not 0 < low <= high < inf:
            raise ConfigError(
                f"memory.{name} is [{low:g}, {high:g}]; it must be two sizes in GiB,"
                " the smaller first, both more than 0"
            )
    for name, value, top in (
        ("active_share", model.active_share, 1.0),
        ("correlation", model.correlation, 0.99),
    ):
        if not 0 <= value <= top:
            raise ConfigError(
                f"memory.{name} is {value:g}; it must lie between 0 and {top:g}"
            )
    if not 0 <= model.overhead_mib < inf:
        raise ConfigError(
            f"memory.overhead_mib is {model.overhead_mib:g}; it must be 0 or more MiB"
        )
    if sum(model.active_gib) < sum(model.idle_gib):
        raise ConfigError(
            "memory.active_gib is smaller than memory.idle_gib on average;"
            " an active user must hold at least what an idle one does"
        )
    for name in ("session_hours", "kills_per_user_year", "cpu_share"):
        if not 0 < getattr(model, name) < inf:
            raise ConfigError(
                f"memory.{name} is {getattr(model, name):g}; it must be more than 0"
            )
    for name in ("active_cores", "idle_cores"):
        if not 0 <= getattr(model, name) < inf:
            raise ConfigError(
                f"memory.{name} is {getattr(model, name):g}; it must be 0 or more"
            )
    return model


# --- how many are active ------------------------------------------------------


def _active_weights(users: int, share: float, correlation: float) -> "Array":
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


def _joint_weights(users: int, share: float, correlation: float) -> "Array":
    """P(one given user is active and k of the others are) for k = 0..users - 1."""
    import numpy as np

    k = np.arange(1, users + 1)
    return np.asarray(_active_weights(users, share, correlation)[1:] * k / users)


def _rising(start: float, count: int) -> "Array":
    """log of start (start + 1) ... (start + k - 1) for k = 0..count."""
    import numpy as np

    return np.concatenate(([0.0], np.cumsum(np.log(start + np.arange(count)))))


def _is_two_point(model: MemoryModel) -> bool:
    fixed = all(low == high for low, high in (model.idle_gib, model.active_gib))
    return fixed and model.active_gib[0] > model.idle_gib[0]


def _most_active(model: MemoryModel, users: int, usable: float) -> int:
    """k*: the most active users that fit; -1 when not even all idle do."""
    idle, active = model.idle_gib[0], model.active_gib[0]
    room = usable - users * (idle + model.overhead_mib / 1024)
    k = floor(room / (active - idle) + 1e-9)
    return max(-1, min(k, users))


# --- how much they hold -------------------------------------------------------

_Pmf = tuple[int, Any]
"""A distribution on the grid: its first point, and the mass of each from there."""


@lru_cache(maxsize=64)
def _on_grid(bounds: tuple[float, float]) -> _Pmf:
    """The points from one bound to the other, all as likely; one where they are equal."""
    import numpy as np

    # Bounds and overhead are rounded up to the grid, so a packing errs on the safe side.
    first, last = (ceil(bound * GRID_PER_GIB - 1e-9) for bound in bounds)
    count = last - first + 1
    return first, np.full(count, 1 / count)


def _room(model: MemoryModel, users: int, usable: float) -> int:
    """Grid points that are left for the users' own memory, beside the overhead."""
    overhead = ceil(model.overhead_mib / 1024 * GRID_PER_GIB - 1e-9)
    return floor(usable * GRID_PER_GIB + 1e-9) - users * overhead


def _cumulative(pmf: _Pmf, most: int) -> "Array":
    """P(memory <= r grid points) for r = 0..most."""
    import numpy as np

    first, mass = pmf
    density = np.zeros(max(most + 1, first + len(mass)))
    density[first : first + len(mass)] = mass
    return np.asarray(np.minimum(1.0, np.cumsum(density)[: most + 1]))


class _Band:
    """The numbers of active users for which it is open whether a limit is passed.

    A sum of uniform sizes has tails no heavier than the normal distribution of the same
    variance, P(off by t) <= 2 exp(-t^2 / 2 var), so outside the band less than 1e-16 is
    in doubt. Inside, the sum's distribution is wanted only within `half` grid points of
    the limit: the FFT works modulo that window and stays small on the largest machines.
    """

    def __init__(
        self, idle: _Pmf, active: _Pmf, users: int, limit: int, *, margin: int
    ) -> None:
        import numpy as np

        self.idle, self.active, self.users, self.limit = idle, active, users, limit
        means = [
            first + float(np.arange(len(mass)) @ mass) for first, mass in (idle, active)
        ]
        variances = [(len(mass) ** 2 - 1) / 12 for _, mass in (idle, active)]
        k = np.arange(users + 1)
        away = means[0] * (users - k) + means[1] * k - limit
        variance = variances[0] * (users - k) + variances[1] * k
        reach = np.sqrt(2 * _NEGLIGIBLE * variance) + margin + 1
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

        size = _fft_size(2 * self.half + 1)
        idle, active = (_spectrum(pmf, size) for pmf in (self.idle, self.active))
        total = np.zeros(len(idle), dtype=complex)
        idle_power = np.ones(len(idle), dtype=complex)
        for k in range(self.last, self.first - 1, -1):
            total = total * active + weights[k] * idle_power
            idle_power = idle_power * idle
        total *= active**self.first * idle ** (self.users - self.last)
        around = np.fft.irfft(total, size)
        start = (self.limit - self.half) % size
        return np.asarray(np.roll(around, -start))


def _fft_size(points: int) -> int:
    """A size at which FFT is fast: the next 2^a or 3 x 2^a."""
    size = 1 << (points - 1).bit_length()
    return size * 3 // 4 if size * 3 // 4 >= points and size >= 4 else size


def _spectrum(pmf: _Pmf, size: int) -> Any:
    """The FFT of one user's distribution, folded modulo `size`."""
    import numpy as np

    first, mass = pmf
    folded = np.zeros(size)
    np.add.at(folded, (first + np.arange(len(mass))) % size, mass)
    return np.fft.rfft(folded)


def _normal_guess(model: MemoryModel, usable: float) -> int:
    """Where to start the search: the mean and 3.6 standard deviations fit."""
    p = model.active_share
    (a, b), (c, d) = model.idle_gib, model.active_gib
    step = (c + d - a - b) / 2
    inner = ((1 - p) * (b - a) ** 2 + p * (d - c) ** 2) / 12
    users = max(1.0, usable / mean_gib(model))
    for _ in range(4):
        shared = p * (1 - p) * step**2 * (1 + (users - 1) * model.correlation)
        spare = 3.6 * sqrt(users * (inner + shared))
        users = max(1.0, (usable - spare) / mean_gib(model))
    return floor(users)


def _clip(probability: float) -> float:
    return min(1.0, max(0.0, probability))
