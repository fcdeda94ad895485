"""Bars of a tier: a user's month line by line, what moves it, and AWS's limits."""

from decimal import Decimal
from typing import Any

from farebox.hosting.plan.headroom import LimitUse
from farebox.hosting.tiers.tiers import LINES, REASONS
from farebox.reports.figures import dollars, signed_dollars, span
from farebox.reports.graphic.chart import (
    BLUE,
    CONFIG,
    ORANGE,
    PINK,
    ROW,
    Chart,
    Spec,
    against_limits,
)
from farebox.reports.graphic.tier.view import TierView
from farebox.reports.hosting.limits import allowed_text, figure_text, share_text

LABEL = {"field": "label", "type": "nominal", "sort": None, "title": None}
CENT = Decimal("0.01")
ROOM = 0.12
"""Of a tornado's width, for the figures at each side."""
CAP = 1.5
"""Shares of a limit beyond this are drawn as long as this."""


def user_month(view: TierView) -> Chart:
    """What a user's month is made of, each line beside the paper's."""
    paper = view.paper.breakdown.lines if view.cost.users == _paper_users(view) else {}
    lines = [(name, view.cost.lines[name]) for name in LINES]
    shown = [(name, usd) for name, usd in lines if usd.high]
    shown.sort(key=lambda one: -one[1].likely)
    values = [
        {
            "label": name,
            "usd": float(usd.likely),
            "low": float(usd.low),
            "high": float(usd.high),
            "end": float(max(usd.high, paper[name].low if name in paper else usd.high)),
            "said": dollars(usd.likely),
            "paper": float(paper[name].low) if name in paper else None,
        }
        for name, usd in shown
    ]
    usd_axis = {"type": "quantitative", "axis": None}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": BLUE, "cornerRadiusEnd": 2},
            "encoding": {"x": {"field": "usd", **usd_axis}},
        },
        {
            "mark": {"type": "rule", "color": ORANGE, "strokeWidth": 3},
            "encoding": {"x": {"field": "low", **usd_axis}, "x2": {"field": "high"}},
        },
        {
            "transform": [{"filter": "datum.paper != null"}],
            "mark": {"type": "tick", "color": PINK, "thickness": 4, "size": 20},
            "encoding": {"x": {"field": "paper", **usd_axis}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {
                "x": {"field": "end", **usd_axis},
                "text": {"field": "said"},
            },
        },
    ]
    rows = tuple(
        (
            name,
            dollars(usd.likely),
            span(usd.low, usd.high),
            dollars(paper[name].low) if name in paper else "",
            REASONS[name],
        )
        for name, usd in shown
    )
    first, second = shown[0][0], shown[1][0]
    share = (shown[0][1].likely + shown[1][1].likely) / view.cost.total.likely
    says = (
        f"{first.capitalize()} and {second} are {share:.0%} of a user's"
        f" {dollars(view.cost.total.likely)} USD. Orange: low to high."
    )
    if paper:
        says += " Pink ticks: the paper's figure, where it has one."
    return Chart(
        "user-month",
        "What a user's month is made of",
        _spec(values, layers),
        ("line", "USD a user", "low – high", "the paper", "what it is"),
        rows,
        says=says,
    )


def _paper_users(view: TierView) -> int:
    return view.paper.breakdown.users


def _spec(values: list[Spec], layers: list[Spec]) -> Spec:
    return {
        "data": {"values": values},
        "width": 560,
        "height": {"step": ROW},
        "encoding": {"y": LABEL},
        "layer": layers,
        "config": CONFIG,
    }


def tornado(view: TierView) -> Chart | None:
    """Each input at its low and its high, the others likely: what to measure first."""
    moving = [one for one in view.swings if one.usd_per_user_month.width >= CENT]
    if not moving:
        return None
    values: list[dict[str, Any]] = []
    rows = []
    for one in moving:
        usd = one.usd_per_user_month
        down, up = usd.low - usd.likely, usd.high - usd.likely
        label = f"{one.line}: {one.input}"
        values.append(
            {
                "label": label,
                "zero": 0,
                "down": float(down),
                "up": float(up),
                "less": signed_dollars(down),
                "more": signed_dollars(up),
            }
        )
        rows.append(
            (label, dollars(usd.likely), signed_dollars(down), signed_dollars(up))
        )
    ends = [one[end] for one in values for end in ("down", "up")]
    room = (max(ends) - min(ends)) * ROOM
    scale = {"domain": [min(ends) - room, max(ends) + room], "nice": False}
    axis = {"type": "quantitative", "axis": None, "scale": scale}
    zero = {"field": "zero", **axis}
    layers: list[Spec] = []
    for field, text, color, align, dx in (
        ("down", "less", BLUE, "right", -6),
        ("up", "more", ORANGE, "left", 6),
    ):
        x = {"field": field, **axis}
        layers.append(
            {
                "mark": {"type": "bar", "color": color, "height": 15},
                "encoding": {"x": zero, "x2": {"field": field}},
            }
        )
        layers.append(
            {
                "mark": {"type": "text", "align": align, "dx": dx},
                "encoding": {"x": x, "text": {"field": text}},
            }
        )
    first = moving[0]
    says = (
        f"{first.line.capitalize()} moves it most: {first.input}. Each bar is what a"
        " user's month becomes with that input at its low (blue) or high (orange)."
    )
    spec = _spec(values, layers)
    return Chart(
        "moves",
        "What moves a user's cost most",
        spec,
        ("input", "likely USD a user", "at its low", "at its high"),
        tuple(rows),
        says=says,
    )


def quotas(view: TierView) -> Chart:
    """What the tier needs of AWS's limits, as shares of what they allow."""
    found = view.headroom
    known = [use for use in found.limits if use.share is not None]
    values = [
        {
            "label": use.name,
            "whole": 1,
            "share": min(use.share or 0.0, CAP),
            "color": ORANGE if use.broken else BLUE,
            "said": f"{share_text(use)}: {figure_text(use.need)} of {allowed_text(use)}{_unit(use)}",
        }
        for use in known
    ]
    rows = tuple(
        (
            use.name,
            f"{figure_text(use.need)} {use.unit}".rstrip(),
            allowed_text(use),
            share_text(use),
            use.source,
        )
        for use in found.limits
    )
    return Chart(
        "limits",
        "AWS's limits: what the tier needs of each",
        against_limits(values, right=190),
        ("limit", "need", "allowed", "used", "source"),
        rows,
        says=_breaks(view),
    )


def _unit(use: LimitUse) -> str:
    return f" {use.unit}" if use.unit and use.unit not in use.name else ""


def _breaks(view: TierView) -> str:
    found = view.headroom
    over = [use.name for use in found.limits if use.broken]
    said = (
        f"Over the limit: {', '.join(over)}. " if over else "No known limit is over. "
    )
    if found.first is not None and found.first.users_at_limit is not None:
        said += f"{found.first.name} breaks first, at {found.first.users_at_limit:,} users. "
    asked = [use.name for use in found.limits if use.limit is None]
    if asked:
        said += f"Only your account knows: {', '.join(asked)}. "
    return f"{said}The grey line is the whole of a limit."
