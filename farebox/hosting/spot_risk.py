"""What spot machines save and what their interruptions cost users.

    lambda = -ln(1 - f)   interruptions per VM-month; f, reclaimed a month, from the
                          Spot Advisor's bucket
    USD per user-month = [ (s P_spot + (1-s) P_rest) hours (1+h)
                           + s lambda (overlap/60) P_spot + rest of a machine ] / n
    downtime minutes per user-month = s lambda ((1-q) fast + q slow)
    session kills per user-year = 12 s lambda p,  cold restarts = 12 s lambda
    headroom to lose a pool with share m of the machines = m / (1-m)

A pool is a type in a zone. Its machines go together, so it fails as one: with less
headroom than the largest pool asks for, the users that find no spare machine go the
slow way. docs/economics.md has the units, the sources and what is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from math import log1p
from typing import Literal

from msgspec import Struct

from farebox.hosting.advisor import Bucket, advice
from farebox.hosting.edge import up
from farebox.hosting.errors import ConfigError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.machine_prices import (
    Rest,
    StorageRates,
    on_demand_price,
    spot_price,
    storage_rates,
)
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.ranges import Range
from farebox.hosting.sizing import plan_tier, users_in_zones
from farebox.hosting.spot_inputs import exact
from farebox.hosting.tier_files import TierSource
from farebox.hosting.uncertainty import Input
from farebox.prices import Price, PriceBook
from farebox.prices.ages import is_stale

Level = Literal["low", "likely", "high"]
LEVELS: tuple[Level, ...] = ("low", "likely", "high")
Levels = Callable[[str], Level]
"""At which level an input stands."""

ONE, HUNDRED = Decimal(1), Decimal(100)
MINUTES_PER_HOUR = 60
MONTHS_PER_YEAR = 12
DAYS_PER_YEAR = 365

RECLAIMED, SPOT_PRICE = "reclaimed a month", "spot price"
"""Two inputs that come from data: the advisor's bucket, and the pools' prices."""


# --- formulas -------------------------------------------------------------------


def interruptions_per_vm_month(reclaimed: float) -> float:
    """lambda: how often a machine is interrupted, of the share reclaimed in a month."""
    if not 0 <= reclaimed < 1:
        raise ConfigError(
            f"a share reclaimed must be from 0 to under 1, not {reclaimed}"
        )
    return -log1p(-reclaimed)


def usd_per_user_month(
    *,
    spot_share: Decimal,
    usd_spot_hour: Decimal,
    usd_rest_hour: Decimal,
    hours: Decimal,
    headroom: Decimal,
    interruptions: Decimal,
    overlap_minutes: Decimal,
    usd_machine_month: Decimal,
    users_per_vm: Decimal,
) -> Decimal:
    """USD per user-month; `interruptions` per VM-month of the mix, s lambda.

    `usd_machine_month` is what a machine has beside its hours: root volume, address.
    """
    hour = spot_share * usd_spot_hour + (ONE - spot_share) * usd_rest_hour
    overlap = interruptions * overlap_minutes / MINUTES_PER_HOUR * usd_spot_hour
    return (
        hour * hours * (ONE + headroom) + overlap + usd_machine_month
    ) / users_per_vm


def downtime_minutes_per_user_month(
    interruptions: float, *, slow_share: float, fast_minutes: float, slow_minutes: float
) -> float:
    """Minutes in a month that a user waits for a machine, `slow_share` the slow way."""
    return interruptions * ((1 - slow_share) * fast_minutes + slow_share * slow_minutes)


def session_kills_per_user_year(interruptions: float, active_share: float) -> float:
    """How often in a year an interruption ends a session that is going on."""
    return MONTHS_PER_YEAR * interruptions * active_share


def cold_restarts_per_user_year(interruptions: float) -> float:
    """How often in a year a user's container starts anew on another machine."""
    return MONTHS_PER_YEAR * interruptions


def headroom_to_lose(share: float) -> float:
    """Spare machines, as a share of the busy ones, that replace a pool of this share.

    Of k equal pools that is 1/(k-1).
    """
    if not 0 <= share < 1:
        raise ConfigError(f"a pool's share must be from 0 to under 1, not {share:g}")
    return share / (1 - share)


def slow_share_at(headroom: float, needed: float, at_least: float) -> float:
    """Share of interruptions that go the slow way when the largest pool is lost."""
    if needed <= 0:
        return at_least
    return max(at_least, 1 - min(1.0, headroom / needed))


# --- a tier's pools ---------------------------------------------------------------


class Pool(Struct, frozen=True, kw_only=True):
    """One type in one zone; `share` is its part of the tier's spot machines.

    `price` is None where the book has none, `bucket` where the advisor has none.
    """

    instance_type: str
    zone_id: str
    memory_gib: float
    price: Price | None
    bucket: Bucket | None
    share: Decimal

    @property
    def usd_per_hour(self) -> Decimal | None:
        """USD for an hour of one machine."""
        return None if self.price is None else self.price.usd_per_unit

    @property
    def usd_per_gib_hour(self) -> Decimal | None:
        """USD for a GiB of its memory for an hour."""
        usd = self.usd_per_hour
        return None if usd is None else usd / exact(self.memory_gib)


