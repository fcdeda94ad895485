"""The comment of a pull request: totals first and whole, then the biggest changes.

A forge takes 65,536 characters. Totals, lower bounds and checks are never cut; of the
rest the biggest stay, and a sentence says what was left out and how to see it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import ZERO
from farebox.errors import FareboxError
from farebox.reports.change.comment_parts import Block, Part
from farebox.reports.change.comment_text import name, sentence, size
from farebox.reports.figures import dollars

LIMIT = 65_536
"""Characters of a comment on GitHub; GitLab takes more."""

LONGEST_STACK = 60

RESERVE = 600
"""Characters kept for the sentence about what was left out."""


class TooManyStacks(FareboxError):
    """The totals alone are longer than a comment may be; they are never cut."""


class Cut(Struct, frozen=True):
    """How much of the details stayed, and the US dollars of what did not."""

    shown: int
    left_out: int
    usd: Decimal


def comment(
    parts: Sequence[Part],
    *,
    mark: str,
    checks: Sequence[str] = (),
    limit: int = LIMIT,
) -> str:
    """The comment's markdown: at most `limit` characters, `mark` as its first line.

    `checks` are sentences about limits that did not hold; they stand on top. Raises
    TooManyStacks.
    """
    head = [mark, f"## {_title(parts)}", ""]
    head += [f"**{sentence(check)}**\n" for check in checks]
    head += _totals([part for part in parts if part.is_change], _CHANGE_HEAD)
    head += _totals([part for part in parts if not part.is_change], _TOTAL_HEAD)
    head += [text for part in parts for text in part.warnings]
    closing = list(_closing(parts))
    frames = [text for part in parts for text in _details(part, _FRAME)]
    room = limit - RESERVE - size("\n".join([*head, *frames, *closing]))
    if room < 0:
        raise TooManyStacks(
            f"the totals of {len(parts)} stacks alone are longer than the {limit:,} "
            "characters of a comment; make several, each with a --name of its own"
        )
    kept, cut = _kept(parts, room)
    lines = [*head]
    for part, blocks in zip(parts, kept, strict=True):
        lines += _details(part, blocks)
    lines += _left_out(cut)
    return "\n".join([*lines, *closing]) + "\n"


_FRAME = (Block("", ZERO), Block("", ZERO, is_remark=True))
"""What the frame of the details takes, whatever is in it."""

_CHANGE_HEAD = (
    "| Stack | Before | After | Change, USD a month | | By the code | By the market "
    "| Per user |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
)
_TOTAL_HEAD = (
    "| Stack | USD a month | Range | Per user |",
    "|---|---:|---:|---:|",
)


def _title(parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return f"Farebox: {parts[0].headline}"
    if not parts:
        return "Farebox: no figure"
    return f"Farebox: {len(parts)} stacks, USD a month"


def _totals(parts: Sequence[Part], head: Sequence[str]) -> Iterator[str]:
    if parts:
        yield from head
        for part in parts:
            yield f"| {name(part.stack, longest=LONGEST_STACK)} | {' | '.join(part.totals)} |"
        yield ""


def _kept(parts: Sequence[Part], room: int) -> tuple[list[list[Block]], Cut]:
    """The blocks of each part that fit, biggest first over all parts together.

    Nothing smaller is taken instead of one that does not fit: what is left out is
    never bigger than what is shown.
    """
    ranked = sorted(
        ((place, block) for place, part in enumerate(parts) for block in part.blocks),
        key=lambda found: (found[1].is_remark, -abs(found[1].usd)),
    )
    kept: list[list[Block]] = [[] for _ in parts]
    for shown, (place, block) in enumerate(ranked):
        room -= size(block.text) + 1
        if room < 0:
            rest = [left for _, left in ranked[shown:]]
            usd = sum((left.usd for left in rest), ZERO)
            return kept, Cut(shown, len(rest), usd)
        kept[place].append(block)
    return kept, Cut(len(ranked), 0, ZERO)


def _details(part: Part, blocks: Sequence[Block]) -> Iterator[str]:
    rows = [block.text for block in blocks if not block.is_remark]
    remarks = [block.text for block in blocks if block.is_remark]
    if not part.blocks:
        yield f"{name(part.stack)}: {part.nothing}"
        yield ""
        return
    if not blocks:
        return
    yield "<details>"
    yield f"<summary>{name(part.stack)}: {part.title}</summary>"
    yield ""
    if rows:
        yield from part.table_head
        yield from rows
        yield ""
    if remarks:
        yield from remarks
        yield ""
    yield "</details>"
    yield ""


def _left_out(cut: Cut) -> Iterator[str]:
    if cut.left_out:
        yield (
            f"**Cut for length:** the {cut.shown:,} biggest of "
            f"{cut.shown + cut.left_out:,} entries are shown; the {cut.left_out:,} left "
            f"out come to USD {dollars(cut.usd)} a month together. The totals above are "
            "whole. To see all of it, run `fare diff` (or `fare price`) with the same "
            "arguments, or look at the JSON that the job keeps."
        )
        yield ""


def _closing(parts: Sequence[Part]) -> Iterator[str]:
    for text in dict.fromkeys(text for part in parts for text in part.closing):
        yield f"<sub>{text}</sub>"
        yield ""
