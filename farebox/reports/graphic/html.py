"""The report of a stack as one HTML file: charts, searchable lines, gaps and advice.

The file asks nothing of anybody: charts are SVG in it, style and script are in it under
a policy that allows these two alone, by their hashes. Every text comes through
`safe_html`. Each line opens to how its number is made.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement, Unpriced
from farebox.prices.aliases import billed_key
from farebox.reports.advice.report import AdviceReport
from farebox.reports.closing import prices_sentence
from farebox.reports.figures import count, dollars, per_user, rate, span
from farebox.reports.graphic.board import HEADINGS, board, rows
from farebox.reports.graphic.chart import Chart
from farebox.reports.graphic.keys import keys_of
from farebox.reports.graphic.tier.view import TierView
from farebox.reports.page.as_html import safe_html

DATA = Path(__file__).with_name("data")

IN_PART = 50
"""Lines that a browser lays out together, when they come into sight."""

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'; script-src '{script_hash}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
"""


class Report(Struct, frozen=True):
    """All that a report shows: a statement, its charts drawn, and advice on it.

    `tier` has what is beside the statement of a tier that hosts users.
    """

    statement: Statement
    charts: tuple[tuple[Chart, str], ...]
    advice: AdviceReport | None = None
    change: str = ""
    tier: TierView | None = None


