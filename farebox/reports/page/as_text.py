"""A page on a terminal: figures aligned at the right, labels cut where they must be.

Every text of a page comes through `printable`, so that no name of a program can move
the cursor or hide what stands beside it.
"""

from collections.abc import Sequence

from farebox.reports.page.fitting import cells, clip, fitted, paragraph, printable
from farebox.reports.page.page import (
    Block,
    Cell,
    Column,
    Mark,
    Node,
    Page,
    Remarks,
    Sentence,
    Table,
    Text,
    Title,
    Tree,
    shown,
)

DEFAULT_WIDTH = 80
BOLD, DIM, RESET = "\033[1m", "\033[2m", "\033[0m"
STYLES: dict[Mark, str] = {"total": BOLD, "dim": DIM}
"""Bold and faint; what has another mark looks like the text around it."""

STEP = 2
"""Columns that a row stands further in than the one it belongs to."""

SHORTEST_LABEL = 12
"""Columns below which a label is not cut but has a line of its own."""

DEEPER = 4
"""Columns that a node of a tree without lines stands further in."""


def as_text(page: Page, *, width: int = DEFAULT_WIDTH, color: bool = False) -> str:
    """The page in `width` columns; `color` shows marks as bold and faint."""
    terminal = _Terminal(max(page.width or width, page.least), color)
    terminal.show(page)
    return "".join(f"{line}\n" for line in terminal.lines)


class _Terminal:
    """The columns that there are, whether they have colour, and what was shown."""

    def __init__(self, width: int, color: bool) -> None:
        self.width = width
        self.color = color
        self.lines: list[str] = []

    def show(self, page: Page) -> None:
        apart = False
        for block in page.blocks:
            if not shown(block.where, terminal=True):
                continue
            if apart and not block.follows:
                self.lines.append("")
            self._block(block)
            apart = not isinstance(block, Title) or block.level == 1

    def _block(self, block: Block) -> None:
        if isinstance(block, Sentence):
            self._sentence(block)
        elif isinstance(block, Tree):
            self._tree(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Title):
            self._line("total", clip(_said(block.text), self.width))
        elif isinstance(block, Remarks):
            self._remarks(block)
        else:
            indent = " " * block.indent
            self.lines += [indent + printable(line) for line in block.lines]

    def _sentence(self, sentence: Sentence, stem: str = "") -> None:
        indent = printable(stem + " " * sentence.indent + sentence.sign)
        said = _said(sentence.text)
        if sentence.cut:
            self._line(sentence.mark, clip(indent + said, self.width))
            return
        hanging = " " * sentence.hanging
        for line in paragraph(
            said,
            self.width,
            indent=indent,
            hanging=hanging,
            unbroken=sentence.unbroken,
        ):
            self._line(sentence.mark, line)

    def _remarks(self, remarks: Remarks) -> None:
        self._line("total", printable(remarks.title))
        for entry in remarks.entries:
            said = f"{entry.code}: {entry.label}: {entry.reason}"
            self.lines += paragraph(said, self.width, indent="  ", hanging="    ")

    def _table(self, table: Table) -> None:
        width = table.width or self.width
        layout = _Layout(table.columns[1:], width, held=table.held, whole=table.whole)
        titles = [column.title for column in table.columns]
        if any(titles):
            self._row_of(table.head, titles[0], titles[1:], layout)
        for row in table.rows:
            if not row.cells:
                self.lines.append("")
                continue
            label = " " * (STEP * row.level) + _said(row.cells[0])
            self._row_of(row.mark, label, row.cells[1:], layout)
            for note in row.notes:
                self._sentence(note)

    def _tree(self, tree: Tree) -> None:
        layout = _Layout(tree.columns, self.width)
        titles = [column.title for column in tree.columns]
        self._row_of("dim", tree.label, titles, layout)
        for place, node in enumerate(tree.nodes):
            if place:
                self.lines.append("")
            self._node(node, "", "│  " if tree.branches else "  ", layout)
            if tree.branches:
                self._branches(node.children, "", layout)
            else:
                self._indented(node.children, "", layout)

    def _node(self, node: Node, prefix: str, below: str, layout: "_Layout") -> None:
        """A node's own line, and its notes with `below` in front."""
        self._row_of(node.mark, prefix + _said(node.label), node.cells, layout)
        for note in node.notes:
            self._sentence(note, below)

    def _branches(self, nodes: Sequence[Node], stem: str, layout: "_Layout") -> None:
        for place, node in enumerate(nodes, start=1):
            twig, below = ("└─ ", "   ") if place == len(nodes) else ("├─ ", "│  ")
            self._node(node, stem + twig, stem + below, layout)
            if node.children:
                self._branches(node.children, stem + below, layout)

    def _indented(self, nodes: Sequence[Node], stem: str, layout: "_Layout") -> None:
        for node in nodes:
            self._node(node, stem, stem + "  ", layout)
            self._indented(node.children, stem + " " * DEEPER, layout)

    def _row_of(
        self, mark: Mark, label: str, texts: Sequence[Text], layout: "_Layout"
    ) -> None:
        lines = layout.lines(label, texts)
        if not self.color:
            self.lines += lines
            return
        for line in lines:
            self._line(mark, line)

    def _line(self, mark: Mark, line: str) -> None:
        if self.color and line and mark in STYLES:
            line = f"{STYLES[mark]}{line}{RESET}"
        self.lines.append(line)


class _Layout:
    """Where the cells of a row stand: the label at the left, figures at the right."""

    def __init__(
        self,
        columns: Sequence[Column],
        width: int,
        *,
        held: bool = False,
        whole: bool = False,
    ) -> None:
        self.width = width
        self.held = held
        self.whole = whole
        self.places = [
            (place, column.width, column.align == "left", column.joined)
            for place, column in enumerate(columns)
            if shown(column.where, terminal=True)
        ]

    def lines(self, label: str, texts: Sequence[Text]) -> tuple[str, ...]:
        """The row; the label on a line before it where it must stay whole."""
        figures = self._figures(texts) if texts else ""
        if not figures or figures.isspace():
            return (clip(label, self.width),)
        taken = len(figures) if figures.isascii() else cells(figures)
        room = self.width - taken - 1
        if room < cells(label) and (self.whole or room < SHORTEST_LABEL):
            return clip(label, self.width), figures.rjust(self.width)
        label, columns = fitted(label, room)
        gap = " " * (self.width - columns - taken)
        return (f"{label}{gap}{figures}".rstrip(),)

    def _figures(self, texts: Sequence[Text]) -> str:
        """The cells in their columns, with nothing in them that moves the cursor."""
        found: list[str] = []
        count = len(texts)
        for place, width, left, joined in self.places:
            text = texts[place] if place < count else ""
            if not isinstance(text, str):
                text = _said(text)
            if joined:
                if text:
                    found[-1] += f" {text}"
            else:
                cell = text.ljust(width) if left else text.rjust(width)
                if (
                    cell
                    and cell[0] != " "
                    and found
                    and found[-1][-1:] not in ("", " ")
                ):
                    cell = f" {cell}"
                found.append(cell)
        figures = printable("".join(found))
        return figures if self.held else figures.lstrip()


def _said(text: Text) -> str:
    """A text without its marks; what is set on a line goes through `printable`."""
    if isinstance(text, str):
        return text
    if isinstance(text, Cell):
        return text.text
    return "".join(map(_said, text))
