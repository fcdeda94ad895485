"""How many users fit on a machine: memory, kills and CPU.

A user's container is idle with probability 1 - p and active with p; each state has
its own distribution of memory. The machine overflows when the users together hold
more than it can use. Conditional on k active users the sum of their memory is a
convolution, which is taken by FFT on a grid of 1/64 GiB; the number of active users
is binomial, or beta-binomial when users act together. Nothing is simulated or
approximated by a normal distribution: results are exact on the grid, which rounds
memory up, down to a floor of about 1e-14. docs/hosting.md has the formulas and what
they leave out.
"""

from math import floor, inf, log, sqrt

from msgspec import Struct

from farebox.hosting.errors import ConfigError
from farebox.hosting.packing.convolution import (
    Band,
    Pmf,
    Sum,
    active_weights,
    cumulative,
    is_uniform,
    joint_weights,
    mixed,
    most_active,
    room_on_grid,
)
from farebox.hosting.packing.memory_shapes import (
    distributions,
    is_two_point,
    mean_gib,
    smallest_gib,
)
from farebox.hosting.plan_values import MemoryModel
from farebox.hosting.searching import largest_without

__all__ = [
    "Packing",
    "checked",
    "cpu_users",
    "kills_per_user_year",
    "mean_gib",
    "memory_users",
    "overflow_probability",
    "packing_of",
    "peak_active_share",
    "usable_gib",
    "users_per_vm",
]

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


def overflow_probability(model: MemoryModel, users: int, usable: float) -> float:
    """P(the users of one machine together hold more than `usable` GiB).

    Raises ConfigError when the model is not a distribution.
    """
    checked(model)
    if users <= 0:
        return 0.0
    weights = active_weights(users, model.active_share, model.correlation)
    if is_two_point(model):
        return _clip(float(weights[most_active(model, users, usable) + 1 :].sum()))
    idle, active = distributions(model)
    room = room_on_grid(model, users, usable)
    if _all_alike(model, idle, active):
        user = mixed(idle, active, model.active_share)
        return _clip(Sum(user, users, room, most=0).above())
    band = Band(idle, active, users, room, margin=0)
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
    joint = joint_weights(users, model.active_share, model.correlation)
    if is_two_point(model):
        k = most_active(model, users, usable)
        return sessions * float(joint[k]) if 0 <= k < users else 0.0
    idle, active = distributions(model)
    widest = max(idle[0] + len(idle[1]), active[0] + len(active[1]))
    room = room_on_grid(model, users, usable)
    # `left`: room left by the others, from none to as much as a user can ever take.
    if _all_alike(model, idle, active):
        user = mixed(idle, active, model.active_share)
        others = Sum(user, users - 1, room, most=widest + 1)
        left = model.active_share * others.left()
    else:
        band = Band(idle, active, users - 1, room, margin=widest)
        if band.first > band.last:
            return 0.0
        near = band.mixture(joint)
        left = near[band.half - widest : band.half + 1][::-1]
    fitted, fits = cumulative(idle, widest), cumulative(active, widest)
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
    most = floor(usable / smallest_gib(model) + 1e-9) if usable > 0 else 0
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


def checked(model: MemoryModel) -> MemoryModel:
    """The model itself; raises ConfigError when it is not a distribution."""
    _check_sizes(model)
    for name, value, top in (
        ("active_share", model.active_share, 1.0),
        ("correlation", model.correlation, 0.99),
    ):
        if not 0 <= value <= top:
            raise ConfigError(
                f"memory.{name} is {value:g}; it must lie between 0 and {top:g}"
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


def _check_sizes(model: MemoryModel) -> None:
    """Refuse memory sizes that nobody can hold."""
    for name in ("idle_gib", "active_gib"):
        low, high = getattr(model, name)
        if not 0 < low <= high < inf:
            raise ConfigError(
                f"memory.{name} is [{low:g}, {high:g}]; it must be two sizes in GiB,"
                " the smaller first, both more than 0"
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


def _all_alike(model: MemoryModel, idle: Pmf, active: Pmf) -> bool:
    """Whether each user may be taken as idle or active by itself, in one convolution.

    Independent users always may. Uniform sizes stay with `Band`, whose tighter bound on
    their tails makes a smaller window.
    """
    return model.correlation == 0 and not (is_uniform(idle) and is_uniform(active))


def _clip(probability: float) -> float:
    return min(1.0, max(0.0, probability))
