"""A drift as text for a terminal: old, new and move of each charge, biggest first."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from farebox.diff.drift import Drift, DriftLine
from farebox.reports.change.drift_view import (
    DriftRow,
    book_sentence,
    drift_rows,
    notes,
    share_text,
)
from farebox.reports.figures import (
    count,
    dollars,
    per_user,
    signed_dollars,
    signed_per_user,
)
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.page.fitting import cells, clip

DEFAULT_WIDTH = 80
USD = 13
"""Columns of a figure, with a space before it."""


def drift_text(drift: Drift, *, width: int = DEFAULT_WIDTH, color: bool = False) -> str:
    """The drift in `width` columns; `color` marks titles and totals."""
    return "".join(f"{line}\n" for line in _Page(drift, width, color).lines())


class _Page:
    """One rendering: the drift, the columns that fit, and the style."""

    def __init__(self, drift: Drift, width: int, color: bool) -> None:
        self.drift = drift
        self.width = width
        self.color = color

    def lines(self) -> Iterator[str]:
        drift = self.drift
        yield self._style(BOLD, self._title())
        for name, side in (("old", drift.old), ("new", drift.new)):
            yield from self._paragraph(f"{name}: {book_sentence(side)}", "  ")
        yield ""
        yield self._style(DIM, self._columns("USD a month", "old", "new", "move"))
        if not drift.moved:
            yield "No charge moved."
        for row in drift_rows(drift.moved):
            yield from self._row(row)
        if drift.same_count:
            what = "charge costs" if drift.same_count == 1 else "charges cost"
            yield self._style(DIM, f"{drift.same_count:,} other {what} the same.")
        yield ""
        yield from self._total()
        yield from self._missing("Priced at the old book only", drift.only_old)
        yield from self._missing("Priced at the new book only", drift.only_new)
        for note in notes(drift):
            yield ""
            yield from self._paragraph(note)

    def _title(self) -> str:
        side = self.drift.new
        title = f"{side.project}/{side.stack}" if side.project else "stack"
        if side.users:
            title += f" · {count(side.users)} users"
        return clip(title, self.width)

    def _row(self, row: DriftRow) -> Iterator[str]:
        charge = row.charge
        yield self._columns(
            f"{row.label}: {charge.description}",
            dollars(charge.usd_base),
            dollars(charge.usd_head),
            signed_dollars(charge.usd),
        )
        share = f" ({row.percent})" if row.percent else ""
        arithmetic = f"    {charge.quantity} at {charge.rate} USD{share}"
        yield self._style(DIM, clip(arithmetic, self.width))

    def _total(self) -> Iterator[str]:
        drift = self.drift
        share = share_text(drift)
        total = self._columns(
            f"Total ({share})" if share else "Total",
            dollars(drift.usd_old),
            dollars(drift.usd_new),
            signed_dollars(drift.usd),
        )
        yield self._style(BOLD, total)
        users = drift.new.users
        per = drift.usd_per_user
        if users and per is not None:
            yield self._columns(
                "  per user",
                per_user(drift.usd_old, users),
                per_user(drift.usd_new, users),
                signed_per_user(per),
            )

    def _missing(self, title: str, lines: Sequence[DriftLine]) -> Iterator[str]:
        if not lines:
            return
        yield ""
        yield self._style(BOLD, title)
        for row in drift_rows(lines):
            charge = row.charge
            yield self._columns(
                f"  {row.label}: {charge.description}",
                dollars(charge.usd_base) if charge.usd_base else "?",
                dollars(charge.usd_head) if charge.usd_head else "?",
                "?",
            )

    def _columns(self, label: str, old: str, new: str, move: str) -> str:
        """The label on the left, cut where it must be, and the figures on the right."""
        figures = f"{old:>{USD}}{new:>{USD}}{move:>{USD}}".lstrip()
        label = clip(label, self.width - len(figures) - 1)
        return label + " " * (self.width - cells(label) - len(figures)) + figures

    def _paragraph(self, sentence: str, indent: str = "") -> Iterator[str]:
        yield from wrap(
            sentence, self.width, subsequent_indent=indent, break_on_hyphens=False
        )

    def _style(self, style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if self.color and line else line
