"""Claims about how users fit on machines: memory, processor, volumes, quotas (C06-C08, C10, C12-C14, C40)."""

from decimal import Decimal

from msgspec import structs

from farebox.hosting.claims.claim_inputs import (
    alone,
    assumed,
    config_name,
    exact,
    machine_inputs,
    memory_inputs,
    paper_memory,
)
from farebox.hosting.claims.claim_values import Check, Finding, Ground, Number
from farebox.hosting.instance_types import SOURCE, instance_type
from farebox.hosting.packing.capacity import (
    cpu_users,
    kills_per_user_year,
    overflow_probability,
    usable_gib,
)
from farebox.hosting.plan_values import MemoryModel

SPOT_QUOTA = "L-34B43A08"
SPOT_QUOTA_DEFAULT = 5
"""vCPUs of spot machines that a new account may run."""
SPOT_QUOTA_SOURCE = (
    "default of a new account; https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
    "using-spot-limits.html"
)

QUIET, BUSY = 0.05, 0.20
"""The range of the share of users active at the peak hour (stacks/*.yaml, assumed)."""


def fits(place: int) -> Check:
    """C06, C07: kills at the peak hour of the paper's packing, by the capacity model."""

    def check(ground: Ground) -> Finding:
        machine = ground.paper.machines[place]
        model = paper_memory(ground)
        usable = usable_gib(float(machine.memory_gib))
        users = machine.users_per_vm
        target = exact(model.kills_per_user_year)
        quiet, likely, busy = (
            exact(kills_per_user_year(_at(model, share), users, usable))
            for share in (
                min(QUIET, model.active_share),
                model.active_share,
                max(BUSY, model.active_share),
            )
        )
        overflow = overflow_probability(model, users, usable)
        return Finding(
            paper=f"{users} users",
            holds=likely <= target,
            because=f"{users} users on {machine.memory_gib} GiB overflow with"
            f" probability {overflow:.2g} at the peak hour; with {BUSY:.0%} of users"
            f" active they feel {busy:.2g} kills a year",
            unit="kills/user-year",
            number=Number(likely, quiet, busy),
            inputs=(*machine_inputs(ground, machine), *memory_inputs(ground, model)),
        )

    return check


def cpu(ground: Ground) -> Finding:
    """C08: users whose work the processors carry, against the users packed."""
    model = paper_memory(ground)
    found = [
        (one, cpu_users(model, instance_type(one.instance_type).vcpus))
        for one in ground.paper.machines
    ]
    served = "; ".join(
        f"{n:,} users on {one.instance_type}, {one.users_per_vm} are packed"
        for one, n in found
    )
    return Finding(
        paper="negligible",
        holds=all(n >= one.users_per_vm for one, n in found),
        because=f"processors serve {served}",
        unit="users",
        number=Number(
            Decimal(found[0][1]), Decimal(found[0][1]), Decimal(found[-1][1])
        ),
        inputs=(
            assumed(
                "active_cores", exact(model.active_cores), "cores", config_name(ground)
            ),
            assumed(
                "idle_cores", exact(model.idle_cores), "cores", config_name(ground)
            ),
            assumed("cpu_share", exact(model.cpu_share), "share", config_name(ground)),
        ),
    )


def attachments(ground: Ground) -> Finding:
    """C10: a volume for each user of a machine, against what it can attach."""
    machines = ground.paper.machines
    limits = [instance_type(one.instance_type).data_volumes() for one in machines]
    volumes = ground.cost().plan.volumes
    shared = (
        f"; the plan shares a volume between {volumes.users_per_volume} users,"
        f" {volumes.volumes_per_vm} on a machine"
        if volumes
        else ""
    )
    return Finding(
        paper="not mentioned",
        holds=all(
            one.users_per_vm <= most for one, most in zip(machines, limits, strict=True)
        ),
        because="one volume mount a user puts"
        f" {' and '.join(str(one.users_per_vm) for one in machines)} volumes on machines"
        f" that attach {' and '.join(map(str, limits))} beside their root volume{shared}",
        unit="volumes",
        number=Number(
            Decimal(machines[0].users_per_vm),
            Decimal(min(one.users_per_vm for one in machines)),
            Decimal(max(one.users_per_vm for one in machines)),
        ),
        inputs=tuple(
            assumed(
                f"data volumes of {one.instance_type}", Decimal(n), "volumes", SOURCE
            )
            for one, n in zip(machines, limits, strict=True)
        ),
    )


def overcommit(ground: Ground) -> Finding:
    """C40: what users of one VM may take at most, over what it has."""
    model = paper_memory(ground)
    machine = ground.paper.machines[0]
    usable = usable_gib(float(machine.memory_gib))
    users = machine.users_per_vm
    most = users * (model.active_gib[1] + model.overhead_mib / 1024)
    kills = kills_per_user_year(model, users, usable)
    ratio = exact(most / usable)
    works = ratio > 1 and kills <= model.kills_per_user_year
    return Finding(
        paper="impossible",
        holds=not works,
        because=f"the paper's own {users} users may take {most:.0f} GiB of the"
        f" {usable:.1f} that the machine has to give, {ratio:.2f} times as much, and"
        f" feel {kills:.2g} kills a year: containers of one VM share its memory",
        unit="ratio",
        number=alone(ratio),
        inputs=(*machine_inputs(ground, machine), *memory_inputs(ground, model)),
    )


def quota(code: str) -> Check:
    """C12-C14: a quota of the account against what the plan needs at its largest."""

    def check(ground: Ground) -> Finding:
        plan = ground.cost().plan
        one = next(one for one in plan.quotas if one.code == code)
        need = exact(one.need)
        limit, source = one.limit, one.source
        if limit is None and code == SPOT_QUOTA:
            limit, source = SPOT_QUOTA_DEFAULT, SPOT_QUOTA_SOURCE
        return Finding(
            paper="not mentioned",
            holds=None if limit is None else need <= exact(limit),
            because=f"{plan.users:,} users need up to {need:,.0f}; "
            + (
                "the quota differs per account and must be read there"
                if limit is None
                else f"AWS gives {limit:,.0f} and raises it on request"
            ),
            unit=one.unit,
            number=alone(need),
            inputs=(
                ()
                if limit is None
                else (assumed(f"{one.name} ({code})", exact(limit), one.unit, source),)
            ),
        )

    return check


def _at(model: MemoryModel, share: float) -> MemoryModel:
    return structs.replace(model, active_share=share)
