"""A statement as markdown: a table a component, for a pull request or a page."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.reports.closing import prices_sentence, total_sentence
from farebox.reports.figures import count, dollars, per_user, plain, rate
from farebox.reports.view import Remark, Section, free_remarks, gap_remarks, sections
from farebox.statement import Statement


def markdown(statement: Statement) -> str:
    """The statement as one markdown document."""
    return "".join(f"{line}\n" for line in _lines(statement))


def _lines(statement: Statement) -> Iterator[str]:
    users = statement.users
    usd, low, high = statement.usd_per_month, statement.usd_low, statement.usd_high
    yield f"## {_safe(statement.project)}/{_safe(statement.stack)}: USD {dollars(usd)} a month"
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
            yield f"- Note: {_safe(note)}"
    yield ""
    yield prices_sentence(statement)


def _section(section: Section, users: Decimal | None) -> Iterator[str]:
    kind = f" ({_safe(section.type)})" if section.type else ""
    yield f"### {_safe(section.title)}{kind}: USD {dollars(section.usd())}"
    yield ""
    head = ["Resource", "Charge", "Quantity", "Unit", "USD/unit", "USD/month", "Range"]
    yield _table_row([*head, "Per user"] if users else head)
    marks = ["---", "---", "---:", "---", "---:", "---:", "---:"]
    yield _table_row([*marks, "---:"] if users else marks)
    for row in section.rows:
        for place, charge in enumerate(row.shown):
            line = charge.line
            ranged = charge.usd_low != charge.usd_high
            cells = [
                _safe(row.label) if place == 0 else "",
                _safe(line.description),
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
            yield _table_row(cells)


def _remarks(title: str, remarks: list[Remark]) -> Iterator[str]:
    if not remarks:
        return
    yield ""
    yield f"### {title}"
    yield ""
    for remark in remarks:
        yield f"- `{remark.code}` {_safe(remark.label)}: {_safe(remark.reason)}"


def _table_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


ESCAPED = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "\\`*_[]|#~!"},
        "<": "&lt;",
        ">": "&gt;",
        "&": "&amp;",
        "@": "@\u200b",
        "\n": " ",
        "\r": " ",
    }
)
"""What a name must not do to a page: format it, link, mention or end a table row."""


def _safe(text: str) -> str:
    return text.translate(ESCAPED)
