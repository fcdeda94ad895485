"""Treemaps of a statement: every charge that costs something as an area."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec import Struct, structs

from farebox.bill.statement import LineItem, Statement
from farebox.bill.tag_spending import TagSpending
from farebox.reports.exports.services import service_name
from farebox.reports.figures import dollars
from farebox.reports.graphic.chart import Chart, Spec, short
from farebox.reports.page.fitting import printable
from farebox.reports.statement.by_tag import said
from farebox.reports.statement.view import component_name, dearest

ZERO = Decimal(0)
MOST_CELLS = 40
REST = "smaller charges"
LONGEST = 80
"""Signs of a label; an area cuts it where it is narrower."""
HEAD = 18
"""Pixels above the areas of a part, for its name."""


class Area(Struct, frozen=True):
    """A charge, or several alike, within a part of the whole; US dollars a month."""

    part: str
    label: str
    usd: Decimal


def treemaps(statement: Statement, by_tag: TagSpending | None) -> list[Chart]:
    """The charges in their components, in their services and by tag.

    A program without components has none of the first kind. The first map is the one
    that the page shows open, the others stand beside it.
    """
    found = [
        ("component", _charges(statement, _component)),
        ("service", _charges(statement, _service)),
    ]
    if len({line.subject.component for line in statement.lines}) < 2:
        del found[0]
    if by_tag is not None:
        tagged = [
            area
            for part in by_tag.parts
            for area in _charges(
                structs.replace(statement, lines=part.lines), _always(said(part))
            )
        ]
        found.append((by_tag.key, sorted(tagged, key=lambda area: -area.usd)))
    return [
        _map(what, areas, first=place == 0)
        for place, (what, areas) in enumerate(found)
        if areas
    ]


def _charges(statement: Statement, part_of: Callable[[LineItem], str]) -> list[Area]:
    return [
        Area(
            part_of(charge.line), f"{row.label}: {charge.line.description}", charge.usd
        )
        for row, charge in dearest(statement)
    ]


def _always(part: str) -> Callable[[LineItem], str]:
    return lambda line: part


def _component(line: LineItem) -> str:
    return component_name(line.subject.component)[0]


def _service(line: LineItem) -> str:
    return service_name(line.key.service)


def _map(what: str, areas: Sequence[Area], *, first: bool) -> Chart:
    """One treemap, the smallest charges in one area of their own."""
    parents: dict[str, str] = {}
    cells: list[Spec] = [{"id": "all", "parent": None}]
    shown = list(areas[:MOST_CELLS])
    rest = sum((area.usd for area in areas[MOST_CELLS:]), ZERO)
    if rest:
        count = len(areas) - MOST_CELLS
        shown.append(Area(REST, f"{count} smaller charges", rest))
    for place, area in enumerate(shown):
        cells.append(
            {
                "id": f"l{place}",
                "parent": parents.setdefault(area.part, f"c{len(parents)}"),
                "usd": float(area.usd),
                "label": printable(area.label)[:LONGEST],
                "said": dollars(area.usd),
            }
        )
    cells += [
        {"id": id_, "parent": "all", "label": short(part)}
        for part, id_ in parents.items()
    ]
    return Chart(
        "treemap" if first else f"treemap-{'service' if what == 'service' else 'tag'}",
        f"Where the money goes, by {printable(what)}: each area is a charge",
        _areas(cells),
        (printable(what), "charge", "USD a month"),
        tuple(
            (printable(area.part), printable(area.label), dollars(area.usd))
            for area in shown
        ),
        "vega",
        beside="" if first else "treemap",
    )


def _areas(cells: list[Spec]) -> Spec:
    """Areas within named parts, with labels where they have room."""
    named = "datum.x1 - datum.x0 > 24 && datum.y1 - datum.y0 > 14"
    room = "datum.x1 - datum.x0 > 56 && datum.y1 - datum.y0 > 30"
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": 860,
        "height": 400,
        "autosize": "none",
        "padding": {"left": 2, "right": 2, "bottom": 2, "top": 2 - HEAD},
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
                        "paddingTop": HEAD,
                        "size": [{"signal": "width"}, {"signal": "height"}],
                    },
                ],
            },
            {
                "name": "leaves",
                "source": "tree",
                "transform": [{"type": "filter", "expr": "datum.usd > 0"}],
            },
            {
                "name": "parts",
                "source": "tree",
                "transform": [{"type": "filter", "expr": "datum.parent === 'all'"}],
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
            _rects("parts", "id"),
            _texts("parts", "label", down=13, weight="bold", shown=named),
            _rects("leaves", "parent"),
            _texts("leaves", "label", down=14, weight="normal", shown=room),
            _texts("leaves", "said", down=28, weight="bold", shown=room),
        ],
    }


def _rects(source: str, color: str) -> Spec:
    """Areas in the colour of their part; a part's shows around its name."""
    said = {"signal": "datum.said ? datum.label + ': ' + datum.said : datum.label"}
    return {
        "type": "rect",
        "from": {"data": source},
        "encode": {
            "enter": {
                "fill": {"scale": "color", "field": color},
                "stroke": {"value": "#ffffff"},
                "tooltip": said,
                "description": said,
            },
            "update": {
                "x": {"field": "x0"},
                "x2": {"field": "x1"},
                "y": {"field": "y0"},
                "y2": {"field": "y1"},
            },
        },
    }


def _texts(source: str, field: str, *, down: int, weight: str, shown: str) -> Spec:
    """A text in each area, so many pixels below its top, cut where it is too long."""
    return {
        "type": "text",
        "from": {"data": source},
        "encode": {
            "update": {
                "x": {"signal": "datum.x0 + 5"},
                "y": {"signal": f"datum.y0 + {down}"},
                "fill": {"value": "#1b1f24"},
                "fontSize": {"value": 11},
                "fontWeight": {"value": weight},
                "limit": {"signal": "datum.x1 - datum.x0 - 8"},
                "text": {"signal": f"{shown} ? datum.{field} : ''"},
            }
        },
    }
