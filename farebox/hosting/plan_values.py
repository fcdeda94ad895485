"""A tier as its config asks for it, and as the plan sizes it: the values only.

`sizing.plan_tier` turns a TierConfig into a TierPlan; the Pulumi program builds its
components from the plan, and the economics read the same plan.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=1)]
"""A whole number of at least one."""
CountOrNone = Annotated[int, Meta(ge=0)]
"""A whole number, none allowed."""
Percent = Annotated[int, Meta(ge=0, le=100)]
"""A whole number of percent."""
Storage = Literal["gp3", "efs"]
"""Where users' data live: on shared volumes, or in one file system of the region."""
Share = Annotated[float, Meta(ge=0, le=1)]
"""A share of a whole, 0 to 1."""
Amount = Annotated[float, Meta(ge=0)]
"""A figure that is not negative."""
LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096]
"""Days for which CloudWatch can keep logs."""
Positive = Annotated[float, Meta(gt=0)]
"""A figure of more than zero."""


class MemoryModel(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a user's container takes, for `users_per_vm: auto` and for the checks.

    Idle and active memory are uniform between two bounds, in GiB; the paper's 0.5-1
    GB idle and 2-3 GB active are taken as GiB. `active_share` is the share of users
    that are active at the peak hour; `correlation` is the beta-binomial rho between
    users; `session_hours` the mean active session (D in the kill target).
    """

    idle_gib: tuple[Positive, Positive] = (0.5, 1.0)
    active_gib: tuple[Positive, Positive] = (2.0, 3.0)
    active_share: Share = 0.10
    overhead_mib: Amount = 30.0
    correlation: Share = 0.0
    session_hours: Positive = 1.0
    kills_per_user_year: Positive = 0.1
    active_cores: Amount = 0.05
    idle_cores: Amount = 0.01
    cpu_share: Share = 0.7


class SpareVolumes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Volumes of a zone beyond what its users need: kept empty, or restored copies."""

    zone_id: str
    volumes: Count


class RetiredVolume(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A volume on its way out of the stack, by its name there.

    draining: it takes no more users; unprotected: it is empty, and the engine may let go
    of it; gone: the stack does not have it any more, and its number stays free.
    """

    name: str
    state: Literal["draining", "unprotected", "gone"]


class HeldVolumes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a zone of the deployed stack holds: volumes 1 to `volumes` of `gib` each.

    With `storage: efs` they are shares of the file system.
    """

    zone_id: str
    volumes: Count
    gib: Count
    storage: Storage = "gp3"


class VolumeConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The gp3 volumes that users share; IOPS and MiB/s of one volume.

    With `storage: efs` the same numbers describe shares, which have no speed of their
    own; `snapshot_hours` and `snapshots_kept` are then those of the backups.
    `held` is what was deployed: a plan that would lose any of it is refused.
    """

    gib_per_user: Count = 10
    users_per_volume: Count
    iops: Count = 3000
    mib_per_second: Count = 125
    snapshot_hours: Count = 24
    snapshots_kept: Count = 7
    spare: tuple[SpareVolumes, ...] = ()
    retire: tuple[RetiredVolume, ...] = ()
    held: tuple[HeldVolumes, ...] = ()


class RelayConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The relay cluster: nodes follow from connections, messages and bytes, N+1."""

    instance_type: str = "m7g.large"
    kubernetes_version: str = "1.34"
    connections_per_user: Positive = 1.0
    connections_per_node: Count = 50_000
    messages_per_user_second: Amount = 0.02
    messages_per_node_second: Count = 20_000
    min_nodes: Count = 2


class ProxyConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The reverse proxies: count follows from open connections and spare, N+1."""

    instance_type: str = "c7g.large"
    connections_per_user: Positive = 2.0
    connections_per_proxy: Count = 25_000
    min_proxies: Count = 2


class MachineLogs(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Journals of users' machines in CloudWatch: days kept, lines of a user a minute.

    With `user_lines: 0` what users' containers say stays on the machines.
    """

    days: LogDays = 14
    user_lines: Annotated[int, Meta(ge=0, le=10_000)] = 60


class TierConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tier as `stacks/Pulumi.<tier>.yaml` writes it under `passepartout:tier`.

    `instance_types` are interchangeable pools of a size; the first is the one that
    the packing is computed for. `headroom` is the share of spare VMs that run all
    the time. `hosted` false is the self-hosted tier: relay and proxies only.
    `support_plan` is AWS's, which `fare host tiers` counts beside what AWS charges.
    `machine_logs` is a block, empty for its defaults; nothing leaves the machines where
    there is none.
    """

    hosted: bool = True
    zone_ids: tuple[str, ...]
    instance_types: tuple[str, ...] = ()
    users_per_vm: Count | Literal["auto"] = "auto"
    headroom: Share = 0.04
    on_demand_base: CountOrNone = 0
    on_demand_percent: Percent = 0
    memory: MemoryModel = MemoryModel()
    volumes: VolumeConfig | None = None
    relay: RelayConfig = RelayConfig()
    proxies: ProxyConfig = ProxyConfig()
    nat_gateways: bool = False
    storage: Storage = "gp3"
    support_plan: Literal["none", "developer", "business", "enterprise"] = "none"
    machine_logs: MachineLogs | None = None


class ZonePlan(Struct, frozen=True, kw_only=True):
    """What one zone holds: VMs at least, as a rule and at most, and data volumes.

    `volumes` are those that take users; `retired` has the numbers of others, with the
    state that the config gives them.
    """

    zone_id: str
    min_vms: int
    vms: int
    max_vms: int
    volumes: int
    retired: tuple[tuple[int, str], ...] = ()

    @property
    def highest(self) -> int:
        """The highest number of a volume that is built."""
        return max((number for number, _ in self.numbers), default=0)

    @property
    def built(self) -> int:
        """How many volumes are built."""
        return len(self.numbers) if self.retired else self.volumes

    @property
    def numbers(self) -> tuple[tuple[int, str], ...]:
        """Numbers of the volumes that are built, and "" or how each is retired."""
        if not self.retired:
            return tuple((number, "") for number in range(1, self.volumes + 1))
        states, found, number, active = dict(self.retired), [], 0, 0
        while active < self.volumes or number < max(states):
            number += 1
            state = states.get(number, "")
            if state == "gone" or (not state and active == self.volumes):
                continue
            active += not state
            found.append((number, state))
        return tuple(found)


class VolumePlan(Struct, frozen=True, kw_only=True):
    """One data volume, or share of the file system, and how many of them a VM holds."""

    gib: int
    gib_per_user: int
    iops: int
    mib_per_second: int
    users_per_volume: int
    volumes_per_vm: int
    snapshot_hours: int
    snapshots_kept: int


class NodesPlan(Struct, frozen=True, kw_only=True):
    """A group of like machines: how many at least, as a rule and at most."""

    instance_type: str
    min_nodes: int
    nodes: int
    max_nodes: int


class QuotaNeed(Struct, frozen=True, kw_only=True):
    """How much of an AWS quota or hard limit a tier needs.

    `limit` is None where it differs per account and must be read there.
    """

    name: str
    code: str
    need: float
    limit: float | None
    unit: str
    source: str


class TierPlan(Struct, frozen=True, kw_only=True):
    """A tier, sized: what the components build and what the economics divide.

    Groups grow by two targets: open connections of a proxy, and the percent of hosting
    machines' places that users have. At the planned peak the usual machines run.
    `binding` names the limit that set `users_per_vm` (`config` where it was fixed, ""
    where no user is hosted). `container_mib` is the most that one user's container may
    hold. `overflow` and `kills_per_user_year` are the packing's, at the peak hour;
    `notes` are sentences for the operator about what holds, but not comfortably.
    """

    users: int
    region: str
    zones: tuple[ZonePlan, ...]
    instance_types: tuple[str, ...]
    users_per_vm: int
    binding: str
    on_demand_base: int
    on_demand_percent: int
    volumes: VolumePlan | None
    relay: NodesPlan
    kubernetes_version: str
    proxies: NodesPlan
    nat_gateways: bool
    quotas: tuple[QuotaNeed, ...]
    target_connections: int = 1
    used_percent: float = 100.0
    storage: Storage = "gp3"
    machine_logs: MachineLogs | None = None
    container_mib: int = 0
    overflow: float = 0.0
    kills_per_user_year: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def vms(self) -> int:
        """VMs that run as a rule, over all zones."""
        return sum(zone.vms for zone in self.zones)

    @property
    def data_volumes(self) -> int:
        """Data volumes over all zones, those on their way out too."""
        return sum(zone.built for zone in self.zones)

    @property
    def ebs_volumes(self) -> int:
        """Data volumes of EBS; shares of a file system are none."""
        return self.data_volumes if self.storage == "gp3" else 0

    @property
    def least_free_places(self) -> int:
        """Places for new users below which the operator is told: a hundredth of all."""
        return max(1, self.users // 100)

    @property
    def hosted(self) -> bool:
        """Whether users live here, or only pass through relay and proxies."""
        return bool(self.instance_types)
