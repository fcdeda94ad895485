"""From a tier's config to its plan: VMs, volumes, relay nodes, proxies, quotas.

One plan feeds the Pulumi components and the economics, so they cannot differ. A plan
that breaks a limit is refused here, before anything is built.
"""

from math import ceil

from msgspec import structs

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.instance_types import InstanceType
from farebox.hosting.limits import (
    GP3_FREE_IOPS,
    GP3_FREE_MIB_PER_SECOND,
    RESOURCES_MOST,
    RESOURCES_SOURCE,
    VOLUMES_MOST,
    check_interchangeable,
    check_offered,
    check_zones,
)
from farebox.hosting.packing.capacity import (
    Packing,
    checked,
)
from farebox.hosting.plan.configs import tier_config
from farebox.hosting.plan.edge import (
    proxies_plan,
    relay_plan,
    target_connections,
    up,
)
from farebox.hosting.plan.holdings import more_volumes
from farebox.hosting.plan.machine_packing import machine_packing
from farebox.hosting.plan.places import check_asked, place_gib
from farebox.hosting.plan.quotas import quota_needs, resource_count
from farebox.hosting.plan_values import (
    TierConfig,
    TierPlan,
    VolumeConfig,
    VolumePlan,
    ZonePlan,
)

__all__ = ["plan_tier", "tier_config", "users_in_zones"]


def plan_tier(config: TierConfig, *, users: int, region: str) -> TierPlan:
    """Size a tier for `users` in `region`.

    Raises ConfigError for a config that cannot be meant, PlanError for a plan that
    breaks a limit.
    """
    if users < 1:
        raise ConfigError(f"users is {users:,}; a tier needs at least 1 user")
    check_zones(config.zone_ids, region)
    checked(config.memory)
    check_offered(config.instance_types, config.zone_ids, region)
    relay = relay_plan(config, users, region)
    proxies = proxies_plan(config, users, region)
    plan = TierPlan(
        users=users,
        region=region,
        zones=tuple(
            ZonePlan(zone_id=zone_id, min_vms=0, vms=0, max_vms=0, volumes=0)
            for zone_id in config.zone_ids
        ),
        instance_types=(),
        users_per_vm=0,
        binding="",
        on_demand_base=0,
        on_demand_percent=0,
        volumes=None,
        relay=relay,
        kubernetes_version=config.relay.kubernetes_version,
        proxies=proxies,
        nat_gateways=config.nat_gateways,
        quotas=(),
        target_connections=target_connections(config, users, proxies),
    )
    if config.hosted:
        plan = _hosted(plan, config)
    else:
        _refuse_of_users(config)
    return structs.replace(plan, quotas=quota_needs(plan))


def _refuse_of_users(config: TierConfig) -> None:
    """A tier that hosts nobody has nothing of users."""
    for key in ("instance_types", "volumes", "machine_logs"):
        if getattr(config, key):
            raise ConfigError(
                f"hosted is false, so no user lives here, but {key} is given; take"
                f" {key} out or set hosted: true"
            )


def users_in_zones(users: int, zones: int) -> tuple[int, ...]:
    """Users of each zone, as even as can be; the first zones get the rest."""
    share, rest = divmod(users, zones)
    return tuple(share + (place < rest) for place in range(zones))


# --- users' machines and volumes ----------------------------------------------


def _hosted(plan: TierPlan, config: TierConfig) -> TierPlan:
    if not config.instance_types:
        raise ConfigError(
            "instance_types is empty; name at least one, r6a.4xlarge for example, or"
            " set hosted: false"
        )
    if config.volumes is None:
        raise ConfigError(
            "volumes is missing, so users' data would have no place; give"
            " volumes: {users_per_volume: 20}"
        )
    check_asked(config, config.volumes)
    types = check_interchangeable(config.instance_types)
    packing = machine_packing(config, types, config.volumes)
    volumes = _volumes(config, config.volumes, packing.users)
    plan = structs.replace(
        plan,
        zones=_zones(config, plan.users, packing.users, volumes),
        instance_types=config.instance_types,
        users_per_vm=packing.users,
        binding=packing.binding,
        on_demand_base=config.on_demand_base,
        on_demand_percent=config.on_demand_percent,
        volumes=volumes,
        storage=config.storage,
        machine_logs=config.machine_logs,
        container_mib=ceil(config.memory.active_gib[1] * 1024),
        used_percent=round(100 / (1 + config.headroom), 2),
        overflow=packing.overflow,
        kills_per_user_year=packing.kills_per_user_year,
        notes=_notes(config, types, packing, volumes),
    )
    _check_size(plan, config, config.volumes)
    return plan


