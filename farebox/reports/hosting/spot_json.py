"""A tier's pools and purchase mixes as `farebox.spot/1` (docs/json.md)."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from farebox.hosting.ranges import Range
from farebox.hosting.spot.advisor import Bucket, advisor_is_stale, advisor_source
from farebox.hosting.spot.purchase_mixes import Assessment
from farebox.hosting.spot.spot_fleet import TierFleet, TierPool, stale_spot_prices
from farebox.hosting.spot.spot_inputs import exact
from farebox.hosting.spot.spot_risk import interruptions_per_vm_month
from farebox.hosting.uncertainty import Input
from farebox.prices import PriceBook
from farebox.prices.ages import age_days, is_stale
from farebox.reports.figures import plain
from farebox.reports.hosting.plan_rates import plan_rows
from farebox.reports.hosting.spot_view import SpotView, restarts_a_day

SCHEMA = "farebox.spot/1"
PLACES = Decimal("1E-12")
"""Of figures in JSON: a trillionth, so that divisions end somewhere."""


def document(view: SpotView) -> dict[str, Any]:
    """The report as plain dicts, lists and texts."""
    fleet, plan = view.fleet, view.fleet.plan
    target = view.target
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "tier": fleet.tier,
        "region": plan.region,
        "users": plan.users,
        "users_per_vm": plan.users_per_vm,
        "vms": plan.vms,
        "headroom": figure(exact(fleet.headroom)),
        "active_share": figure(exact(fleet.active_share)),
        "hours_per_month": plain(fleet.hours),
        "on": view.on.isoformat(),
        "prices": prices(view.book, stale_spot_prices(fleet.pools, view.on)),
        "advisor": advisor(view.on),
        "inputs": inputs(fleet.inputs),
        "plans": plan_rows(fleet.plans, fleet.inputs),
        "without_spot": fleet.without_spot or None,
        "pools": [_pool(pool, view.on) for pool in fleet.pools],
        "mixes": [_mix(fleet, row) for row in view.rows],
        "target": {
            "downtime_minutes": _limit(target.downtime_minutes),
            "session_kills": _limit(target.session_kills),
        },
        "cheapest": _mix(fleet, view.cheapest),
        "moves_most": {
            name: [
                {
                    "input": one.name,
                    "at_low": figure(one.at_low),
                    "at_high": figure(one.at_high),
                }
                for one in movers
            ]
            for name, movers in view.moves_most.items()
        },
    }


def prices(book: PriceBook, stale: int) -> dict[str, Any]:
    """The book, and how many of the prices that were asked for are stale."""
    return {
        "book": book.id,
        "kind": book.kind,
        "as_of": book.as_of,
        "stale_spot_prices": stale,
    }


def advisor(on: date) -> dict[str, Any]:
    """Where the interruption buckets are from, and whether they are stale."""
    source = advisor_source()
    return {
        "url": source.url,
        "version": source.version,
        "as_of": source.as_of,
        "age_days": age_days(source, on),
        "stale": advisor_is_stale(on),
    }


def inputs(table: Mapping[str, Input]) -> list[dict[str, Any]]:
    """The inputs with their levels, marks and sources."""
    return [
        {
            "input": one.name,
            "low": figure(exact(one.low)),
            "likely": figure(exact(one.likely)),
            "high": figure(exact(one.high)),
            "unit": one.unit,
            "mark": one.mark,
            "source": one.source,
        }
        for one in table.values()
    ]


def _pool(pool: TierPool, on: date) -> dict[str, Any]:
    price, gib = pool.price, pool.usd_per_gib_hour
    return {
        "instance_type": pool.instance_type,
        "zone_id": pool.zone_id,
        "share": figure(pool.share),
        "usd_per_hour": None if price is None else plain(price.usd_per_unit),
        "usd_per_gib_hour": None if gib is None else figure(gib),
        "price_as_of": None if price is None else price.source.as_of,
        "price_stale": None if price is None else is_stale(price, on),
        "bucket": None if pool.bucket is None else pool.bucket.label,
        "interruptions_per_vm_month": None
        if pool.bucket is None
        else rates(pool.bucket),
    }


def rates(bucket: Bucket) -> dict[str, str]:
    """lambda at each level of a bucket."""
    return {
        level: figure(exact(interruptions_per_vm_month(getattr(bucket, level))))
        for level in ("low", "likely", "high")
    }


def _mix(fleet: TierFleet, row: Assessment) -> dict[str, Any]:
    return {
        "spot_percent": row.mix.spot_percent,
        "rest": None if row.mix.spot_percent == 100 else row.mix.rest,
        "headroom": figure(exact(row.headroom)),
        "holds_the_largest_pool": row.holds_a_pool,
        "slow_share": figure(exact(row.slow_share)),
        "usd_per_user_month": levels(row.usd_per_user_month),
        "downtime_minutes_per_user_year": levels(row.downtime_minutes_per_user_year),
        "session_kills_per_user_year": levels(row.session_kills_per_user_year),
        "cold_restarts_per_user_year": levels(row.cold_restarts_per_user_year),
        "cold_restarts_a_day": figure(restarts_a_day(fleet, row)),
    }


def levels(found: Range) -> dict[str, str]:
    """A range as texts."""
    return {
        "low": figure(found.low),
        "likely": figure(found.likely),
        "high": figure(found.high),
    }


def figure(found: Decimal) -> str:
    """A figure as text, to a trillionth."""
    return plain(found.quantize(PLACES, ROUND_HALF_EVEN))


def _limit(found: float | None) -> str | None:
    return None if found is None else figure(exact(found))
