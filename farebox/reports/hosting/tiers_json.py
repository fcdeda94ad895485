"""The scaling table as JSON: the contract `farebox.tiers/1` (docs/json.md)."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from farebox.hosting.paper import paper
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.dearer import dearer_tiers
from farebox.hosting.tiers.tier_gaps import Cause, causes, difference
from farebox.hosting.tiers.tier_swings import swings
from farebox.hosting.tiers.tiers import LINES, REASONS, TierCost
from farebox.reports.figures import plain
from farebox.reports.hosting.storage_view import places_json
from farebox.reports.hosting.tiers_view import TierTable

SCHEMA = "farebox.tiers/1"
PLACES = Decimal("1E-12")
"""A trillionth of a dollar, so that divisions end somewhere."""


def document(table: TierTable) -> dict[str, Any]:
    """The table as plain dicts, lists and texts."""
    statement = table.costs[0].statement
    book = statement.book
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "price": plain(table.price),
        "overhead": table.overhead,
        "hours_per_month": plain(statement.hours_per_month),
        "on": statement.on,
        "prices": {
            "book": book.id,
            "kind": book.kind,
            "as_of": book.as_of,
            "stale": book.stale,
        },
        "lines": dict(REASONS),
        "tiers": [
            _tier(cost) | {"storage": places_json(places, _levels)}
            for cost, places in zip(
                table.costs, table.places or ((),) * len(table.costs), strict=True
            )
        ],
        "dearer": [
            {
                "tier": one.tier,
                "than": one.than,
                "usd_per_user_month": _figure(one.usd_per_user_month),
                "because": [
                    {
                        "line": part.line,
                        "usd_per_user_month": _figure(part.usd_per_user_month),
                        "reason": part.reason,
                    }
                    for part in one.parts
                ],
            }
            for one in dearer_tiers(table.costs)
        ],
    }


def _tier(cost: TierCost) -> dict[str, Any]:
    row, gap, margin = (
        paper.row_for(cost.users, hosted=cost.plan.hosted),
        difference(cost),
        cost.margin,
    )
    plan = cost.plan
    return {
        "tier": cost.tier,
        "users": cost.users,
        "hosted": plan.hosted,
        "usd_per_user_month": _by_line(cost, "likely"),
        "low": _by_line(cost, "low"),
        "high": _by_line(cost, "high"),
        "margin": None if margin is None else _levels(margin),
        "lower_bound": cost.lower_bound,
        "notes": list(cost.statement.notes),
        "paper": None if row is None else _paper(row),
        "difference": None if gap is None else _figure(gap),
        "because": [_cause(cause) for cause in causes(cost)],
        "moves_most": [
            {
                "line": one.line,
                "input": one.input,
                "usd_per_user_month": _levels(one.usd_per_user_month),
            }
            for one in swings(cost)
        ],
        "plan": {
            "instance_types": list(plan.instance_types),
            "users_per_vm": plan.users_per_vm,
            "vms": plan.vms,
            "volumes": plan.data_volumes,
            "relay_nodes": plan.relay.nodes,
            "proxies": plan.proxies.nodes,
        },
    }


def _by_line(cost: TierCost, level: str) -> dict[str, str]:
    figures = {name: _figure(getattr(cost.lines[name], level)) for name in LINES}
    return figures | {
        "infrastructure": _figure(getattr(cost.infra, level)),
        "total": _figure(getattr(cost.total, level)),
    }


def _paper(row: paper.PaperRow) -> dict[str, Any]:
    margin = row.margin
    return {
        "low": plain(row.usd.low),
        "high": plain(row.usd.high),
        "open_ended": row.open_ended,
        "margin_low": None if margin is None else plain(margin.low),
        "margin_high": None if margin is None else plain(margin.high),
    }


def _cause(cause: Cause) -> dict[str, str]:
    return {
        "cause": cause.cause,
        "line": cause.line,
        "usd_per_user_month": _figure(cause.usd_per_user_month),
        "reason": cause.reason,
    }


def _levels(found: Range) -> dict[str, str]:
    return {
        "low": _figure(found.low),
        "likely": _figure(found.likely),
        "high": _figure(found.high),
    }


def _figure(usd: Decimal) -> str:
    return plain(usd.quantize(PLACES, ROUND_HALF_EVEN))