@cache
def _data(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def as_report(report: Report) -> str:
    """The report as one file, whole and escaped."""
    script = f"\n{_data('report.js')}"
    digest = b64encode(sha256(script.encode()).digest()).decode()
    head = HEAD.format(
        script_hash=f"sha256-{digest}",
        title=safe_html(_title(report.statement)),
        style=_data("report.css"),
    )
    body = "\n".join(_body(report))
    return f"{head}{body}\n<script>{script}</script>\n</body>\n</html>\n"


def _title(statement: Statement) -> str:
    return f"{statement.project}/{statement.stack}" if statement.project else "stack"


def _body(report: Report) -> Iterator[str]:
    statement = report.statement
    yield "<header>"
    yield f"<h1>{safe_html(_title(statement))}: what it costs in a month</h1>"
    yield f'<p class="total">{dollars(statement.usd_per_month)} USD</p>'
    if statement.usd_low != statement.usd_high:
        low, high = sorted((statement.usd_low, statement.usd_high))
        said = f"between {dollars(low)} and {dollars(high)} USD"
        yield f"<p>{said}, as far as inputs are uncertain</p>"
    if statement.users:
        each = per_user(statement.usd_per_month, statement.users)
        whose = ", of AWS's alone" if report.tier else ""
        yield f"<p>{each} USD for each of {count(statement.users)} users{whose}</p>"
    if statement.lower_bound:
        hidden = sum(entry.hides_cost for entry in statement.unpriced)
        yield (
            f'<p class="warn">It is a lower bound: {hidden} charges have no figure '
            '(<a href="#gaps">which</a>)</p>'
        )
    if report.change:
        yield f"<p>{safe_html(report.change)}</p>"
    else:
        yield '<p class="soft">What a change costs: ask again with --diff BASE.</p>'
    yield from _keys(report)
    claims = '<a href="#claims">claims</a>' if report.tier else ""
    yield (
        '<nav aria-label="parts"><a href="#charts">charts</a>'
        f'{claims}<a href="#all">lines</a>'
        '<a href="#advice">advice</a><a href="#gaps">without a figure</a>'
        '<a href="#prices">prices</a></nav>'
    )
    yield "</header>\n<main>"
    yield from _charts(report.charts)
    if report.tier is not None:
        yield from board(report.tier.claims)
        yield "<details><summary>as a table, with why</summary>"
        yield from _table(HEADINGS, rows(report.tier.claims))
        yield "</details></section>"
    yield from _lines(statement.lines)
    yield from _advice(report.advice)
    yield from _gaps(statement)
    yield from _prices(statement)
    yield "</main>"


def _keys(report: Report) -> Iterator[str]:
    charts = [chart for chart, _ in report.charts]
    yield '<dl class="keys">'
    for key in keys_of(report.statement, charts, report.advice, report.tier):
        yield (
            f"<div><dt>{safe_html(key.asks)}</dt><dd>"
            f'<a href="#{safe_html(key.part)}">{safe_html(key.says)}</a></dd></div>'
        )
    yield "</dl>"


def _charts(charts: Sequence[tuple[Chart, str]]) -> Iterator[str]:
    yield '<section id="charts">'
    for chart, svg in charts:
        if not chart.beside:
            name, title = safe_html(chart.name), safe_html(chart.title)
            yield f'<h2 id="chart-{name}">{title}</h2>'
            yield from _picture(chart, svg)
            for other, drawn in charts:
                if other.beside == chart.name:
                    yield f'<details id="chart-{safe_html(other.name)}">'
                    yield f"<summary>{safe_html(other.title)}</summary>"
                    yield from _picture(other, drawn)
                    yield "</details>"
    yield "</section>"


def _picture(chart: Chart, svg: str) -> Iterator[str]:
    """What it says, the picture, and the table behind it."""
    bars = "" if chart.language == "vega" else " bars"
    if chart.says:
        yield f"<p>{safe_html(chart.says)}</p>"
    yield (
        f'<div class="chart{bars}" role="img" tabindex="0" '
        f'aria-label="{safe_html(chart.title)}; the table below has its figures">'
        f"{svg}</div>"
    )
    yield "<details><summary>as a table</summary>"
    yield from _table(chart.columns, chart.rows)
    yield "</details>"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table whose first column is a label and the last ones are figures."""
    head = "".join(f'<th scope="col">{safe_html(name)}</th>' for name in columns)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
    for row in rows:
        cells = "".join(f"<td{_figure(text)}>{safe_html(text)}</td>" for text in row)
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"


def _figure(text: str) -> str:
    digits = text.replace(",", "").replace(".", "").lstrip("+-")
    return ' class="figure"' if digits.isdigit() else ""


def _lines(lines: Sequence[LineItem]) -> Iterator[str]:
    """Every charge, dearest first; each opens to how its number is made."""
    yield '<section id="all"><h2>Every charge</h2>'
    yield (
        '<div class="tools"><input id="search" type="search" '
        'aria-label="search the lines" placeholder="search: name, type, usage type">'
        '<label>sorted by <select id="order"><option value="usd">cost</option>'
        '<option value="name">name</option><option value="service">service</option>'
        '<option value="component">component</option></select></label>'
        '<span id="shown" role="status" class="soft"></span></div>'
    )
    yield '<div id="lines">'
    dearest = sorted(lines, key=lambda one: -one.usd_per_month)
    for start in range(0, len(dearest), IN_PART):
        yield '<div class="part">'
        yield from ("".join(_line(line)) for line in dearest[start : start + IN_PART])
        yield "</div>"
    yield "</div></section>"


def _line(line: LineItem) -> Iterator[str]:
    key, subject = billed_key(line.key), line.subject
    usd = line.usd_per_month
    yield (
        f'<details class="line" data-usd="{float(usd):.6f}" '
        f'data-name="{safe_html(subject.name)}" data-service="{safe_html(key.service)}" '
        f'data-component="{safe_html(subject.component or "")}"><summary>'
        f"<span>{safe_html(subject.name)}</span><span>{safe_html(line.description)}</span>"
        f'<span class="figure quantity">{count(line.quantity)} {safe_html(line.unit)}</span>'
        f'<span class="figure">{dollars(usd)}</span></summary><div class="how">'
    )
    yield (
        f"<p>{count(line.quantity)} {safe_html(line.unit)} × {rate(line.usd_per_unit)} USD "
        f"= {dollars(usd)} USD a month: {safe_html(line.because)}</p>"
    )
    if line.usd_low != line.usd_high:
        yield f"<p>between {span(line.usd_low, line.usd_high)} USD</p>"
    said = " ".join(
        p for p in (key.service, key.region, key.usage_type, key.operation) if p
    )
    yield f'<p class="soft">{safe_html(subject.type)} · {safe_html(said)}'
    if subject.source_position:
        yield f" · {safe_html(subject.source_position)}"
    yield f'</p><p class="soft">price of {safe_html(line.source.as_of)}: {_link(line.source.url)}</p>'
    yield "</div></details>"


def _link(url: str) -> str:
    """A source as a link where it is an address of the web, else as a text."""
    shown = safe_html(url)
    if not url.startswith("https://"):
        return shown
    return f'<a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>'


def _advice(advice: AdviceReport | None) -> Iterator[str]:
    yield '<section id="advice"><h2>What would cost less for the same work</h2>'
    if advice is None or not advice.rows:
        yield "<p>No change that Farebox knows would cost less.</p></section>"
        return
    saved = dollars(advice.usd - advice.usd_with_all)
    yield f"<p>The best of each together saves {saved} USD a month.</p>"
    columns = ("resource", "change", "risk", "USD saved a month")
    rows = [
        (one.name, one.change, one.risk, dollars(one.usd_saved)) for one in advice.rows
    ]
    yield from _table(columns, rows)
    yield "</section>"


def _gaps(statement: Statement) -> Iterator[str]:
    yield '<section id="gaps"><h2>Without a figure, and what to do</h2>'
    if not statement.unpriced:
        yield "<p>Every charge has a figure.</p>"
    else:
        rows = [
            (one.subject.name, one.code, one.reason, _way_out(one))
            for one in statement.unpriced
        ]
        yield from _table(("resource", "code", "why", "what to do"), rows)
    yield "</section>"
    yield "<section><h2>Free</h2><details><summary>"
    yield f"{len(statement.free):,} resources cost nothing by themselves</summary>"
    rows_free = [
        (one.subject.name, one.subject.type, one.reason) for one in statement.free
    ]
    yield from _table(("resource", "type", "why"), rows_free)
    yield "</details></section>"


WAYS: dict[str, Callable[[Unpriced], str]] = {
    "no-usage": lambda one: (
        f"give {one.usage_key} in the usage file"
        + (f" (each costs {rate(one.usd_per_unit)} USD)" if one.usd_per_unit else "")
    ),
    "no-price": lambda one: "fare refresh fetches AWS's prices",
    "unknown-input": lambda one: "it is known once the stack is deployed, or by config",
    "no-rule": lambda one: "Farebox does not rate it yet",
}


def _way_out(one: Unpriced) -> str:
    if one.code == "no-usage" and not one.usage_key:
        return "give its use in the usage file (fare usage init)"
    return WAYS[one.code](one)


def _prices(statement: Statement) -> Iterator[str]:
    yield '<section id="prices"><h2>Prices and notes</h2>'
    yield f"<p>{safe_html(prices_sentence(statement))}</p>"
    for note in statement.notes:
        yield f"<p>{safe_html(note)}</p>"
    yield "</section>"
