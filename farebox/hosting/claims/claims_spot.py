"""Claims about the spot price of a machine: over time, or at one moment (C03, C04)."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from farebox.hosting.claims.claim_inputs import priced, spot_prices, stated, within
from farebox.hosting.claims.claim_values import (
    Check,
    ClaimInput,
    Finding,
    Ground,
    Number,
)
from farebox.hosting.paper.paper_figures import Machine
from farebox.hosting.spot.histories import last_days, spot_histories
from farebox.prices import Source
from farebox.prices.ages import is_stale_source
from farebox.prices.spot_series import SpotSeries

SPOT_TOLERANCE = Decimal("0.10")
WINDOW_DAYS = 90
"""The time over which the price is held against the paper's."""

SHORTER_DAYS = (30, 7)
"""Shorter times that are told beside it, to show where the price is going."""


def spot_price_of(place: int) -> Check:
    """C03, C04: the median over zones of that machine's spot price.

    Where the store has the zones' histories, of its mean over 90 days; else of the
    book's prices, which are of one moment.
    """

    def check(ground: Ground) -> Finding:
        machine = ground.paper.machines[place]
        histories = spot_histories(ground.book, ground.region, machine.instance_type)
        if histories:
            return _over_time(ground, machine, histories)
        return _at_one_moment(ground, machine)

    return check


def _over_time(
    ground: Ground, machine: Machine, histories: Sequence[tuple[str, SpotSeries]]
) -> Finding:
    """The zones' time-weighted means of 90 days; low and high are the extremes in them."""
    paper = machine.usd_per_hour
    parts = last_days(histories, WINDOW_DAYS)
    usd = median([part.mean for _, part in parts])
    cheap = sum((part.hours_at_most(paper) for _, part in parts), Decimal(0))
    hours = sum((part.hours for _, part in parts), Decimal(0))
    first = min(part.steps[0].at for _, part in parts).date()
    last = max(part.until for _, part in parts).date()
    said = (
        f"the median of {len(parts)} zones' time-weighted means from {first} to {last}"
    )
    said += f" is {usd / paper:.2f} times the paper's price"
    for days in SHORTER_DAYS:
        shorter = median([part.mean for _, part in last_days(histories, days)])
        said += f", of the last {days} days {shorter / paper:.2f}"
    if hours:
        said += f"; {cheap / hours * 100:.0f} % of the hours were at or under it"
    return Finding(
        paper=f"{paper}",
        holds=within(usd, paper, SPOT_TOLERANCE),
        because=said,
        unit="USD/hour",
        number=Number(
            usd,
            min(part.least for _, part in parts),
            max(part.most for _, part in parts),
        ),
        inputs=(
            stated(ground, "spot price", paper, "USD/hour"),
            *(
                _mean_input(ground, machine.instance_type, zone, part)
                for zone, part in parts
            ),
        ),
    )


def _at_one_moment(ground: Ground, machine: Machine) -> Finding:
    zones = spot_prices(ground, machine.instance_type)
    paper = stated(ground, "spot price", machine.usd_per_hour, "USD/hour")
    if not zones:
        return Finding(
            paper=f"{machine.usd_per_hour}",
            holds=None,
            unit="USD/hour",
            because=f"the book has no spot price of {machine.instance_type} in"
            f" {ground.region}; give one that has with --prices",
            inputs=(paper,),
        )
    usd = [price.usd_per_unit for price in zones]
    now = median(usd)
    return Finding(
        paper=f"{machine.usd_per_hour}",
        holds=within(now, machine.usd_per_hour, SPOT_TOLERANCE),
        because=f"the median of {len(usd)} zones of {ground.region} is"
        f" {now / machine.usd_per_hour:.2f} times the paper's price; there is no"
        " history of it, so this is one moment (fare refresh --only spot-90-days"
        f" --type {machine.instance_type} fetches one)",
        unit="USD/hour",
        number=Number(now, min(usd), max(usd)),
        inputs=(paper, *(priced(ground, price) for price in zones)),
    )


def _mean_input(ground: Ground, name: str, zone: str, part: SpotSeries) -> ClaimInput:
    as_of = part.until.strftime("%Y-%m-%dT%H:%M:%SZ")
    return ClaimInput(
        name=f"spot {name} {zone}, time-weighted from {part.steps[0].at.date()}",
        value=part.mean,
        unit="USD/hour",
        source=part.source.url,
        as_of=as_of,
        stale=is_stale_source(Source(part.source.url, as_of), "spot", ground.on),
    )
