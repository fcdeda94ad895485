"""Hard limits of AWS and of the stack, each with its source, and checks of them.

A check raises PlanError with the limit, its source and the nearest plan that holds;
`sizing` calls them before anything is built. docs/hosting.md lists them.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.instance_types import (
    OFFERINGS_SOURCE,
    SOURCE,
    InstanceType,
    instance_type,
    zones,
    zones_offering,
)
from farebox.hosting.plan_values import (
    NodesPlan,
    TierConfig,
    VolumeConfig,
)

GP3_SOURCE = (
    "EBS CreateVolume; https://docs.aws.amazon.com/ebs/latest/userguide/"
    "general-purpose.html"
)
GP3_FREE_IOPS = 3_000
GP3_FREE_MIB_PER_SECOND = 125
GP3_MOST_GIB = 65_536
GP3_MOST_IOPS = 80_000
GP3_MOST_MIB_PER_SECOND = 2_000
GP3_IOPS_PER_GIB = 500
GP3_IOPS_PER_MIB_PER_SECOND = 4

SNAPSHOT_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
SNAPSHOT_SOURCE = (
    "https://docs.aws.amazon.com/dlm/latest/APIReference/API_CreateRule.html"
)
SNAPSHOTS_KEPT_MOST = 1_000

NLB_SOURCE = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
    "load-balancer-limits.html"
)
NLB_TARGETS = 500
"""Per zone and load balancer, with cross-zone balancing off as in the components."""
EKS_SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html"
EKS_NODES_PER_GROUP = 450

CONNECTION_KIB = 100
"""Memory of a connection with TLS on both sides, 64-100 KiB (docs/hosting.md)."""
CONNECTION_MEMORY_SHARE = 0.75
"""Share of a proxy's or node's memory that connections may fill (assumed)."""

USER_PORTS_PER_VM = 2_048
"""A user's container is one port of its VM; the stack opens 20,000 to 22,047.

