"""How near estimates came to bills, for `fare bill accuracy`."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.billed.accuracy import Held, StackHeld
from farebox.reports.figures import dollars
from farebox.reports.page.page import Column, Page, Row, Sentence, Table

PERCENT = Decimal("0.1")


class AccuracyRow(Struct, frozen=True):
    """One service of a stack's month; `service` is empty for the whole.

    `percent_low` is by how much of the bill the estimate was too low.
    """

    project: str
    stack: str
    month: str
    cost: str
    service: str
    estimated_usd: Decimal
    billed_usd: Decimal
    percent_low: Decimal | None


class Accuracy(Struct, frozen=True):
    """The contract `farebox.bill-accuracy/1`."""

    rows: tuple[AccuracyRow, ...]
    schema: str = "farebox.bill-accuracy/1"


class AccuracyReport(Struct, frozen=True):
    """Every month that was compared, of each stack."""

    stacks: tuple[StackHeld, ...]

    def page(self) -> Page:
        """A row for each month, and below it one for each service."""
        if not self.stacks:
            said = "No month was compared yet: fare bill compare STACK --month YYYY-MM."
            return Page((Sentence(said),))
        columns = (
            Column("stack, month"),
            Column("estimated", 12),
            Column("billed", 12),
            Column("estimate was", 16),
        )
        rows = tuple(
            Row(
                (
                    row.service or f"{row.project}/{row.stack} {row.month} {row.cost}",
                    dollars(row.estimated_usd),
                    dollars(row.billed_usd),
                    _how(row.percent_low),
                ),
                level=1 if row.service else 0,
            )
            for row in self._rows()
        )
        return Page((Table(columns, rows),))

    def document(self) -> Accuracy:
        """The contract `farebox.bill-accuracy/1`."""
        return Accuracy(tuple(self._rows()))

    def _rows(self) -> Iterator[AccuracyRow]:
        for stack in self.stacks:
            for month in stack.months:
                head = (stack.project, stack.stack, month.month, month.cost)
                for service, one in (("", month.whole), *month.services.items()):
                    yield _row(head, service, one)


def _row(head: tuple[str, str, str, str], service: str, one: Held) -> AccuracyRow:
    low = one.percent_low
    rounded = None if low is None else low.quantize(PERCENT)
    return AccuracyRow(*head, service, one.estimated_usd, one.billed_usd, rounded)


def _how(low: Decimal | None) -> str:
    if low is None:
        return ""
    return f"{abs(low):f} % {'low' if low >= 0 else 'high'}"
