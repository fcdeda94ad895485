"""The claims board as text, markdown and JSON."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.hosting.claims.claim_values import VERDICTS, Checked, ClaimInput
from farebox.hosting.paper.paper_figures import Paper
from farebox.hosting.tiers.tiers import TierTerms
from farebox.reports.figures import count, percent, plain
from farebox.reports.page.page import Block, Column, Page, Row, Sentence, Table, Title
from farebox.reports.statement.terms import (
    WIDTH,
    figure,
    head,
    prices_line,
)

SCHEMA = "farebox.claims/1"
SMALLEST = Decimal("0.0001")

ID, VERDICT, SAYS, OURS, PAPER = 4, 13, 27, 17, 19
"""Columns of the board."""


class Board(Struct, frozen=True, kw_only=True):
    """Claims with their verdicts, and the terms and the paper behind them."""

    checked: tuple[Checked, ...]
    terms: TierTerms
    paper: Paper


COLUMNS = (
    Column("", ID, align="left"),
    Column("verdict", VERDICT, align="left"),
    Column("the paper's claim", SAYS, align="left"),
    Column("ours", OURS),
    Column("the paper", PAPER),
)
DETAILED = (
    Column("", align="left"),
    Column("verdict", align="left", heading="verdict"),
    Column("claim", align="left", heading="claim"),
    Column("paper", heading="paper"),
    Column("ours", heading="ours"),
    Column("range", heading="range"),
    Column("because", align="left", heading="because"),
)


class ClaimsReport(Struct, frozen=True):
    """A board; with `details` a terminal shows each claim's rule and inputs too."""

    board: Board
    details: bool

    def page(self) -> Page:
        """The claims with their verdicts, ours beside the paper's figure."""
        return Page(tuple(_blocks(self.board, details=self.details)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.claims/1`."""
        return document(self.board)


def _blocks(board: Board, *, details: bool) -> Iterator[Block]:
    yield Title(_title(board), plain=True)
    said = summary(board.checked)
    yield Sentence(said, where="document")
    rows = tuple(_row(one, details=details) for one in board.checked)
    yield Table(COLUMNS, rows, where="terminal")
    rows_told = tuple(told(one) for one in board.checked)
    yield Table(DETAILED, rows_told, where="document", tight=True)
    yield Sentence(said, where="terminal")
    prices = prices_line(board.terms)
    yield Sentence(prices, where="terminal", follows=True)
    yield Sentence(prices, where="document")


def _title(board: Board) -> str:
    return (
        f"Claims of the paper of {board.paper.source.as_of} · overhead"
        f" {board.terms.overhead.name} · on {board.terms.on}"
    )


def _row(one: Checked, *, details: bool) -> Row:
    number, unit = one.finding.number, one.finding.unit
    return Row(
        (
            one.claim.id,
            verdict_text(one),
            one.claim.says,
            shown(number.value, unit),
            one.finding.paper,
        ),
        notes=tuple(_details(one)) if details else (),
    )


def told(one: Checked) -> Row:
    """The claim as a document shows it, in the columns of DETAILED."""
    finding, number = one.finding, one.finding.number
    span = (
        f"{shown(number.low, finding.unit)} – {shown(number.high, finding.unit)}"
        if number.low != number.high
        else ""
    )
    return Row(
        (
            one.claim.id,
            verdict_text(one),
            one.claim.says,
            finding.paper,
            shown(number.value, finding.unit),
            span,
            finding.because,
        )
    )


def verdict_text(one: Checked) -> str:
    """The verdict, and what a stale one would be."""
    if one.verdict != "stale":
        return one.verdict
    return f"stale, {one.would_be}"


def shown(value: Decimal | None, unit: str) -> str:
    """A figure with its unit, dollars without."""
    if value is None:
        return "–"
    if unit.startswith("share"):
        return percent(value)
    if unit.startswith("USD"):
        return f"{value:,.4f}" if abs(value) < 1000 else f"{value:,.0f}"
    number = f"<{SMALLEST}" if 0 < value < SMALLEST else count(value)
    return number if unit == "ratio" else f"{number} {unit.partition('/')[0]}"


def _details(one: Checked) -> Iterator[Sentence]:
    finding = one.finding
    number = finding.number
    said = [f"rule: {one.claim.rule} (tolerance: {one.claim.tolerance})"]
    if number.low != number.high:
        span = (
            f"{shown(number.low, finding.unit)} to {shown(number.high, finding.unit)}"
        )
        said.append(f"range: {span}; unit: {finding.unit}")
    else:
        said.append(f"unit: {finding.unit}")
    said.append(f"because: {finding.because}")
    for sentence in (*said, *map(_input, finding.inputs)):
        yield Sentence(sentence, indent=4, hanging=6, unbroken=True)
    yield Sentence("", cut=True)


def _input(one: ClaimInput) -> str:
    dated = f", {one.as_of}" if one.as_of else ""
    stale = ", stale" if one.stale else ""
    return f"- {one.name}: {plain(one.value)} {one.unit} ({one.source}{dated}{stale})"


def summary(checked: Sequence[Checked]) -> str:
    """How many claims have which verdict, and what the stale ones would be."""
    said = []
    for verdict in VERDICTS:
        found = [one for one in checked if one.verdict == verdict]
        if not found:
            continue
        part = f"{len(found)} {verdict}"
        if verdict == "stale":
            fails = sum(one.would_be == "fail" for one in found)
            part += f" ({len(found) - fails} would pass, {fails} fail)"
        said.append(part)
    return f"{len(checked)} claims: {', '.join(said)}."


def document(board: Board) -> dict[str, Any]:
    """The contract `farebox.claims/1` (docs/json.md)."""
    source = board.paper.source
    return head(SCHEMA, board.terms) | {
        "paper": {"title": source.title, "as_of": source.as_of},
        "summary": {
            verdict: sum(one.verdict == verdict for one in board.checked)
            for verdict in VERDICTS
        },
        "claims": [_claim(one) for one in board.checked],
    }


def _claim(one: Checked) -> dict[str, Any]:
    claim, finding, number = one.claim, one.finding, one.finding.number
    return {
        "id": claim.id,
        "verdict": one.verdict,
        "would_be": one.would_be,
        "says": claim.says,
        "paper": finding.paper,
        "value": _number(number.value),
        "low": _number(number.low),
        "high": _number(number.high),
        "unit": finding.unit,
        "rule": claim.rule,
        "tolerance": claim.tolerance,
        "by_paper": finding.by_paper,
        "because": finding.because,
        "inputs": [
            {
                "name": given.name,
                "value": plain(given.value),
                "unit": given.unit,
                "source": given.source,
                "as_of": given.as_of,
                "stale": given.stale,
            }
            for given in finding.inputs
        ],
        "as_of": one.as_of,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else figure(value)
