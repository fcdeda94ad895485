"""Ways to buy a tier's machines: what each costs, what users feel, which is cheapest.

Each mix is judged at the tier's own headroom, and at the headroom that replaces the
largest pool when it is lost: only there are spot, on demand and plans equally available.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Literal

from msgspec import Struct

from farebox.hosting.colo.colo_inputs import PLANS_OFF
from farebox.hosting.colo.machine_hours import Plans
from farebox.hosting.errors import ConfigError
from farebox.hosting.plan.edge import up
from farebox.hosting.plan.sizing import users_in_zones
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.ranges import Range
from farebox.hosting.spot.machine_prices import Rest
from farebox.hosting.spot.spot_fleet import TierFleet
from farebox.hosting.spot.spot_inputs import exact
from farebox.hosting.spot.spot_risk import (
    MONTHS_PER_YEAR,
    ONE,
    MachineMonth,
    Waits,
    cold_restarts_per_user_year,
    downtime_minutes_per_user_month,
    headroom_to_lose,
    interruptions_per_vm_month,
    session_kills_per_user_year,
    slow_share_at,
)
from farebox.hosting.uncertainty import Input

Level = Literal["low", "likely", "high"]
LEVELS: tuple[Level, ...] = ("low", "likely", "high")
Levels = Callable[[str], Level]
"""At which level an input stands."""

HUNDRED = Decimal(100)

RECLAIMED, SPOT_PRICE = "reclaimed a month", "spot price"
"""Two inputs that come from data: the advisor's bucket, and the pools' prices."""


class Mix(Struct, frozen=True, order=True):
    """`spot_percent` of the machines on spot, the others bought as `rest` says."""

    spot_percent: int
    rest: Rest = "on-demand"

    def __str__(self) -> str:
        if self.spot_percent == 100:
            return "spot"
        if self.spot_percent == 0:
            return self.rest
        return f"{self.spot_percent}% spot, {self.rest}"

    @property
    def spot_share(self) -> Decimal:
        """The share of machines on spot."""
        return Decimal(self.spot_percent) / HUNDRED


class Figures(Struct, frozen=True):
    """What a mix costs a month and what its interruptions do to a user in a year."""

    usd_per_user_month: Decimal
    downtime_minutes_per_user_year: float
    session_kills_per_user_year: float
    cold_restarts_per_user_year: float


class Assessment(Struct, frozen=True, kw_only=True):
    """A mix at a headroom: its figures at each level.

    `holds_a_pool` says whether the headroom replaces the largest pool when it is lost:
    only mixes that do are equally available.
    """

    mix: Mix
    headroom: float
    holds_a_pool: bool
    slow_share: float
    usd_per_user_month: Range
    downtime_minutes_per_user_year: Range
    session_kills_per_user_year: Range
    cold_restarts_per_user_year: Range


def within(limit: float | None, felt: float) -> bool:
    """Whether a figure keeps a limit, a float's own error aside."""
    return limit is None or felt <= limit + 1e-9 * max(1.0, abs(limit))


class RiskLimits(Struct, frozen=True, kw_only=True):
    """What users may feel in a year at most; None where there is no limit."""

    downtime_minutes: float | None = None
    session_kills: float | None = None

    def __post_init__(self) -> None:
        """Refuse a limit below 0. Raises ConfigError."""
        for limit in (self.downtime_minutes, self.session_kills):
            if limit is not None and not limit >= 0:
                raise ConfigError(f"a limit must be 0 or more, not {limit:g}")

    def holds(self, figures: Figures) -> bool:
        """Whether a mix meets both limits."""
        return within(
            self.downtime_minutes, figures.downtime_minutes_per_user_year
        ) and within(self.session_kills, figures.session_kills_per_user_year)


def headrooms(fleet: TierFleet, mix: Mix) -> tuple[float, ...]:
    """The tier's own headroom, and what losing the largest pool asks for if more."""
    needed = _needed(fleet, mix)
    return (fleet.headroom, needed) if needed > fleet.headroom else (fleet.headroom,)


def assess(fleet: TierFleet, mix: Mix, headroom: float) -> Assessment:
    """A mix at a headroom, with all inputs at low, at likely and at high."""
    low, likely, high = (
        figures(fleet, mix, headroom, all_at(level)) for level in LEVELS
    )

    def felt(name: str) -> Range:
        return Range(*(exact(getattr(one, name)) for one in (low, likely, high)))

    needed = _needed(fleet, mix)
    return Assessment(
        mix=mix,
        headroom=headroom,
        holds_a_pool=headroom >= needed,
        slow_share=slow_share_at(
            headroom, needed, at_level(fleet.inputs["slow_share"], "likely")
        ),
        usd_per_user_month=Range(
            low.usd_per_user_month, likely.usd_per_user_month, high.usd_per_user_month
        ),
        downtime_minutes_per_user_year=felt("downtime_minutes_per_user_year"),
        session_kills_per_user_year=felt("session_kills_per_user_year"),
        cold_restarts_per_user_year=felt("cold_restarts_per_user_year"),
    )


