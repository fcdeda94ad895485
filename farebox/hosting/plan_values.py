"""A tier as its config asks for it, and as the plan sizes it: the values only.

`sizing.plan_tier` turns a TierConfig into a TierPlan; the Pulumi program builds its
components from the plan, and the economics read the same plan.
"""

from typing import Literal

from msgspec import Struct


class MemoryModel(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a user's container takes, for `users_per_vm: auto` and for the checks.

    Idle and active memory are uniform between two bounds, in GiB; the paper's 0.5-1
    GB idle and 2-3 GB active are taken as GiB. `active_share` is the share of users
    that are active at the peak hour; `correlation` is the beta-binomial rho between
    users; `session_hours` the mean active session (D in the kill target).
    """

    idle_gib: tuple[float, float] = (0.5, 1.0)
    active_gib: tuple[float, float] = (2.0, 3.0)
    active_share: float = 0.10
    overhead_mib: float = 30.0
    correlation: float = 0.0
    session_hours: float = 1.0
    kills_per_user_year: float = 0.1
    active_cores: float = 0.05
    idle_cores: float = 0.01
    cpu_share: float = 0.7


class VolumeConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The gp3 volumes that users share; IOPS and MiB/s of one volume."""

    gib_per_user: int = 10
    users_per_volume: int
    iops: int = 3000
    mib_per_second: int = 125
    snapshot_hours: int = 24
    snapshots_kept: int = 7


class RelayConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The relay cluster: nodes follow from connections, messages and bytes, N+1."""

    instance_type: str = "m7g.large"
    kubernetes_version: str = "1.34"
    connections_per_user: float = 1.0
    connections_per_node: int = 25_000
    messages_per_user_second: float = 0.02
    messages_per_node_second: int = 5_000
    min_nodes: int = 2


class ProxyConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The reverse proxies: count follows from open connections and spare, N+1."""

    instance_type: str = "c7g.large"
    connections_per_user: float = 2.0
    connections_per_proxy: int = 25_000
    min_proxies: int = 2


class TierConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tier as `stacks/Pulumi.<tier>.yaml` writes it under `passepartout:tier`.

    `instance_types` are interchangeable pools of a size; the first is the one that
    the packing is computed for. `headroom` is the share of spare VMs that run all
    the time. `hosted` false is the self-hosted tier: relay and proxies only.
    """

    hosted: bool = True
    zone_ids: tuple[str, ...]
    instance_types: tuple[str, ...] = ()
    users_per_vm: int | Literal["auto"] = "auto"
    headroom: float = 0.04
    on_demand_base: int = 0
    on_demand_percent: int = 0
    memory: MemoryModel = MemoryModel()
    volumes: VolumeConfig | None = None
    relay: RelayConfig = RelayConfig()
    proxies: ProxyConfig = ProxyConfig()
    nat_gateways: bool = False


class ZonePlan(Struct, frozen=True, kw_only=True):
    """What one zone holds: VMs at least, as a rule and at most, and data volumes."""

    zone_id: str
    min_vms: int
    vms: int
    max_vms: int
    volumes: int


class VolumePlan(Struct, frozen=True, kw_only=True):
    """One data volume, and how many of them a VM attaches."""

    gib: int
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

    `binding` names the limit that set `users_per_vm` (`config` where it was fixed).
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

    @property
    def vms(self) -> int:
        """VMs that run as a rule, over all zones."""
        return sum(zone.vms for zone in self.zones)
