"""The few figures that a report answers with first, each with the way to its picture."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.reports.advice.report import AdviceReport
from farebox.reports.figures import dollars, percent, span
from farebox.reports.graphic.chart import Chart
from farebox.reports.graphic.tier.view import TierView

ZERO = Decimal(0)


class Key(Struct, frozen=True):
    """A question, its answer in a few words, and the part of the page that shows it."""

    asks: str
    says: str
    part: str


def keys_of(
    statement: Statement,
    charts: Sequence[Chart],
    advice: AdviceReport | None,
    tier: TierView | None = None,
) -> tuple[Key, ...]:
    """What it costs a user, what moves it, what a change costs, where money is wasted."""
    by_name = {chart.name: chart for chart in charts}
    return (*_of_tier(tier), *_of_charts(by_name), *_saved(statement, advice))


def _of_tier(tier: TierView | None) -> Iterator[Key]:
    if tier is None:
        return
    cost = tier.cost
    usd = cost.total
    said = f"{dollars(usd.likely)} USD a month ({span(usd.low, usd.high)})"
    yield Key("a user costs, team and card fee too", said, "chart-user-month")
    if cost.margin is not None:
        left = percent(cost.margin.likely)
        yield Key(f"left of {dollars(cost.price)} USD", left, "chart-users")


def _of_charts(charts: dict[str, Chart]) -> Iterator[Key]:
    """First rows: bars have the largest first."""
    for asks, name, column in (
        ("the change", "waterfall", None),
        ("moves a user's cost most", "moves", 0),
        ("costs most", "components", 1),
        ("least certain", "uncertain", 1),
    ):
        if name not in charts or (name == "uncertain" and "moves" in charts):
            continue
        chart = charts[name]
        if column is None:
            says = chart.says
        elif column:
            says = f"{chart.rows[0][0]}: {chart.rows[0][column]} USD"
        else:
            says = chart.rows[0][0]
        yield Key(asks, says, f"chart-{name}")


def _saved(statement: Statement, advice: AdviceReport | None) -> Iterator[Key]:
    saved = advice.usd - advice.usd_with_all if advice else ZERO
    if advice and saved > 0:
        part = percent(saved / advice.usd) if advice.usd else ""
        said = f"{dollars(saved)} USD a month ({part})"
        yield Key("could be saved", said, "advice")
    if old := statement.book.stale_used:
        says = f"{old:,} of {statement.book.used:,} prices used"
        yield Key("older than their limit", says, "chart-price-ages")
    if statement.lower_bound:
        hidden = sum(entry.hides_cost for entry in statement.unpriced)
        yield Key(
            "without a figure",
            "1 charge" if hidden == 1 else f"{hidden} charges",
            "gaps",
        )
