"""A page as markdown, for a pull request, an issue or a page of a wiki.

Every text of a page comes through `safe_markdown`, so that a name can neither format
the page nor link, mention somebody or end a row of a table.
"""

import re
from collections.abc import Iterator, Sequence
from unicodedata import bidirectional

from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Listing,
    Node,
    Page,
    Remarks,
    Row,
    Sentence,
    Table,
    Text,
    Title,
    Tree,
    heading_of,
    pieces,
    shown,
)

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


LINKED = re.compile(
    r"(?:https?|ftp|mailto|xmpp):(?=\S)|(?<![A-Za-z0-9])www(?=\.)|#(?=\d)"
    r"|\bGH(?=-\d)",
    re.IGNORECASE,
)
"""What a forge links by itself, without any markup: addresses and issues.

A space of no width after it leaves nothing to link. Emails lose theirs at the @.
"""


COMMIT = re.compile(
    r"(?<![\w:.])(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,}(?!\w)", re.IGNORECASE
)
"""What a forge may take for a commit: seven digits of a hash and more."""


def as_markdown(page: Page) -> str:
    """The page as one markdown document."""
    return "".join(f"{line}\n" for line in _lines(page))


def safe_markdown(text: str) -> str:
    """The text as markdown shows it letter by letter: no markup, mention or row end.

    What would hide text or turn its direction is shown as �; words from right to
    left are kept apart, so that the figures after them stay where they are.
    """
    text = _readable(text)
    escaped = LINKED.sub("\\g<0>\u200b", no_commit(text).translate(ESCAPED))
    if text.isascii() or all(bidirectional(c) not in ("R", "AL") for c in text):
        return escaped
    return f"{ISOLATE}{escaped}{END_ISOLATE}"


def no_commit(text: str) -> str:
    """The text with spaces of no width in what could be the hash of a commit."""
    return COMMIT.sub(lambda found: re.sub(r"(.{6})(?=.)", "\\1\u200b", found[0]), text)


def table_row(cells: Sequence[str]) -> str:
    """One row of a markdown table."""
    return f"| {' | '.join(cells)} |"


def _lines(page: Page) -> Iterator[str]:
    before: Block | None = None
    for block in page.blocks:
        if not shown(block.where, terminal=False):
            continue
        # Only a sentence can stand directly below a sentence: a table takes it in.
        joins = isinstance(before, Sentence) and block.follows
        if before is not None and not joins:
            yield ""
        yield from _block(block)
        before = block


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield _sentence(block)
    elif isinstance(block, Title):
        yield _title(block)
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Tree):
        yield from _tree(block)
    elif isinstance(block, Remarks):
        yield from _remarks(block)
    else:
        yield from _listing(block)


def _title(title: Title) -> str:
    said = _said(title.text)
    return f"**{said}**" if title.plain else f"{'#' * (title.level + 1)} {said}"


def _sentence(sentence: Sentence) -> str:
    said = safe_markdown(sentence.sign) + _said(sentence.text)
    if sentence.mark in ("total", "warning"):
        said = f"**{said}**"
    return f"- {said}" if sentence.listed else said


def _table(table: Table) -> Iterator[str]:
    places = _places(table.columns)
    yield from _head([table.columns[place] for place in places], tight=table.tight)
    for row in table.rows:
        if row.cells:
            yield table_row(tuple(_row(row, places)))


def _row(row: Row, places: Sequence[int]) -> Iterator[str]:
    for number, place in enumerate(places):
        said = _said(row.cells[place]) if place < len(row.cells) else ""
        if number == 0 and row.level:
            said = f"– {said}"
        if number == 0:
            said = "<br>".join([said, *(_said(note.text) for note in row.notes)])
        yield said


def _tree(tree: Tree) -> Iterator[str]:
    places = _places(tree.columns)
    columns = [*tree.lead, *(tree.columns[place] for place in places)]
    for number, node in enumerate(tree.nodes):
        if number:
            yield ""
        summary = _said(node.summary)
        yield f"### {_said(node.label)}" + (f": {summary}" if summary else "")
        yield ""
        yield from _head(columns, tight=False)
        for child in node.children:
            yield from _leaves(child, len(tree.lead), places)


def _leaves(node: Node, leads: int, places: Sequence[int]) -> Iterator[str]:
    """A row for each charge of a node; what the node is stands on the first only."""
    for number, leaf in enumerate(node.children or (node,)):
        lead = [_said(text) for text in node.lead] if number == 0 else [""] * leads
        cells = (leaf.cells[place] for place in places)
        yield table_row([*lead, *map(_said, cells)])


def _head(columns: Sequence[Column], *, tight: bool) -> Iterator[str]:
    titles = [safe_markdown(heading_of(column)) for column in columns]
    rules = ["---:" if column.align == "right" else "---" for column in columns]
    if tight:
        yield "|" + "|".join(f" {title} " if title else " " for title in titles) + "|"
        yield f"|{'|'.join(rules)}|"
    else:
        yield table_row(titles)
        yield table_row(rules)


def _places(columns: Sequence[Column]) -> list[int]:
    return [
        place
        for place, column in enumerate(columns)
        if shown(column.where, terminal=False)
    ]


def _remarks(remarks: Remarks) -> Iterator[str]:
    yield f"### {safe_markdown(remarks.title)}"
    yield ""
    for entry in remarks.entries:
        label, reason = safe_markdown(entry.label), safe_markdown(entry.reason)
        yield f"- {_piece(Cell(entry.code, 'code'))} {label}: {reason}"


def _listing(listing: Listing) -> Iterator[str]:
    """Lines that stand four in are shown as they are, without any markup."""
    for line in listing.lines:
        yield f"    {_readable(line)}"


def _said(text: Text) -> str:
    if isinstance(text, str):
        return safe_markdown(text)
    return "".join(map(_piece, pieces(text)))


def _piece(piece: Cell) -> str:
    if piece.mark == "code":
        return f"`{_readable(piece.text).replace('`', chr(39))}`"
    said = safe_markdown(piece.text)
    return f"**{said}**" if piece.mark in ("total", "warning") and said else said


def _readable(text: str) -> str:
    """The text on one line, with what would hide it or turn it shown as �."""
    text = text.replace("\n", " ").replace("\r", " ")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == JOINER else "�" for c in text)