def _volumes(tier: TierConfig, config: VolumeConfig, packed: int) -> VolumePlan:
    """Volumes of a full VM: as few as `users_per_volume` allows, all the same size."""
    per_vm = ceil(packed / config.users_per_volume)
    each = ceil(packed / per_vm)
    return VolumePlan(
        gib=place_gib(tier, config, each),
        gib_per_user=config.gib_per_user,
        iops=config.iops,
        mib_per_second=config.mib_per_second,
        users_per_volume=each,
        volumes_per_vm=per_vm,
        snapshot_hours=config.snapshot_hours,
        snapshots_kept=config.snapshots_kept,
    )


def _zones(
    config: TierConfig, users: int, packed: int, volumes: VolumePlan
) -> tuple[ZonePlan, ...]:
    """VMs and volumes of each zone.

    At least what the zone's users fill; as a rule with the headroom; at most what its
    share is when the largest of the zones is lost: k/(k-1) times its users.
    """
    zones = []
    spare, retired = more_volumes(config)
    count = len(config.zone_ids)
    shares = users_in_zones(users, count)
    for zone_id, here in zip(config.zone_ids, shares, strict=True):
        full, rest = divmod(here, packed)
        usual = up(here * (1 + config.headroom) / packed)
        zones.append(
            ZonePlan(
                zone_id=zone_id,
                min_vms=up(here / packed),
                vms=usual,
                max_vms=max(usual, up(users / (count - 1) / packed)),
                volumes=full * volumes.volumes_per_vm
                + ceil(rest / volumes.users_per_volume)
                + spare[zone_id],
                retired=tuple(sorted(retired[zone_id].items())),
            )
        )
    return tuple(zones)


def _notes(
    config: TierConfig,
    types: list[InstanceType],
    packing: Packing,
    volumes: VolumePlan,
) -> tuple[str, ...]:
    """What holds, but the operator should know."""
    notes = []
    wanted = config.memory.kills_per_user_year
    if packing.kills_per_user_year > wanted:
        notes.append(
            f"{packing.users} users on a {types[0].instance_type} feel"
            f" {packing.kills_per_user_year:.3g} kills per user-year at the peak hour;"
            f" the target is {wanted:g}"
        )
    per_vm = volumes.volumes_per_vm
    slowest = min(types, key=lambda one: one.ebs_mib_per_second)
    for each, free, moves, unit in (
        (
            volumes.mib_per_second,
            GP3_FREE_MIB_PER_SECOND,
            slowest.ebs_mib_per_second,
            "MiB/s",
        ),
        (volumes.iops, GP3_FREE_IOPS, slowest.ebs_iops, "IOPS"),
    ):
        on_volumes = config.storage == "gp3"
        if on_volumes and each <= free and per_vm * each > moves:
            notes.append(
                f"{per_vm} volumes could ask for {per_vm * each:,} {unit} at once; one"
                f" {slowest.instance_type} moves {moves:,.0f} all day"
            )
    return tuple(notes)


def _check_size(plan: TierPlan, config: TierConfig, volumes: VolumeConfig) -> None:
    """The stack stays small enough to deploy."""
    count = resource_count(plan)
    if count <= RESOURCES_MOST and plan.ebs_volumes <= VOLUMES_MOST:
        return
    others = count - plan.ebs_volumes
    most = min(VOLUMES_MOST, RESOURCES_MOST - others)
    holds = (
        f"larger VMs, with {ceil(plan.users / most)} users or more on each and on each"
        " volume"
    )
    for users in range(volumes.users_per_volume + 1, plan.users_per_vm + 1):
        larger = structs.replace(volumes, users_per_volume=users)
        try:
            sized = _volumes(config, larger, plan.users_per_vm)
        except PlanError:
            break
        zones = _zones(config, plan.users, plan.users_per_vm, sized)
        if sum(zone.built for zone in zones) <= most:
            holds = f"users_per_volume: {users}"
            break
    raise PlanError(
        f"the stack has {count:,} resources, {plan.data_volumes:,} of them volumes",
        limit=f"it stays under {RESOURCES_MOST + 1:,}, and {VOLUMES_MOST:,} volumes",
        source=RESOURCES_SOURCE,
        nearest=holds,
    )