def tier_pools(plan: TierPlan, book: PriceBook) -> tuple[Pool, ...]:
    """The pools of a plan: each zone's machines come from its cheapest priced pool.

    That is how `fare price` rates a group whose strategy goes by price and capacity;
    which pools have capacity is not public.
    """
    pools = []
    for zone in plan.zones:
        priced = {
            name: spot_price(book, plan.region, name, zone.zone_id)
            for name in plan.instance_types
        }
        usd = {name: one.usd_per_unit for name, one in priced.items() if one}
        cheapest = min(usd, key=lambda name: usd[name]) if usd else None
        for name, price in priced.items():
            said = advice(plan.region, name)
            part = zone.vms if name == cheapest else 0
            pools.append(
                Pool(
                    instance_type=name,
                    zone_id=zone.zone_id,
                    memory_gib=instance_type(name).memory_gib,
                    price=price,
                    bucket=said.bucket if said else None,
                    share=Decimal(part) / plan.vms,
                )
            )
    return tuple(pools)


class Fleet(Struct, frozen=True, kw_only=True):
    """A tier's machines with everything that a purchase mix is judged by."""

    tier: str
    plan: TierPlan
    headroom: float
    active_share: float
    pools: tuple[Pool, ...]
    on_demand: Price
    rates: StorageRates
    hours: Decimal
    inputs: Mapping[str, Input]

    @property
    def without_spot(self) -> str:
        """Why spot cannot be judged here; empty where it can."""
        for zone in self.plan.zones:
            here = [pool for pool in self.pools if pool.zone_id == zone.zone_id]
            used = [pool for pool in here if pool.share]
            if not used:
                names = " or ".join(pool.instance_type for pool in here)
                return f"the book has no spot price for {names} in {zone.zone_id}"
            if used[0].bucket is None:
                return f"the Spot Advisor's table has no {used[0].instance_type}"
        return ""

    @property
    def largest_pool(self) -> float:
        """Share of the spot machines that the largest pool has."""
        return max(float(pool.share) for pool in self.pools)


def fleet_of(
    source: TierSource,
    book: PriceBook,
    *,
    hours: Decimal,
    inputs: Mapping[str, Input],
    users: int | None = None,
) -> Fleet:
    """The machines of a tier.

    Raises ConfigError where it hosts nobody, PlanError where its plan breaks a limit,
    PriceNotFound where the book lacks what every mix needs.
    """
    if not source.config.hosted:
        raise ConfigError(f"tier {source.name} hosts no user, so it has no machines")
    plan = plan_tier(source.config, users=users or source.users, region=source.region)
    first = plan.instance_types[0]
    on_demand = on_demand_price(book, plan.region, first)
    if on_demand is None:
        raise ConfigError(
            f"the book has no on-demand price for {first} in {plan.region}; give a book"
            " that has it with --prices"
        )
    return Fleet(
        tier=source.name,
        plan=plan,
        headroom=source.config.headroom,
        active_share=source.config.memory.active_share,
        pools=tier_pools(plan, book),
        on_demand=on_demand,
        rates=storage_rates(book, plan.region),
        hours=hours,
        inputs=inputs,
    )


def stale_spot_prices(pools: Iterable[Pool], on: date) -> int:
    """How many of the pools' prices are older than the limit for spot."""
    return sum(pool.price is not None and is_stale(pool.price, on) for pool in pools)


# --- purchase mixes -----------------------------------------------------------------


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


class Target(Struct, frozen=True, kw_only=True):
    """What users may feel in a year at most; None where there is no limit."""

    downtime_minutes: float | None = None
    session_kills: float | None = None

    def holds(self, figures: Figures) -> bool:
        """Whether a mix meets both limits."""
        return all(
            limit is None or felt <= limit + 1e-12
            for limit, felt in (
                (self.downtime_minutes, figures.downtime_minutes_per_user_year),
                (self.session_kills, figures.session_kills_per_user_year),
            )
        )


def headrooms(fleet: Fleet, mix: Mix) -> tuple[float, ...]:
    """The tier's own headroom, and what losing the largest pool asks for if more."""
    needed = _needed(fleet, mix)
    return (fleet.headroom, needed) if needed > fleet.headroom else (fleet.headroom,)


def assess(fleet: Fleet, mix: Mix, headroom: float) -> Assessment:
    """A mix at a headroom, with all inputs at low, at likely and at high."""
    low, likely, high = (figures(fleet, mix, headroom, _all(level)) for level in LEVELS)

    def felt(name: str) -> Range:
        return Range(*(exact(getattr(one, name)) for one in (low, likely, high)))

    needed = _needed(fleet, mix)
    return Assessment(
        mix=mix,
        headroom=headroom,
        holds_a_pool=headroom >= needed,
        slow_share=slow_share_at(
            headroom, needed, _at(fleet.inputs["slow_share"], "likely")
        ),
        usd_per_user_month=Range(
            low.usd_per_user_month, likely.usd_per_user_month, high.usd_per_user_month
        ),
        downtime_minutes_per_user_year=felt("downtime_minutes_per_user_year"),
        session_kills_per_user_year=felt("session_kills_per_user_year"),
        cold_restarts_per_user_year=felt("cold_restarts_per_user_year"),
    )


