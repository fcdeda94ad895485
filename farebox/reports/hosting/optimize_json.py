"""The best few ways to run a tier as `farebox.optimize/1` (docs/json.md)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from farebox.hosting.choice.choice_question import DOWNTIME, KILLS, LIFTED
from farebox.hosting.choice.choices import (
    Choice,
    downtime_minutes_per_user_year,
    usd_per_month,
)
from farebox.hosting.choice.choices import kills_per_user_year as session_kills
from farebox.hosting.choice.movers import choice_movers
from farebox.hosting.ranges import Range
from farebox.hosting.spot.purchase_mixes import LEVELS, all_at
from farebox.hosting.spot.spot_inputs import exact
from farebox.reports.hosting.optimize_view import OptimizeView, memory_kills
from farebox.reports.hosting.plan_rates import plan_rows
from farebox.reports.hosting.spot_json import advisor, figure, inputs, levels, prices

SCHEMA = "farebox.optimize/1"


def document(view: OptimizeView) -> dict[str, Any]:
    """The report as plain dicts, lists and texts."""
    question, limits = view.question, view.question.limits
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "tier": view.tier,
        "region": question.plan.region,
        "users": question.users,
        "hours_per_month": figure(question.hours),
        "on": view.on.isoformat(),
        "prices": prices(view.book, view.stale_spot_prices),
        "advisor": advisor(view.on),
        "inputs": inputs(question.inputs),
        "limits": {
            "architecture": limits.architecture,
            "rests": list(limits.rests),
            "memory_kills_per_user_year": figure(
                exact(question.config.memory.kills_per_user_year)
            ),
            **{field: _limit(getattr(limits, field)) for field in LIFTED.values()},
        },
        "types": len(view.market.machines),
        "tried": view.search.tried,
        "excluded": _counts(view.market.excluded),
        "excluded_from_spot": _counts(view.market.without_spot),
        "now": None if view.now is None else _choice(view, view.now),
        "choices": [
            {
                **_choice(view, offer.found.choice),
                "moved_most_by": _moved(view, offer.found.choice),
                "binds": [
                    {
                        "limit": one.limit,
                        "usd_less_per_user_month": figure(one.usd_per_user_month),
                    }
                    for one in offer.binds
                ],
            }
            for offer in view.offers
        ],
        "written": {"file": view.file, "diff": view.diff} if view.file else None,
    }


def _moved(view: OptimizeView, choice: Choice) -> dict[str, Any]:
    found = choice_movers(view.question, choice, view.search.size(choice))
    return {
        name: [
            {
                "input": one.name,
                "at_low": figure(one.at_low),
                "at_high": figure(one.at_high),
            }
            for one in movers
        ]
        for name, movers in found.items()
    }


def _choice(view: OptimizeView, choice: Choice) -> dict[str, Any]:
    question, search = view.question, view.search
    size, users = search.size(choice), question.users
    found = {
        name: value
        for name, (value, _) in search.measures(choice).items()
        if name not in (KILLS, DOWNTIME)
    }
    lines = usd_per_month(question, choice, size)
    usd, kills, down = [], [], []
    for level in LEVELS:
        at = all_at(level)
        month = sum(usd_per_month(question, choice, size, at).values(), Decimal(0))
        usd.append(month / users)
        kills.append(exact(session_kills(question, choice, at)))
        down.append(exact(downtime_minutes_per_user_year(question, choice, at)))
    return {
        "instance_type": choice.machine.one.instance_type,
        "instance_types": list(choice.machine.instance_types),
        "zone_ids": list(choice.zone_ids),
        "spot_percent": choice.mix.spot_percent,
        "rest": None if choice.mix.spot_percent == 100 else choice.mix.rest,
        "plans": plan_rows(choice.machine.plans, question.inputs),
        "users_per_vm": choice.users_per_vm,
        "vms": sum(size.vms),
        "volumes": size.volumes,
        "volume_gib": size.volume_gib,
        "usd_per_user_month": levels(Range(*usd)),
        "lines": {name: figure(month / users) for name, month in lines.items()},
        "downtime_minutes_per_user_year": levels(Range(*down)),
        "session_kills_per_user_year": levels(Range(*kills)),
        "memory_kills_per_user_year": figure(exact(memory_kills(view, choice))),
        "uses": {
            LIFTED[name]: figure(exact(float(value))) for name, value in found.items()
        },
        "users_per_vm_limits": dict(choice.machine.most_users),
    }


def _counts(counted: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"reason": why, "types": count} for why, count in counted.items()]


def _limit(found: float | None) -> str | None:
    return None if found is None else figure(exact(float(found)))
