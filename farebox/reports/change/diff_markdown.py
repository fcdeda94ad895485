"""A diff as markdown: what a pull request does to the bill, biggest change first."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.change.diff_view import (
    ChangeRow,
    ChangeSection,
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
)
from farebox.reports.page.as_markdown import safe_markdown, table_row
from farebox.reports.page.page import Remark

MARKET_ROWS = 10
"""Prices that moved are named down to this many; the rest is one sum."""

LONGEST_NAME = 100
"""Characters of a name that a table keeps."""


def diff_markdown(diff: StatementDiff) -> str:
    """The diff as one markdown document."""
    return "".join(f"{line}\n" for line in _lines(diff))


def _lines(diff: StatementDiff) -> Iterator[str]:
    head = diff.head
    share = percent(diff)
    title = f"{_name(head.project)}/{_name(head.stack)}" if head.project else "stack"
    yield (
        f"## {title}: {signed_dollars(diff.usd)} USD a month"
        + (f" ({share})" if share else "")
    )
    yield ""
    yield from summary_table(diff)
    for sentence in (lower_bound_sentence(diff), *diff.notes):
        if sentence:
            yield ""
            yield f"**{safe_markdown(sentence)}**"
    found = change_sections(diff)
    if not found:
        yield ""
        yield "No charge of this stack changes."
    for section in found:
        yield ""
        yield from _section(section)
    yield from _market(diff)
    opened, closed = gap_changes(diff)
    yield from _remarks("New charges without a figure", opened)
    yield from _remarks("No longer without a figure, or gone", closed)
    for sentence in (rename_sentence(diff), free_changes(diff)):
        if sentence:
            yield ""
            yield safe_markdown(sentence)


def summary_table(diff: StatementDiff) -> Iterator[str]:
    """Before, after and change: in whole, per user, by the code, by the market."""
    base, head = diff.base, diff.head
    yield table_row(["", "Before", "After", "Change"])
    yield table_row(["---", "---:", "---:", "---:"])
    yield table_row(
        [
            "**USD a month**",
            dollars(diff.usd_base),
            dollars(diff.usd_head),
            f"**{signed_dollars(diff.usd)}**",
        ]
    )
    yield table_row(["by the code", "", "", signed_dollars(diff.usd_code)])
    yield table_row(["by the market", "", "", signed_dollars(diff.usd_market)])
    if _ranged(base) or _ranged(head):
        yield table_row(["range", _range(base), _range(head), ""])
    if base.users or head.users:
        yield table_row(["users", _users(base), _users(head), _more_users(diff)])
        per = diff.usd_per_user
        yield table_row(
            [
                "USD per user",
                _per_user(diff.usd_base, base.users),
                _per_user(diff.usd_head, head.users),
                signed_per_user(per) if per is not None else "",
            ]
        )


def _section(section: ChangeSection) -> Iterator[str]:
    kind = f" ({_name(section.type)})" if section.type else ""
    yield (
        f"### {_name(section.title)}{kind}: {dollars(section.usd_base)} → "
        f"{dollars(section.usd_head)} ({signed_dollars(section.usd)})"
    )
    yield ""
    heads = ["", "Resource", "Charge", "Quantity", "USD/unit"]
    yield table_row([*heads, "Before", "After", "Change"])
    yield table_row([*["---"] * 3, *["---:"] * 5])
    for row in section.rows:
        yield from _row(row)


def _row(row: ChangeRow) -> Iterator[str]:
    for place, charge in enumerate(row.charges):
        remark = f" ({_name(row.remark)})" if row.remark else ""
        description = safe_markdown(charge.description)
        if charge.range:
            description += f", range {charge.range}"
        yield table_row(
            [
                row.kind if place == 0 else "",
                _name(row.label) + remark if place == 0 else "",
                description,
                charge.quantity,
                charge.rate,
                dollars(charge.usd_base),
                dollars(charge.usd_head),
                signed_dollars(charge.usd),
            ]
        )


def _market(diff: StatementDiff) -> Iterator[str]:
    moves = market_moves(diff)
    if not moves:
        return
    yield ""
    yield f"### The market: {signed_dollars(diff.usd_market)}"
    yield ""
    yield table_row(["Price", "Unit", "USD/unit before", "USD/unit after", "Change"])
    yield table_row(["---", "---", "---:", "---:", "---:"])
    for move in moves[:MARKET_ROWS]:
        yield table_row(
            [
                safe_markdown(str(move.key)),
                move.unit,
                rate(move.usd_per_unit_base),
                rate(move.usd_per_unit_head),
                signed_dollars(move.usd),
            ]
        )
    rest = moves[MARKET_ROWS:]
    if rest:
        usd = signed_dollars(sum((move.usd for move in rest), Decimal(0)))
        yield table_row([f"{len(rest):,} more", "", "", "", usd])


def _remarks(title: str, remarks: list[Remark]) -> Iterator[str]:
    if not remarks:
        return
    yield ""
    yield f"### {title}"
    yield ""
    for remark in remarks:
        reason = safe_markdown(remark.reason)
        yield f"- `{remark.code}` {_name(remark.label)}: {reason}"


def _name(text: str) -> str:
    cut = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
    return safe_markdown(cut)


def _ranged(side: Statement) -> bool:
    return side.usd_low != side.usd_high


def _range(side: Statement) -> str:
    return f"{dollars(side.usd_low)} – {dollars(side.usd_high)}"


def _users(side: Statement) -> str:
    return count(side.users) if side.users else "not known"


def _more_users(diff: StatementDiff) -> str:
    before, after = diff.base.users, diff.head.users
    if not before or not after:
        return ""
    return f"{after - before:+,f}" if after != before else plain(after - before)


def _per_user(usd: Decimal, users: Decimal | None) -> str:
    return per_user(usd, users) if users else ""
