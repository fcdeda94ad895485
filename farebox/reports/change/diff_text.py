"""A diff as text for a terminal: before, after and change, biggest change first."""

from collections.abc import Iterator
from decimal import Decimal
from textwrap import wrap

from farebox.diff.statements import StatementDiff
from farebox.reports.change.diff_view import (
    ChangeRow,
    ChangeSection,
    ChargeChange,
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
    rate,
    signed_dollars,
    signed_per_user,
)
from farebox.reports.page.as_text import BOLD, DIM, RESET
from farebox.reports.page.fitting import cells, clip
from farebox.reports.page.page import Remark

DEFAULT_WIDTH = 80
USD = 13
"""Columns of a figure, with a space before it."""

MARKET_ROWS = 10
"""Prices that moved are named down to this many; the rest is one sum."""

MARKS = {"added": "+", "removed": "-", "changed": "~", "same": " "}


def diff_text(
    diff: StatementDiff, *, width: int = DEFAULT_WIDTH, color: bool = False
) -> str:
    """The diff in `width` columns; `color` marks totals and remarks."""
    return "".join(f"{line}\n" for line in _Page(diff, width, color).lines())


class _Page:
    """One rendering: the diff, the columns that fit, and the style."""

    def __init__(self, diff: StatementDiff, width: int, color: bool) -> None:
        self.diff = diff
        self.width = width
        self.color = color

    def lines(self) -> Iterator[str]:
        diff = self.diff
        yield self._style(BOLD, self._title())
        yield ""
        found = change_sections(diff)
        if not found:
            yield "No charge of this stack changes."
            yield ""
        heads = self._columns("USD a month", "before", "after", "change")
        yield self._style(DIM, heads)
        for section in found:
            yield from self._section(section)
            yield ""
        yield from self._total()
        yield from self._market()
        opened, closed = gap_changes(diff)
        yield from self._remarks("New charges without a figure", opened)
        yield from self._remarks("No longer without a figure, or gone", closed)
        sentences = (rename_sentence(diff), free_changes(diff))
        notes = (f"Note: {note}" for note in diff.notes)
        for sentence in (*sentences, *notes):
            if sentence:
                yield ""
                yield from self._paragraph(sentence)

    def _title(self) -> str:
        base, head = self.diff.base, self.diff.head
        names = [
            f"{side.project}/{side.stack}" if side.project else "stack"
            for side in (base, head)
        ]
        title = " → ".join(dict.fromkeys(names))
        if base.users or head.users:
            users = [count(side.users) if side.users else "?" for side in (base, head)]
            title += f" · {' → '.join(dict.fromkeys(users))} users"
        return clip(title, self.width)

    def _section(self, section: ChangeSection) -> Iterator[str]:
        kind = f" ({section.type})" if section.type else ""
        sums = self._money(
            section.title + kind, section.usd_base, section.usd_head, section.usd
        )
        yield self._style(BOLD, sums)
        for row in section.rows:
            yield from self._row(row)

    def _row(self, row: ChangeRow) -> Iterator[str]:
        remark = f" ({row.remark})" if row.remark else ""
        label = f"{MARKS[row.kind]} {row.label}{remark}"
        if len(row.charges) == 1 or row.kind != "changed":
            yield clip(label, self.width)
        else:
            yield self._money(label, row.usd_base, row.usd_head, row.usd)
        for charge in row.charges:
            yield from self._charge(charge)

    def _charge(self, charge: ChargeChange) -> Iterator[str]:
        label = f"    {charge.description}"
        yield self._money(label, charge.usd_base, charge.usd_head, charge.usd)
        if charge.quantity or charge.rate:
            arithmetic = f"      {charge.quantity} at {charge.rate} USD"
            yield self._style(DIM, clip(arithmetic, self.width))
        if charge.range:
            yield self._style(DIM, clip(f"      range {charge.range}", self.width))

    def _total(self) -> Iterator[str]:
        diff = self.diff
        share = percent(diff)
        total = self._money(
            "Total" + (f" ({share})" if share else ""),
            diff.usd_base,
            diff.usd_head,
            diff.usd,
        )
        yield self._style(BOLD, total)
        base, head = diff.base, diff.head
        if base.usd_low != base.usd_high or head.usd_low != head.usd_high:
            for level in ("low", "high"):
                before, after = (getattr(s, f"usd_{level}") for s in (base, head))
                yield self._money(f"  {level}", before, after, after - before)
        if base.users or head.users:
            change = diff.usd_per_user
            yield self._columns(
                "  per user",
                per_user(diff.usd_base, base.users) if base.users else "?",
                per_user(diff.usd_head, head.users) if head.users else "?",
                signed_per_user(change) if change is not None else "",
            )
        yield self._columns("  by the code", "", "", signed_dollars(diff.usd_code))
        yield self._columns("  by the market", "", "", signed_dollars(diff.usd_market))
        sentence = lower_bound_sentence(diff)
        if sentence:
            yield from self._paragraph(sentence)

    def _market(self) -> Iterator[str]:
        moves = market_moves(self.diff)
        if not moves:
            return
        yield ""
        yield self._style(BOLD, "Prices that moved")
        for move in moves[:MARKET_ROWS]:
            label = clip(f"  {move.key}", self.width - USD)
            yield self._columns(label, "", "", signed_dollars(move.usd))
            before, after = rate(move.usd_per_unit_base), rate(move.usd_per_unit_head)
            yield self._style(DIM, f"      {before} → {after} USD per {move.unit}")
        rest = moves[MARKET_ROWS:]
        if rest:
            usd = sum((move.usd for move in rest), Decimal(0))
            label = f"  {len(rest):,} more"
            yield self._columns(label, "", "", signed_dollars(usd))

    def _remarks(self, title: str, remarks: list[Remark]) -> Iterator[str]:
        if not remarks:
            return
        yield ""
        yield self._style(BOLD, title)
        for remark in remarks:
            yield from self._paragraph(
                f"{remark.code}: {remark.label}: {remark.reason}", indent="  "
            )

    def _money(self, label: str, before: Decimal, after: Decimal, usd: Decimal) -> str:
        return self._columns(
            label, dollars(before), dollars(after), signed_dollars(usd)
        )

    def _columns(self, label: str, before: str, after: str, change: str) -> str:
        """The label on the left, cut where it must be, and the figures on the right."""
        figures = f"{before:>{USD}}{after:>{USD}}{change:>{USD}}".lstrip()
        label = clip(label, self.width - len(figures) - 1)
        return label + " " * (self.width - cells(label) - len(figures)) + figures

    def _paragraph(self, sentence: str, *, indent: str = "") -> Iterator[str]:
        yield from wrap(
            sentence,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + "  " if indent else "",
            break_on_hyphens=False,
        )

    def _style(self, style: str, line: str) -> str:
        return f"{style}{line}{RESET}" if self.color and line else line
