"""What a deployed stack holds, and that no plan loses any of it.

A volume leaves a stack in steps (docs/operating.md): its users move away, it is let go
of, it is gone. A plan that would delete a volume, make it smaller or take it to another
zone is refused before the engine is asked.
"""

from collections import Counter
from re import fullmatch

from farebox.hosting.errors import ConfigError, PlanError
from farebox.hosting.plan_values import (
    HeldVolumes,
    TierConfig,
    TierPlan,
    ZonePlan,
)

SOURCE = "docs/operating.md, retiring a volume"
NAME = r"user-volume-(.+)-(\d{3,})"
"""A volume's name in the stack: its zone and its number there."""


def volume_name(zone_id: str, number: int) -> str:
    """The name of a volume in the stack."""
    return f"user-volume-{zone_id}-{number:03d}"


def more_volumes(
    config: TierConfig,
) -> tuple[Counter[str], dict[str, dict[int, str]]]:
    """By zone: volumes beyond what users need; numbers on their way out, and how.

    Raises ConfigError for a zone that the tier does not have, or a name of no volume.
    """
    spare: Counter[str] = Counter()
    retired: dict[str, dict[int, str]] = {zone: {} for zone in config.zone_ids}
    volumes = config.volumes
    if volumes is None:
        return spare, retired
    for more in volumes.spare:
        if more.zone_id not in config.zone_ids:
            raise ConfigError(
                f"volumes.spare names {more.zone_id}, no zone of the tier"
            )
        spare[more.zone_id] += more.volumes
    for one in volumes.retire:
        named = fullmatch(NAME, one.name)
        if named is None:
            raise ConfigError(
                f"volumes.retire names {one.name!r}; a volume is called"
                f" {volume_name(config.zone_ids[0], 7)} for example"
            )
        # A zone that the tier has left keeps its retired volumes as `gone`.
        if named[1] in retired:
            retired[named[1]][int(named[2])] = one.state
    return spare, retired


def retiring_volumes(plan: TierPlan) -> tuple[str, ...]:
    """Names of the volumes that take no more users, on any kind of storage."""
    return tuple(
        volume_name(zone.zone_id, number)
        for zone in plan.zones
        for number, state in zone.numbers
        if state
    )


def check_held(plan: TierPlan, config: TierConfig) -> None:
    """Raise PlanError when the plan would lose what the stack holds."""
    if config.volumes is None:
        return
    gone = {one.name for one in config.volumes.retire if one.state == "gone"}
    zones = {zone.zone_id: zone for zone in plan.zones}
    for held in config.volumes.held:
        if held.storage != plan.storage:
            raise PlanError(
                f"storage: {plan.storage} has no place for what the stack holds on"
                f" {held.storage}",
                limit="a plan moves no users' data from one kind of storage to another",
                source="docs/operating.md, other storage",
                nearest=f"keep storage: {held.storage}, or deploy a second stack and"
                " move users there",
            )
        _check_zone(held, zones.get(held.zone_id), gone)
        shrinks = plan.volumes is not None and plan.volumes.gib < held.gib
        if plan.volumes is not None and plan.storage == "gp3" and shrinks:
            raise PlanError(
                f"volumes of {held.zone_id} would shrink from {held.gib:,} to"
                f" {plan.volumes.gib:,} GiB",
                limit="EBS makes no volume smaller, so users' data would be lost",
                source=SOURCE,
                nearest=f"keep users_per_volume x gib_per_user at {held.gib:,} or more",
            )


def _check_zone(held: HeldVolumes, zone: ZonePlan | None, gone: set[str]) -> None:
    """Every volume of the zone is built, or the config says that it is gone."""
    built = {number for number, _ in zone.numbers} if zone is not None else set()
    names = {n: volume_name(held.zone_id, n) for n in range(1, held.volumes + 1)}
    lost = [names[n] for n in names if n not in built and names[n] not in gone]
    if not lost:
        return
    more = f" and {len(lost) - 1:,} more" if len(lost) > 1 else ""
    keep = f"keep them by spare: [{{zone_id: {held.zone_id}, volumes: {len(lost)}}}]"
    raise PlanError(
        f"the plan has no {lost[0]}{more}, which the stack holds",
        limit="a plan deletes no users' data and moves none to another zone",
        source=SOURCE,
        nearest=f"{keep if zone is not None else 'keep the zone'}, or move their users"
        " away and retire them one by one",
    )
