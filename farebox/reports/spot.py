"""A tier's pools and purchase mixes, as text and as `farebox.spot/1`."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from textwrap import wrap
from typing import Any

from msgspec import Struct

from farebox.hosting.advisor import Bucket, advisor_is_stale, advisor_source
from farebox.hosting.purchase_mixes import Assessment, Mover, Target
from farebox.hosting.ranges import Range
from farebox.hosting.spot_fleet import Fleet, Pool, stale_spot_prices
from farebox.hosting.spot_inputs import exact
from farebox.hosting.spot_risk import interruptions_per_vm_month
from farebox.hosting.uncertainty import Input
from farebox.prices import PriceBook
from farebox.prices.ages import (
    ADVISOR_MAX_AGE_DAYS,
    MAX_AGE_DAYS,
    age_days,
    is_stale,
)
from farebox.reports.figures import plain, rate
from farebox.reports.text import BOLD, DIM, RESET

SCHEMA = "farebox.spot/1"
WIDTH = 80
PLACES = Decimal("1E-12")
"""Of figures in JSON: a trillionth, so that divisions end somewhere."""

NAMES = {
    "on-demand": "on demand",
    "plan-1-year": "1-year plan",
    "plan-3-year": "3-year plan",
}
"""Ways to buy machines that are not spot, as a person reads them."""


class View(Struct, frozen=True, kw_only=True):
    """What the report shows: a tier's fleet, its mixes, the target and the cheapest."""

    fleet: Fleet
    book: PriceBook
    on: date
    rows: tuple[Assessment, ...]
    target: Target
    cheapest: Assessment
    moves_most: Mapping[str, tuple[Mover, ...]]


def text(view: View, *, color: bool = False) -> str:
    """The report in 80 columns; `color` marks titles and ranges."""

    def style(mark: str, line: str) -> str:
        return f"{mark}{line}{RESET}" if color and line else line

    lines = []
    for mark, line in _lines(view):
        lines.append(f"{style(mark, line) if mark else line}\n")
    return "".join(lines)


def _lines(view: View) -> Iterator[tuple[str, str]]:
    fleet, plan = view.fleet, view.fleet.plan
    yield (
        BOLD,
        f"{fleet.tier} in {plan.region} · {plan.users:,} users,"
        f" {plan.users_per_vm:,} a machine · {plan.vms:,} machines",
    )
    yield "", ""
    head = ("USD/h", "USD/GiB-h", "reclaimed", "share")
    yield DIM, _columns("pool", head)
    for pool in fleet.pools:
        yield "", _columns(f"{pool.instance_type} {pool.zone_id}", _pool_cells(pool))
    yield "", ""
    yield (
        BOLD,
        "A user's month in USD; a user's year: minutes down, kills, cold restarts",
    )
    yield (
        DIM,
        _columns(
            "",
            ("USD", "min down", "kills", "restarts"),
        ),
    )
    for title, rows in _by_headroom(view):
        yield "", title
        for row in rows:
            label = f"  {spoken(row)}"
            if row.headroom != fleet.headroom:
                label += f", {percent(row.headroom)} spare"
            yield "", _columns(label, _cells(row, "likely"))
            likely = _cells(row, "likely")
            for level in ("low", "high"):
                if (cells := _cells(row, level)) != likely:
                    yield DIM, _columns(f"    {level}", cells)
    yield "", ""
    yield BOLD, _asked(view.target)
    best = view.cheapest
    label = f"  {spoken(best)}, {percent(best.headroom)} spare"
    yield "", _columns(label, _cells(best, "likely"))
    for title, movers in view.moves_most.items():
        spans = [(one.name, _short(one.at_low), _short(one.at_high)) for one in movers]
        shown = [span for span in spans if span[1] != span[2]]
        if shown:
            yield "", ""
            yield BOLD, f"What moves {title} most ({spoken(view.rows[0])})"
        for name, low, high in shown:
            yield "", f"  {_input(fleet, name):<56}{f'{low} – {high}':>22}"
    for sentence in _closing(view):
        yield "", ""
        for line in wrap(sentence, WIDTH, break_on_hyphens=False):
            yield "", line


def _columns(label: str, cells: tuple[str, ...]) -> str:
    widths = (10, 10, 10, 10)
    figures = "".join(
        f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)
    )
    return f"{label:<{WIDTH - sum(widths)}}{figures}"


