"""Boxes with lines of text, and lines between them, as a picture of Vega."""

from collections.abc import Sequence

from msgspec import Struct

from farebox.reports.graphic.chart import GREY, Spec

INK = "#1b1f24"


class Box(Struct, frozen=True, kw_only=True):
    """A part: its place in pixels, its fill, and lines of text, the first one bold."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    lines: tuple[str, ...]


Arrow = tuple[float, float, float, float]
"""From a point to another: x and y of each."""


def drawing(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Spec:
    """The boxes, what joins them and their texts, as a picture."""
    width = max(box.x + box.width for box in boxes)
    height = max(box.y + box.height for box in boxes)
    texts = [
        {
            "x": box.x + 8,
            "y": box.y + (15 + place * 18 if len(box.lines) > 1 else box.height / 2),
            "text": line,
            "weight": "bold" if place == 0 and len(box.lines) > 1 else "normal",
            "room": box.width - 12,
        }
        for box in boxes
        for place, line in enumerate(box.lines)
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": width,
        "height": height,
        "padding": 2,
        "config": {"background": None},
        "data": [
            {
                "name": "boxes",
                "values": [
                    {"x": b.x, "y": b.y, "w": b.width, "h": b.height, "fill": b.fill}
                    for b in boxes
                ],
            },
            {
                "name": "arrows",
                "values": [dict(zip("abcd", a, strict=True)) for a in arrows],
            },
            {"name": "texts", "values": texts},
        ],
        "marks": [
            {
                "type": "rule",
                "aria": False,
                "from": {"data": "arrows"},
                "encode": {
                    "enter": {
                        "x": {"field": "a"},
                        "y": {"field": "b"},
                        "x2": {"field": "c"},
                        "y2": {"field": "d"},
                        "stroke": {"value": GREY},
                        "strokeWidth": {"value": 2},
                    }
                },
            },
            {
                "type": "rect",
                "aria": False,
                "from": {"data": "boxes"},
                "encode": {
                    "enter": {
                        "x": {"field": "x"},
                        "y": {"field": "y"},
                        "width": {"field": "w"},
                        "height": {"field": "h"},
                        "fill": {"field": "fill"},
                        "cornerRadius": {"value": 4},
                    }
                },
            },
            {
                "type": "symbol",
                "aria": False,
                "from": {"data": "arrows"},
                "encode": {
                    "enter": {
                        "x": {"field": "c"},
                        "y": {"field": "d"},
                        "size": {"value": 40},
                        "fill": {"value": GREY},
                    }
                },
            },
            {
                "type": "text",
                "aria": False,
                "from": {"data": "texts"},
                "encode": {
                    "enter": {
                        "x": {"field": "x"},
                        "y": {"field": "y"},
                        "text": {"field": "text"},
                        "fontWeight": {"field": "weight"},
                        "fontSize": {"value": 12},
                        "baseline": {"value": "middle"},
                        "fill": {"value": INK},
                        "limit": {"field": "room"},
                    }
                },
            },
        ],
    }
