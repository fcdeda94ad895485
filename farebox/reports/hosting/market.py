"""The market by year as text and JSON."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap
from typing import Any

from farebox.hosting.growth.market import Capture, MarketTable, Reached, Year
from farebox.hosting.paper.paper_figures import Paper
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.tiers import TierTerms
from farebox.reports.figures import plain, rate
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.statement.terms import (
    WIDTH,
    encoded,
    figure,
    head,
    levels,
    moved_lines,
    percent,
    prices_line,
)

SCHEMA = "farebox.market/1"


def text(
    table: MarketTable, terms: TierTerms, paper: Paper, *, color: bool = False
) -> str:
    """The market in 80 columns; money in thousands of dollars."""

    def style(mark: str, line: str) -> str:
        return f"{mark}{line}{RESET}" if color and line else line

    lines = [
        style(
            BOLD,
            f"Market at USD {rate(table.price)} a month and"
            f" {plain(table.capture * 100)} % capture · overhead {terms.overhead.name}",
        ),
        "",
        style(
            DIM,
            f"{'':<5}{'agent users':>13}{'users':>10}{'kUSD/month':>11}{'margin':>9}"
            f"{'kUSD/year':>11}{'the paper':>10}{'gap':>11}",
        ),
    ]
    for year in table.years:
        lines.append(_capture(str(year.year), year.low))
        lines.append(_range(year.low))
        lines.append(_capture("", year.high))
        lines.append(_range(year.high))
        lines += _moved_by(year)
    lines += [
        "",
        *wrap(
            "kUSD/year is gross profit at the margin of so many users. The paper writes"
            f" {percent(paper.market.margin)} of yearly payments as revenue, at each"
            " size. How many agent users there are has no source (claim C41).",
            WIDTH,
        ),
        "",
        style(BOLD, "Who a price reaches"),
    ]
    lines += [
        style(DIM, f"{'':<5}{'price':>8}{'users':>12}{'margin':>9}   to")
        + style(DIM, f"{'price':>11}{'users':>12}{'margin':>9}")
    ]
    lines += [_reached(one) for one in table.reach]
    lines += [
        "",
        *wrap(prices_line(terms, table.unpriced), WIDTH, break_on_hyphens=False),
    ]
    return "".join(f"{line}\n" for line in lines)


def _capture(name: str, one: Capture) -> str:
    return (
        f"{name:<5}{one.agent_users:>13,f}{one.users:>10,}{_thousands(one.mrr):>11}"
        f"{percent(one.margin.likely):>9}"
        f"{_thousands(one.gross_profit_usd_per_year.likely):>11}"
        f"{_thousands(one.paper_usd_per_year):>10}"
        f"{_thousands(one.gap_usd_per_year):>11}"
    )


def _range(one: Capture) -> str:
    margin, profit = one.margin, one.gross_profit_usd_per_year
    return (
        f"{'':<7}margin {percent(margin.low)} to {percent(margin.high)}, kUSD/year"
        f" {_thousands(profit.low)} to {_thousands(profit.high)}"
    )


def _moved_by(year: Year) -> list[str]:
    """What moves the gross profit of the year's high end most, in kUSD a year."""
    spans = [
        (
            one.input.partition(":")[0],
            _thousands(one.low_usd_per_year),
            _thousands(one.high_usd_per_year),
        )
        for one in year.moves
    ]
    what = f"kUSD/year at {year.high.users:,} users"
    return moved_lines(what, spans)


def _thousands(usd: Decimal) -> str:
    return f"{usd / 1000:,.0f}"


def _reached(one: Reached) -> str:
    return (
        f"{one.year:<5}{rate(one.low_price):>8}{one.low_users:>12,}"
        f"{percent(one.low_margin.likely):>9}{'':>5}"
        f"{rate(one.high_price):>11}{one.high_users:>12,}"
        f"{percent(one.high_margin.likely):>9}"
    )


def json(table: MarketTable, terms: TierTerms) -> bytes:
    """The contract `farebox.market/1` (docs/json.md)."""
    return encoded(
        head(SCHEMA, terms)
        | {
            "price": figure(table.price),
            "capture": figure(table.capture),
            "lower_bound": list(table.unpriced),
            "years": [
                {
                    "year": one.year,
                    "low": _end(one.low),
                    "high": _end(one.high),
                    "moved_most_by": [
                        {
                            "input": move.input,
                            "gross_profit_usd_per_year": {
                                "low": figure(move.low_usd_per_year),
                                "high": figure(move.high_usd_per_year),
                            },
                        }
                        for move in one.moves
                    ],
                }
                for one in table.years
            ],
            "reach": list(_reach(table.reach)),
        }
    )


def _end(one: Capture) -> dict[str, Any]:
    return {
        "agent_users": figure(one.agent_users),
        "users": one.users,
        "tier": one.tier,
        "mrr_usd": figure(one.mrr),
        "usd_per_user_month": levels(one.cost),
        "margin": levels(one.margin),
        "gross_profit_usd_per_year": levels(one.gross_profit_usd_per_year),
        "paper_usd_per_year": figure(one.paper_usd_per_year),
        "gap_usd_per_year": figure(one.gap_usd_per_year),
    }


def _reach(found: tuple[Reached, ...]) -> Iterator[dict[str, Any]]:
    for one in found:
        yield {
            "year": one.year,
            "low": _reach_end(one.low_price, one.low_users, one.low_margin),
            "high": _reach_end(one.high_price, one.high_users, one.high_margin),
        }


def _reach_end(price: Decimal, users: int, margin: Range) -> dict[str, Any]:
    return {"price": figure(price), "users": users, "margin": levels(margin)}
