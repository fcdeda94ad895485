"""The treemap of a statement: every charge that costs something as an area."""

from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.reports.exports.services import service_name
from farebox.reports.figures import dollars
from farebox.reports.graphic.chart import Chart, Spec, short
from farebox.reports.page.fitting import printable
from farebox.reports.statement.view import component_name, dearest

ZERO = Decimal(0)
MOST_CELLS = 40


def treemap(statement: Statement) -> Chart | None:
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
                "label": short(label),
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
        {"id": id_, "parent": "all", "label": short(title), "place": place}
        for place, (title, id_) in enumerate(parents.items())
    ]
    columns = ("service" if flat else "component", "charge", "USD a month")
    return Chart(
        "treemap",
        "Where the money goes: each area is a charge",
        _areas(cells),
        columns,
        tuple(rows),
        "vega",
    )


def _areas(cells: list[Spec]) -> Spec:
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
