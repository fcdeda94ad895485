"""What a report says, apart from how it is shown: a page is a row of blocks.

A report makes a page of its values and rounds every figure while it does so. The
renderers beside this module (`as_text`, `as_markdown`, `as_html`) know widths, colour
and escaping, and nothing of what the page is about.

Two kinds of media show a page. A terminal has a few columns and no headings; a document
(markdown, HTML) has tables of any width. Where one of them needs to say a thing in
another way, a block or a column stands for that one only (`where`).
"""

from typing import Literal

from msgspec import Struct

Mark = Literal["", "total", "dim", "warning", "code"]
"""How a text is told from those around it: a sum, an aside, an alarm, a name of code."""

Align = Literal["left", "right"]
Where = Literal["both", "terminal", "document"]


class Cell(Struct, frozen=True, gc=False):
    """A piece of text with its mark. What a cell holds is never markup."""

    text: str
    mark: Mark = ""


Text = str | Cell | tuple[str | Cell, ...]
"""One text, or pieces of one. Each piece is escaped on its own."""


class Column(Struct, frozen=True, gc=False):
    """A column of a table.

    `width` is how many columns of a terminal it takes at least, 0 where it takes what
    its text needs. `heading` is the title in a document, where it is another one than
    the title with a capital. With `joined` the terminal sets the text directly behind
    the column before, as a unit behind its quantity.
    """

    title: str
    width: int = 0
    align: Align = "right"
    where: Where = "both"
    heading: str | None = None
    joined: bool = False


class Sentence(Struct, frozen=True, gc=False):
    """A paragraph, a line below a row, or with `listed` an item of a list.

    A terminal wraps it at its width, with `indent` spaces before the first line and
    `hanging` before the others; with `cut` it stays on one line and ends with … where
    it must. A word that is longer than a line is broken, but not an address that stays
    `unbroken`. `sign` stands before its first word, as a number. `follows` puts it directly below the block before.
    """

    text: Text
    mark: Mark = ""
    where: Where = "both"
    follows: bool = False
    listed: bool = False
    indent: int = 0
    hanging: int = 0
    cut: bool = False
    unbroken: bool = False
    sign: str = ""


class Title(Struct, frozen=True, gc=False):
    """The page's title (level 1), or the title of a part of it (level 2).

    With `plain` a document shows it in bold and not as a heading.
    """

    text: Text
    level: Literal[1, 2] = 1
    where: Where = "both"
    follows: bool = False
    plain: bool = False


class Row(Struct, frozen=True, gc=False):
    """A row of a table; a row without cells parts groups of rows in a terminal.

    `level` is how deep its label stands under the row that it belongs to. `notes` stand
    below it.
    """

    cells: tuple[Text, ...] = ()
    mark: Mark = ""
    level: int = 0
    notes: tuple[Sentence, ...] = ()


class Table(Struct, frozen=True, gc=False):
    """Rows of cells under columns; the first column is the label.

    In a terminal the label takes the room that the figures leave of `width` columns
    (None: of the page). With `held` it never runs into an empty figure's room; with
    `whole` a label that is too long gets a line of its own and is not cut. `head` is
    the mark of the titles. With `tight` the rule of a markdown table has no spaces.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    where: Where = "both"
    follows: bool = False
    width: int | None = None
    head: Mark = "dim"
    held: bool = False
    whole: bool = False
    tight: bool = False


class Node(Struct, frozen=True, gc=False):
    """A node of a tree: its label, its figures by column, and what is below it.

    A document shows a node at the top as a heading of label and `summary`, with a table
    of what is below; there `lead` are the first cells of a node's rows.
    """

    label: Text
    cells: tuple[Text, ...] = ()
    mark: Mark = ""
    summary: Text = ""
    lead: tuple[Text, ...] = ()
    notes: tuple[Sentence, ...] = ()
    children: tuple["Node", ...] = ()


class Tree(Struct, frozen=True, gc=False):
    """Nodes with figures in columns; with `branches` a terminal draws the lines.

    `label` is the title above the labels of a terminal, `lead` are the columns in which
    a document has a node's `lead`.
    """

    columns: tuple[Column, ...]
    nodes: tuple[Node, ...]
    label: str = ""
    lead: tuple[Column, ...] = ()
    branches: bool = True
    where: Where = "both"
    follows: bool = False


class Remark(Struct, frozen=True, gc=False):
    """What holds of something (or of several alike), under a code that docs explain."""

    code: str
    label: str
    reason: str


class Remarks(Struct, frozen=True, gc=False):
    """Remarks under a title."""

    title: str
    entries: tuple[Remark, ...]
    where: Where = "both"
    follows: bool = False


class Listing(Struct, frozen=True, gc=False):
    """Lines that are shown as they stand: a chart, a change of a file."""

    lines: tuple[str, ...]
    indent: int = 0
    where: Where = "both"
    follows: bool = False


Block = Title | Table | Tree | Sentence | Remarks | Listing


class Page(Struct, frozen=True, gc=False):
    """What a report says, block by block.

    `width` is the width of a page that is laid out for so many columns of a terminal,
    whatever the terminal has; `least` the fewest columns it can be shown in.
    """

    blocks: tuple[Block, ...]
    width: int | None = None
    least: int = 0


def shown(where: Where, *, terminal: bool) -> bool:
    """Whether a block or a column is for a terminal, or else for a document."""
    return where == "both" or (where == "terminal") == terminal


def pieces(text: Text) -> tuple[Cell, ...]:
    """The pieces of a text, each with its mark."""
    if isinstance(text, str):
        return (Cell(text),)
    if isinstance(text, Cell):
        return (text,)
    return tuple(piece if isinstance(piece, Cell) else Cell(piece) for piece in text)


def heading_of(column: Column) -> str:
    """The title of a column in a document."""
    if column.heading is not None:
        return column.heading
    return column.title[:1].upper() + column.title[1:]
