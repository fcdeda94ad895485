"""One way to run a tier: what it costs, and which limits it keeps.

A choice is an instance type, the zones it runs in, how it is bought and how many users
a machine holds. Its machines and volumes are counted as `plan_tier` counts them; the
tests hold the two together.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, inf

from msgspec import Struct, structs

from farebox.hosting.choice.choice_question import (
    DOWNTIME,
    KILLS,
    ON_DEMAND_VCPUS,
    POOL,
    RESOURCES,
    SPOT_VCPUS,
    VM,
    VOLUMES,
    Question,
)
from farebox.hosting.colo.machine_hours import Plans
from farebox.hosting.instance_types import InstanceType, instance_type
from farebox.hosting.limits import check_volume
from farebox.hosting.plan.edge import proxies_plan, relay_plan, up
from farebox.hosting.plan.quotas import resource_count
from farebox.hosting.plan.sizing import users_in_zones
from farebox.hosting.spot.advisor import Bucket
from farebox.hosting.spot.purchase_mixes import (
    RECLAIMED,
    SPOT_PRICE,
    Level,
    Levels,
    Mix,
    at_level,
    likely,
    usd_rest_hour,
    waits_at,
    within,
)
from farebox.hosting.spot.spot_inputs import exact
from farebox.hosting.spot.spot_risk import (
    MINUTES_PER_HOUR,
    MONTHS_PER_YEAR,
    downtime_minutes_per_user_month,
    headroom_to_lose,
    interruptions_per_vm_month,
    session_kills_per_user_year,
    slow_share_at,
)


class Machine(Struct, frozen=True, kw_only=True):
    """An instance type as the search sees it: prices, zones and users at most.

    `plans` are the book's own prices of an hour under the ways to commit that it has.
    `usd_spot` has the zones with a spot price; it is empty where spot is out of the
    question. `usd_spot_ends` are the lowest and the highest that a zone may cost, where
    these are not among the zones' own. `most_users` are the users that each limit of
    the machine allows. `stand_ins` are other types that a zone's spot may come from.
    """

    one: InstanceType
    zone_ids: tuple[str, ...]
    usd_on_demand: Decimal
    plans: Plans
    usd_spot: Mapping[str, Decimal]
    bucket: Bucket | None
    most_users: Mapping[str, int]
    usd_spot_ends: tuple[Decimal, Decimal] | None = None
    stand_ins: tuple[str, ...] = ()

    @property
    def instance_types(self) -> tuple[str, ...]:
        """All the types that the figures are of, the first one first."""
        return (self.one.instance_type, *self.stand_ins)

    @property
    def cap(self) -> int:
        """The most users that all limits of the machine allow."""
        return min(self.most_users.values())

    @property
    def binding(self) -> str:
        """The limit of the machine that allows the fewest users."""
        return min(self.most_users, key=lambda name: self.most_users[name])


class Choice(Struct, frozen=True, kw_only=True):
    """An instance type, its zones, its purchase mix and the users of a machine."""

    machine: Machine
    zone_ids: tuple[str, ...]
    mix: Mix
    users_per_vm: int


class Sized(Struct, frozen=True):
    """Machines and volumes by zone of a number of zones and of users a machine."""

    vms: tuple[int, ...]
    max_vms: tuple[int, ...]
    volumes: int
    volume_gib: int


class Edge(Struct, frozen=True):
    """What relay and proxies take of quotas and of the stack, for a number of zones."""

    vcpus: int
    resources: int


def sized(question: Question, zones: int, users_per_vm: int) -> Sized:
    """Machines and volumes as `plan_tier` has them.

    Raises PlanError for a volume that gp3 does not have.
    """
    config, volumes, n = question.config, question.volumes, users_per_vm
    shares = users_in_zones(question.users, zones)
    lost = up(question.users / (zones - 1) / n)
    per_vm = ceil(n / volumes.users_per_volume)
    each = ceil(n / per_vm)
    vms = tuple(up(here * (1 + config.headroom) / n) for here in shares)
    return Sized(
        vms,
        tuple(max(usual, lost) for usual in vms),
        sum(here // n * per_vm + ceil(here % n / each) for here in shares),
        check_volume(volumes, each),
    )


def edge(question: Question, zone_ids: tuple[str, ...]) -> Edge:
    """Relay and proxies in these zones. Raises PlanError where they do not fit."""
    config = structs.replace(question.config, zone_ids=zone_ids)
    plan = question.plan
    relay = relay_plan(config, plan.users, plan.region)
    proxies = proxies_plan(config, plan.users, plan.region)
    bare = tuple(
        structs.replace(plan.zones[0], zone_id=zone_id, volumes=0)
        for zone_id in zone_ids
    )
    return Edge(
        sum(
            nodes.max_nodes * instance_type(nodes.instance_type).vcpus
            for nodes in (relay, proxies)
        ),
        resource_count(structs.replace(plan, zones=bare, relay=relay, proxies=proxies)),
    )


def usd_per_month(
    question: Question, choice: Choice, size: Sized, level: Levels = likely
) -> dict[str, Decimal]:
    """USD a month by line: hours, overlap, root volumes and addresses, data volumes.

    At low a spot price is that of the type's cheapest zone, at high of its dearest.
    """
    mix, machine = choice.mix, choice.machine
    rest = usd_rest_hour(
        machine.usd_on_demand, machine.plans, mix.rest, question.inputs, level
    )
    hours = overlap = Decimal(0)
    shares = users_in_zones(question.users, len(choice.zone_ids))
    for zone_id, vms, users in zip(choice.zone_ids, size.vms, shares, strict=True):
        # Auto Scaling rounds the on-demand part of each zone's group up.
        bought = -(-vms * (100 - mix.spot_percent) // 100)
        hours += bought * rest
        if mix.spot_percent:
            usd_spot = _usd_spot(machine, zone_id, level(SPOT_PRICE))
            hours += (vms - bought) * usd_spot
            overlap += users * usd_spot
    if mix.spot_percent:
        minutes = at_level(question.inputs["overlap_minutes"], level("overlap_minutes"))
        rate = interruptions(choice, level) * minutes / MINUTES_PER_HOUR
        overlap = overlap * exact(rate) / choice.users_per_vm
    beside = question.rates.machine_month(
        question.hours, public_address=not question.config.nat_gateways
    )
    volume = question.rates.volume_month(question.volumes, size.volume_gib)
    return {
        "hours": hours * question.hours,
        "overlap": overlap,
        "root volumes and addresses": sum(size.vms) * beside,
        "data volumes": size.volumes * volume,
    }


def _usd_spot(machine: Machine, zone_id: str, level: Level) -> Decimal:
    """USD for a spot hour in a zone; zones' prices change places."""
    if level == "likely":
        return machine.usd_spot[zone_id]
    ends = machine.usd_spot_ends or tuple(machine.usd_spot.values())
    return (min if level == "low" else max)(ends)


