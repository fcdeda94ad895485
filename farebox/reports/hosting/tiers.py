"""The scaling table: a user's month by tier and line, beside the paper's row."""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from msgspec import Struct

from farebox.hosting.paper import paper
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.dearer import dearer_tiers
from farebox.hosting.tiers.tier_gaps import CAUSES, causes, difference
from farebox.hosting.tiers.tier_swings import swings
from farebox.hosting.tiers.tiers import LINES, TierCost
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import dollars, plain
from farebox.reports.hosting.storage_view import place_notes, place_rows
from farebox.reports.hosting.tiers_view import TierTable
from farebox.reports.page.page import (
    Block,
    Column,
    Mark,
    Page,
    Row,
    Sentence,
    Table,
    Title,
)

WIDTH = 80
PERCENT = Decimal("0.1")
CENT = Decimal("0.01")
SMALLEST = Decimal("0.0001")


Line = tuple[str, Sequence[str]]
"""A label, and a cell for each tier."""

LABEL, SWING, CAUSE = 20, 20, 10
CAUSES_WIDTH = LABEL + 8 + CAUSE


class TiersReport(Struct, frozen=True):
    """The scaling table of some tiers."""

    table: TierTable

    def page(self) -> Page:
        """The table in 80 columns; the causes in full where it has one tier only."""
        return Page(tuple(_page(self.table)), WIDTH)

    def document(self) -> dict[str, Any]:
        """The contract `farebox.tiers/1`."""
        from farebox.reports.hosting.tiers_json import document

        return document(self.table)


