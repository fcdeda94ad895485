"""All pictures of a tier, in the order in which they answer: cost, causes, choices."""

from farebox.reports.graphic.chart import Chart
from farebox.reports.graphic.tier.bars import quotas, tornado, user_month
from farebox.reports.graphic.tier.curves import cost_by_users
from farebox.reports.graphic.tier.options import options_by_users
from farebox.reports.graphic.tier.packing import packing
from farebox.reports.graphic.tier.spot import spot_history, spot_map
from farebox.reports.graphic.tier.topology import topology
from farebox.reports.graphic.tier.view import TierView


def tier_charts(view: TierView) -> list[Chart]:
    """The pictures that the tier's figures allow."""
    found = (
        user_month(view),
        tornado(view),
        cost_by_users(view),
        options_by_users(view),
        topology(view),
        packing(view),
        spot_map(view),
        spot_history(view),
        quotas(view),
    )
    return [chart for chart in found if chart is not None]
