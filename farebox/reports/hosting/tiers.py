"""The scaling table: a user's month by tier and line, beside the paper's row."""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from textwrap import wrap

from msgspec import Struct

from farebox.hosting.paper import paper
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.dearer import dearer_tiers
from farebox.hosting.tiers.tier_gaps import CAUSES, causes, difference
from farebox.hosting.tiers.tier_swings import swings
from farebox.hosting.tiers.tiers import LINES, TierCost
from farebox.reports.closing import SHORT_ID
from farebox.reports.figures import dollars, plain
from farebox.reports.page.as_text import BOLD, DIM, RESET

WIDTH = 80
PERCENT = Decimal("0.1")
CENT = Decimal("0.01")
SMALLEST = Decimal("0.0001")


class Table(Struct, frozen=True, kw_only=True):
    """What a scaling table shows: its tiers, and the terms they were priced on."""

    costs: tuple[TierCost, ...]
    price: Decimal
    overhead: str


Row = tuple[str, Sequence[str]]


def text(table: Table, *, color: bool = False) -> str:
    """The table in 80 columns; the causes in full where it has one tier only."""
    return "".join(f"{line}\n" for line in _lines(table, color))


def _lines(table: Table, color: bool) -> Iterator[str]:
    def style(mark: str, line: str) -> str:
        return f"{mark}{line}{RESET}" if color and line else line

    yield style(BOLD, _title(table))
    yield ""
    head, *blocks = _blocks(table)
    width = max(9, min(12, (WIDTH - LABEL) // len(table.costs)))
    for label, cells in head:
        yield style(DIM, _columns(label, cells, width))
    for block in blocks:
        yield ""
        for label, cells in block:
            line = _columns(label, cells, width)
            yield style(BOLD, line) if label == "total" else line
    for cost in table.costs:
        yield from _details(cost, full=len(table.costs) == 1)
    for sentence in (*_dearer(table), *_notes(table), _closing(table)):
        yield ""
        yield from wrap(sentence, WIDTH, break_on_hyphens=False)


LABEL = 20


def _columns(label: str, cells: Sequence[str], width: int) -> str:
    """A label and its cells; a cell that is too wide takes room from the label's."""
    row = "".join(f"{cell:>{width}}" for cell in cells).lstrip()
    return label + row.rjust(LABEL + width * len(cells) - len(label))


def _title(table: Table) -> str:
    hours = table.costs[0].statement.hours_per_month
    return (
        f"A user's month in USD · price {dollars(table.price)} · overhead"
        f" {table.overhead} · {plain(hours)} hours"
    )


def _blocks(table: Table) -> Iterator[list[Row]]:
    """The rows of the table, in groups; every format shows the same ones."""
    costs = table.costs

    def row(label: str, cell: Callable[[TierCost], str]) -> Row:
        return label, [cell(cost) for cost in costs]

    yield [
        row("", lambda cost: cost.tier),
        row("users", lambda cost: f"{cost.users:,}"),
    ]
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


def _details(cost: TierCost, *, full: bool) -> Iterator[str]:
    """What moves a tier most; for a tier alone also each cause with its reason."""
    found = swings(cost)
    if found:
        yield ""
        yield f"What moves {cost.tier} most"
        for one in found:
            usd = one.usd_per_user_month
            span = f"{_usd(usd.low)} – {_usd(usd.high)}"
            yield f"  {f'{one.line}: {one.input}':<58}{span:>20}"
    if not full or _row_of(cost) is None:
        return
    yield ""
    yield "Why it differs from the paper's middle"
    for cause in causes(cost):
        label = f"  {cause.cause}, {cause.line}"
        yield f"{label:<{LABEL + 8}}{_signed(cause.usd_per_user_month):>10}"
        yield from wrap(
            cause.reason,
            WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )


def _dearer(table: Table) -> Iterator[str]:
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


def _notes(table: Table) -> Iterator[str]:
    """What the statements tell their readers, by tier."""
    for cost in table.costs:
        for note in cost.statement.notes:
            yield f"Note on {cost.tier}: {note}"


def _closing(table: Table) -> str:
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


def markdown(table: Table) -> str:
    """The same rows as a table for a pull request."""
    head, *blocks = _blocks(table)
    (_, names), (_, users) = head
    titles = [f"{name} ({n})" for name, n in zip(names, users, strict=True)]
    lines = [f"**{_title(table)}**", "", "| | " + " | ".join(titles) + " |"]
    lines.append("|---|" + "---:|" * len(names))
    for block in blocks:
        for label, cells in block:
            name = label.strip() if not label.startswith("  ") else f"– {label.strip()}"
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for sentence in (*_dearer(table), *_notes(table), _closing(table)):
        lines += ["", sentence]
    return "\n".join([*lines, ""])
