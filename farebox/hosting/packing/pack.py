"""`fare host pack`: users per VM of one instance type, the limit that binds, and the cliff.

Memory is packed exactly, from a model or from measured containers; the other limits
are what the machine, its volumes and the stack can carry at the peak hour.
"""

from collections.abc import Iterator
from math import ceil, floor

from msgspec import Struct, structs

from farebox.hosting.errors import ConfigError
from farebox.hosting.instance_types import InstanceType
from farebox.hosting.limits import USER_PORTS_PER_VM
from farebox.hosting.packing.capacity import (
    Packing,
    checked,
    cpu_users,
    kills_per_user_year,
    memory_users,
    overflow_probability,
    usable_gib,
)
from farebox.hosting.packing.isolation import ISOLATIONS, SAVINGS, saved
from farebox.hosting.packing.measured import MeasuredMemory
from farebox.hosting.packing.memory_shapes import ShapedMemory

TOO_FULL = 0.1
"""Above this probability of overflow, kills are not counted."""
MORE = (1.0, 1.05, 1.10, 1.20)
"""How many times the users are put on a machine, to see how fast kills rise."""


class Disk(Struct, frozen=True, kw_only=True):
    """What users ask of volumes at the peak hour, MiB/s and IOPS each (assumed)."""

    users_per_volume: int = 80
    active_mib_per_second: float = 1.0
    idle_mib_per_second: float = 0.01
    active_iops: float = 50.0
    idle_iops: float = 1.0


class PackTarget(Struct, frozen=True, kw_only=True):
    """What a packing must keep: kills per user-year, a probability of overflow, both.

    With `users` nothing is searched: the packing of that many is asked for.
    """

    kills: float | None = None
    overflow: float | None = None
    users: int | None = None


class PackQuestion(Struct, frozen=True, kw_only=True):
    """A machine, its users' memory and disks, and the target."""

    machine: InstanceType
    model: ShapedMemory
    target: PackTarget
    measured: MeasuredMemory | None = None
    disk: Disk = Disk()
    isolation: str = "runc"
    saving: str = "none"

    @property
    def kill_target(self) -> float | None:
        """Kills per user-year that memory may cost: the model's without a target."""
        if self.target.kills is None and self.target.overflow is None:
            return self.model.kills_per_user_year
        return self.target.kills


class CliffStep(Struct, frozen=True, kw_only=True):
    """A packing somewhat fuller, and what its users feel.

    `kills_per_user_year` is None where the machine is so full that kills no longer are
    single events.
    """

    users: int
    overflow: float
    kills_per_user_year: float | None


class OptionPacking(Struct, frozen=True, kw_only=True):
    """Users per VM under another isolation or memory saver.

    `cost_ratio` is the machine's cost per user against the packing that was asked for.
    """

    isolation: str
    saving: str
    overhead_mib: float
    users: int
    binding: str
    cost_ratio: float | None


class PackAnswer(Struct, frozen=True, kw_only=True):
    """The packing, its cliff, and the options beside it.

    `limits` of the packing hold all limits; `asked` says that the users were given.
    `kills_per_user_year` is None where the machine is too full to count them.
    """

    packing: Packing
    kills_per_user_year: float | None
    asked: bool
    cliff: tuple[CliffStep, ...]
    options: tuple[OptionPacking, ...]


def pack(question: PackQuestion) -> PackAnswer:
    """The answer to a question. Raises ConfigError where the model cannot be."""
    checked(question.model)
    _check_target(question.target)
    packing = packed(question)
    return PackAnswer(
        packing=packing,
        kills_per_user_year=counted(packing.kills_per_user_year, packing.overflow),
        asked=question.target.users is not None,
        cliff=tuple(_cliff(question, packing.users)),
        options=tuple(_options(question, packing)),
    )


def packed(question: PackQuestion) -> Packing:
    """The most users that every limit allows, or the users that were asked for."""
    usable = usable_gib(question.machine.memory_gib)
    limits = limits_of(question, usable)
    binding = min(limits, key=limits.__getitem__)
    users = question.target.users
    if users is None:
        users = limits[binding]
    overflow, kills = felt(question, users, usable)
    return Packing(
        users=users,
        binding=binding,
        limits=limits,
        usable_gib=usable,
        overflow=overflow,
        kills_per_user_year=kills,
    )


