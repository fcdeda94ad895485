"""A tier's pools and purchase mixes as text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.hosting.spot.advisor import advisor_is_stale, advisor_source
from farebox.hosting.spot.purchase_mixes import Assessment, RiskLimits
from farebox.hosting.spot.spot_fleet import TierPool, stale_spot_prices
from farebox.hosting.uncertainty import Input
from farebox.prices.ages import (
    ADVISOR_MAX_AGE_DAYS,
    MAX_AGE_DAYS,
    age_days,
)
from farebox.prices.spot_series import SpotSeries
from farebox.reports.figures import rate
from farebox.reports.hosting.plan_rates import plan_sentence
from farebox.reports.hosting.spot_view import SpotView, restarts_a_day
from farebox.reports.page.page import (
    Block,
    Column,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)
from farebox.reports.sparkline import sparkline

WIDTH = 80
HISTORY = timedelta(days=90)
"""The time whose spot prices are told in a line, where the store has them."""

NAMES = {
    "on-demand": "on demand",
    "plan-1-year": "1-year plan",
    "plan-3-year": "3-year plan",
}
"""Ways to buy machines that are not spot, as a person reads them."""


POOLS = (
    Column("pool", align="left"),
    *(Column(name, 10) for name in ("USD/h", "USD/GiB-h", "reclaimed", "share")),
)
MIXES = (
    Column("", heading="Mix", align="left"),
    *(Column(name, 10) for name in ("USD", "min down", "kills", "restarts")),
)
BARS_WIDE = 24
"""Columns of a price over time."""
OVER_TIME = (
    Column("pool", align="left"),
    Column("lowest to highest", BARS_WIDE + 1),
    *(Column(name, 10) for name in ("least", "mean", "most")),
)
UNTITLED = (Column(""), *(Column("", 10) for _ in range(4)))
MOVED_ROWS = (
    Column("", heading="Input", align="left"),
    Column("", 22, heading="Low – high"),
)


class SpotReport(Struct, frozen=True):
    """A tier's pools and purchase mixes."""

    view: SpotView

    def page(self) -> Page:
        """The pools, the mixes with their risks, and the cheapest that was asked for."""
        return Page(tuple(_blocks(self.view)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.spot/1`."""
        from farebox.reports.hosting.spot_json import document

        return document(self.view)


def _blocks(view: SpotView) -> Iterator[Block]:
    fleet, plan = view.fleet, view.fleet.plan
    yield Title(
        f"{fleet.tier} in {plan.region} · {plan.users:,} users,"
        f" {plan.users_per_vm:,} a machine · {plan.vms:,} machines"
    )
    pools = (
        Row((f"{pool.instance_type} {pool.zone_id}", *_pool_cells(pool)))
        for pool in fleet.pools
    )
    yield Table(POOLS, tuple(pools))
    if parts := _parts(view):
        yield Title("What they cost on spot in the last 90 days, USD/h", level=2)
        yield Table(OVER_TIME, tuple(_over_time(parts)))
    yield Title(
        "A user's month in USD; a user's year: minutes down, kills, cold restarts",
        level=2,
    )
    yield Table(MIXES, tuple(_mix_rows(view)))
    yield Title(_asked(view.target), level=2)
    best = view.cheapest
    label = f"{spoken(best)}, {percent(best.headroom)} spare"
    yield Table(UNTITLED, (Row((label, *_cells(best, "likely")), level=1),))
    for title, found in view.moves_most.items():
        spans = [(one.name, _short(one.at_low), _short(one.at_high)) for one in found]
        rows = moved_rows(fleet.inputs, spans)
        if rows:
            said = f"What moves {title} most ({spoken(view.rows[0])})"
            yield Title(said, level=2)
            yield Table(MOVED_ROWS, rows)
    for sentence in _closing(view):
        yield Sentence(sentence)


def _mix_rows(view: SpotView) -> Iterator[Row]:
    fleet = view.fleet
    for title, rows in _by_headroom(view):
        yield Row((title,))
        for row in rows:
            label = spoken(row)
            if row.headroom != fleet.headroom:
                label += f", {percent(row.headroom)} spare"
            likely = _cells(row, "likely")
            yield Row((label, *likely), level=1)
            for level in ("low", "high"):
                if (cells := _cells(row, level)) != likely:
                    yield Row((level, *cells), mark="dim", level=2)


def moved_rows(
    inputs: Mapping[str, Input], spans: Iterable[tuple[str, str, str]]
) -> tuple[Row, ...]:
    """Inputs with the figure at their low and high, where the two differ."""
    return tuple(
        Row((input_line(inputs, name), f"{low} – {high}"), level=1)
        for name, low, high in spans
        if low != high
    )


def _pool_cells(pool: TierPool) -> tuple[str, ...]:
    usd, gib = pool.usd_per_hour, pool.usd_per_gib_hour
    return (
        "no price" if usd is None else rate(usd),
        "–" if gib is None else f"{gib:.6f}",
        "not known" if pool.bucket is None else pool.bucket.label,
        percent(pool.share),
    )


def _by_headroom(view: SpotView) -> Iterator[tuple[str, list[Assessment]]]:
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


def _asked(target: RiskLimits) -> str:
    asked = []
    if target.downtime_minutes is not None:
        asked.append(f"at most {target.downtime_minutes:g} minutes down")
    if target.session_kills is not None:
        asked.append(f"at most {target.session_kills:g} sessions killed")
    if not asked:
        return "The cheapest mix (no limit was given)"
    return f"The cheapest mix with {' and '.join(asked)} a user-year"


def input_line(inputs: Mapping[str, Input], name: str) -> str:
    """An input with its range; its name alone where it comes from data."""
    one = inputs.get(name)
    spelled = name.replace("_", " ")
    if one is None:
        return spelled
    return f"{spelled}: {one.low:g} – {one.high:g} {one.unit}"


def _closing(view: SpotView) -> Iterator[str]:
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
    if parts := [part for _, part in _parts(view)]:
        yield _history(view, parts)
    yield plan_sentence(fleet.plans, fleet.inputs)
    book, stale_prices = view.book, stale_spot_prices(fleet.pools, view.on)
    yield (
        f"Prices: {book.kind} book {book.id[:19]}, newest of {book.as_of}; on {view.on},"
        f" {stale_prices} of {len(fleet.pools)} pools' prices are older than"
        f" {MAX_AGE_DAYS['spot']} days."
    )


def _parts(view: SpotView) -> list[tuple[str, SpotSeries]]:
    """Each pool with its prices of the last 90 days, where the store has them."""
    found = []
    for pool in view.fleet.pools:
        one = view.book.spot_series(
            view.fleet.plan.region, pool.instance_type, pool.zone_id
        )
        part = one.between(one.until - HISTORY, one.until) if one else None
        if part is not None:
            found.append((f"{pool.instance_type} {pool.zone_id}", part))
    return found


def _over_time(parts: list[tuple[str, SpotSeries]]) -> Iterator[Row]:
    for label, part in parts:
        bars = sparkline(part.timeline(), part.until, width=BARS_WIDE)
        figures = (rate(part.least), f"{part.mean:.4f}", rate(part.most))
        yield Row((label, bars, *figures))


def _history(view: SpotView, parts: list[SpotSeries]) -> str:
    """What the pools cost in the last 90 days."""
    means = [part.mean for part in parts]
    return (
        f"Over the 90 days to {max(part.until for part in parts).date()}, {len(parts)}"
        f" of {len(view.fleet.pools)} pools cost {min(means):.4f} to {max(means):.4f} USD/h in the"
        f" mean of their time, {rate(min(part.least for part in parts))} at the least"
        f" and {rate(max(part.most for part in parts))} at the most."
    )
