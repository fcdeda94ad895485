"""The instance types that a tier could run on, with what leaves the others out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from msgspec import Struct

from farebox.hosting.choice.choice_question import Question
from farebox.hosting.choice.choices import Choice, Machine
from farebox.hosting.colo.machine_hours import on_demand_price, plan_prices
from farebox.hosting.instance_types import (
    InstanceType,
    all_types,
    instance_type,
    zones_offering,
)
from farebox.hosting.limits import (
    USER_PORTS_PER_VM,
    bought_at_most,
    volumes_at_most,
)
from farebox.hosting.packing.capacity import cpu_users, memory_users, usable_gib
from farebox.hosting.spot.advisor import advice
from farebox.hosting.spot.machine_prices import spot_price
from farebox.hosting.spot.purchase_mixes import Mix
from farebox.hosting.spot.spot_fleet import on_demand_percent
from farebox.prices import PriceBook
from farebox.prices.ages import is_stale
from farebox.rules.machines.pools import in_price_band

BURSTABLE = frozenset(("t2", "t3", "t3a", "t4g"))
"""Families whose processor is only lent: what users take beyond is charged apart.

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html
"""


class Market(Struct, frozen=True, kw_only=True):
    """The machines to choose from; why types, or their spot, are left out, counted."""

    machines: tuple[Machine, ...]
    excluded: Mapping[str, int]
    without_spot: Mapping[str, int]


def market(question: Question, book: PriceBook) -> Market:
    """Every type of the table that the tier's region sells and that takes a user."""
    config, region = question.config, question.plan.region
    zones = [
        zone_id
        for zone_id in zones_offering(config.relay.instance_type, region)
        if zone_id in zones_offering(config.proxies.instance_type, region)
    ]

    @cache
    def by_memory(memory_mib: int) -> int:
        return memory_users(config.memory, usable_gib(memory_mib / 1024))

    machines: list[Machine] = []
    excluded: Counter[str] = Counter()
    without_spot: Counter[str] = Counter()
    for one in all_types():
        name = one.instance_type
        offered = sorted(set(zones_offering(name, region)) & set(zones))
        on_demand = on_demand_price(book, region, name)
        if question.limits.architecture not in ("any", one.architecture):
            excluded["of another architecture"] += 1
        elif name.partition(".")[0] in BURSTABLE:
            excluded["of burstable families"] += 1
        elif on_demand is None:
            excluded["without a price in the book"] += 1
        elif len(offered) < 2:
            excluded["offered in fewer than two zones"] += 1
        elif (
            min(
                (most := _most_users(question, one, by_memory(one.memory_mib))).values()
            )
            < 1
        ):
            excluded["on which no user fits"] += 1
        else:
            spot = {
                zone_id: price.usd_per_unit
                for zone_id in offered
                if (price := spot_price(book, region, name, zone_id))
            }
            said = advice(region, name)
            if len(spot) < 2:
                spot = {}
                without_spot["without a spot price per zone"] += 1
            elif said is None:
                spot = {}
                without_spot["without an interruption bucket"] += 1
            machines.append(
                Machine(
                    one=one,
                    zone_ids=tuple(offered),
                    usd_on_demand=on_demand.usd_per_unit,
                    plans=plan_prices(book, on_demand, question.inputs),
                    usd_spot=spot,
                    bucket=said.bucket if said else None,
                    most_users=most,
                )
            )
    return Market(
        machines=tuple(machines), excluded=excluded, without_spot=without_spot
    )


def as_configured(question: Question, book: PriceBook) -> Choice | None:
    """The tier as it stands, to hold choices against; None where a price is missing.

    Spot in a zone is the mean of the types in its price band, as `fare price` rates the
    group; interruptions are those of the most reclaimed type. What is on demand is the
    first type. An on-demand base counts as percent, rounded up.
    """
    plan, region = question.plan, question.plan.region
    zone_ids = tuple(zone.zone_id for zone in plan.zones)
    pools = {
        zone_id: [
            price.usd_per_unit
            for name in plan.instance_types
            if (price := spot_price(book, region, name, zone_id))
        ]
        for zone_id in zone_ids
    }
    spot = {zone_id: _expected(usd) for zone_id, usd in pools.items() if usd}
    priced = [usd for of_zone in pools.values() for usd in of_zone]
    said = [advice(region, name) for name in plan.instance_types]
    first, *others = plan.instance_types
    on_demand = on_demand_price(book, region, first)
    percent = 100 - on_demand_percent(plan)
    if on_demand is None or (percent and (len(spot) < len(zone_ids) or None in said)):
        return None
    buckets = [one.bucket for one in said if one]
    return Choice(
        machine=Machine(
            one=instance_type(first),
            zone_ids=zone_ids,
            usd_on_demand=on_demand.usd_per_unit,
            plans=plan_prices(book, on_demand, question.inputs),
            usd_spot=spot,
            usd_spot_ends=(min(priced), max(priced)) if priced else None,
            bucket=max(buckets, key=lambda one: one.likely, default=None),
            most_users={"config": plan.users_per_vm},
            stand_ins=tuple(others),
        ),
        zone_ids=zone_ids,
        mix=Mix(percent),
        users_per_vm=plan.users_per_vm,
    )


def _expected(usd: Sequence[Decimal]) -> Decimal:
    """USD for a spot hour in a zone: its pools in the price band, equally likely."""
    hopeful = in_price_band(dict(enumerate(usd)))
    return sum((usd[place] for place in hopeful), Decimal(0)) / len(hopeful)


def stale_prices(
    book: PriceBook, region: str, choices: Iterable[Choice], on: date
) -> int:
    """How many spot prices behind these choices are older than their limit."""
    pools = {
        (choice.machine.one.instance_type, zone_id)
        for choice in choices
        if choice.mix.spot_percent
        for zone_id in choice.zone_ids
    }
    found = (spot_price(book, region, *pool) for pool in pools)
    return sum(price is not None and is_stale(price, on) for price in found)


def _most_users(question: Question, one: InstanceType, memory: int) -> dict[str, int]:
    """Users that each limit of a machine allows, as the plan's own packing counts."""
    volumes = question.volumes
    most = {
        "memory": memory,
        "cpu": cpu_users(question.config.memory, one.vcpus),
        "attachments": volumes_at_most([one]) * volumes.users_per_volume,
        "addresses": USER_PORTS_PER_VM,
    }
    bought = bought_at_most([one], volumes)
    if bought is not None:
        most["ebs speed"] = bought * volumes.users_per_volume
    return most