def limits_of(question: PackQuestion, usable: float) -> dict[str, int]:
    """Users that each limit alone allows on one machine."""
    model, machine, disk = question.model, question.machine, question.disk
    p = model.active_share
    mib_per_second = p * disk.active_mib_per_second + (1 - p) * disk.idle_mib_per_second
    iops = p * disk.active_iops + (1 - p) * disk.idle_iops
    return {
        "memory": _memory(question, usable),
        "cpu": cpu_users(model, machine.vcpus),
        "attachments": machine.data_volumes() * disk.users_per_volume,
        "ebs bandwidth": _carried(machine.ebs_mib_per_second, mib_per_second),
        "iops": _carried(machine.ebs_iops, iops),
        "addresses": USER_PORTS_PER_VM,
    }


def _carried(has: float, each: float) -> int:
    return floor(has / each + 1e-9) if each > 0 else 10**9


def _memory(question: PackQuestion, usable: float) -> int:
    kills, overflow = question.kill_target, question.target.overflow
    if question.measured is not None:
        return _with_overhead(question).users(usable, kills=kills, overflow=overflow)
    return memory_users(_model(question), usable, kills=kills, overflow=overflow)


def felt(question: PackQuestion, users: int, usable: float) -> tuple[float, float]:
    """Overflow and kills per user-year of so many users on a machine."""
    if question.measured is not None:
        measured = _with_overhead(question)
        return (
            measured.overflow_probability(users, usable),
            measured.kills_per_user_year(users, usable),
        )
    model = _model(question)
    return (
        overflow_probability(model, users, usable),
        kills_per_user_year(model, users, usable),
    )


def _model(question: PackQuestion) -> ShapedMemory:
    return saved(question.model, question.saving)


def _with_overhead(question: PackQuestion) -> MeasuredMemory:
    measured = question.measured
    assert measured is not None  # asked only where there is one
    return measured.with_overhead(question.model.overhead_mib)


def counted(kills: float, overflow: float) -> float | None:
    """Kills per user-year; None where the machine is too full to count them."""
    return kills if overflow <= TOO_FULL else None


def _cliff(question: PackQuestion, users: int) -> Iterator[CliffStep]:
    """The packing, and somewhat fuller ones, each at least one user more."""
    if users < 1:
        return
    usable = usable_gib(question.machine.memory_gib)
    for count in sorted({ceil(users * more - 1e-9) for more in MORE}):
        overflow, kills = felt(question, count, usable)
        yield CliffStep(
            users=count,
            overflow=overflow,
            kills_per_user_year=counted(kills, overflow),
        )


def _options(question: PackQuestion, packing: Packing) -> Iterator[OptionPacking]:
    """Each isolation, and each saver under the isolation that was asked for."""
    if question.target.users is not None:
        # The other options say how many users would fit; the target decides that.
        question = structs.replace(
            question,
            target=structs.replace(question.target, users=None),
        )
    wanted = [(name, "none") for name in ISOLATIONS]
    if question.measured is None:
        wanted += [(question.isolation, name) for name in SAVINGS if name != "none"]
    for isolation, saving in wanted:
        overhead = ISOLATIONS[isolation].overhead_mib
        if isolation == question.isolation:
            overhead = question.model.overhead_mib
        other = structs.replace(
            question,
            model=structs.replace(question.model, overhead_mib=overhead),
            isolation=isolation,
            saving=saving,
        )
        limits = limits_of(other, packing.usable_gib)
        binding = min(limits, key=limits.__getitem__)
        users = limits[binding]
        yield OptionPacking(
            isolation=isolation,
            saving=saving,
            overhead_mib=overhead,
            users=users,
            binding=binding,
            cost_ratio=packing.users / users if users else None,
        )


def _check_target(target: PackTarget) -> None:
    if target.kills is not None and not target.kills > 0:
        raise ConfigError(f"a kill target must be more than 0, not {target.kills:g}")
    if target.overflow is not None and not 0 < target.overflow < 1:
        raise ConfigError(
            f"an overflow must lie between 0 and 1, not {target.overflow:g}"
        )
    if target.users is not None and target.users < 1:
        raise ConfigError(f"users is {target.users}; a packing has at least 1 user")