A Docker bridge has 1,023 ports, so the agent makes one for each 1,000 containers.
"""

RESOURCES_MOST = 4_999
"""A tier stays under 5,000 Pulumi resources, so that it deploys in minutes."""
VOLUMES_MOST = 4_500
"""Of them data volumes; the UserVolumes component has the same limit."""
RESOURCES_SOURCE = "docs/hosting.md, size of a stack"
ZONES_MOST = 8
"""The Network component cuts its addresses for eight zones."""


def check_zones(zone_ids: Sequence[str], region: str) -> None:
    """Two to eight different zones of the region."""
    known = zones(region)
    for zone_id in zone_ids:
        if zone_id not in known:
            raise PlanError(
                f"zone_ids has {zone_id}",
                limit=f"the zones of {region} are {', '.join(known)}",
                source=OFFERINGS_SOURCE,
                nearest="name zones of the stack's region by their ids",
            )
        if zone_ids.count(zone_id) > 1:
            raise ConfigError(f"zone_ids names {zone_id} twice; name each zone once")
    if len(zone_ids) < 2:
        raise PlanError(
            f"zone_ids names {len(zone_ids)} zone{'s' * (len(zone_ids) != 1)}",
            limit="an EKS cluster needs subnets in at least two",
            source="https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
            nearest=f"name two or more of {', '.join(known)}",
        )
    if len(zone_ids) > ZONES_MOST:
        raise PlanError(
            f"zone_ids names {len(zone_ids)} zones",
            limit=f"the stack's network has room for {ZONES_MOST}",
            source="docs/stack.md",
            nearest=f"name {ZONES_MOST} of them",
        )


def check_offered(names: Iterable[str], zone_ids: Sequence[str], region: str) -> None:
    """Every type is offered in every zone."""
    for name in names:
        offering = zones_offering(name, region)
        for zone_id in zone_ids:
            if zone_id not in offering:
                others = ", ".join(offering) or f"no zone of {region}"
                keep = [zone for zone in zone_ids if zone in offering]
                way_out = (
                    f"leave {zone_id} out" if len(keep) > 1 else "choose another type"
                )
                raise PlanError(
                    f"{name} is wanted in {zone_id}",
                    limit=f"it is offered in {others}",
                    source=OFFERINGS_SOURCE,
                    nearest=way_out,
                )


def check_interchangeable(names: Sequence[str]) -> list[InstanceType]:
    """The types of one group, which must have like memory and processor."""
    if len(set(names)) != len(names):
        raise ConfigError("instance_types names a type twice; name each type once")
    types = [instance_type(name) for name in names]
    first = types[0]
    for one in types[1:]:
        for what, of_one, of_first in (
            ("GiB of memory", f"{one.memory_gib:g}", f"{first.memory_gib:g}"),
            ("as its architecture", one.architecture, first.architecture),
        ):
            if of_one != of_first:
                alike = [
                    other.instance_type
                    for other in types
                    if (other.memory_mib, other.architecture)
                    == (first.memory_mib, first.architecture)
                ]
                raise PlanError(
                    f"instance_types has {one.instance_type} with {of_one} {what}"
                    f" beside {first.instance_type} with {of_first}",
                    limit="the types of a group stand in for each other",
                    source="docs/hosting.md, interchangeable types",
                    nearest=f"keep {', '.join(alike)}",
                )
    return types


def check_speed(volumes: VolumeConfig) -> None:
    """gp3 has this speed, and a snapshot policy this schedule, on some size."""
    for key, value, low, high in (
        ("iops", volumes.iops, GP3_FREE_IOPS, GP3_MOST_IOPS),
        (
            "mib_per_second",
            volumes.mib_per_second,
            GP3_FREE_MIB_PER_SECOND,
            GP3_MOST_MIB_PER_SECOND,
        ),
    ):
        if not low <= value <= high:
            raise PlanError(
                f"volumes.{key} is {value:,}",
                limit=f"gp3 has {low:,} to {high:,}",
                source=GP3_SOURCE,
                nearest=f"volumes.{key}: {min(max(value, low), high)}",
            )
    if volumes.mib_per_second * GP3_IOPS_PER_MIB_PER_SECOND > volumes.iops:
        most_mib = volumes.iops // GP3_IOPS_PER_MIB_PER_SECOND
        raise PlanError(
            f"volumes.mib_per_second is {volumes.mib_per_second:,} with"
            f" {volumes.iops:,} IOPS",
            limit="gp3 moves at most 0.25 MiB/s per IOPS",
            source=GP3_SOURCE,
            nearest=f"volumes.mib_per_second: {most_mib}, or volumes.iops:"
            f" {volumes.mib_per_second * GP3_IOPS_PER_MIB_PER_SECOND}",
        )
    if volumes.snapshot_hours not in SNAPSHOT_HOURS:
        nearest_hours = min(
            SNAPSHOT_HOURS, key=lambda hours: abs(hours - volumes.snapshot_hours)
        )
        raise PlanError(
            f"volumes.snapshot_hours is {volumes.snapshot_hours}",
            limit=f"a policy runs every {', '.join(map(str, SNAPSHOT_HOURS))} hours",
            source=SNAPSHOT_SOURCE,
            nearest=f"volumes.snapshot_hours: {nearest_hours}",
        )
    if volumes.snapshots_kept > SNAPSHOTS_KEPT_MOST:
        raise PlanError(
            f"volumes.snapshots_kept is {volumes.snapshots_kept:,}",
            limit=f"a policy keeps at most {SNAPSHOTS_KEPT_MOST:,}",
            source=SNAPSHOT_SOURCE,
            nearest=f"volumes.snapshots_kept: {SNAPSHOTS_KEPT_MOST}",
        )


def check_volume(volumes: VolumeConfig, users_per_volume: int) -> int:
    """GiB of one volume, when gp3 has that size, and the IOPS at that size."""
    gib = users_per_volume * volumes.gib_per_user
    if gib > GP3_MOST_GIB:
        most = GP3_MOST_GIB // volumes.gib_per_user
        raise PlanError(
            f"{users_per_volume} users of {volumes.gib_per_user} GiB make a volume of"
            f" {gib:,} GiB",
            limit=f"gp3 has at most {GP3_MOST_GIB:,}",
            source=GP3_SOURCE,
            nearest=f"users_per_volume: {most}"
            if most
            else f"gib_per_user: {GP3_MOST_GIB}",
        )
    most_iops = max(GP3_FREE_IOPS, GP3_IOPS_PER_GIB * gib)
    if volumes.iops > most_iops:
        raise PlanError(
            f"volumes.iops is {volumes.iops:,} on {gib:,} GiB",
            limit=f"gp3 has at most {GP3_IOPS_PER_GIB} per GiB",
            source=GP3_SOURCE,
            nearest=f"volumes.iops: {most_iops}",
        )
    return gib


def volumes_at_most(types: Iterable[InstanceType]) -> int:
    """Data volumes that every one of the types attaches, with one interface each."""
    return min(one.data_volumes() for one in types)


def bought_at_most(types: Iterable[InstanceType], volumes: VolumeConfig) -> int | None:
    """Volumes whose bought speed every type delivers; None where none is bought.

    A gp3 volume has 3,000 IOPS and 125 MiB/s for nothing, so a machine may hold more
    of them than it can serve at full speed at once. What is bought above that and
    cannot be delivered is money lost.
    """
    most: list[int] = []
    for one in types:
        if volumes.mib_per_second > GP3_FREE_MIB_PER_SECOND:
            most.append(int(one.ebs_mib_per_second // volumes.mib_per_second))
        if volumes.iops > GP3_FREE_IOPS:
            most.append(one.ebs_iops // volumes.iops)
    return min(most, default=None)


def check_attachments(
    types: Sequence[InstanceType], volumes: VolumeConfig, users_per_vm: int
) -> None:
    """The volumes of a VM can be attached, and their bought speed delivered."""
    wanted = ceil(users_per_vm / volumes.users_per_volume)
    tightest = min(types, key=lambda one: one.data_volumes())
    most = tightest.data_volumes()
    if wanted > most:
        shared = (
            ", and network interfaces share them"
            if tightest.attachments_are == "shared"
            else ""
        )
        raise PlanError(
            f"{users_per_vm} users at {volumes.users_per_volume} a volume put {wanted}"
            f" volumes on one {tightest.instance_type}",
            limit=f"it takes {most} beside its root volume"
            f" ({tightest.attachments} attachments{shared})",
            source=SOURCE,
            nearest=f"users_per_volume: {ceil(users_per_vm / most)}, or users_per_vm:"
            f" {most * volumes.users_per_volume}",
        )
    for one in types:
        for key, bought, free, has, unit in (
            (
                "mib_per_second",
                volumes.mib_per_second,
                GP3_FREE_MIB_PER_SECOND,
                one.ebs_mib_per_second,
                "MiB/s",
            ),
            ("iops", volumes.iops, GP3_FREE_IOPS, float(one.ebs_iops), "IOPS"),
        ):
            if bought > free and wanted * bought > has:
                fitting = max(1, int(has // bought))
                nearest = [f"volumes.{key}: {max(free, int(has // wanted))}"]
                if has >= bought:
                    nearest.append(f"users_per_volume: {ceil(users_per_vm / fitting)}")
                raise PlanError(
                    f"{wanted} volumes of {bought:,} {unit} buy {wanted * bought:,}"
                    f" {unit} for one {one.instance_type}",
                    limit=f"it moves {has:,.0f} {unit} all day, so the rest would be"
                    " paid for and never delivered",
                    source=SOURCE,
                    nearest=", or ".join(nearest),
                )


def check_connections(
    where: str, one: InstanceType, connections: int, *, key: str
) -> None:
    """A machine can hold this many connections in its memory."""
    room = one.memory_mib * 1024 * CONNECTION_MEMORY_SHARE
    most = int(room // CONNECTION_KIB)
    if connections > most:
        raise PlanError(
            f"{where}.{key} is {connections:,} on a {one.instance_type} of"
            f" {one.memory_gib:g} GiB",
            limit=f"at {CONNECTION_KIB} KiB each, {most:,} fill"
            f" {CONNECTION_MEMORY_SHARE:.0%} of its memory",
            source="docs/hosting.md, connections",
            nearest=f"{where}.{key}: {most}, or a larger type",
        )


def check_targets(
    where: str, nodes: NodesPlan, config: TierConfig, most: int, *, source: str
) -> None:
    """A group of machines fits a node group and a load balancer's targets."""
    if nodes.max_nodes > most:
        share = ceil(nodes.max_nodes / most)
        raise PlanError(
            f"{where} needs up to {nodes.max_nodes:,} {nodes.instance_type} in"
            f" {len(config.zone_ids)} zones",
            limit=f"one group takes {most:,}",
            source=source,
            nearest=f"machines that each carry {share} times as much, of a larger type",
        )
