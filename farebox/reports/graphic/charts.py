"""Charts of a statement as Vega-Lite: what they show, apart from how they are drawn.

`drawn` makes them SVG or PNG without a browser, so that a page needs no script of a chart
library and runs under a policy that allows none.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.exports.services import service_name
from farebox.reports.figures import dollars, signed_dollars
from farebox.reports.page.fitting import printable
from farebox.reports.statement.view import component_name, dearest, sections

Spec = dict[str, Any]
ZERO = Decimal(0)
MOST_BARS = 12
MOST_CELLS = 40
LONGEST_LABEL = 34

BLUE, ORANGE, GREY = "#3a6ea5", "#d97706", "#8a94a0"
"""Told apart by people who do not tell red from green."""

CONFIG: Spec = {
    "background": None,
    "padding": {"left": 24, "top": 5, "right": 48, "bottom": 5},
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {"grid": False, "domain": False, "ticks": False, "labelLimit": 260},
}


class Chart(Struct, frozen=True):
    """A chart: its name, what it answers, its specification, and its figures as text.

    `rows` are the table behind it for those who do not see it.
    """

    name: str
    title: str
    spec: Spec
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    language: Literal["vega", "vega-lite"] = "vega-lite"


def _short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def _bars(
    values: Sequence[Mapping[str, Any]], *, ranged: bool = False, width: int = 560
) -> Spec:
    """Horizontal bars, dearest first, their dollars at the end of each."""
    y = {"field": "label", "type": "nominal", "sort": None, "title": None}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": BLUE, "cornerRadiusEnd": 2},
            "encoding": {"x": {"field": "usd", "type": "quantitative", "axis": None}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 6},
            "encoding": {
                "x": {"field": "end", "type": "quantitative"},
                "text": {"field": "said"},
            },
        },
    ]
    if ranged:
        layers.insert(
            1,
            {
                "mark": {"type": "rule", "color": ORANGE, "strokeWidth": 3},
                "encoding": {
                    "x": {"field": "low", "type": "quantitative"},
                    "x2": {"field": "high"},
                },
            },
        )
    return {
        "data": {"values": list(values)},
        "width": width,
        "height": {"step": 24},
        "encoding": {"y": y},
        "layer": layers,
        "config": CONFIG,
    }


def _chart(
    name: str,
    title: str,
    found: Iterable[tuple[str, Decimal, Decimal, Decimal]],
    *,
    ranged: bool = False,
) -> Chart | None:
    """Bars of (label, likely, low, high); the rest in one bar at the end."""
    ordered = sorted(found, key=lambda one: -one[1])
    rest = ordered[MOST_BARS:]
    shown = ordered[:MOST_BARS]
    if rest:
        sums = [sum((one[i] for one in rest), ZERO) for i in (1, 2, 3)]
        shown = [*shown, (f"{len(rest)} more", *sums)]  # type: ignore[list-item]
    if not shown:
        return None
    values = [
        {
            "label": _label(place, label),
            "usd": float(usd),
            "low": float(low),
            "high": float(high),
            "end": float(max(usd, high) if ranged else usd),
            "said": dollars(usd),
        }
        for place, (label, usd, low, high) in enumerate(shown)
    ]
    columns = (
        ("what", "USD a month", "low", "high") if ranged else ("what", "USD a month")
    )
    rows = tuple(
        (printable(label), dollars(usd), dollars(low), dollars(high))[: len(columns)]
        for label, usd, low, high in shown
    )
    return Chart(name, title, _bars(values, ranged=ranged), columns, rows)


def _label(place: int, text: str) -> str:
    """A label of its own for each bar: two of one name would be stacked."""
    return f"{_short(text)}{chr(0x200B) * place}"


def charts_of(statement: Statement) -> list[Chart]:
    """Where the money goes, what it is for, and what is uncertain."""
    by_component = [
        (section.title, section.usd, section.usd_low, section.usd_high)
        for section in sections(statement)
    ]
    services: dict[str, list[Decimal]] = {}
    for line in statement.lines:
        sums = services.setdefault(line.key.service, [ZERO, ZERO, ZERO])
        sums[0] += line.usd_per_month
        sums[1] += line.usd_low
        sums[2] += line.usd_high
    by_service = [(service_name(code), *sums) for code, sums in services.items()]
    swings = [
        (
            f"{row.label} {charge.line.description}",
            charge.usd,
            charge.usd_low,
            charge.usd_high,
        )
        for section in sections(statement)
        for row in section.rows
        for charge in row.charges
        if charge.usd_low != charge.usd_high
    ]
    swings.sort(key=lambda one: -abs(one[3] - one[2]))
    found = [
        _treemap(statement),
        _chart(
            "components", "Cost by component, with its range", by_component, ranged=True
        ),
        _chart("services", "Cost by service", by_service),  # type: ignore[arg-type]
        _chart(
            "uncertain",
            "What is least certain: likely, low to high",
            swings[:MOST_BARS],
            ranged=True,
        ),
    ]
    return [chart for chart in found if chart is not None]


def _treemap(statement: Statement) -> Chart | None:
    """Every charge that costs something as an area, in its component."""
    pairs = dearest(statement)
    if not pairs:
        return None
    parents: dict[str, str] = {}
    cells: list[Spec] = [{"id": "all", "parent": None}]
    rows = []
    flat = len({charge.line.subject.component for _, charge in pairs}) == 1
    for place, (row, charge) in enumerate(pairs[:MOST_CELLS]):
        # A program without components is told apart by what it uses.
        title, _ = component_name(charge.line.subject.component)
        title = service_name(charge.line.key.service) if flat else title
        parent = parents.setdefault(title, f"c{len(parents)}")
        label = f"{row.label}: {charge.line.description}"
        cells.append(
            {
                "id": f"l{place}",
                "parent": parent,
                "usd": float(charge.usd),
                "label": _short(label),
                "said": dollars(charge.usd),
            }
        )
        rows.append((printable(title), printable(label), dollars(charge.usd)))
    rest = sum((charge.usd for _, charge in pairs[MOST_CELLS:]), ZERO)
    if rest:
        said = f"{len(pairs) - MOST_CELLS} smaller charges"
        parents["smaller charges"] = "rest"
        cells.append(
            {
                "id": "l-rest",
                "parent": "rest",
                "usd": float(rest),
                "label": said,
                "said": dollars(rest),
            }
        )
        rows.append(("", said, dollars(rest)))
    cells += [
        {"id": id_, "parent": "all", "label": _short(title), "place": place}
        for place, (title, id_) in enumerate(parents.items())
    ]
    columns = ("service" if flat else "component", "charge", "USD a month")
    return Chart(
        "treemap",
        "Where the money goes: each area is a charge",
        _treemap_spec(cells),
        columns,
        tuple(rows),
        "vega",
    )


def _treemap_spec(cells: list[Spec]) -> Spec:
    """Areas by component, with labels where they have room."""
    room = "datum.x1 - datum.x0 > 90 && datum.y1 - datum.y0 > 30"
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": 860,
        "height": 380,
        "padding": 2,
        "data": [
            {
                "name": "tree",
                "values": cells,
                "transform": [
                    {"type": "stratify", "key": "id", "parentKey": "parent"},
                    {
                        "type": "treemap",
                        "field": "usd",
                        "sort": {"field": "value", "order": "descending"},
                        "round": True,
                        "paddingInner": 2,
                        "size": [{"signal": "width"}, {"signal": "height"}],
                    },
                ],
            },
            {
                "name": "leaves",
                "source": "tree",
                "transform": [{"type": "filter", "expr": "datum.usd > 0"}],
            },
        ],
        "scales": [
            {
                "name": "color",
                "type": "ordinal",
                "domain": {"data": "leaves", "field": "parent"},
                "range": [
                    "#9ec5e8",
                    "#f6c98f",
                    "#b7d7b0",
                    "#d9c2e9",
                    "#f0d66b",
                    "#b8c4ce",
                    "#f2b5b5",
                    "#a5d8d6",
                ],
            }
        ],
        "marks": [
            {
                "type": "rect",
                "from": {"data": "leaves"},
                "encode": {
                    "enter": {
                        "fill": {"scale": "color", "field": "parent"},
                        "tooltip": {"signal": "datum.label + ': ' + datum.said"},
                        "description": {"signal": "datum.label + ': ' + datum.said"},
                    },
                    "update": {
                        "x": {"field": "x0"},
                        "x2": {"field": "x1"},
                        "y": {"field": "y0"},
                        "y2": {"field": "y1"},
                    },
                },
            },
            *(
                {
                    "type": "text",
                    "from": {"data": "leaves"},
                    "encode": {
                        "update": {
                            "x": {"signal": "datum.x0 + 5"},
                            "y": {"signal": f"datum.y0 + {down}"},
                            "fill": {"value": "#1b1f24"},
                            "fontSize": {"value": 11},
                            "fontWeight": {"value": weight},
                            "limit": {"signal": "datum.x1 - datum.x0 - 8"},
                            "text": {"signal": f"{room} ? datum.{field} : ''"},
                        }
                    },
                }
                for field, down, weight in (
                    ("label", 14, "normal"),
                    ("said", 28, "bold"),
                )
            ),
        ],
    }


def waterfall(diff: StatementDiff) -> Chart:
    """What a change does: from the base's total to the head's, market apart."""
    base = diff.usd_base
    steps: list[tuple[str, Decimal, Decimal, str]] = [("before", ZERO, base, GREY)]
    at = base
    for name, usd in _moves(diff):
        color = ORANGE if usd > 0 else BLUE
        steps.append((name, at, at + usd, color))
        at += usd
    steps.append(("after", ZERO, at, GREY))
    values = [
        {
            "label": _label(place, label),
            "from": float(start),
            "to": float(end),
            "end": float(max(start, end)),
            "color": color,
            "said": dollars(end) if color == GREY else signed_dollars(end - start),
        }
        for place, (label, start, end, color) in enumerate(steps)
    ]
    spec = {
        "data": {"values": values},
        "width": 560,
        "height": {"step": 24},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": None, "title": None}
        },
        "layer": [
            {
                "mark": {"type": "bar"},
                "encoding": {
                    "x": {"field": "from", "type": "quantitative", "axis": None},
                    "x2": {"field": "to"},
                    "color": {"field": "color", "type": "nominal", "scale": None},
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative"},
                    "text": {"field": "said"},
                },
            },
        ],
        "config": CONFIG,
    }
    rows = tuple(
        (
            printable(label),
            dollars(end) if color == GREY else signed_dollars(end - start),
        )
        for label, start, end, color in steps
    )
    return Chart(
        "waterfall", "What the change does", spec, ("step", "USD a month"), rows
    )


def _moves(diff: StatementDiff) -> list[tuple[str, Decimal]]:
    """What the code does to each resource, dearest move first, then what prices do."""
    of_code = (
        (one.subject.name, sum((line.usd_code for line in one.lines), ZERO))
        for one in diff.resources
    )
    moves = [(name, usd) for name, usd in of_code if usd]
    moves.sort(key=lambda one: -abs(one[1]))
    rest = sum((usd for _, usd in moves[MOST_BARS:]), ZERO)
    moves = moves[:MOST_BARS]
    if rest:
        moves.append(("the rest of the change", rest))
    if diff.usd_market:
        moves.append(("prices (the market)", diff.usd_market))
    return moves


def drawn(chart: Chart, form: Literal["svg", "png"] = "svg") -> bytes:
    """The chart as SVG or PNG, without a browser. It needs the extra `report`."""
    import vl_convert

    if chart.language == "vega":
        if form == "png":
            return bytes(vl_convert.vega_to_png(chart.spec, scale=2))
        return str(vl_convert.vega_to_svg(chart.spec)).encode()
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(chart.spec, scale=2))
    return str(vl_convert.vegalite_to_svg(chart.spec)).encode()


__all__ = ["Chart", "charts_of", "drawn", "waterfall"]
