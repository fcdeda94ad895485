"""A tier's machines by pool: type, zone, price, interruption bucket and share."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from farebox.hosting.colo.machine_hours import Plans, on_demand_price, plan_prices
from farebox.hosting.errors import ConfigError
from farebox.hosting.instance_types import instance_type
from farebox.hosting.plan.sizing import plan_tier
from farebox.hosting.plan.tier_files import TierSource
from farebox.hosting.plan_values import TierPlan
from farebox.hosting.spot.advisor import Bucket, advice
from farebox.hosting.spot.machine_prices import StorageRates, spot_price, storage_rates
from farebox.hosting.spot.spot_inputs import exact
from farebox.hosting.uncertainty import Input
from farebox.prices import Price, PriceBook
from farebox.prices.ages import is_stale
from farebox.rules.machines.pools import in_price_band

ZERO = Decimal(0)


class TierPool(Struct, frozen=True, kw_only=True):
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


def tier_pools(plan: TierPlan, book: PriceBook) -> tuple[TierPool, ...]:
    """The pools of a plan, with the share of the machines that each is expected to have.

    EC2 looks for capacity first, which is not public, so every pool in its zone's price
    band is as likely as the others. `fare price` rates the group in the same way.
    """
    pools = []
    for zone in plan.zones:
        priced = {
            name: spot_price(book, plan.region, name, zone.zone_id)
            for name in plan.instance_types
        }
        usd = {name: one.usd_per_unit for name, one in priced.items() if one}
        hopeful = in_price_band(usd) if usd else []
        for name, price in priced.items():
            said = advice(plan.region, name)
            part = Decimal(zone.vms) / len(hopeful) if name in hopeful else ZERO
            pools.append(
                TierPool(
                    instance_type=name,
                    zone_id=zone.zone_id,
                    memory_gib=instance_type(name).memory_gib,
                    price=price,
                    bucket=said.bucket if said else None,
                    share=part / plan.vms,
                )
            )
    return tuple(pools)


class TierFleet(Struct, frozen=True, kw_only=True):
    """A tier's machines with everything that a purchase mix is judged by."""

    tier: str
    plan: TierPlan
    headroom: float
    active_share: float
    pools: tuple[TierPool, ...]
    on_demand: Price
    plans: Plans
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
            for pool in used:
                if pool.bucket is None:
                    return f"the Spot Advisor's table has no {pool.instance_type}"
        return ""

    @property
    def largest_pool(self) -> float:
        """Share of the spot machines that the largest pool may have.

        A zone's machines may all have come from one of its pools.
        """
        by_zone: dict[str, Decimal] = {}
        for pool in self.pools:
            by_zone[pool.zone_id] = by_zone.get(pool.zone_id, ZERO) + pool.share
        return float(max(by_zone.values()))


def fleet_of(
    source: TierSource,
    book: PriceBook,
    *,
    hours: Decimal,
    inputs: Mapping[str, Input],
    users: int | None = None,
) -> TierFleet:
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
    return TierFleet(
        tier=source.name,
        plan=plan,
        headroom=source.config.headroom,
        active_share=source.config.memory.active_share,
        pools=tier_pools(plan, book),
        on_demand=on_demand,
        plans=plan_prices(book, on_demand, inputs),
        rates=storage_rates(book, plan.region),
        hours=hours,
        inputs=inputs,
    )


def on_demand_percent(plan: TierPlan) -> int:
    """Percent of machines that the tier's config puts on demand, rounded up."""
    base = min(plan.on_demand_base, plan.vms)
    above = (plan.vms - base) * plan.on_demand_percent
    return -(-(base * 100 + above) // plan.vms)


def stale_spot_prices(pools: Iterable[TierPool], on: date) -> int:
    """How many of the pools' prices are older than the limit for spot."""
    return sum(pool.price is not None and is_stale(pool.price, on) for pool in pools)
