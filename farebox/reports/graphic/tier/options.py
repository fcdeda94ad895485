"""Cloud, rented servers and colo by number of users, with bands and crossovers."""

from collections.abc import Iterator
from math import inf
from typing import Any

from farebox.hosting.uncertainty import Band
from farebox.reports.graphic.chart import BLUE, GREEN, GREY, ORANGE, PINK, Chart, Spec
from farebox.reports.graphic.tier.axes import USERS_AXIS, layered, usd_axis
from farebox.reports.graphic.tier.view import TierView
from farebox.reports.hosting.colo import LABELS, users_text

OPTIONS = (
    ("spot", BLUE, [1, 0], True),
    ("on-demand", PINK, [8, 3], False),
    ("plan-3-year", GREY, [2, 3], False),
    ("rented", GREEN, [10, 3, 2, 3], True),
    ("colo", ORANGE, [5, 3], True),
)
"""Options that are drawn: colour, dashes, and whether their band is."""


def options_by_users(view: TierView) -> Chart:
    """Cloud, rented servers and colo by user count, with bands and crossovers."""
    study = view.study
    layers: list[Spec] = []
    ends = []
    for name, color, dash, banded in OPTIONS:
        values = [
            {"users": users, "low": b.low, "likely": b.likely, "high": b.high}
            for users, b in zip(
                study.users, study.usd_per_user_month[name], strict=True
            )
        ]
        if banded:
            layers.append(
                {
                    "data": {"values": values},
                    "mark": {"type": "area", "color": color, "opacity": 0.15},
                    "encoding": {
                        "x": USERS_AXIS,
                        "y": usd_axis("low"),
                        "y2": {"field": "high"},
                    },
                }
            )
        layers.append(
            {
                "data": {"values": values},
                "mark": {
                    "type": "line",
                    "color": color,
                    "strokeDash": dash,
                    "strokeWidth": 2.5,
                },
                "encoding": {"x": USERS_AXIS, "y": usd_axis("likely")},
            }
        )
        ends.append({**values[-1], "said": LABELS[name], "name": name})
    layers += _ended(ends)
    layers += _crossed(view)
    rows = tuple(
        (
            f"{users:,}",
            *(_band_text(study.usd_per_user_month[name][n]) for name, *_ in OPTIONS),
        )
        for n, users in enumerate(study.users)
    )
    blank = ("",) * (len(OPTIONS) - 1)
    rows += tuple(
        (
            f"{LABELS[one.from_]} → {LABELS[one.to]}",
            _users_band(view, one.users),
            *blank,
        )
        for one in study.crossovers
    )
    columns = ("users", *(LABELS[name] for name, *_ in OPTIONS))
    return Chart(
        "options",
        "Cloud, rented servers or colo",
        layered(*layers, right=130),
        columns,
        rows,
        says=" ".join(_crossings(view))
        + " Infrastructure and the people it takes, without the rest of the team; areas"
        f" hold 5–95 % of {study.draws:,} draws.",
    )


def _band_text(band: Band) -> str:
    return f"{band.likely:,.2f} ({band.low:,.2f} – {band.high:,.2f})"


def _users_band(view: TierView, users: Band) -> str:
    low, likely, high = (
        users_text(view.study, one) for one in (users.low, users.likely, users.high)
    )
    return f"from {likely} ({low} – {high})"


def _ended(ends: list[dict[str, Any]]) -> Iterator[Spec]:
    """The options' names at the end of their lines, moved apart where they would meet."""
    placed = 0.0
    for one in sorted(ends, key=lambda one: one["likely"]):
        # An even step of a log scale is a ratio: a line of text is about 12 % of it.
        one["place"] = max(one["likely"], placed * 1.16)
        placed = one["place"]
    yield {
        "data": {"values": ends},
        "mark": {"type": "text", "align": "left", "dx": 8},
        "encoding": {
            "x": USERS_AXIS,
            "y": usd_axis("place"),
            "text": {"field": "said"},
        },
    }


def _crossed(view: TierView) -> Iterator[Spec]:
    """Where an option begins to stay cheaper than spot: a dot, and its users below."""
    study = view.study
    floor = min(
        band.low for bands in study.usd_per_user_month.values() for band in bands
    )
    values = []
    for one in study.crossovers:
        users = one.users.likely
        if one.from_ != "spot" or not study.first_users < users < inf:
            continue
        near = min(study.users, key=lambda n: abs(n - users))
        band = study.usd_per_user_month["spot"][study.users.index(near)]
        said = f"{one.to} from {users_text(study, users)}"
        values.append(
            {"users": users, "usd": band.likely, "floor": floor, "said": said}
        )
    place = {"x": USERS_AXIS, "y": usd_axis("usd")}
    yield {
        "data": {"values": values},
        "mark": {"type": "rule", "color": GREY, "strokeDash": [3, 3]},
        "encoding": {**place, "y2": {"field": "floor"}},
    }
    yield {
        "data": {"values": values},
        "mark": {
            "type": "point",
            "size": 90,
            "filled": True,
            "color": GREY,
            "opacity": 1,
        },
        "encoding": place,
    }
    yield {
        "data": {"values": values},
        "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 5},
        "encoding": {
            "x": USERS_AXIS,
            "y": usd_axis("floor"),
            "text": {"field": "said"},
        },
    }


def _crossings(view: TierView) -> Iterator[str]:
    """From how many users on each option stays cheaper than spot."""
    study = view.study
    for one in study.crossovers:
        if one.from_ != "spot":
            continue
        users, name = one.users, LABELS[one.to].capitalize()
        verb = "stay" if one.to == "rented" else "stays"
        yield (
            f"{name} {verb} cheaper than spot from {users_text(study, users.likely)} users"
            f" on (5–95 %: {users_text(study, users.low)} –"
            f" {users_text(study, users.high)})."
        )
