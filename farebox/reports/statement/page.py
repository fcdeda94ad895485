"""A statement as a page: a tree by component, then what has no figure and why."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.statement import Statement
from farebox.bill.tag_spending import TagSpending
from farebox.reports.closing import prices_sentence, total_sentence
from farebox.reports.figures import count, dollars, per_user, plain, rate, span
from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Node,
    Page,
    Remark,
    Remarks,
    Row,
    Sentence,
    Table,
    Text,
    Title,
    Tree,
)
from farebox.reports.statement.by_tag import blocks
from farebox.reports.statement.view import (
    Charge,
    Section,
    free_remarks,
    gap_remarks,
    sections,
)
from farebox.reports.statement.view import Row as Alike

PRICE, USD, USER = 9, 13, 9
"""Columns of the figures behind the quantity, each with a space before it."""

ASSUMED = "assumed"

COLUMNS = (
    Column("charge", align="left", where="document"),
    Column("quantity"),
    Column("", align="left", heading="Unit", joined=True),
    Column("USD/unit", PRICE),
    Column("USD/month", USD),
    Column("range", where="document"),
)
BY_USER = Column("per user", USER)


def statement_page(statement: Statement, by_tag: TagSpending | None = None) -> Page:
    """The statement, dearest component first; every figure is rounded here."""
    return Page(tuple(_blocks(statement, by_tag)))


def _blocks(statement: Statement, by_tag: TagSpending | None) -> Iterator[Block]:
    yield from _titles(statement)
    users = statement.users
    found = sections(statement)
    if found:
        columns = (*COLUMNS, BY_USER) if users else COLUMNS
        nodes = tuple(_section(section, users) for section in found)
        lead = (Column("resource", align="left"),)
        yield Tree(columns, nodes, lead=lead)
    yield from _total(statement)
    if by_tag is not None:
        yield from blocks(by_tag)
    yield from remarks_block("Unpriced", gap_remarks(statement))
    yield from remarks_block("Free", free_remarks(statement))
    for place, note in enumerate(statement.notes):
        yield Sentence(f"Note: {note}", listed=True, follows=place > 0)
    yield Sentence(prices_sentence(statement))


def _titles(statement: Statement) -> Iterator[Block]:
    users = statement.users
    usd, low, high = levels(statement)
    yield Title(_title(statement), where="terminal")
    yield Title(
        (statement.project, "/", statement.stack, f": USD {dollars(usd)} a month"),
        where="document",
    )
    if users:
        each = Cell(per_user(usd, users), "total")
        yield _said(("USD ", each, f" per user for {count(users)} users."))
    if low != high:
        said = f"Range USD {dollars(low)} to {dollars(high)}"
        if users:
            said += f", per user {per_user(low, users)} to {per_user(high, users)}"
        yield _said(f"{said}.")
    yield _said(f"A month has {plain(statement.hours_per_month)} hours.")
    sentence = total_sentence(statement)
    if sentence:
        yield Sentence(sentence, mark="warning", where="document", follows=True)


def _said(text: Text) -> Sentence:
    return Sentence(text, where="document", follows=True)


def levels(statement: Statement) -> tuple[Decimal, Decimal, Decimal]:
    """US dollars a month as a rule, at the least and at the most."""
    low, high = sorted((statement.usd_low, statement.usd_high))
    return statement.usd_per_month, low, high


def _title(statement: Statement) -> str:
    parts = [
        f"{statement.project}/{statement.stack}" if statement.project else "stack",
        f"{plain(statement.hours_per_month)} hours a month",
    ]
    if statement.users:
        parts.append(f"{count(statement.users)} users")
    return " · ".join(parts)


def _section(section: Section, users: Decimal | None) -> Node:
    label: Text = section.title
    if section.type:
        label = (section.title, " (", section.type, ")")
    notes: tuple[Sentence, ...] = ()
    if section.usd_low != section.usd_high:
        around = f"range {span(section.usd_low, section.usd_high)}"
        notes = (Sentence(around, mark="dim", cut=True),)
    return Node(
        label,
        ("", "", "", "", *_money(section.usd, users)),
        mark="total",
        summary=f"USD {dollars(section.usd)}",
        notes=notes,
        children=tuple(_row(row, users) for row in section.rows),
    )


def _row(row: Alike, users: Decimal | None) -> Node:
    charges = tuple(_charge(charge, users) for charge in row.shown)
    return Node(row.label, lead=(row.label,), children=charges)


def _charge(charge: Charge, users: Decimal | None) -> Node:
    line = charge.line
    assumed = " ~" if line.usage == ASSUMED else ""
    ranged = charge.usd_low != charge.usd_high
    around = span(charge.usd_low, charge.usd_high) if ranged else ""
    return Node(
        line.description + assumed,
        (
            line.description,
            count(charge.quantity),
            line.unit,
            rate(line.usd_per_unit),
            *_money(charge.usd, users, around),
        ),
    )


def _money(usd: Decimal, users: Decimal | None, around: str = "") -> tuple[str, ...]:
    """The last columns: dollars, their range, and where there are users each one's."""
    if users:
        return dollars(usd), around, per_user(usd, users)
    return dollars(usd), around


def _total(statement: Statement) -> Iterator[Block]:
    """The sum in a terminal, at its end; a document has it on top."""
    users = statement.users
    usd, low, high = levels(statement)

    def row(label: str, figure: Decimal, *, level: int = 0) -> Row:
        each = (per_user(figure, users),) if users else ()
        cells = (label, dollars(figure), *each)
        return Row(cells, mark="" if level else "total", level=level)

    rows = [row("Total a month, USD", usd)]
    if low != high:
        rows += [row("low", low, level=1), row("high", high, level=1)]
    columns = (Column(""), Column("", USD), *((Column("", USER),) if users else ()))
    yield Table(columns, tuple(rows), where="terminal")
    if any(line.usage == ASSUMED for line in statement.lines):
        said = "~ a stated default, not given by the program"
        yield Sentence(said, mark="dim", where="terminal", follows=True)
    sentence = total_sentence(statement)
    if sentence:
        yield Sentence(sentence, where="terminal", follows=True)


def remarks_block(title: str, entries: list[Remark]) -> Iterator[Remarks]:
    """The remarks under their title; nothing where there are none."""
    if entries:
        yield Remarks(title, tuple(entries))