def figures(fleet: Fleet, mix: Mix, headroom: float, level: Levels) -> Figures:
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
    usd = usd_per_user_month(
        spot_share=share,
        usd_spot_hour=usd_spot,
        usd_rest_hour=usd_rest_hour(fleet.on_demand, mix.rest, inputs, level),
        hours=fleet.hours,
        headroom=beside,
        interruptions=exact(rate),
        overlap_minutes=exact(_at(inputs["overlap_minutes"], level("overlap_minutes"))),
        usd_machine_month=machine * (ONE + beside),
        users_per_vm=Decimal(plan.users_per_vm),
    )
    slow = slow_share_at(
        headroom,
        _needed(fleet, mix),
        _at(inputs["slow_share"], level("slow_share")),
    )
    downtime = downtime_minutes_per_user_month(
        rate,
        slow_share=slow,
        fast_minutes=_at(inputs["fast_minutes"], level("fast_minutes")),
        slow_minutes=_at(inputs["slow_minutes"], level("slow_minutes")),
    )
    return Figures(
        usd,
        MONTHS_PER_YEAR * downtime,
        session_kills_per_user_year(rate, fleet.active_share),
        cold_restarts_per_user_year(rate),
    )


def cheapest(fleet: Fleet, target: Target, rests: Sequence[Rest]) -> Assessment | None:
    """The cheapest mix to a percent, and headroom, that meets the target at likely.

    Where two cost the same, the one with less downtime. None where no mix meets it.
    """
    percents = range(101) if not fleet.without_spot else range(1)
    found = []
    for percent, rest in product(percents, rests):
        if percent == 100 and rest != rests[0]:
            continue
        mix = Mix(percent, rest)
        for headroom in headrooms(fleet, mix):
            felt = figures(fleet, mix, headroom, _all("likely"))
            if target.holds(felt):
                rank = felt.usd_per_user_month, felt.downtime_minutes_per_user_year
                found.append((rank, mix, headroom))
    if not found:
        return None
    _, mix, headroom = min(found)
    return assess(fleet, mix, headroom)


class Mover(Struct, frozen=True):
    """An input, and a figure of a mix with it at low and high, the others likely."""

    name: str
    at_low: Decimal
    at_high: Decimal


def movers(
    fleet: Fleet, mix: Mix, headroom: float, figure: str, *, most: int = 3
) -> tuple[Mover, ...]:
    """The inputs that move a figure of `Figures` most, the first most of all."""
    found = []
    for name in (RECLAIMED, SPOT_PRICE, *fleet.inputs):
        low, high = (
            getattr(figures(fleet, mix, headroom, _one(name, level)), figure)
            for level in ("low", "high")
        )
        if low != high:
            low, high = (
                one if isinstance(one, Decimal) else exact(one) for one in (low, high)
            )
            found.append(Mover(name, low, high))
    found.sort(key=lambda mover: -abs(mover.at_high - mover.at_low))
    return tuple(found[:most])


def usd_rest_hour(
    on_demand: Price, rest: Rest, inputs: Mapping[str, Input], level: Levels
) -> Decimal:
    """USD for an hour of a machine that is not spot; plans by their stated discount."""
    if rest == "on-demand":
        return on_demand.usd_per_unit
    name = "plan_1_year_off" if rest == "1-year plan" else "plan_3_year_off"
    return on_demand.usd_per_unit * (ONE - exact(_at(inputs[name], level(name))))


def _needed(fleet: Fleet, mix: Mix) -> float:
    """Headroom that replaces the largest pool of a mix."""
    return headroom_to_lose(float(mix.spot_share) * fleet.largest_pool)


def _running(plan: TierPlan, headroom: float) -> int:
    """Machines that run at a headroom: whole ones in each zone, as the plan has them."""
    shares = users_in_zones(plan.users, len(plan.zones))
    return sum(up(users * (1 + headroom) / plan.users_per_vm) for users in shares)


def _usd_spot(fleet: Fleet, level: Level) -> Decimal:
    """USD for a spot hour over all zones; high is each zone's dearest pool."""
    usd = Decimal(0)
    for zone in fleet.plan.zones:
        here = [pool for pool in fleet.pools if pool.zone_id == zone.zone_id]
        share = sum((pool.share for pool in here), Decimal(0))
        priced = [one for pool in here if (one := pool.usd_per_hour) is not None]
        usd += share * (max(priced) if level == "high" else min(priced))
    return usd


def _interruptions(fleet: Fleet, level: Level) -> float:
    """lambda over all pools by their shares."""
    return sum(
        float(pool.share) * interruptions_per_vm_month(getattr(pool.bucket, level))
        for pool in fleet.pools
        if pool.share and pool.bucket is not None
    )


def _at(one: Input, level: Level) -> float:
    figure: float = getattr(one, level)
    return figure


def _all(level: Level) -> Levels:
    return lambda name: level


def _one(moved: str, level: Level) -> Levels:
    return lambda name: level if name == moved else "likely"
