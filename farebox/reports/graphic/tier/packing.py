"""What fits on a machine: the tier among the contours of its kill targets."""

from typing import Any

from farebox.reports.graphic.chart import BLUE, GREEN, ORANGE, PINK, Chart, Spec
from farebox.reports.graphic.tier.axes import layered
from farebox.reports.graphic.tier.view import TierView

SMALLEST = 0.001
"""Kills a year that are not told any more exactly."""


def packing(view: TierView) -> Chart:
    """Users that fit on a machine by the share active, at several kill targets."""
    plan = view.cost.plan
    values: list[dict[str, Any]] = [
        {
            "share": share * 100,
            "users": users,
            "kills": f"{one.kills_per_user_year:g}",
        }
        for one in view.contours
        for share, users in one.points
    ]
    last = [
        {
            **point,
            "said": f"killed {point['kills']} × a year",
        }
        for one in view.contours
        for point in values
        if point["kills"] == f"{one.kills_per_user_year:g}"
        and point["share"] == one.points[-1][0] * 100
    ]
    last.sort(key=lambda one: one["users"])
    for place, one in enumerate(last):
        one["dy"] = 13 * (1 - place)
    here = [
        {
            "share": view.active_share * 100,
            "users": plan.users_per_vm,
            "said": f"this tier: {plan.users_per_vm} users",
        }
    ]
    fewest = min(plan.users_per_vm, *(one["users"] for one in values))
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "axis": {"title": "users active at the peak hour, %", "ticks": True},
    }
    y: Spec = {
        "field": "users",
        "type": "quantitative",
        "scale": {"domainMin": max(0, fewest - 15)},
        "axis": {"title": "users on a machine", "grid": True, "gridOpacity": 0.3},
    }
    layers: list[Spec] = [
        {
            "data": {"values": values},
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {
                "x": x,
                "y": y,
                "color": {
                    "field": "kills",
                    "type": "nominal",
                    "scale": {"range": [BLUE, GREEN, ORANGE, PINK]},
                    "legend": None,
                },
                "strokeDash": {
                    "field": "kills",
                    "type": "nominal",
                    "scale": {"range": [[1, 0], [8, 3], [3, 3], [10, 3, 2, 3]]},
                    "legend": None,
                },
            },
        },
        *(
            {
                "data": {"values": [one]},
                "mark": {"type": "text", "align": "left", "dx": 8, "dy": one["dy"]},
                "encoding": {"x": x, "y": y, "text": {"field": "said"}},
            }
            for one in last
        ),
        {
            "data": {"values": here},
            "mark": {
                "type": "point",
                "size": 170,
                "filled": True,
                "color": BLUE,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": here},
            "mark": {"type": "text", "align": "left", "dx": 12, "fontWeight": "bold"},
            "encoding": {"x": x, "y": y, "text": {"field": "said"}},
        },
    ]
    rows = tuple(
        (f"{one.kills_per_user_year:g}", f"{share:.1%}", f"{users:,}")
        for one in view.contours
        for share, users in one.points
    )
    return Chart(
        "packing",
        f"How many users fit on one {plan.instance_types[0]}",
        layered(*layers, right=130),
        ("kills a user-year", "active at the peak", "users on a machine"),
        rows,
        says=_fits(view),
    )


def _fits(view: TierView) -> str:
    plan = view.cost.plan
    target = next(
        (
            users
            for one in view.contours
            if one.kills_per_user_year == view.kill_target
            for share, users in one.points
            if share == view.active_share
        ),
        None,
    )
    said = (
        f"The tier puts {plan.users_per_vm} users on a machine; a user's container is then"
        f" killed for want of memory {_times(plan.kills_per_user_year)} a year."
    )
    if target is not None:
        said += (
            f" At {view.active_share:.0%} active, memory would hold {target} at the"
            f" target of {view.kill_target:g}: above the lines users feel it."
        )
    return said


def _times(kills: float) -> str:
    return (
        f"{kills:.2g} times" if kills >= SMALLEST else f"less than {SMALLEST:g} times"
    )
