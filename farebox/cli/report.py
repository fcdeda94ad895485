"""`fare report`: a stack's cost as one HTML file with charts, or one chart alone."""

import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from farebox.cli.errors import remark, shortfall_code
from farebox.cli.options.common import pricing_options, tag_option, target_argument
from farebox.cli.options.tier import overhead_option, price_option
from farebox.extras import require

if TYPE_CHECKING:
    from farebox.quote.quote import Quote
    from farebox.reports.advice.report import AdviceReport
    from farebox.reports.graphic.chart import Chart
    from farebox.reports.graphic.tier.view import TierView

PATH = click.Path(path_type=Path, dir_okay=False)
FORMATS = ("html", "svg", "png")


@click.command()
@target_argument
@click.option(
    "--out",
    type=PATH,
    metavar="FILE",
    help="Where the report goes; it stands alone and asks nothing of anybody.  "
    "[default: report.html; with --format the standard output]",
)
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(FORMATS),
    help="html, or of one --chart svg or png.  [default: by --out's ending]",
)
@click.option(
    "--diff",
    "base",
    metavar="BASE",
    help="Show what changed since this preview, state or statement too.",
)
@click.option(
    "--chart",
    metavar="NAME",
    help="One chart alone, as SVG or PNG: treemap, treemap-service, treemap-tag, "
    "components, services, tags, uncertain, price-ages; with --diff waterfall; of a "
    "tier user-month, moves, users, options, topology, packing, spot-map, "
    "spot-history, limits.",
)
@price_option
@overhead_option
@tag_option
@pricing_options
def report(
    out: Path | None,
    format_: str | None,
    base: str | None,
    chart: str | None,
    price: Decimal,
    overhead: str,
    tag: str | None,
    **asked: Any,
) -> int:
    """Write a stack's cost as one page: charts, every line, advice and gaps.

    The page opens from disk, has no script of others and makes no request. Each line
    opens to how its number is made, with the price's source and date.

    A tier of the project here that hosts users has the pictures of fare host too: a
    user's month, what moves it, users against price, cloud against servers, packing,
    spot by type and zone, limits, claims, and a drawing with costs on it.

    \b
    Examples:
      fare report dev --out report.html
      fare report preview.json --diff main.json
      fare report prod --chart treemap --out treemap.svg
      pulumi stack export | fare report - --chart services --out services.png
      fare report preview.json --format html > report.html
    """
    from farebox.bill.tag_spending import slips
    from farebox.cli.waiting import ON_TERMINAL, told
    from farebox.quote.quote import Request, quote
    from farebox.reports.graphic.charts import waterfall

    require("report")
    form = _form(out, format_, chart)
    quoted = quote(Request(**asked), ON_TERMINAL)
    remark(*quoted.remarks, *slips(quoted.graph, tag))
    charts, tier = charts_and_tier(quoted, asked["target"], price, overhead, tag)
    change = ""
    if base is not None:
        diff, change = _diff_from(base, quoted, asked)
        charts.insert(0, waterfall(diff))
    with told("drawing …"):
        content = (
            page_bytes(quoted, charts, change, tier, advice_on(quoted))
            if chart is None
            else _chart_bytes(charts, chart, form)
        )
    if out is None and format_ is not None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        out = out or Path("report.html")
        _write(out, content)
        click.echo(f"{out}: {len(content):,} bytes")
    return shortfall_code(quoted.shortfall, as_json=False)


def _form(out: Path | None, format_: str | None, chart: str | None) -> str:
    """What is written: html, or svg or png of one chart. Raises click.UsageError."""
    form = format_ or (out.suffix.removeprefix(".") if out and chart else "html")
    if chart is None and form != "html":
        raise click.UsageError(f"the whole report is no {form}: name a --chart")
    if chart is not None and form not in ("svg", "png"):
        raise click.UsageError(
            "a chart is an SVG or a PNG: give --format, or --out FILE.svg or FILE.png"
        )
    return form


def _diff_from(base: str, quoted: "Quote", asked: dict[str, Any]) -> tuple[Any, str]:
    """The change since the base at the same prices, and a sentence on it."""
    from msgspec.structs import replace

    from farebox.diff.statements import diff_statements
    from farebox.quote.target import read_target
    from farebox.reports.figures import signed_dollars

    graph = read_target(base, region=asked["region"]).graph
    before = replace(quoted.basket, graph=graph).at(quoted.book)
    diff = diff_statements(before, quoted.statement)
    usd = signed_dollars(diff.usd)
    return diff, f"The change from {base}: {usd} USD a month, at the same prices."


def _chart_bytes(charts: "list[Chart]", name: str, form: str) -> bytes:
    from farebox.reports.graphic.chart import drawn

    found = {chart.name: chart for chart in charts}
    if name not in found:
        raise click.UsageError(
            f"there is no chart {name!r} of this stack; there are {', '.join(found)}"
        )
    return drawn(found[name], "svg" if form == "svg" else "png", alone=True)


def charts_and_tier(
    quoted: "Quote",
    target: str,
    price: Decimal,
    overhead: str,
    tag: str | None = None,
) -> "tuple[list[Chart], TierView | None]":
    """The charts of a quote, and the tier's own figures where it hosts users."""
    from farebox.bill.tag_spending import spending_by_tag
    from farebox.reports.graphic.charts import charts_of
    from farebox.reports.graphic.tier.charts import tier_charts

    tier = _tier(quoted, target, price, overhead)
    of_tier = tier_charts(tier) if tier else []
    by_tag = spending_by_tag(quoted.statement, quoted.graph, tag)
    return [*of_tier, *charts_of(quoted.statement, by_tag)], tier


def _tier(
    quoted: "Quote", target: str, price: Decimal, overhead: str
) -> "TierView | None":
    """The tier's own figures; None where it is none, or where they cannot be had."""
    from farebox.cli.report_tier import hosts_users, tier_view
    from farebox.cli.waiting import told
    from farebox.errors import FareboxError

    if not hosts_users(target):
        return None
    with told("working out what a user costs at every size …"):
        try:
            return tier_view(quoted, target, price, overhead)
        except FareboxError as error:
            remark(f"the pictures of the tier are left out: {error}")
            return None


def advice_on(quoted: "Quote") -> "AdviceReport":
    """What would cost less: the stack priced again for each idea."""
    from farebox.advice.advise import advise
    from farebox.cli.advise import advice_report

    return advice_report(advise(quoted.basket, quoted.statement, quoted.book))


def page_bytes(
    quoted: "Quote",
    charts: "list[Chart]",
    change: str,
    tier: "TierView | None",
    advice: "AdviceReport",
) -> bytes:
    """The report as the file's bytes, its charts drawn."""
    from farebox.reports.graphic.chart import drawn
    from farebox.reports.graphic.html import Report, as_report

    pictures = tuple((chart, drawn(chart).decode()) for chart in charts)
    page = Report(quoted.statement, pictures, advice, change, tier)
    return as_report(page).encode()


def _write(out: Path, content: bytes) -> None:
    """The file whole or not at all."""
    from farebox.quote.errors import RequestError

    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RequestError(f"{out}: {error.strerror or error}") from error
