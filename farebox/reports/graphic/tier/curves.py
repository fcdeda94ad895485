"""What a user costs by number of users, beside the paper's table and prices."""

from collections.abc import Iterator

from farebox.hosting.growth.ladder import BreakEven
from farebox.reports.figures import dollars, span
from farebox.reports.graphic.chart import BLUE, GREEN, GREY, ORANGE, Chart
from farebox.reports.graphic.tier.axes import USERS_AXIS, layered, usd_axis
from farebox.reports.graphic.tier.view import TierView


def cost_by_users(view: TierView) -> Chart:
    """What a user costs from the first to the last user count, beside the paper."""
    price = view.price
    curve = [
        {
            "users": users,
            "low": float(usd.low),
            "likely": float(usd.likely),
            "high": float(usd.high),
        }
        for users, usd in view.curve.items()
    ]
    paper = [
        {
            "users": row.users,
            "low": float(row.cost.low),
            "high": float(row.cost.high),
            "said": f"paper {row.cost.said.lstrip('$')}",
        }
        for row in view.paper.scaling
    ]
    covered = [
        {
            "price": float(one.price),
            "users": one.likely,
            "said": f"{one.price:f} USD covers it from {one.likely:,} users on",
        }
        for one in view.break_even
        if one.likely is not None
    ]
    here = {"users": view.cost.users, "usd": float(view.cost.total.likely)}
    x, y = USERS_AXIS, usd_axis("likely")
    spec = layered(
        {
            "data": {"values": curve},
            "mark": {"type": "area", "color": BLUE, "opacity": 0.25},
            "encoding": {"x": x, "y": usd_axis("low"), "y2": {"field": "high"}},
        },
        {
            "data": {"values": curve},
            "mark": {"type": "line", "color": BLUE, "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": paper},
            "mark": {"type": "rule", "color": ORANGE, "strokeWidth": 6},
            "encoding": {"x": x, "y": usd_axis("low"), "y2": {"field": "high"}},
        },
        {
            "data": {"values": paper},
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 8},
            "encoding": {"x": x, "y": usd_axis("low"), "text": {"field": "said"}},
        },
        {
            "data": {"values": covered},
            "mark": {"type": "rule", "color": GREY, "strokeDash": [6, 4]},
            "encoding": {"y": usd_axis("price")},
        },
        {
            "data": {"values": covered},
            "mark": {
                "type": "point",
                "color": GREEN,
                "size": 90,
                "filled": True,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": usd_axis("price")},
        },
        {
            "data": {"values": covered},
            "mark": {"type": "text", "align": "left", "dx": 8, "dy": -9},
            "encoding": {"x": x, "y": usd_axis("price"), "text": {"field": "said"}},
        },
        {
            "data": {"values": [here]},
            "mark": {
                "type": "point",
                "shape": "diamond",
                "size": 170,
                "filled": True,
                "color": BLUE,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": usd_axis("usd")},
        },
        right=80,
    )
    return Chart(
        "users",
        "What a user costs by number of users",
        spec,
        ("users", "likely USD", "low – high", "the paper"),
        tuple(_cost_rows(view)),
        says=_covers(view)
        + f" Blue: low, likely and high, the card fee of {price:f} USD included; the"
        " diamond is this tier. Orange: the paper's table. Green: from there on a price"
        " covers the cost.",
    )


def _cost_rows(view: TierView) -> Iterator[tuple[str, ...]]:
    for users, usd in view.curve.items():
        row = view.paper.row(users)
        yield (
            f"{users:,}",
            dollars(usd.likely),
            span(usd.low, usd.high),
            row.cost.said if row else "",
        )
    for one in view.break_even:
        users_likely = f"from {one.likely:,} on" if one.likely else "never"
        yield users_likely, f"covered by {dollars(one.price)}", _ends(one), ""


def _ends(one: BreakEven) -> str:
    low, high = (f"{end:,}" if end else "never" for end in (one.low, one.high))
    return f"{low} – {high} users"


def _covers(view: TierView) -> str:
    usd = view.cost.total
    said = (
        f"At {view.cost.users:,} users a user costs {dollars(usd.likely)} USD a month"
        f" ({span(usd.low, usd.high)})."
    )
    found = next((one for one in view.break_even if one.price == view.price), None)
    if found is None:
        return said
    if found.likely is None:
        return f"{said} A price of {found.price:f} USD never covers it."
    return f"{said} A price of {found.price:f} USD covers it from {found.likely:,} users on."
