"""A statement as markdown: a table a component, for a pull request or a page."""

from collections.abc import Iterator
from decimal import Decimal
from unicodedata import bidirectional

from farebox.bill.statement import Statement
from farebox.reports.closing import prices_sentence, total_sentence
from farebox.reports.figures import count, dollars, per_user, plain, rate
from farebox.reports.statement.view import (
    Remark,
    Section,
    free_remarks,
    gap_remarks,
    sections,
)


def markdown(statement: Statement) -> str:
    """The statement as one markdown document."""
    return "".join(f"{line}\n" for line in _lines(statement))


def _lines(statement: Statement) -> Iterator[str]:
    users = statement.users
    usd, low, high = statement.usd_per_month, statement.usd_low, statement.usd_high
    yield f"## {safe_markdown(statement.project)}/{safe_markdown(statement.stack)}: USD {dollars(usd)} a month"
    yield ""
    if users:
        yield f"USD **{per_user(usd, users)}** per user for {count(users)} users."
    if low != high:
        span = f"Range USD {dollars(low)} to {dollars(high)}"
        if users:
            span += f", per user {per_user(low, users)} to {per_user(high, users)}"
        yield f"{span}."
    yield f"A month has {plain(statement.hours_per_month)} hours."
    sentence = total_sentence(statement)
    if sentence:
        yield f"**{sentence}**"
    for section in sections(statement):
        yield ""
        yield from _section(section, users)
    yield from _remarks("Unpriced", gap_remarks(statement))
    yield from _remarks("Free", free_remarks(statement))
    if statement.notes:
        yield ""
        for note in statement.notes:
            yield f"- Note: {safe_markdown(note)}"
    yield ""
    yield prices_sentence(statement)


def _section(section: Section, users: Decimal | None) -> Iterator[str]:
    kind = f" ({safe_markdown(section.type)})" if section.type else ""
    yield f"### {safe_markdown(section.title)}{kind}: USD {dollars(section.usd)}"
    yield ""
    head = ["Resource", "Charge", "Quantity", "Unit", "USD/unit", "USD/month", "Range"]
    yield table_row([*head, "Per user"] if users else head)
    marks = ["---", "---", "---:", "---", "---:", "---:", "---:"]
    yield table_row([*marks, "---:"] if users else marks)
    for row in section.rows:
        for place, charge in enumerate(row.shown):
            line = charge.line
            ranged = charge.usd_low != charge.usd_high
            cells = [
                safe_markdown(row.label) if place == 0 else "",
                safe_markdown(line.description),
                count(charge.quantity),
                line.unit,
                rate(line.usd_per_unit),
                dollars(charge.usd),
                f"{dollars(charge.usd_low)} – {dollars(charge.usd_high)}"
                if ranged
                else "",
            ]
            if users:
                cells.append(per_user(charge.usd, users))
            yield table_row(cells)


def _remarks(title: str, remarks: list[Remark]) -> Iterator[str]:
    if not remarks:
        return
    yield ""
    yield f"### {title}"
    yield ""
    for remark in remarks:
        yield f"- `{remark.code}` {safe_markdown(remark.label)}: {safe_markdown(remark.reason)}"


def table_row(cells: list[str]) -> str:
    """One row of a markdown table."""
    return f"| {' | '.join(cells)} |"


JOINER = "\u200d"
"""Joins emoji into one."""

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""Text between the two has a direction of its own."""

ESCAPED = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "\\`*_[]|#~!"},
        "<": "&lt;",
        ">": "&gt;",
        "&": "&amp;",
        "@": "@\u200b",
    }
)
"""What a name must not do to a page: format it, link, mention or end a table row."""


def safe_markdown(text: str) -> str:
    """The text as markdown shows it letter by letter: no markup, mention or row end.

    What would hide text or turn its direction is shown as �; words from right to
    left are kept apart, so that the figures after them stay where they are.
    """
    text = text.replace("\n", " ").replace("\r", " ")
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c == JOINER else "�" for c in text)
    if text.isascii() or all(bidirectional(c) not in ("R", "AL") for c in text):
        return text.translate(ESCAPED)
    return f"{ISOLATE}{text.translate(ESCAPED)}{END_ISOLATE}"
