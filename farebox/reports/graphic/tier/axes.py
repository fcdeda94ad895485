"""What curves share: their size, users along the bottom, dollars at the side."""

from farebox.reports.graphic.chart import Spec, with_room

WIDTH, HEIGHT = 720, 360
USERS_AXIS: Spec = {
    "field": "users",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [900, 1_100_000], "clamp": True},
    "axis": {
        "title": "users",
        "format": "~s",
        "values": [10**n for n in range(3, 7)],
        "ticks": True,
    },
}


def usd_axis(field: str) -> Spec:
    """US dollars a user pays or costs in a month, on a log scale with a grid."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False},
        "axis": {
            "title": "USD a user a month",
            "format": "~s",
            "grid": True,
            "gridOpacity": 0.3,
            "values": [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        },
    }


def layered(*layers: Spec, right: int) -> Spec:
    """A chart of layers in the size of all curves, with pixels for text at its right."""
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "layer": list(layers),
        "config": with_room(right),
    }
