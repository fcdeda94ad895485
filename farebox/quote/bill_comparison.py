"""A stack's estimate held against an imported month of the bill.

Every month of a payer that the month has is counted, each once. What its export has
left out, and that it is not over yet, are told beside the figures.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.billed.accuracy import month_held, remember
from farebox.billed.bills import Imported, imported
from farebox.billed.causes import Comparison, compare
from farebox.billed.charges import Charge, Cost, charges
from farebox.billed.engines import DUCKDB, engine
from farebox.billed.month import hours_of, part_of
from farebox.billed.owners import Owners
from farebox.graph import ResourceGraph


class BilledMonth(Struct, frozen=True):
    """A month's charges, and how much of the month they are.

    `closed` says whether every row has an invoice, `remarks` what its exports lack.
    """

    month: str
    charges: tuple[Charge, ...]
    part: Decimal
    closed: bool
    remarks: tuple[str, ...] = ()


def billed_month(
    bills: Path, month: str, accounts: Sequence[str] = (), on: str = DUCKDB
) -> BilledMonth:
    """The month as it was imported, of some accounts or all, added up on an engine.

    Raises BillError.
    """
    with engine(bills, on) as connection:
        found = charges(connection, bills, month, accounts)
    parts = [one for one in imported(bills) if one.month == month]
    closed = all(one.closed for one in parts)
    until = max((one.until for one in parts), default="")
    part = Decimal(1) if closed else part_of(month, until)
    remarks = tuple(_remarks(month, parts, until, part))
    return BilledMonth(month, tuple(found), part, closed, remarks)


def _remarks(
    month: str, parts: Sequence[Imported], until: str, part: Decimal
) -> Iterator[str]:
    if part != 1:
        yield f"the bill of {month} is still open: it has use up to {until}"
    yield from dict.fromkeys(text for one in parts for text in lacking(one))


def lacking(one: Imported) -> Iterator[str]:
    """A sentence for each thing that an import's export has left out."""
    for column, loss in one.lacks.items():
        yield f"the bill of {one.month} has no {column}: {loss}"


def held_against(
    statement: Statement, graph: ResourceGraph, billed: BilledMonth, cost: Cost
) -> Comparison:
    """The comparison of a stack with a month."""
    return compare(
        statement,
        Owners(graph),
        billed.charges,
        month=billed.month,
        hours=hours_of(billed.month),
        cost=cost,
        part=billed.part,
    )


def keep_accuracy(bills: Path, statement: Statement, comparison: Comparison) -> None:
    """Remember how near the estimate came, for a stack that has a name."""
    if statement.project and statement.stack:
        found = month_held(
            comparison.month, comparison.cost, comparison.pairs, comparison.unmatched
        )
        remember(bills, statement.project, statement.stack, found)
