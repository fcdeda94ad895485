"""What `fare host optimize` is asked: a tier, its prices and inputs, and the limits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, structs

from farebox.hosting.errors import ConfigError
from farebox.hosting.limits import RESOURCES_MOST, VOLUMES_MOST
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import TierConfig, TierPlan, VolumeConfig
from farebox.hosting.spot.machine_prices import RESTS, Rest, StorageRates, storage_rates
from farebox.hosting.uncertainty import Input
from farebox.prices import PriceBook

Architecture = Literal["x86_64", "arm64", "any"]

POOL, VM = "users in one pool", "users on one machine"
KILLS, DOWNTIME = "session kills", "downtime"
SPOT_VCPUS, ON_DEMAND_VCPUS = "spot vCPU quota", "on-demand vCPU quota"
VOLUMES, RESOURCES = "volumes of a stack", "resources of a stack"

LIFTED: Mapping[str, str] = {
    POOL: "pool_percent",
    VM: "vm_percent",
    KILLS: "session_kills",
    DOWNTIME: "downtime_minutes",
    SPOT_VCPUS: "spot_vcpus",
    ON_DEMAND_VCPUS: "on_demand_vcpus",
    VOLUMES: "volumes",
    RESOURCES: "resources",
}
"""Limits by name, and the field of `Limits` that lifts each when it is None."""

UNITS: Mapping[str, str] = {
    POOL: "%",
    VM: "%",
    KILLS: "a user-year",
    DOWNTIME: "minutes a user-year",
    SPOT_VCPUS: "",
    ON_DEMAND_VCPUS: "",
    VOLUMES: "",
    RESOURCES: "",
}
"""What the measure of a limit counts, where its name does not say."""


class Limits(Struct, frozen=True, kw_only=True):
    """What a choice must keep; None where there is no limit.

    Shares are percent of the tier's users, kills and minutes are per user-year at the
    likely level, quotas are vCPUs at the groups' largest size.
    """

    pool_percent: float | None = None
    vm_percent: float | None = None
    session_kills: float | None = None
    downtime_minutes: float | None = None
    spot_vcpus: int | None = None
    on_demand_vcpus: int | None = None
    volumes: int | None = VOLUMES_MOST
    resources: int | None = RESOURCES_MOST
    architecture: Architecture = "any"
    rests: tuple[Rest, ...] = RESTS

    def __post_init__(self) -> None:
        """Refuse a limit that cannot be. Raises ConfigError."""
        for name in LIFTED.values():
            limit = getattr(self, name)
            if limit is not None and not limit >= 0:
                raise ConfigError(f"{name} must be 0 or more, not {limit:g}")


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: a tier, its prices and inputs, and the limits."""

    config: TierConfig
    plan: TierPlan
    volumes: VolumeConfig
    hours: Decimal
    rates: StorageRates
    inputs: Mapping[str, Input]
    limits: Limits

    @property
    def users(self) -> int:
        """The tier's users."""
        return self.plan.users

    def limited(self, **limits: Any) -> "Question":
        """The same question with some limits changed."""
        return structs.replace(self, limits=structs.replace(self.limits, **limits))


def question_of(
    source: TierSource,
    book: PriceBook,
    *,
    hours: Decimal,
    inputs: Mapping[str, Input],
    limits: Limits,
    users: int | None = None,
) -> Question:
    """The question for a tier.

    Raises ConfigError where it hosts nobody, PlanError where its plan breaks a limit,
    PriceNotFound where the book lacks a price of the region's volumes.
    """
    config = source.config
    if not config.hosted:
        raise ConfigError(f"tier {source.name} hosts no user, so it has no machines")
    plan = plan_tier(config, users=users or source.users, region=source.region)
    assert config.volumes is not None  # a hosted tier without them has no plan
    return Question(
        config=config,
        plan=plan,
        volumes=config.volumes,
        hours=hours,
        rates=storage_rates(book, plan.region),
        inputs=inputs,
        limits=limits,
    )