def interruptions(choice: Choice, level: Levels = likely) -> float:
    """lambda of the mix: interruptions per VM-month, s lambda."""
    bucket, mix = choice.machine.bucket, choice.mix
    if not mix.spot_percent or bucket is None:
        return 0.0
    reclaimed: float = getattr(bucket, level(RECLAIMED))
    return interruptions_per_vm_month(reclaimed) * mix.spot_percent / 100


def kills_per_user_year(
    question: Question, choice: Choice, level: Levels = likely
) -> float:
    """Sessions that interruptions end, per user-year."""
    return session_kills_per_user_year(
        interruptions(choice, level), question.config.memory.active_share
    )


def downtime_minutes_per_user_year(
    question: Question, choice: Choice, level: Levels = likely
) -> float:
    """Minutes in a year that a user waits for a machine, at the tier's headroom.

    The fuller a machine, the longer its users wait for each other's start.
    """
    inputs, n = question.inputs, choice.users_per_vm
    largest = pool_percent(question, len(choice.zone_ids)) / 100
    lost = choice.mix.spot_percent / 100 * largest
    # Where one pool holds everybody, no headroom is left to move to.
    needed = headroom_to_lose(lost) if lost < 1 else inf
    slow = slow_share_at(
        question.config.headroom,
        needed,
        at_level(inputs["slow_share"], level("slow_share")),
    )
    return MONTHS_PER_YEAR * downtime_minutes_per_user_month(
        interruptions(choice, level),
        waits_at(inputs, level),
        slow_share=slow,
        containers=n,
        volumes=ceil(n / question.volumes.users_per_volume),
    )


def pool_percent(question: Question, zones: int) -> float:
    """Percent of users that are lost with the largest pool: the type in one zone."""
    return users_in_zones(question.users, zones)[0] / question.users * 100


def vm_percent(question: Question, users_per_vm: int) -> float:
    """Percent of users that are lost with one machine."""
    return min(users_per_vm, question.users) / question.users * 100


def measures(
    question: Question, choice: Choice, size: Sized, beside: Edge
) -> dict[str, tuple[float, float | None]]:
    """What a choice takes of each limit, and the limit; the stack's own are hard."""
    limits, mix, n = question.limits, choice.mix, choice.users_per_vm
    most = sum(size.max_vms)
    on_demand = most * (100 - mix.spot_percent) / 100
    vcpus = choice.machine.one.vcpus
    return {
        POOL: (pool_percent(question, len(choice.zone_ids)), limits.pool_percent),
        VM: (vm_percent(question, n), limits.vm_percent),
        KILLS: (kills_per_user_year(question, choice), limits.session_kills),
        DOWNTIME: (
            downtime_minutes_per_user_year(question, choice),
            limits.downtime_minutes,
        ),
        SPOT_VCPUS: ((most - on_demand) * vcpus, limits.spot_vcpus),
        ON_DEMAND_VCPUS: (on_demand * vcpus + beside.vcpus, limits.on_demand_vcpus),
        VOLUMES: (size.volumes, limits.volumes),
        RESOURCES: (beside.resources + size.volumes, limits.resources),
    }


def broken(found: Mapping[str, tuple[float, float | None]]) -> set[str]:
    """The limits that measures break."""
    return {name for name, (value, limit) in found.items() if not within(limit, value)}
