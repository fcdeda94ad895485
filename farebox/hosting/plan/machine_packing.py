"""How many users a tier puts on a machine: what its config fixes, or as many as fit."""

from functools import lru_cache

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.instance_types import InstanceType
from farebox.hosting.limits import (
    USER_PORTS_PER_VM,
    check_interchangeable,
)
from farebox.hosting.packing.capacity import (
    Packing,
    cpu_users,
    mean_gib,
    packing_of,
    usable_gib,
    users_per_vm,
)
from farebox.hosting.plan.places import check_place, users_by_place
from farebox.hosting.plan_values import MemoryModel, TierConfig, VolumeConfig


def users_of_a_machine(config: TierConfig) -> int:
    """Users that a tier puts on a machine: as many as it fixes, else as many as fit.

    Raises ConfigError or PlanError where it has no machines or they hold nobody.
    """
    if config.users_per_vm != "auto":
        return config.users_per_vm
    if config.volumes is None:
        raise ConfigError("volumes is missing, so users' data would have no place")
    types = check_interchangeable(config.instance_types)
    return machine_packing(config, types, config.volumes).users


def machine_packing(
    config: TierConfig, types: list[InstanceType], volumes: VolumeConfig
) -> Packing:
    """Users per VM: what the config fixes, or the most that all limits allow."""
    memory_gib, vcpus = types[0].memory_gib, min(one.vcpus for one in types)
    fixed = None if config.users_per_vm == "auto" else config.users_per_vm
    if fixed is None:
        # One volume at least must be served, however few users there are.
        check_place(config, types, volumes, 1)
        packing = _auto(
            config.memory,
            memory_gib,
            vcpus,
            tuple(users_by_place(config, types, volumes).items()),
        )
        if packing.users < 1:
            raise PlanError(
                f"no user fits on a {types[0].instance_type}",
                limit=f"{packing.binding} allows none: {packing.usable_gib:.1f} of its"
                f" {memory_gib:g} GiB are usable",
                source="docs/hosting.md, memory",
                nearest="a larger instance type",
            )
        return packing
    usable = usable_gib(memory_gib)
    on_average = fixed * mean_gib(config.memory)
    limits = {
        "memory": int(usable / mean_gib(config.memory)),
        "cpu": cpu_users(config.memory, vcpus),
        "addresses": USER_PORTS_PER_VM,
    }
    for limit, problem, allowed in (
        (
            "memory",
            f"needs {on_average:,.1f} GiB on average at the peak hour",
            f"{usable:,.1f} of its {memory_gib:g} GiB are usable",
        ),
        (
            "cpu",
            "wants more than its share of processor at the peak hour",
            f"{config.memory.cpu_share:.0%} of its {vcpus} vCPUs serve {limits['cpu']}",
        ),
        (
            "addresses",
            "needs a port each",
            f"the stack opens {USER_PORTS_PER_VM:,} on a VM",
        ),
    ):
        if fixed > limits[limit]:
            auto = _auto(config.memory, memory_gib, vcpus, ()).users
            raise PlanError(
                f"users_per_vm: {fixed} on a {types[0].instance_type} {problem}",
                limit=allowed,
                source=f"docs/hosting.md, {limit}",
                nearest=f"users_per_vm: {auto} is the most that keeps every limit"
                " (users_per_vm: auto finds it)",
            )
    check_place(config, types, volumes, fixed)
    return packing_of(
        config.memory, fixed, usable, binding="config", limits={"config": fixed}
    )


@lru_cache(maxsize=256)
def _auto(
    model: MemoryModel,
    memory_gib: float,
    vcpus: int,
    places: tuple[tuple[str, int], ...],
) -> Packing:
    """The most users that memory, CPU, ports and the data's place allow on one VM."""
    others = {"addresses": USER_PORTS_PER_VM, **dict(places)}
    return users_per_vm(model, memory_gib=memory_gib, vcpus=vcpus, other_limits=others)
