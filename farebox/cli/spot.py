"""`fare host spot`: a tier's spot pools, their risk, and the cheapest purchase mix."""

from pathlib import Path
from typing import Any

import click

from farebox.cli.options.common import format_option
from farebox.cli.options.spot import SpotRequest, spot_options, tier_argument
from farebox.cli.show import write


@click.command()
@tier_argument
@format_option("the report")
@spot_options
def spot(tier: str, format_: str, **asked: Any) -> None:
    """Show what spot saves a tier, what interruptions do, and the cheapest mix.

    Each pool (type and zone) with its price, how often it is reclaimed and its share;
    then spot, on demand, savings plans and mixes side by side, at the tier's own spare
    machines and with enough to lose the largest pool.

    \b
    Examples:
      fare host spot 100k
      fare host spot 100k --max-kills 0.2 --max-downtime-minutes 30
      fare host spot 50k --plans none --format json
    """
    from farebox.cli.options.plans import plan_prices
    from farebox.hosting.choice.movers import movers
    from farebox.hosting.plan.tier_files import read_tier
    from farebox.hosting.spot.purchase_mixes import (
        Mix,
        RiskLimits,
        assess,
        cheapest,
        headrooms,
    )
    from farebox.hosting.spot.spot_fleet import fleet_of, on_demand_percent
    from farebox.hosting.spot.spot_inputs import spot_inputs
    from farebox.reports.hosting.spot import SpotReport
    from farebox.reports.hosting.spot_view import SpotView

    request = SpotRequest(**asked)
    book, day = plan_prices(
        request.prices, as_of=request.as_of, on=request.on, tiers=(tier,)
    )
    rests = request.rests
    fleet = fleet_of(
        read_tier(Path.cwd(), tier),
        book,
        hours=request.hours,
        inputs=spot_inputs(request.inputs),
        users=request.users,
    )
    mixes = [Mix(0, rest) for rest in rests]
    if not fleet.without_spot:
        own = Mix(100 - on_demand_percent(fleet.plan))
        mixes = [Mix(100), *mixes, *(Mix(50, rest) for rest in rests)]
        mixes = list(dict.fromkeys([own, *mixes]))
    target = RiskLimits(
        downtime_minutes=request.max_downtime_minutes, session_kills=request.max_kills
    )
    moves = {
        name: movers(fleet, mixes[0], fleet.headroom, field)
        for name, field in (
            ("a user's USD", "usd_per_user_month"),
            ("minutes down", "downtime_minutes_per_user_year"),
        )
    }
    view = SpotView(
        fleet=fleet,
        book=book,
        on=day,
        rows=tuple(
            assess(fleet, mix, headroom)
            for mix in mixes
            for headroom in headrooms(fleet, mix)
        ),
        target=target,
        cheapest=cheapest(fleet, target, rests),
        moves_most=moves,
    )
    write(SpotReport(view), format_)
