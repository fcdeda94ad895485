"""Spending by a tag, as a table of a page and as a part of the JSON."""

from collections.abc import Iterator
from decimal import Decimal

from farebox.bill.contract import ByTagOf, TagPartOf
from farebox.bill.tag_spending import Kind, TagPart, TagSpending
from farebox.reports.figures import dollars, percent, plain, settled, span
from farebox.reports.page.page import Block, Column, Row, Table, Title

SAID: dict[Kind, str] = {
    "unknown": "value not known before deployment",
    "untagged": "untagged",
    "account": "the account's, of no resource",
}
"""What stands for a value where there is none."""


def said(part: TagPart) -> str:
    """The tag's value, or why there is none, in words."""
    return part.value if part.kind == "tagged" else f"({SAID[part.kind]})"


def blocks(spending: TagSpending) -> Iterator[Block]:
    """The table, dearest value first, what has no value last."""
    yield Title(("By tag ", spending.key), level=2)
    columns = (
        Column(spending.key, align="left"),
        Column("USD/month", 13),
        Column("share", 8),
        Column("range", where="document"),
    )
    whole = sum((part.usd for part in spending.parts), Decimal(0))
    yield Table(columns, tuple(_row(part, whole) for part in spending.parts))


def _row(part: TagPart, whole: Decimal) -> Row:
    around = span(part.usd_low, part.usd_high)
    return Row(
        (
            said(part),
            dollars(part.usd),
            percent(part.usd / whole) if whole else "",
            around if part.usd_low != part.usd_high else "",
        )
    )


def document(spending: TagSpending) -> ByTagOf[str]:
    """The part `by_tag` of the contract `farebox.statement/1`."""
    return ByTagOf(
        key=spending.key,
        values=[
            TagPartOf(
                kind=part.kind,
                value=part.value,
                usd_per_month=plain(settled(part.usd)),
                low=plain(settled(part.usd_low)),
                high=plain(settled(part.usd_high)),
            )
            for part in spending.parts
        ],
    )