def figures(fleet: TierFleet, mix: Mix, headroom: float, level: Levels) -> Figures:
    """A mix's figures with each input at the level that `level` says.

    Raises ConfigError where the mix needs spot and spot cannot be judged.
    """
    if mix.spot_percent and (problem := fleet.without_spot):
        raise ConfigError(f"{problem}, so spot cannot be judged")
    inputs, plan = fleet.inputs, fleet.plan
    share = mix.spot_share if mix.spot_percent else Decimal(0)
    usd_spot = _usd_spot(fleet, level(SPOT_PRICE)) if share else Decimal(0)
    rate = _interruptions(fleet, level(RECLAIMED)) * float(share)
    vms = _running(plan, headroom)
    # Users fill whole machines, so what runs beside the full ones is what counts.
    beside = Decimal(vms * plan.users_per_vm) / plan.users - ONE
    machine = fleet.rates.machine_month(
        fleet.hours, public_address=not plan.nat_gateways
    )
    month = MachineMonth(
        spot_share=share,
        usd_spot_hour=usd_spot,
        usd_rest_hour=usd_rest_hour(
            fleet.on_demand.usd_per_unit, fleet.plans, mix.rest, inputs, level
        ),
        hours=fleet.hours,
        headroom=beside,
        interruptions=exact(rate),
        overlap_minutes=exact(
            at_level(inputs["overlap_minutes"], level("overlap_minutes"))
        ),
        usd_machine_month=machine * (ONE + beside),
        users_per_vm=Decimal(plan.users_per_vm),
    )
    slow = slow_share_at(
        headroom,
        _needed(fleet, mix),
        at_level(inputs["slow_share"], level("slow_share")),
    )
    downtime = downtime_minutes_per_user_month(
        rate,
        waits_at(inputs, level),
        slow_share=slow,
        containers=plan.users_per_vm,
        volumes=plan.volumes.volumes_per_vm if plan.volumes else 0,
    )
    return Figures(
        month.usd_per_user_month(),
        MONTHS_PER_YEAR * downtime,
        session_kills_per_user_year(rate, fleet.active_share),
        cold_restarts_per_user_year(rate),
    )


def cheapest(fleet: TierFleet, target: RiskLimits, rests: Sequence[Rest]) -> Assessment:
    """The cheapest mix to a percent, and headroom, that meets the target at likely.

    Where two cost the same, the one with less downtime. One always meets it: `rests`
    is not empty, and a mix without spot is never interrupted.
    """
    percents = range(101) if not fleet.without_spot else range(1)
    found = []
    for percent, rest in product(percents, rests):
        if percent == 100 and rest != rests[0]:
            continue
        mix = Mix(percent, rest)
        for headroom in headrooms(fleet, mix):
            felt = figures(fleet, mix, headroom, likely)
            if target.holds(felt):
                rank = felt.usd_per_user_month, felt.downtime_minutes_per_user_year
                found.append((rank, mix, headroom))
    _, mix, headroom = min(found)
    return assess(fleet, mix, headroom)


def usd_rest_hour(
    usd_on_demand: Decimal,
    plans: Plans,
    rest: Rest,
    inputs: Mapping[str, Input],
    level: Levels,
) -> Decimal:
    """USD for an hour of a machine that is not spot.

    A plan's is the book's own; where that has none, on demand less what the input says.
    """
    if rest == "on-demand":
        return usd_on_demand
    if rest in plans:
        return plans[rest].usd_per_unit
    name = PLANS_OFF[rest]
    return usd_on_demand * (ONE - exact(at_level(inputs[name], level(name))))


def _needed(fleet: TierFleet, mix: Mix) -> float:
    """Headroom that replaces the largest pool of a mix."""
    return headroom_to_lose(float(mix.spot_share) * fleet.largest_pool)


def _running(plan: TierPlan, headroom: float) -> int:
    """Machines that run at a headroom: whole ones in each zone, as the plan has them."""
    shares = users_in_zones(plan.users, len(plan.zones))
    return sum(up(users * (1 + headroom) / plan.users_per_vm) for users in shares)


def _usd_spot(fleet: TierFleet, level: Level) -> Decimal:
    """USD for a spot hour over all zones: at likely the mean by the pools' shares.

    Low is each zone's cheapest pool, high its dearest.
    """
    usd = Decimal(0)
    for zone in fleet.plan.zones:
        here = [pool for pool in fleet.pools if pool.zone_id == zone.zone_id]
        priced = [
            (pool.share, one) for pool in here if (one := pool.usd_per_hour) is not None
        ]
        if level == "likely":
            usd += sum((share * one for share, one in priced), Decimal(0))
            continue
        bound = min if level == "low" else max
        part = sum((share for share, _ in priced), Decimal(0))
        usd += part * bound(one for _, one in priced)
    return usd


def _interruptions(fleet: TierFleet, level: Level) -> float:
    """lambda over all pools by their shares."""
    return sum(
        float(pool.share) * interruptions_per_vm_month(getattr(pool.bucket, level))
        for pool in fleet.pools
        if pool.share and pool.bucket is not None
    )


def at_level(one: Input, level: Level) -> float:
    """An input's figure at a level."""
    figure: float = getattr(one, level)
    return figure


def waits_at(inputs: Mapping[str, Input], level: Levels) -> Waits:
    """How long an interruption keeps users waiting, each input at its level."""
    return Waits(
        **{
            name: at_level(inputs[name], level(name))
            for name in Waits.__struct_fields__
        }
    )


def likely(name: str) -> Level:
    """Every input at its likely level."""
    return "likely"


def all_at(level: Level) -> Levels:
    """Every input at one level."""
    return lambda name: level


def one_at(moved: str, level: Level) -> Levels:
    """One input at a level, the others likely."""
    return lambda name: level if name == moved else "likely"
