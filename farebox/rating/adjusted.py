"""A statement after negotiated discounts: each a line of its own beside what it is off.

Discounts come after tiers and allowances, in the order of their file, each off what those
before it left. List prices stay visible, and so does what each discount is worth.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from farebox.bill.adjustments_file import HUNDRED, Adjustment
from farebox.bill.statement import LineItem, Statement

ZERO = Decimal(0)
ONE = Decimal(1)


def adjusted(statement: Statement, discounts: Sequence[Adjustment]) -> Statement:
    """The statement with a line for each discount of each charge, behind the charge.

    A discount that is of no charge of the stack is noted.
    """
    lines: list[LineItem] = []
    used: set[str] = set()
    for line in statement.lines:
        lines.append(line)
        for discount in _off(line, discounts):
            used.add(discount.description)
            lines.append(discount)
    notes = tuple(
        f"The discount {one.name} is of no charge of this stack."
        for one in discounts
        if _said(one) not in used
    )
    return replace(statement, lines=tuple(lines), notes=(*statement.notes, *notes))


def _said(discount: Adjustment) -> str:
    return f"{discount.name}, {discount.percent.normalize():f} % off"


def _off(line: LineItem, discounts: Sequence[Adjustment]) -> Iterator[LineItem]:
    left = ONE
    for discount in discounts:
        if not discount.is_of(line.key) or not line.usd_per_unit:
            continue
        share = left * discount.percent / HUNDRED
        left -= share
        yield replace(
            line,
            description=_said(discount),
            usd_per_unit=-line.usd_per_unit * share,
            because=f"{share.normalize():f} of {line.description}",
            usd_low=-line.usd_low * share,
            usd_high=-line.usd_high * share,
            list_usd_per_unit=ZERO,
        )
