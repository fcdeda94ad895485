"""A statement as text for a terminal: a tree by component, figures aligned."""

from collections.abc import Iterator
from decimal import Decimal
from re import compile
from textwrap import wrap
from unicodedata import combining, east_asian_width

from farebox.bill.statement import Statement
from farebox.reports.closing import prices_sentence, total_sentence
from farebox.reports.figures import count, dollars, per_user, plain, rate
from farebox.reports.statement.view import (
    Charge,
    Remark,
    Section,
    free_remarks,
    gap_remarks,
    sections,
)

DEFAULT_WIDTH = 80
PRICE, USD, USER = 9, 13, 9
"""Columns of the figures behind the quantity, each with a space before it."""

BOLD, DIM, RESET = "\033[1m", "\033[2m", "\033[0m"

ASSUMED = "assumed"

UNUSUAL = compile("[^\\u0000-\\u02ff\\u2013-\\u2026\\u2500-\\u257f]")
"""Characters that may take two columns or none: not Latin, dashes or box lines."""


def text(
    statement: Statement, *, width: int = DEFAULT_WIDTH, color: bool = False
) -> str:
    """The statement in `width` columns; `color` marks totals and remarks."""
    return "".join(f"{line}\n" for line in _Page(statement, width, color).lines())


class _Page:
    """One rendering: the statement, the columns that fit, and the style."""

    def __init__(self, statement: Statement, width: int, color: bool) -> None:
        self.statement = statement
        self.users = statement.users
        self.width = width
        self.color = color

    def lines(self) -> Iterator[str]:
        statement = self.statement
        yield self._style(BOLD, clip(_title(statement), self.width))
        yield ""
        found = sections(statement)
        if found:
            head = f"quantity{'USD/unit':>{PRICE}}{'USD/month':>{USD}}"
            head += f"{'per user':>{USER}}" if self.users else ""
            yield self._style(DIM, self._columns("", head))
        for section in found:
            yield from self._section(section)
            yield ""
        yield from self._total()
        yield from self._remarks("Unpriced", gap_remarks(statement))
        yield from self._remarks("Free", free_remarks(statement))
        if statement.notes:
            yield ""
            for note in statement.notes:
                yield from self._paragraph(f"Note: {note}")
        yield ""
        yield from self._paragraph(prices_sentence(statement))

    def _section(self, section: Section) -> Iterator[str]:
        kind = f" ({section.type})" if section.type else ""
        yield self._style(BOLD, self._sum(section.title + kind, section.usd))
        low, high = section.usd_low, section.usd_high
        if low != high:
            span = f"range {dollars(low)} – {dollars(high)}"
            yield self._style(DIM, f"│  {span}")
        last = len(section.rows) - 1
        for place, row in enumerate(section.rows):
            branch, stem = ("└─ ", "   ") if place == last else ("├─ ", "│  ")
            yield clip(f"{branch}{row.label}", self.width)
            shown = row.shown
            for number, charge in enumerate(shown):
                twig = "└─ " if number + 1 == len(shown) else "├─ "
                yield self._charge(stem + twig, charge)

    def _charge(self, prefix: str, charge: Charge) -> str:
        line = charge.line
        mark = " ~" if line.usage == ASSUMED else ""
        return self._columns(
            f"{prefix}{line.description}{mark}",
            f"{count(charge.quantity)} {line.unit}"
            f"{rate(line.usd_per_unit):>{PRICE}}{self._money(charge.usd)}",
        )

    def _sum(self, label: str, usd: Decimal) -> str:
        return self._columns(label, self._money(usd).lstrip())

    def _total(self) -> Iterator[str]:
        statement = self.statement
        usd, low, high = (
            statement.usd_per_month,
            statement.usd_low,
            statement.usd_high,
        )
        yield self._style(BOLD, self._sum("Total a month, USD", usd))
        if low != high:
            yield self._sum("  low", low)
            yield self._sum("  high", high)
        if any(line.usage == ASSUMED for line in statement.lines):
            yield self._style(DIM, "~ a stated default, not given by the program")
        sentence = total_sentence(statement)
        if sentence:
            yield from self._paragraph(sentence)

    def _remarks(self, title: str, remarks: list[Remark]) -> Iterator[str]:
        if not remarks:
            return
        yield ""
        yield self._style(BOLD, title)
        for remark in remarks:
            yield from self._paragraph(
                f"{remark.code}: {remark.label}: {remark.reason}", indent="  "
            )

    def _money(self, usd: Decimal) -> str:
        if self.users:
            return f"{dollars(usd):>{USD}}{per_user(usd, self.users):>{USER}}"
        return f"{dollars(usd):>{USD}}"

    def _columns(self, label: str, figures: str) -> str:
        """The label on the left, cut where it must be, and the figures on the right."""
        label = clip(label, self.width - len(figures) - 1)
        return label + " " * (self.width - cells(label) - len(figures)) + figures

    def _paragraph(self, sentence: str, *, indent: str = "") -> Iterator[str]:
        hanging = indent + "  " if indent else ""
        yield from paragraph(sentence, self.width, indent=indent, hanging=hanging)

    def _style(self, style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if self.color and line else line


def _title(statement: Statement) -> str:
    parts = [
        f"{statement.project}/{statement.stack}" if statement.project else "stack",
        f"{plain(statement.hours_per_month)} hours a month",
    ]
    if statement.users:
        parts.append(f"{count(statement.users)} users")
    return " · ".join(parts)


def cells(text: str) -> int:
    """Columns that the text takes on a terminal."""
    if not UNUSUAL.search(text):
        return len(text)
    return sum(_cell(character) for character in text)


def printable(text: str) -> str:
    """The text with what would move the cursor or hide text replaced by �."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "�" for c in text)


def paragraph(
    sentence: str, width: int, *, indent: str = "", hanging: str = ""
) -> Iterator[str]:
    """The sentence in lines of at most `width` columns, printable throughout."""
    sentence = printable(" ".join(sentence.split()))
    if not UNUSUAL.search(sentence):
        yield from wrap(
            sentence,
            width,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_on_hyphens=False,
        )
        return
    line, empty = indent, True
    for word in sentence.split():
        if not empty and cells(line) + 1 + cells(word) > width:
            yield line
            line, empty = hanging, True
        line += word if empty else f" {word}"
        empty = False
        while cells(line) > width:
            kept = ""
            for character in line:
                if cells(kept) + _cell(character) > width:
                    break
                kept += character
            yield kept
            line = hanging + line[max(len(kept), len(hanging) + 1) :]
    if not empty:
        yield line


def _cell(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def clip(text: str, room: int) -> str:
    """The text in at most `room` columns, with … where it was cut."""
    text = printable(text)
    if cells(text) <= room:
        return text
    kept = ""
    for character in text:
        if cells(kept) + _cell(character) > room - 1:
            break
        kept += character
    return f"{kept}…"
