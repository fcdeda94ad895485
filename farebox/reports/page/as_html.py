"""A page as one HTML file that stands alone: no script, no address, no font of others.

Every text of a page comes through `safe_html`. The file also tells the browser to run
and to load nothing, should a text ever get past it.
"""

from collections.abc import Iterator, Sequence
from html import escape

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

STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 72em;
  padding: 0 1em; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: 0.2em 0.8em; border-bottom: 1px solid #d0d7de; text-align: left;
  vertical-align: top; unicode-bidi: isolate; }
th.right, td.right { text-align: right; font-variant-numeric: tabular-nums; }
tr.total, .total { font-weight: 600; }
tr.dim, .dim, .note { color: #59636e; }
.warning { font-weight: 600; color: #9a6700; }
.note { font-size: 0.9em; }
.below { padding-left: 1.2em; }
bdi { unicode-bidi: isolate; }
"""

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
"""


def as_html(page: Page) -> str:
    """The page as one HTML document, whole and escaped."""
    head = HEAD.format(title=_name_of(page), style=STYLE)
    return "".join(
        [head, *(f"{line}\n" for line in _lines(page)), "</body>\n</html>\n"]
    )


def html_fragment(page: Page) -> str:
    """The page without a document around it, to stand in another page, escaped."""
    return "\n".join(["<div>", *_lines(page), "</div>\n"])


def safe_html(text: str) -> str:
    """The text as a browser shows it letter by letter, in an element or an attribute.

    What would hide text or turn its direction is shown as �.
    """
    text = text.replace("\n", " ").replace("\r", " ")
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c == JOINER else "�" for c in text)
    return escape(text, quote=True)


def _name_of(page: Page) -> str:
    for block in page.blocks:
        if isinstance(block, Title) and shown(block.where, terminal=False):
            return "".join(safe_html(piece.text) for piece in pieces(block.text))
    return "Farebox"


def _lines(page: Page) -> Iterator[str]:
    listed = False
    for block in page.blocks:
        if not shown(block.where, terminal=False):
            continue
        item = isinstance(block, Sentence) and block.listed
        if item != listed:
            yield "<ul>" if item else "</ul>"
        listed = item
        yield from _block(block)
    if listed:
        yield "</ul>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield _sentence(block)
    elif isinstance(block, Title):
        yield f"<h{block.level}>{_said(block.text)}</h{block.level}>"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Tree):
        yield from _tree(block)
    elif isinstance(block, Remarks):
        yield from _remarks(block)
    else:
        yield from _listing(block)


def _sentence(sentence: Sentence) -> str:
    tag = "li" if sentence.listed else "p"
    kind = f' class="{sentence.mark}"' if sentence.mark else ""
    said = safe_html(sentence.sign) + _said(sentence.text)
    return f"<{tag}{kind}>{said}</{tag}>"


def _table(table: Table) -> Iterator[str]:
    places = _places(table.columns)
    columns = [table.columns[place] for place in places]
    yield "<table>"
    yield from _head(columns)
    for row in table.rows:
        if row.cells:
            yield _row(row, columns, places)
    yield "</table>"


def _row(row: Row, columns: Sequence[Column], places: Sequence[int]) -> str:
    texts = [row.cells[place] if place < len(row.cells) else "" for place in places]
    notes = "".join(f'<div class="note">{_said(x.text)}</div>' for x in row.notes)
    said = [_said(text) for text in texts]
    kinds = ["right" if column.align == "right" else "" for column in columns]
    said[0] += notes
    if row.level:
        kinds[0] = f"{kinds[0]} below".strip()
    return _tr(said, kinds, row.mark)


def _tree(tree: Tree) -> Iterator[str]:
    places = _places(tree.columns)
    columns = [*tree.lead, *(tree.columns[place] for place in places)]
    kinds = ["right" if column.align == "right" else "" for column in columns]
    for node in tree.nodes:
        summary = _said(node.summary)
        yield f"<h2>{_said(node.label)}{f': {summary}' if summary else ''}</h2>"
        yield "<table>"
        yield from _head(columns)
        for child in node.children:
            for said in _leaves(child, len(tree.lead), places):
                yield _tr(said, kinds, "")
        yield "</table>"


def _leaves(node: Node, leads: int, places: Sequence[int]) -> Iterator[list[str]]:
    for number, leaf in enumerate(node.children or (node,)):
        lead = [_said(text) for text in node.lead] if number == 0 else [""] * leads
        yield [*lead, *(_said(leaf.cells[place]) for place in places)]


def _tr(said: Sequence[str], kinds: Sequence[str], mark: str) -> str:
    cells = (
        f'<td class="{kind}">{text}</td>' if kind else f"<td>{text}</td>"
        for text, kind in zip(said, kinds, strict=True)
    )
    return (
        f"<tr{f' class={chr(34)}{mark}{chr(34)}' if mark else ''}>{''.join(cells)}</tr>"
    )


def _head(columns: Sequence[Column]) -> Iterator[str]:
    titles = [safe_html(heading_of(column)) for column in columns]
    if any(titles):
        cells = (
            f'<th class="{column.align}">{title}</th>'
            for column, title in zip(columns, titles, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"


def _places(columns: Sequence[Column]) -> list[int]:
    return [
        place
        for place, column in enumerate(columns)
        if shown(column.where, terminal=False)
    ]


def _remarks(remarks: Remarks) -> Iterator[str]:
    yield f"<h2>{safe_html(remarks.title)}</h2>"
    yield "<ul>"
    for entry in remarks.entries:
        code = _piece(Cell(entry.code, "code"))
        label, reason = _piece(Cell(entry.label)), _piece(Cell(entry.reason))
        yield f"<li>{code} {label}: {reason}</li>"
    yield "</ul>"


def _listing(listing: Listing) -> Iterator[str]:
    yield "<pre>"
    yield from (safe_html(line) for line in listing.lines)
    yield "</pre>"


def _said(text: Text) -> str:
    return "".join(map(_piece, pieces(text)))


def _piece(piece: Cell) -> str:
    """A piece with its mark; letters from right to left turn nothing around them."""
    said = safe_html(piece.text)
    if piece.mark == "code":
        return f"<code>{said}</code>"
    if not said.isascii():
        said = f"<bdi>{said}</bdi>"
    return f'<span class="{piece.mark}">{said}</span>' if piece.mark else said
