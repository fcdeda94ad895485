"""Spot in pictures: what a GiB costs by type and zone, and what a type did over time."""

from datetime import timedelta

from farebox.hosting.spot.histories import last_days
from farebox.reports.figures import dollars, rate
from farebox.reports.graphic.chart import (
    BLUE,
    CONFIG,
    GREEN,
    GREY,
    ORANGE,
    PINK,
    Chart,
    Spec,
    with_room,
)
from farebox.reports.graphic.tier.view import TierView

DAYS = 90
MOST_POINTS = 400
"""Changes of a pool that are drawn; of more, the first of each equal part of the time."""
SHADES = ["#eef4fb", "#7fb0dd"]
"""From cheap to dear, both light enough for dark figures."""
OWN_TEXT = "#1b1f24"


def spot_map(view: TierView) -> Chart | None:
    """Instance type by zone: USD for a GiB of memory a month, and interruptions."""
    if not view.spot_map:
        return None
    zones = sorted({zone for row in view.spot_map for zone in row.usd_per_gib_month})
    labels = [
        f"{row.instance_type}{' (this tier)' if row.own else ''}"
        for row in view.spot_map
    ]
    values = [
        {"label": label, "zone": zone, "usd": float(usd), "said": dollars(usd)}
        for label, row in zip(labels, view.spot_map, strict=True)
        for zone, usd in row.usd_per_gib_month.items()
    ]
    reclaimed = "reclaimed a month"
    buckets = [
        {"label": label, "zone": reclaimed, "said": row.bucket.label}
        for label, row in zip(labels, view.spot_map, strict=True)
    ]
    columns = [*zones, reclaimed]
    x: Spec = {
        "field": "zone",
        "type": "nominal",
        "sort": columns,
        "scale": {"domain": columns, "padding": 0.05},
        "axis": {"orient": "top", "labelAngle": 0, "title": None},
    }
    y: Spec = {
        "field": "label",
        "type": "nominal",
        "sort": labels,
        "scale": {"domain": labels, "padding": 0.06},
        "title": None,
    }
    spec: Spec = {
        "width": {"step": 110},
        "height": {"step": 24},
        "layer": [
            {
                "data": {"values": values},
                "mark": "rect",
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "usd",
                        "type": "quantitative",
                        "scale": {"type": "log", "range": SHADES},
                        "legend": None,
                    },
                },
            },
            {
                "name": "cells",
                "data": {"values": values},
                "mark": {"type": "text", "color": OWN_TEXT},
                "encoding": {"x": x, "y": y, "text": {"field": "said"}},
            },
            {
                "data": {"values": buckets},
                "mark": {"type": "text"},
                "encoding": {"x": x, "y": y, "text": {"field": "said"}},
            },
        ],
        "config": CONFIG,
    }
    cheapest = view.spot_map[0]
    zone = min(cheapest.usd_per_gib_month, key=cheapest.usd_per_gib_month.__getitem__)
    own = [row for row in view.spot_map if row.own]
    says = (
        f"Cheapest: {cheapest.instance_type} in {zone} at {dollars(cheapest.least)} USD a"
        f" GiB-month, {cheapest.bucket.label} of its machines reclaimed a month."
    )
    if own and not cheapest.own:
        says += (
            f" This tier's {own[0].instance_type} begins at {dollars(own[0].least)}."
        )
    rows = tuple(
        (
            row.instance_type,
            *(
                dollars(row.usd_per_gib_month[zone])
                if zone in row.usd_per_gib_month
                else ""
                for zone in zones
            ),
            row.bucket.label,
        )
        for row in view.spot_map
    )
    return Chart(
        "spot-map",
        "Spot by type and zone: USD for a GiB of memory a month",
        spec,
        ("type", *zones, reclaimed),
        rows,
        says=says,
    )


COLORS = (BLUE, ORANGE, GREEN, PINK, GREY)
DASHES = ([1, 0], [8, 3], [3, 3], [10, 3, 2, 3], [2, 2])


def spot_history(view: TierView) -> Chart | None:
    """The price of the tier's first type in each zone, as the store kept it."""
    if not view.histories:
        return None
    parts = last_days(view.histories, DAYS)
    layers: list[Spec] = []
    x: Spec = {
        "field": "at",
        "type": "temporal",
        "axis": {"title": None, "format": "%d %b", "ticks": True},
    }
    y: Spec = {
        "field": "usd",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": "USD an hour", "grid": True, "gridOpacity": 0.3},
    }
    for place, (zone, part) in enumerate(parts):
        every = (part.until - part.steps[0].at) / MOST_POINTS
        values, last = [], part.steps[0].at - timedelta(days=1)
        for step in part.steps:
            if step.at - last >= every or step.usd_per_unit is None:
                usd = None if step.usd_per_unit is None else float(step.usd_per_unit)
                values.append({"at": step.at.isoformat(), "usd": usd})
                last = step.at
        now = float(part.points[-1][1])
        values.append({"at": part.until.isoformat(), "usd": now})
        color, dash = COLORS[place % len(COLORS)], DASHES[place % len(DASHES)]
        layers.append(
            {
                "data": {"values": values},
                "mark": {
                    "type": "line",
                    "interpolate": "step-after",
                    "color": color,
                    "strokeDash": dash,
                },
                "encoding": {"x": x, "y": y},
            }
        )
        layers.append(
            {
                "data": {"values": [{**values[-1], "said": zone}]},
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": x, "y": y, "text": {"field": "said"}},
            }
        )
    spec: Spec = {
        "width": 720,
        "height": 260,
        "layer": layers,
        "config": with_room(80),
    }
    rows = tuple(
        (
            zone,
            rate(part.points[-1][1]),
            *map(_dollars, (part.mean, part.least, part.most)),
        )
        for zone, part in parts
    )
    name = view.cost.plan.instance_types[0]
    mean = sum(part.mean for _, part in parts) / len(parts)
    return Chart(
        "spot-history",
        f"What {name} cost on spot in the last {DAYS} days",
        spec,
        ("zone", "USD an hour now", "mean over time", "lowest", "highest"),
        rows,
        says=f"The zones' mean over time is {mean:.4f} USD an hour.",
    )


def _dollars(usd: object) -> str:
    return f"{usd:,.4f}"
