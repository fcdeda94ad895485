"""One stack's part of a comment: a diff or a statement as totals and blocks."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import ZERO, Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.change.comment_text import name, sentence
from farebox.reports.change.diff_view import (
    ChangeRow,
    MarketMove,
    change_sections,
    free_changes,
    gap_changes,
    lower_bound_sentence,
    market_moves,
    percent,
)
from farebox.reports.closing import prices_sentence, total_sentence
from farebox.reports.figures import (
    count,
    dollars,
    per_user,
    rate,
    signed_dollars,
    signed_per_user,
    span,
)
from farebox.reports.page.page import Remark
from farebox.reports.statement.view import Row, gap_remarks, sections

MOST_CHARGES = 12
"""Charges of one row; the smaller ones come as one line."""

MOST_WARNINGS = 3
"""Sentences a stack may put where nothing is cut."""

MARKS = {"added": "+", "removed": "−", "changed": "~", "same": ""}


class Block(Struct, frozen=True):
    """Lines that stay or go together, and the US dollars a month that they tell of."""

    text: str
    usd: Decimal
    is_remark: bool = False


class Part(Struct, frozen=True, kw_only=True):
    """One stack in a comment. All texts are markdown; `stack` is as it came."""

    stack: str
    headline: str
    title: str
    nothing: str
    totals: tuple[str, ...]
    warnings: tuple[str, ...]
    table_head: tuple[str, ...]
    blocks: tuple[Block, ...]
    closing: tuple[str, ...]
    is_change: bool


def change_part(diff: StatementDiff) -> Part:
    """The part of a stack that changes."""
    usd = signed_dollars(diff.usd)
    share = percent(diff)
    numbers = [
        f"{len(diff.of_kind(kind)):,} {kind}"
        for kind in ("added", "changed", "removed")
        if diff.of_kind(kind)
    ]
    warnings = [lower_bound_sentence(diff), *diff.notes[:MOST_WARNINGS]]
    stack = _stack(diff.head)
    return Part(
        stack=stack,
        headline=f"USD {usd} a month" + (f" ({share})" if share else ""),
        title=f"USD {usd} a month, {', '.join(numbers) or 'nothing changed'}",
        nothing="nothing that is charged changes.",
        totals=(
            dollars(diff.usd_base),
            dollars(diff.usd_head),
            f"**{usd}**",
            share,
            signed_dollars(diff.usd_code),
            signed_dollars(diff.usd_market),
            _users_change(diff),
        ),
        warnings=tuple(_warning(stack, text) for text in warnings if text),
        table_head=(
            "| | Resource | Component | Charge | Quantity | USD/unit | USD/month |",
            "|---|---|---|---|---:|---:|---:|",
        ),
        blocks=tuple(_change_blocks(diff)),
        closing=(sentence(prices_sentence(diff.head)),),
        is_change=True,
    )


def total_part(statement: Statement) -> Part:
    """The part of a stack that is priced as it is."""
    usd, low, high = statement.usd_per_month, statement.usd_low, statement.usd_high
    users = statement.users
    stack = _stack(statement)
    warnings = [total_sentence(statement), *statement.notes[:MOST_WARNINGS]]
    return Part(
        stack=stack,
        headline=f"USD {dollars(usd)} a month",
        title=f"USD {dollars(usd)} a month",
        nothing="nothing in it is charged.",
        totals=(
            f"**{dollars(usd)}**",
            span(low, high) if low != high else "",
            per_user(usd, users) if users else "",
        ),
        warnings=tuple(_warning(stack, text) for text in warnings if text),
        table_head=(
            "| Resource | Component | Charge | Quantity | USD/unit | USD/month |",
            "|---|---|---|---:|---:|---:|",
        ),
        blocks=tuple(_total_blocks(statement)),
        closing=(sentence(prices_sentence(statement)),),
        is_change=False,
    )


def _stack(statement: Statement) -> str:
    named = [text for text in (statement.project, statement.stack) if text]
    return "/".join(named) or "stack"


def _warning(stack: str, text: str) -> str:
    return f"> {name(stack)}: {sentence(text)}\n"


def _users_change(diff: StatementDiff) -> str:
    before, after, change = diff.base.users, diff.head.users, diff.usd_per_user
    if not before or not after or change is None:
        return ""
    old, new = per_user(diff.usd_base, before), per_user(diff.usd_head, after)
    users = count(after)
    if before != after:
        users = f"{count(before)} → {users}"
    return f"{old} → {new} ({signed_per_user(change)}) for {users} users"


def _change_blocks(diff: StatementDiff) -> Iterator[Block]:
    for section in change_sections(diff):
        for row in section.rows:
            yield _change_row(row, section.title)
    for move in market_moves(diff):
        yield _market_remark(move)
    opened, closed = gap_changes(diff)
    yield from _remarks(opened, "without a figure")
    yield from _remarks(closed, "has a figure now, or is gone")
    said = [free_changes(diff), *diff.notes[MOST_WARNINGS:]]
    yield from (_remark(sentence(text)) for text in said if text)


def _change_row(row: ChangeRow, component: str) -> Block:
    charges = sorted(row.charges, key=lambda charge: -abs(charge.usd))
    what = name(row.label) + (f" {sentence(row.remark)}" if row.remark else "")
    lines = []
    for charge in charges[:MOST_CHARGES]:
        usd = signed_dollars(charge.usd)
        if charge.range:
            usd += f" ({charge.range})"
        texts = (charge.description, charge.quantity, charge.rate)
        lines.append([*map(sentence, texts), usd])
    rest = charges[MOST_CHARGES:]
    if rest:
        usd = signed_dollars(sum((charge.usd for charge in rest), ZERO))
        lines.append([f"{len(rest):,} smaller charges", "", "", usd])
    if len(lines) > 1:
        lines.insert(0, ["", "", "", f"**{signed_dollars(row.usd)}**"])
    first = [MARKS[row.kind], what, name(component)]
    return Block(_table(first, lines), row.usd)


def _total_blocks(statement: Statement) -> Iterator[Block]:
    for section in sections(statement):
        for row in section.rows:
            yield _total_row(row, section.title)
    yield from _remarks(gap_remarks(statement), "without a figure")
    said = statement.notes[MOST_WARNINGS:]
    yield from (_remark(sentence(text)) for text in said)


def _total_row(row: Row, component: str) -> Block:
    charges = sorted(row.shown, key=lambda charge: -charge.usd)
    lines = [
        [
            sentence(charge.line.description),
            f"{count(charge.quantity)} {sentence(charge.line.unit)}",
            rate(charge.line.usd_per_unit),
            dollars(charge.usd),
        ]
        for charge in charges[:MOST_CHARGES]
    ]
    rest = charges[MOST_CHARGES:]
    if rest:
        usd = dollars(sum((charge.usd for charge in rest), ZERO))
        lines.append([f"{len(rest):,} smaller charges", "", "", usd])
    if len(lines) > 1:
        lines.insert(0, ["", "", "", f"**{dollars(row.usd)}**"])
    return Block(_table([name(row.label), name(component)], lines), row.usd)


def _table(first: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Rows of one resource: what it is stands on its first one only."""
    rows = []
    for place, cells in enumerate(lines):
        own = first if place == 0 else [""] * len(first)
        rows.append(f"| {' | '.join([*own, *cells])} |")
    return "\n".join(rows)


def _market_remark(move: MarketMove) -> Block:
    key = f"{move.key.usage_type} ({move.key.purchase}, {move.key.region})"
    before, after = rate(move.usd_per_unit_base), rate(move.usd_per_unit_head)
    return Block(
        f"- Price of {name(key)}: {before} → {after} per {sentence(move.unit)}, "
        f"USD {signed_dollars(move.usd)} a month",
        ZERO,
        is_remark=True,
    )


def _remarks(remarks: Sequence[Remark], what: str) -> Iterator[Block]:
    for remark in remarks:
        yield _remark(f"{name(remark.label)} {what}: {sentence(remark.reason)}")


def _remark(text: str) -> Block:
    return Block(f"- {text}", ZERO, is_remark=True)
