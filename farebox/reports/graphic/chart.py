"""A chart of a report: what it answers, its figures, and how it becomes a picture.

Pictures are made without a browser, so that a page needs no script of a chart library
and runs under a policy that allows none.
"""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from farebox.reports.page.fitting import printable

Spec = dict[str, Any]
LONGEST_LABEL = 34

BLUE, ORANGE, GREY = "#3a6ea5", "#d97706", "#8a94a0"
GREEN, PINK = "#00876c", "#b5598f"
"""Told apart by people who do not tell red from green."""

CONFIG: Spec = {
    "background": None,
    "padding": {"left": 40, "top": 5, "right": 48, "bottom": 5},
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {"grid": False, "domain": False, "ticks": False, "labelLimit": 260},
}


def with_room(right: int) -> Spec:
    """The shared settings with so many pixels for text at the right."""
    return {**CONFIG, "padding": {**CONFIG["padding"], "right": right}}


ROW = 24
"""Pixels of a bar with the space around it."""


def against_limits(values: Sequence[Spec], *, right: int) -> Spec:
    """Bars of shares of a limit, each with what it says; a line is the whole of it.

    A value has `label`, `share`, `whole` (1), `color` and `said`; `right` are pixels
    for the longest of these.
    """
    longest = max([1.0, *(float(one["share"]) for one in values)])
    x: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, longest]},
        "axis": None,
    }
    return {
        "data": {"values": list(values)},
        "width": 420,
        "height": {"step": ROW},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": None, "title": None}
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {
                    "x": {"field": "share", **x},
                    "color": {"field": "color", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {"type": "tick", "color": GREY, "thickness": 2, "size": ROW},
                "encoding": {"x": {"field": "whole", **x}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": {"field": "share", **x}, "text": {"field": "said"}},
            },
        ],
        "config": with_room(right),
    }


class Chart(Struct, frozen=True):
    """A chart: its name, what it answers, its specification, and its figures as text.

    `rows` are the table behind it for those who do not see it; `says` is its answer in
    a sentence or two, where it has one. A chart that is another view of one is `beside`
    it: a page shows it folded under that one.
    """

    name: str
    title: str
    spec: Spec
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    language: Literal["vega", "vega-lite"] = "vega-lite"
    says: str = ""
    beside: str = ""


def short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def drawn(
    chart: Chart, form: Literal["svg", "png"] = "svg", *, alone: bool = False
) -> bytes:
    """The chart as SVG or PNG, without a browser. It needs the extra `report`.

    One that stands `alone` is on white: nobody knows what is behind it.
    """
    import vl_convert

    spec = {**chart.spec, "background": "white"} if alone else chart.spec
    made = {
        ("vega", "svg"): vl_convert.vega_to_svg,
        ("vega", "png"): vl_convert.vega_to_png,
        ("vega-lite", "svg"): vl_convert.vegalite_to_svg,
        ("vega-lite", "png"): vl_convert.vegalite_to_png,
    }[chart.language, form]
    found = made(spec) if form == "svg" else made(spec, scale=2)
    return found.encode() if isinstance(found, str) else bytes(found)
