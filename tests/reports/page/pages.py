"""A page with every kind of block, all of it said by a stranger."""

from farebox.reports.page.page import (
    Cell,
    Column,
    Listing,
    Node,
    Page,
    Remark,
    Remarks,
    Row,
    Sentence,
    Table,
    Title,
    Tree,
)


def page(said: str) -> Page:
    """Every text that a block can hold is `said`."""
    columns = (Column(said, align="left"), Column(said, 8), Column("b", 8))
    note = Sentence(said, mark="dim", indent=4)
    leaf = Node(said, (said, said, said), notes=(note,))
    node = Node(said, lead=(said,), children=(leaf,))
    return Page(
        (
            Title(said),
            Title(("x", said), level=2),
            Table(columns, (Row((said, said, said), level=1, notes=(note,)),)),
            Tree(
                columns, (Node(said, summary=said, children=(node,)),), lead=columns[:1]
            ),
            Sentence((said, Cell(said, "total"), Cell(said, "code"))),
            Sentence(said, listed=True, mark="warning"),
            Sentence(said, cut=True),
            Remarks(said, (Remark(said, said, said),)),
            Listing((said, said)),
        )
    )


def table() -> Page:
    """Two prices: 1.00 with a range, 20.00 in all."""
    columns = (
        Column("resource", align="left"),
        Column("quantity"),
        Column("", align="left", heading="Unit", joined=True),
        Column("USD", 10),
        Column("range", where="document"),
    )
    rows = (
        Row(("volume", "12", "GB-Mo", "1.00", "0.50 – 2.00")),
        Row(("in all", "", "", "20.00", ""), mark="total"),
    )
    return Page((Title("Prices"), Table(columns, rows)))