def _pool_cells(pool: Pool) -> tuple[str, ...]:
    usd, gib = pool.usd_per_hour, pool.usd_per_gib_hour
    return (
        "no price" if usd is None else rate(usd),
        "–" if gib is None else f"{gib:.6f}",
        "not known" if pool.bucket is None else pool.bucket.label,
        percent(pool.share),
    )


def _by_headroom(view: View) -> Iterator[tuple[str, list[Assessment]]]:
    own = [row for row in view.rows if row.headroom == view.fleet.headroom]
    yield f"with {percent(view.fleet.headroom)} spare machines, as the tier has", own
    others = [row for row in view.rows if row.headroom != view.fleet.headroom]
    if others:
        held = "with spare machines for the largest pool: as available as on demand"
        yield held, others


def spoken(row: Assessment) -> str:
    """A mix as a person says it: `spot`, `50 % spot, 3-year plan`."""
    mix = row.mix
    if mix.spot_percent == 100:
        return "spot"
    rest = NAMES[mix.rest]
    return f"{mix.spot_percent} % spot, {rest}" if mix.spot_percent else rest


def percent(share: float | Decimal) -> str:
    """A share in whole percent."""
    return f"{share * 100:.0f} %"


def _cells(row: Assessment, level: str) -> tuple[str, ...]:
    return (
        f"{getattr(row.usd_per_user_month, level):,.4f}",
        _short(getattr(row.downtime_minutes_per_user_year, level)),
        _short(getattr(row.session_kills_per_user_year, level)),
        _short(getattr(row.cold_restarts_per_user_year, level)),
    )


def _short(figure: Decimal) -> str:
    """Three digits of what is small, one decimal of what is not."""
    if figure == 0:
        return "0"
    return f"{figure:,.1f}" if abs(figure) >= 10 else f"{figure:.3f}"


def _asked(target: Target) -> str:
    asked = []
    if target.downtime_minutes is not None:
        asked.append(f"at most {target.downtime_minutes:g} minutes down")
    if target.session_kills is not None:
        asked.append(f"at most {target.session_kills:g} sessions killed")
    if not asked:
        return "The cheapest mix (no limit was given)"
    return f"The cheapest mix with {' and '.join(asked)} a user-year"


def _input(fleet: Fleet, name: str) -> str:
    one = fleet.inputs.get(name)
    spelled = name.replace("_", " ")
    if one is None:
        return spelled
    return f"{spelled}: {one.low:g} – {one.high:g} {one.unit}"


def _closing(view: View) -> Iterator[str]:
    fleet = view.fleet
    if problem := fleet.without_spot:
        yield f"Spot is left out: {problem}."
    else:
        spot = view.rows[0]
        daily = restarts_a_day(fleet, spot)
        yield (
            f"With {spoken(spot)}, {daily:,.0f} containers a day start anew on another"
            " machine."
        )
        source = advisor_source()
        stale = "stale" if advisor_is_stale(view.on) else "not stale"
        yield (
            f"Interruption buckets are of {source.as_of}, {age_days(source, view.on):,}"
            f" days before {view.on}: {stale} (limit {ADVISOR_MAX_AGE_DAYS})."
        )
    offs = [fleet.inputs[name] for name in ("plan_1_year_off", "plan_3_year_off")]
    yield (
        f"Plans take {percent(offs[0].likely)} (1 year) and {percent(offs[1].likely)} (3 years)"
        " off on demand: inputs, for the book has no rates of plans."
    )
    book, stale_prices = view.book, stale_spot_prices(fleet.pools, view.on)
    yield (
        f"Prices: {book.kind} book {book.id[:19]}, newest of {book.as_of}; on {view.on},"
        f" {stale_prices} of {len(fleet.pools)} pools' prices are older than"
        f" {MAX_AGE_DAYS['spot']} days."
    )


def restarts_a_day(fleet: Fleet, row: Assessment) -> Decimal:
    """Containers of the tier that start anew in a day."""
    return row.cold_restarts_per_user_year.likely * fleet.plan.users / 365


# --- JSON -----------------------------------------------------------------------


def json(view: View) -> bytes:
    """The contract `farebox.spot/1` (docs/json.md)."""
    from msgspec.json import encode, format

    return bytes(format(encode(document(view)), indent=1)) + b"\n"


def document(view: View) -> dict[str, Any]:
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


def _pool(pool: Pool, on: date) -> dict[str, Any]:
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


def _mix(fleet: Fleet, row: Assessment) -> dict[str, Any]:
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
