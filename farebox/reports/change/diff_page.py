"""A diff as a page: before, after and change, biggest change first."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.change.diff_view import (
    ChangeRow,
    ChangeSection,
    ChargeChange,
    MarketMove,
    change_sections,
    free_changes,
    gap_changes,
    lower_bound_sentence,
    market_moves,
    percent,
    rename_sentence,
)
from farebox.reports.figures import (
    count,
    dollars,
    per_user,
    plain,
    rate,
    signed_dollars,
    signed_per_user,
    span,
)
from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Node,
    Page,
    Row,
    Sentence,
    Table,
    Text,
    Title,
    Tree,
    Where,
)
from farebox.reports.statement.page import remarks_block

USD = 13
"""Columns of a figure, with a space before it."""

MARKET_ROWS = 10
"""Prices that moved are named down to this many; the rest is one sum."""

LONGEST_NAME = 100
"""Characters of a name that a table keeps."""

MARKS = {"added": "+", "removed": "-", "changed": "~", "same": " "}

MONEY = (Column("before", USD), Column("after", USD), Column("change", USD))
COLUMNS = (
    Column("charge", align="left", where="document"),
    Column("quantity", where="document"),
    Column("USD/unit", where="document"),
    *MONEY,
)
LEAD = (Column("", align="left"), Column("resource", align="left"))
UNTITLED = (Column(""), *(Column("", USD) for _ in MONEY))

ONLY_MONEY = ("", "", "")
"""The cells before the dollars of what is a sum: it has no quantity and no rate."""

NOTHING = "No charge of this stack changes."


def diff_page(diff: StatementDiff) -> Page:
    """The diff, with what the market did apart; every figure is rounded here."""
    return Page(tuple(_blocks(diff)))


def _blocks(diff: StatementDiff) -> Iterator[Block]:
    found = change_sections(diff)
    yield Title(_title(diff), where="terminal")
    yield from _summary(diff)
    if not found:
        yield Sentence(NOTHING)
    nodes = tuple(_section(section) for section in found)
    where: Where = "both" if found else "terminal"
    yield Tree(
        COLUMNS, nodes, label="USD a month", lead=LEAD, branches=False, where=where
    )
    yield Table(UNTITLED, tuple(_total(diff)), where="terminal", follows=not found)
    sentence = lower_bound_sentence(diff)
    if sentence:
        yield Sentence(sentence, where="terminal", follows=True)
    yield from _market(diff)
    opened, closed = gap_changes(diff)
    yield from remarks_block("New charges without a figure", opened)
    yield from remarks_block("No longer without a figure, or gone", closed)
    for said in (rename_sentence(diff), free_changes(diff)):
        if said:
            yield Sentence(said)
    for note in diff.notes:
        yield Sentence(f"Note: {note}", where="terminal")


def _title(diff: StatementDiff) -> str:
    base, head = diff.base, diff.head
    names = [
        f"{side.project}/{side.stack}" if side.project else "stack"
        for side in (base, head)
    ]
    title = " → ".join(dict.fromkeys(names))
    if base.users or head.users:
        users = [count(side.users) if side.users else "?" for side in (base, head)]
        title += f" · {' → '.join(dict.fromkeys(users))} users"
    return title


def _summary(diff: StatementDiff) -> Iterator[Block]:
    """What a document begins with: the whole change, then what one must know."""
    head, share = diff.head, percent(diff)
    name: tuple[str, ...] = ("stack",)
    if head.project:
        name = (cut(head.project), "/", cut(head.stack))
    change = f": {signed_dollars(diff.usd)} USD a month"
    yield Title(
        (*name, change, f" ({share})" if share else ""),
        where="document",
    )
    columns = (Column("", align="left"), *MONEY)
    yield Table(columns, tuple(_summary_rows(diff)), where="document")
    for sentence in (lower_bound_sentence(diff), *diff.notes):
        if sentence:
            yield Sentence(sentence, mark="warning", where="document")


def _summary_rows(diff: StatementDiff) -> Iterator[Row]:
    base, head = diff.base, diff.head
    before, after = dollars(diff.usd_base), dollars(diff.usd_head)
    change = Cell(signed_dollars(diff.usd), "total")
    yield Row((Cell("USD a month", "total"), before, after, change))
    yield Row(("by the code", "", "", signed_dollars(diff.usd_code)))
    yield Row(("by the market", "", "", signed_dollars(diff.usd_market)))
    if _ranged(base) or _ranged(head):
        yield Row(("range", _range(base), _range(head), ""))
    if base.users or head.users:
        yield Row(("users", _users(base), _users(head), _more_users(diff)))
        yield Row(("USD per user", *_each(diff, unknown="")))


def _section(section: ChangeSection) -> Node:
    label: Text = (cut(section.title),)
    if section.type:
        label = (cut(section.title), " (", cut(section.type), ")")
    before, after = dollars(section.usd_base), dollars(section.usd_head)
    return Node(
        label,
        (*ONLY_MONEY, *_money(section.usd_base, section.usd_head, section.usd)),
        mark="total",
        summary=f"{before} → {after} ({signed_dollars(section.usd)})",
        children=tuple(_row(row) for row in section.rows),
    )


def _row(row: ChangeRow) -> Node:
    remark = (" (", cut(row.remark), ")") if row.remark else ()
    cells: tuple[str, ...] = ()
    if len(row.charges) > 1 and row.kind == "changed":
        cells = (*ONLY_MONEY, *_money(row.usd_base, row.usd_head, row.usd))
    return Node(
        (f"{MARKS[row.kind]} ", row.label, *remark),
        cells,
        lead=(row.kind, (cut(row.label), *remark)),
        children=tuple(_charge(charge) for charge in row.charges),
    )


def _charge(charge: ChargeChange) -> Node:
    notes = []
    if charge.quantity or charge.rate:
        notes.append(f"{charge.quantity} at {charge.rate} USD")
    described: Text = charge.description
    if charge.range:
        notes.append(f"range {charge.range}")
        described = (charge.description, f", range {charge.range}")
    money = _money(charge.usd_base, charge.usd_head, charge.usd)
    return Node(
        charge.description,
        (described, charge.quantity, charge.rate, *money),
        notes=tuple(Sentence(note, mark="dim", cut=True) for note in notes),
    )


def _total(diff: StatementDiff) -> Iterator[Row]:
    share = percent(diff)
    label = f"Total ({share})" if share else "Total"
    whole = _money(diff.usd_base, diff.usd_head, diff.usd)
    yield Row((label, *whole), mark="total")
    base, head = diff.base, diff.head
    if _ranged(base) or _ranged(head):
        for level in ("low", "high"):
            before, after = (getattr(side, f"usd_{level}") for side in (base, head))
            yield Row((level, *_money(before, after, after - before)), level=1)
    if base.users or head.users:
        yield Row(("per user", *_each(diff, unknown="?")), level=1)
    yield Row(("by the code", "", "", signed_dollars(diff.usd_code)), level=1)
    yield Row(("by the market", "", "", signed_dollars(diff.usd_market)), level=1)


def _each(diff: StatementDiff, *, unknown: str) -> tuple[str, str, str]:
    """US dollars per user before and after, and the change where both are known."""
    sides = ((diff.usd_base, diff.base.users), (diff.usd_head, diff.head.users))
    before, after = (per_user(usd, users) if users else unknown for usd, users in sides)
    change = diff.usd_per_user
    return before, after, signed_per_user(change) if change is not None else ""


def _market(diff: StatementDiff) -> Iterator[Block]:
    moves = market_moves(diff)
    if not moves:
        return
    yield Title("Prices that moved", level=2, where="terminal")
    usd = signed_dollars(diff.usd_market)
    yield Title(f"The market: {usd}", level=2, where="document")
    shown, rest = moves[:MARKET_ROWS], moves[MARKET_ROWS:]
    columns = (
        Column("", heading="Price", align="left"),
        Column("unit", where="document", align="left"),
        Column("USD/unit before", where="document"),
        Column("USD/unit after", where="document"),
        Column("", USD - 1, heading="Change"),
    )
    rows = [_moved(move) for move in shown]
    yield Table(columns, (*rows, *_rest(rest)), where="document")
    noted = [_noted(move) for move in shown]
    plain_columns = (Column(""), Column("", USD - 1))
    told = tuple(Row((row.cells[0], row.cells[4]), level=1) for row in _rest(rest))
    yield Table(plain_columns, (*noted, *told), where="terminal", held=True)


def _moved(move: MarketMove) -> Row:
    before, after = rate(move.usd_per_unit_base), rate(move.usd_per_unit_head)
    return Row((str(move.key), move.unit, before, after, signed_dollars(move.usd)))


def _noted(move: MarketMove) -> Row:
    before, after = rate(move.usd_per_unit_base), rate(move.usd_per_unit_head)
    note = f"{before} → {after} USD per {move.unit}"
    return Row(
        (str(move.key), signed_dollars(move.usd)),
        level=1,
        notes=(Sentence(note, mark="dim", indent=6, cut=True),),
    )


def _rest(rest: Sequence[MarketMove]) -> Iterator[Row]:
    if rest:
        usd = signed_dollars(sum((move.usd for move in rest), Decimal(0)))
        yield Row((f"{len(rest):,} more", "", "", "", usd))


def _money(before: Decimal, after: Decimal, usd: Decimal) -> tuple[str, str, str]:
    return dollars(before), dollars(after), signed_dollars(usd)


def cut(text: str) -> str:
    """A name as long as a table can hold."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _ranged(side: Statement) -> bool:
    return side.usd_low != side.usd_high


def _range(side: Statement) -> str:
    return span(side.usd_low, side.usd_high)


def _users(side: Statement) -> str:
    return count(side.users) if side.users else "not known"


def _more_users(diff: StatementDiff) -> str:
    before, after = diff.base.users, diff.head.users
    if not before or not after:
        return ""
    return f"{after - before:+,f}" if after != before else plain(after - before)