def _page(table: TierTable) -> Iterator[Block]:
    yield Title(_title(table), plain=True)
    (_, names), (_, users) = _head(table)
    width = max(9, min(12, (WIDTH - LABEL) // len(names)))
    label = Column("", align="left")
    columns = tuple(
        Column(name, width, heading=f"{name} ({count})")
        for name, count in zip(names, users, strict=True)
    )
    rows = tuple(_rows(table))
    spread = LABEL + width * len(names)
    counted = Row(("users", *users), mark="dim")
    yield Table((label, *columns), (counted, *rows), where="terminal", width=spread)
    yield Table((label, *columns), rows, where="document", tight=True)
    for cost in table.costs:
        yield from _details(cost, full=len(table.costs) == 1)
    for sentence in (
        *_dearer(table),
        *place_notes(table.places),
        *_notes(table),
        _closing(table),
    ):
        yield Sentence(sentence)


def _rows(table: TierTable) -> Iterator[Row]:
    for lines in _blocks(table):
        yield Row()
        for label, cells in lines:
            name, level = label.strip(), 1 if label.startswith("  ") else 0
            mark: Mark = "total" if name == "total" else ""
            yield Row((name, *cells), mark=mark, level=level)


def _title(table: TierTable) -> str:
    hours = table.costs[0].statement.hours_per_month
    return (
        f"A user's month in USD · price {dollars(table.price)} · overhead"
        f" {table.overhead} · {plain(hours)} hours"
    )


def _head(table: TierTable) -> tuple[Line, Line]:
    """The tiers' names and users."""
    names = [cost.tier for cost in table.costs]
    return ("", names), ("users", [f"{cost.users:,}" for cost in table.costs])


def _blocks(table: TierTable) -> Iterator[list[Line]]:
    """The rows of the table, in groups; every format shows the same ones."""
    costs = table.costs

    def row(label: str, cell: Callable[[TierCost], str]) -> Line:
        return label, [cell(cost) for cost in costs]

    yield [row(name, _of_line(name)) for name in LINES if _shown(costs, name)]
    yield [
        row("infrastructure", lambda cost: _usd(cost.infra.likely)),
        row("total", lambda cost: _usd(cost.total.likely)),
        row("  low", lambda cost: _usd(cost.total.low)),
        row("  high", lambda cost: _usd(cost.total.high)),
        row(f"margin at {plain(table.price)}", lambda cost: _margin(cost, "likely")),
        row("  low", lambda cost: _margin(cost, "low")),
        row("  high", lambda cost: _margin(cost, "high")),
    ]
    if rows := place_rows(table.places, lambda found: _usd(found.likely)):
        yield rows
    yield [
        row("the paper", _paper_cost),
        row("  its margin at 10", _paper_margin),
        row("we differ by", _gap),
        *(row(f"  {cause}", _of_cause(cause)) for cause in CAUSES),
    ]


def _shown(costs: Sequence[TierCost], name: str) -> bool:
    """NAT gateways only where a tier has them; every other line also at 0."""
    return name != "nat" or any(cost.lines[name].high for cost in costs)


def _of_line(name: str) -> Callable[[TierCost], str]:
    return lambda cost: _usd(cost.lines[name].likely)


def _usd(usd: Decimal) -> str:
    """Dollars to the cent, below one to a hundredth of a cent."""
    if usd == 0:
        return "0"
    if abs(usd) < SMALLEST:
        return f"{'-' if usd < 0 else ''}<{SMALLEST}"
    return dollars(usd) if abs(usd) >= 1 else f"{usd:,.4f}"


def _margin(cost: TierCost, level: str) -> str:
    margin = cost.margin
    return "–" if margin is None else _percent(getattr(margin, level))


def _percent(share: Decimal) -> str:
    figure = (share * 100).quantize(PERCENT, ROUND_HALF_EVEN)
    return f"{figure:,.0f} %" if abs(figure) >= 100 else f"{figure} %"


def _row_of(cost: TierCost) -> paper.PaperRow | None:
    return paper.row_for(cost.users, hosted=cost.plan.hosted)


def _paper_cost(cost: TierCost) -> str:
    row = _row_of(cost)
    if row is None:
        return "–"
    return f"{_short(row.usd)}{'+' if row.open_ended else ''}"


def _short(span: Range) -> str:
    whole = all(usd == usd.to_integral_value() for usd in (span.low, span.high))
    low, high = (
        f"{usd:.0f}" if whole else f"{usd:.2f}" for usd in (span.low, span.high)
    )
    return f"{low}–{high}"


def _paper_margin(cost: TierCost) -> str:
    row = _row_of(cost)
    if row is None or not cost.plan.hosted:
        return "–"
    if row.margin is None:
        return "negative"
    return f"{row.margin.low * 100:.0f}–{row.margin.high * 100:.0f} %"


def _gap(cost: TierCost) -> str:
    gap = difference(cost)
    return "–" if gap is None else _signed(gap)


def _of_cause(name: str) -> Callable[[TierCost], str]:
    def cell(cost: TierCost) -> str:
        if _row_of(cost) is None:
            return "–"
        usd = sum(x.usd_per_user_month for x in causes(cost) if x.cause == name)
        return _signed(Decimal(usd))

    return cell


def _signed(usd: Decimal) -> str:
    shown = _usd(usd)
    return f"+{shown}" if usd >= SMALLEST else shown


def _details(cost: TierCost, *, full: bool) -> Iterator[Block]:
    """What moves a tier most; for a tier alone also each cause with its reason."""
    found = swings(cost)
    if found:
        said = f"What moves {cost.tier} most"
        yield Sentence(said, where="terminal", cut=True)
        rows = []
        for one in found:
            usd = one.usd_per_user_month
            span = f"{_usd(usd.low)} – {_usd(usd.high)}"
            rows.append(Row((f"{one.line}: {one.input}", span), level=1))
        yield _untitled(rows, Column("", SWING), None)
    if not full or _row_of(cost) is None:
        return
    said = "Why it differs from the paper's middle"
    yield Sentence(said, where="terminal", cut=True)
    rows = [
        Row(
            (f"{cause.cause}, {cause.line}", _signed(cause.usd_per_user_month)),
            level=1,
            notes=(Sentence(cause.reason, indent=4, hanging=4),),
        )
        for cause in causes(cost)
    ]
    yield _untitled(rows, Column("", CAUSE), CAUSES_WIDTH)


def _untitled(rows: Sequence[Row], column: Column, width: int | None) -> Table:
    columns = (Column(""), column)
    return Table(columns, tuple(rows), where="terminal", follows=True, width=width)


def _dearer(table: TierTable) -> Iterator[str]:
    """Why a larger tier costs more a user than a smaller one, in a sentence each."""
    for one in dearer_tiers(table.costs):
        rises = [part for part in one.parts if part.usd_per_user_month >= CENT]
        said = "; ".join(
            f"{part.line} {_signed(part.usd_per_user_month)}, {part.reason}"
            for part in rises
        )
        rest = one.usd_per_user_month - sum(part.usd_per_user_month for part in rises)
        yield (
            f"{one.tier} costs {_usd(one.usd_per_user_month)} more a user of AWS than"
            f" {one.than}, though it is larger: {said}; all else {_signed(rest)}."
        )


def _notes(table: TierTable) -> Iterator[str]:
    """What the statements tell their readers, by tier."""
    for cost in table.costs:
        for note in cost.statement.notes:
            yield f"Note on {cost.tier}: {note}"


def _closing(table: TierTable) -> str:
    """The book, and how many of the prices used are older than their limit."""
    statements = [cost.statement for cost in table.costs]
    book, on = statements[0].book, statements[0].on
    stale = max(statement.book.stale_used for statement in statements)
    said = (
        f"Prices: {book.kind} book {book.id[:SHORT_ID]}, newest of {book.as_of}; on {on}"
        f" up to {stale:,} of the prices that a tier uses are older than their limit."
    )
    short = [cost.tier for cost in table.costs if cost.lower_bound]
    if short:
        said += f" A lower bound, for charges without a figure: {', '.join(short)}."
    return said
