"""The market by year as text and JSON."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.hosting.growth.market import Capture, MarketTable, Reached, Year
from farebox.hosting.paper.paper_figures import Paper
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.tiers import TierTerms
from farebox.reports.figures import percent, plain, rate
from farebox.reports.page.page import Block, Column, Page, Row, Sentence, Table, Title
from farebox.reports.statement.terms import (
    WIDTH,
    figure,
    head,
    levels,
    moved_lines,
    note_lines,
    prices_line,
)

SCHEMA = "farebox.market/1"


COLUMNS = (
    Column("", heading="Year", align="left"),
    Column("agent users", 13),
    Column("users", 10),
    Column("kUSD/month", 11),
    Column("margin", 9),
    Column("kUSD/year", 11),
    Column("the paper", 10),
    Column("gap", 11),
)
REACHED = (
    Column("", heading="Year", align="left"),
    Column("price", 8),
    Column("users", 12),
    Column("margin", 9),
    Column("   to", 5, align="left", heading=""),
    Column("price", 11),
    Column("users", 12),
    Column("margin", 9),
)
REACHED_WIDTH = 71


class MarketReport(Struct, frozen=True):
    """The market by year, its terms, and the paper that it stands beside."""

    table: MarketTable
    terms: TierTerms
    paper: Paper

    def page(self) -> Page:
        """The years, then whom a price reaches; money in thousands of dollars."""
        return Page(tuple(_blocks(self.table, self.terms, self.paper)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.market/1`."""
        return document(self.table, self.terms)


def _blocks(table: MarketTable, terms: TierTerms, paper: Paper) -> Iterator[Block]:
    yield Title(
        f"Market at USD {rate(table.price)} a month and"
        f" {plain(table.capture * 100)} % capture · overhead {terms.overhead.name}"
    )
    rows = [row for year in table.years for row in _year(year)]
    yield Table(COLUMNS, tuple(rows))
    yield Sentence(
        "kUSD/year is gross profit at the margin of so many users. The paper writes"
        f" {percent(paper.market.margin)} of yearly payments as revenue, at each"
        " size. How many agent users there are has no source (claim C41)."
    )
    yield Title("Who a price reaches", level=2)
    reached = tuple(_reached(one) for one in table.reach)
    yield Table(REACHED, reached, width=REACHED_WIDTH)
    yield Sentence(prices_line(terms, table.unpriced))


def _year(year: Year) -> Iterator[Row]:
    """The low and the high end of a year, each with its range."""
    yield _capture(str(year.year), year.low, [])
    yield _capture("", year.high, _moved_by(year))


def _capture(name: str, one: Capture, moved: Sequence[str]) -> Row:
    margin, profit = one.margin, one.gross_profit_usd_per_year
    around = (
        f"margin {percent(margin.low)} to {percent(margin.high)}, kUSD/year"
        f" {_thousands(profit.low)} to {_thousands(profit.high)}"
    )
    notes = (Sentence(around, indent=7, cut=True), *note_lines(moved))
    return Row(
        (
            name,
            f"{one.agent_users:,f}",
            f"{one.users:,}",
            _thousands(one.mrr),
            percent(margin.likely),
            _thousands(profit.likely),
            _thousands(one.paper_usd_per_year),
            _thousands(one.gap_usd_per_year),
        ),
        notes=notes,
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


def _reached(one: Reached) -> Row:
    return Row(
        (
            str(one.year),
            rate(one.low_price),
            f"{one.low_users:,}",
            percent(one.low_margin.likely),
            "",
            rate(one.high_price),
            f"{one.high_users:,}",
            percent(one.high_margin.likely),
        )
    )


def document(table: MarketTable, terms: TierTerms) -> dict[str, Any]:
    """The contract `farebox.market/1` (docs/json.md)."""
    return head(SCHEMA, terms) | {
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
