"""Advice in a comment: a few changes that would cost less, under the stack's own part."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from farebox.bill.statement import ZERO, Statement
from farebox.diff.statements import StatementDiff
from farebox.reports.advice.report import AdviceDocument, AdviceRow
from farebox.reports.change.comment_parts import Block, Part
from farebox.reports.change.comment_text import name, sentence
from farebox.reports.figures import dollars

MOST_ADVICE = 5
"""Advice of one stack; a sentence says how much more there is."""


def with_advice(
    part: Part, of: StatementDiff | Statement, given: Iterable[AdviceDocument]
) -> Part:
    """The part with the advice on its stack, if there is any.

    Of a change only advice on resources that it adds or changes is told: a pull request is
    no place for what it does not touch. It comes last, so that it is cut first.
    """
    statement = of if isinstance(of, Statement) else of.head
    touched = None if isinstance(of, Statement) else _touched(of)
    rows = [
        row
        for document in given
        if (document.project, document.stack) == (statement.project, statement.stack)
        for row in document.advice
        if touched is None or row.urn in touched
    ]
    return replace(part, blocks=(*part.blocks, *_blocks(rows))) if rows else part


def _touched(diff: StatementDiff) -> set[str]:
    """The urns of what the change adds or changes."""
    changed = (*diff.of_kind("added"), *diff.of_kind("changed"))
    return {item.subject.urn for item in changed if item.subject.urn}


def _blocks(rows: Sequence[AdviceRow]) -> Iterator[Block]:
    for row in rows[:MOST_ADVICE]:
        yield Block(
            f"- Advice: {name(row.name)} {sentence(row.change)} saves USD "
            f"{dollars(row.usd_saved)} a month. Risk: {sentence(row.risk)}",
            ZERO,
            is_remark=True,
        )
    more = len(rows) - MOST_ADVICE
    if more > 0:
        yield Block(f"- Advice: {more:,} more with `fare advise`", ZERO, is_remark=True)
