"""A fleet against its bill, for `fare fleet compare`: each stack, then the causes."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from farebox.billed.causes import Comparison
from farebox.reports.billed.contract import Difference
from farebox.reports.billed.pages import WAYS, causes_table
from farebox.reports.figures import dollars, signed_dollars
from farebox.reports.page.page import Block, Column, Page, Row, Sentence, Table, Title
from farebox.reports.page.report import Rows

MOST_ROWS = 50
PERCENT = Decimal("0.1")
USD = 13


class FleetBilledRow(Struct, frozen=True):
    """One stack of the contract `farebox.fleet-comparison/1`.

    US dollars of the month for use; `percent_low` is by how much of the bill the
    estimate was too low. `name` is empty for what the account is estimated for.
    """

    name: str
    project: str
    stack: str
    estimated_usd: Decimal
    billed_usd: Decimal
    percent_low: Decimal | None


class FleetComparing(Struct, frozen=True):
    """The contract `farebox.fleet-comparison/1`; causes add up to the difference."""

    month: str
    cost: str
    estimated_usd: Decimal
    billed_usd: Decimal
    difference_usd: Decimal
    causes: tuple[Difference, ...]
    stacks: tuple[FleetBilledRow, ...]
    schema: str = "farebox.fleet-comparison/1"


class FleetBilledReport(Struct, frozen=True):
    """Every stack's estimate beside what it was billed."""

    stacks: tuple[FleetBilledRow, ...]
    comparison: Comparison

    def page(self) -> Page:
        """A row for each stack, dearest first, then the causes of the whole."""
        return Page(tuple(self._blocks()))

    def _blocks(self) -> Iterator[Block]:
        held = self.comparison
        yield Title(f"{held.month}: the bill against every stack's estimate")
        yield Sentence(f"Counted as {WAYS[held.cost]}; of each stack what it used.")
        columns = (
            Column("stack"),
            Column("estimated", USD),
            Column("billed", USD),
            Column("differs by", USD),
            Column("low by", 9),
        )
        yield Table(columns, tuple(map(_row, self.stacks[:MOST_ROWS])))
        if len(self.stacks) > MOST_ROWS:
            said = f"{len(self.stacks) - MOST_ROWS:,} more are in --format json."
            yield Sentence(said, mark="dim", follows=True)
        yield Title("Why the whole differs", level=2)
        yield causes_table(held)

    def table(self, format_: str) -> Rows:
        """A row for each stack as csv, or the month's charges as FOCUS."""
        if format_ == "focus":
            from farebox.reports.billed.tables import focus_rows

            return focus_rows(self.comparison)
        from farebox.reports.exports.tables import rows_of

        return rows_of(FleetBilledRow, self.stacks)

    def document(self) -> FleetComparing:
        """The contract `farebox.fleet-comparison/1`."""
        held = self.comparison
        return FleetComparing(
            month=held.month,
            cost=held.cost,
            estimated_usd=held.estimated_usd,
            billed_usd=held.billed_usd,
            difference_usd=held.difference_usd,
            causes=tuple(Difference(cause, usd) for cause, usd in held.causes),
            stacks=self.stacks,
        )


def _row(one: FleetBilledRow) -> Row:
    low = one.percent_low
    return Row(
        (
            one.name or "accounts together",
            dollars(one.estimated_usd),
            dollars(one.billed_usd),
            signed_dollars(one.billed_usd - one.estimated_usd),
            "" if low is None else f"{low.quantize(PERCENT):f} %",
        )
    )
