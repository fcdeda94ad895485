"""Cloud, rented servers and colo by user count: the contract `farebox.colo/1`."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil, isfinite
from typing import Any

from farebox.hosting.colo.cloud_points import PURCHASES
from farebox.hosting.colo.colo_study import ColoStudy, Crossover
from farebox.hosting.tiers.tiers import TierTerms
from farebox.hosting.uncertainty import Band, Swing
from farebox.reports.figures import plain

SCHEMA = "farebox.colo/1"
MILLIONTH = Decimal("1E-6")
TOP = 3
"""Inputs that are named: the ones that move a result most."""


def document(study: ColoStudy, terms: TierTerms) -> dict[str, Any]:
    """The study as plain dicts, lists and texts."""
    book = terms.book
    return {
        "schema": SCHEMA,
        "currency": "USD",
        "hours_per_month": plain(terms.hours_per_month),
        "on": terms.on.isoformat(),
        "prices": {
            "book": book.id,
            "kind": book.kind,
            "as_of": book.as_of,
            "stale": book.stale(terms.on),
        },
        "seed": study.seed,
        "draws": study.draws,
        "users": list(study.users),
        "options": [
            {
                "option": name,
                "usd_per_user_month": _by_users(study, bands),
                **(
                    {"servers": _counts(study, study.servers[name])}
                    if name in study.servers
                    else {}
                ),
            }
            for name, bands in study.usd_per_user_month.items()
        ],
        "crossovers": [_crossover(study, one) for one in study.crossovers],
        "ratios": [
            {"from": name, "to": "colo", "ratio": _by_users(study, study.ratios[name])}
            for name in PURCHASES
        ],
        "payback": [
            {
                "from": name,
                "to": "colo",
                "months": _by_users(study, study.payback_months[name]),
            }
            for name in PURCHASES
        ],
        "capex_usd": _by_users(study, study.capex_usd),
        "tornado": {
            "option": "colo",
            "users": study.swings_at,
            "inputs": [_swing(swing, "usd_per_user_month") for swing in study.swings],
        },
        "looked_at": {"first_users": study.first_users, "last_users": study.last_users},
        "cloud": [
            {
                "users": point.users,
                "tier": point.tier,
                "stacks": point.stacks,
                "gib_per_user": _figure(point.gib_per_user),
                "lower_bound": point.lower_bound,
            }
            for point in study.points
        ],
        "inputs": [
            {
                "input": one.name,
                "low": _figure(one.low),
                "likely": _figure(one.likely),
                "high": _figure(one.high),
                "unit": one.unit,
                "mark": one.mark,
                "source": one.source,
            }
            for one in study.inputs.values()
        ],
    }


def _by_users(study: ColoStudy, bands: Sequence[Band]) -> dict[str, Any]:
    return {
        str(count): _levels(band)
        for count, band in zip(study.users, bands, strict=True)
    }


def _counts(study: ColoStudy, counts: Sequence[int]) -> dict[str, int]:
    return {str(n): count for n, count in zip(study.users, counts, strict=True)}


def _levels(band: Band) -> dict[str, str | None]:
    return {
        "low": _figure(band.low),
        "likely": _figure(band.likely),
        "high": _figure(band.high),
        "median": _figure(band.median),
    }


def _crossover(study: ColoStudy, crossover: Crossover) -> dict[str, Any]:
    users = crossover.users
    return {
        "from": crossover.from_,
        "to": crossover.to,
        "users": {
            "low": _whole(users.low),
            "likely": _whole(users.likely),
            "high": _whole(users.high),
            "median": _whole(users.median),
        },
        "never": _figure(crossover.never),
        "always": _figure(crossover.always),
        "moved_most_by": [
            {
                "input": swing.name,
                "users": {"low": _whole(swing.at_low), "high": _whole(swing.at_high)},
            }
            for swing in crossover.swings[:TOP]
        ],
    }


def _swing(swing: Swing, name: str) -> dict[str, Any]:
    return {
        "input": swing.name,
        name: {"low": _figure(swing.at_low), "high": _figure(swing.at_high)},
    }


def _whole(count: float) -> int | None:
    """Users, rounded up; null where there is no such count."""
    return ceil(count) if isfinite(count) else None


def _figure(figure: float) -> str | None:
    """A decimal text, to a millionth; null where there is no figure."""
    return plain(money(figure)) if isfinite(figure) else None


def money(figure: float) -> Decimal:
    """The one way from an estimate to money: by its shortest text, to a millionth."""
    return Decimal(repr(figure)).quantize(MILLIONTH, ROUND_HALF_EVEN)
