"""The charts of a statement and of a change, as Vega-Lite: bars, ranges, a waterfall."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from farebox.bill.statement import Statement
from farebox.bill.tag_spending import TagSpending
from farebox.diff.statements import StatementDiff
from farebox.reports.exports.services import service_name
from farebox.reports.figures import dollars, signed_dollars
from farebox.reports.graphic.ages import price_ages
from farebox.reports.graphic.chart import BLUE, CONFIG, GREY, ORANGE, Chart, Spec, short
from farebox.reports.graphic.treemap import treemaps
from farebox.reports.page.fitting import printable
from farebox.reports.statement.by_tag import said
from farebox.reports.statement.view import label_of, sections

ZERO = Decimal(0)
MOST_BARS = 12


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
    return f"{short(text)}{chr(0x200B) * place}"


def charts_of(statement: Statement, by_tag: TagSpending | None = None) -> list[Chart]:
    """Where the money goes, what it is for, who pays, and what is uncertain."""
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
        *treemaps(statement, by_tag),
        _chart(
            "components", "Cost by component, with its range", by_component, ranged=True
        ),
        _chart("services", "Cost by service", by_service),  # type: ignore[arg-type]
        None if by_tag is None else _by_tag(by_tag),
        _chart(
            "uncertain",
            "What is least certain: likely, low to high",
            swings[:MOST_BARS],
            ranged=True,
        ),
        price_ages(statement),
    ]
    return [chart for chart in found if chart is not None]


def _by_tag(spending: TagSpending) -> Chart | None:
    return _chart(
        "tags",
        f"Cost by the tag {printable(spending.key)}, with its range",
        (
            (said(part), part.usd, part.usd_low, part.usd_high)
            for part in spending.parts
        ),
        ranged=True,
    )


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
    change = signed_dollars(diff.usd)
    return Chart(
        "waterfall",
        "What the change does",
        spec,
        ("step", "USD a month"),
        rows,
        says=f"{change} USD a month: {signed_dollars(diff.usd_code)} by the code,"
        f" {signed_dollars(diff.usd_market)} by prices.",
    )


def _moves(diff: StatementDiff) -> list[tuple[str, Decimal]]:
    """What the code does to resources, dearest move first, then what prices do.

    Those of a component that move alike are one step.
    """
    alike: dict[tuple[str, str | None, Decimal], list[str]] = {}
    for one in diff.resources:
        usd = sum((line.usd_code for line in one.lines), ZERO)
        if usd:
            place = (one.subject.type, one.subject.component, usd)
            alike.setdefault(place, []).append(one.subject.name)
    moves = [
        (label_of(names), usd * len(names)) for (_, _, usd), names in alike.items()
    ]
    moves.sort(key=lambda one: -abs(one[1]))
    rest = sum((usd for _, usd in moves[MOST_BARS:]), ZERO)
    moves = moves[:MOST_BARS]
    if rest:
        moves.append(("the rest of the change", rest))
    if diff.usd_market:
        moves.append(("prices (the market)", diff.usd_market))
    return moves
