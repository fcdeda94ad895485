"""A fleet for `fare fleet`: its total, groups, movers and gaps."""

from decimal import Decimal

from msgspec import Struct

from farebox.reports.exports.tables import rows_of
from farebox.reports.figures import dollars, signed_dollars, span
from farebox.reports.page.page import Column, Page, Row, Sentence, Table
from farebox.reports.page.report import Rows

MOST_ROWS = 50
"""Rows on a page; all of them are in the JSON."""

USD = 15
PERCENT = Decimal("0.1")


class FleetTotal(Struct, frozen=True):
    """The contract `farebox.fleet/1`: what a fleet costs in US dollars a month."""

    stacks: int
    failed: int
    lower_bounds: int
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal
    schema: str = "farebox.fleet/1"


class FleetReport(Struct, frozen=True):
    """What all stacks cost together, and where the tables are."""

    total: FleetTotal
    folder: str

    def page(self) -> Page:
        """The total in a table, and what it leaves out."""
        total = self.total
        rows = (
            Row(("stacks priced", f"{total.stacks - total.failed:,}")),
            Row(("without figures", f"{total.failed:,}")),
            Row(("lower bounds", f"{total.lower_bounds:,}")),
            Row(("USD a month", dollars(total.usd)), mark="total"),
            Row(("range", span(total.usd_low, total.usd_high))),
        )
        said = f"The tables are in {self.folder}: fare fleet show {self.folder}"
        return Page((Table((Column("fleet"), Column("", 30)), rows), Sentence(said)))

    def table(self, format_: str) -> Rows:
        """The same rows as csv, all of them."""
        return rows_of(FleetTotal, [self.total])

    def document(self) -> FleetTotal:
        """The contract `farebox.fleet/1`."""
        return self.total


class GroupRow(Struct, frozen=True):
    """One group of the contract `farebox.fleet-groups/1`."""

    name: str
    usd: Decimal
    usd_low: Decimal
    usd_high: Decimal
    stacks: int


class Groups(Struct, frozen=True):
    """The contract `farebox.fleet-groups/1`."""

    by: str
    groups: tuple[GroupRow, ...]
    schema: str = "farebox.fleet-groups/1"


class GroupsReport(Struct, frozen=True):
    """The fleet by one column, dearest first."""

    by: str
    groups: tuple[GroupRow, ...]

    def page(self) -> Page:
        """A row for each group, and the sum."""
        rows = [
            Row((one.name, f"{one.stacks:,}", dollars(one.usd)))
            for one in self.groups[:MOST_ROWS]
        ]
        rest = self.groups[MOST_ROWS:]
        if rest:
            usd = sum((one.usd for one in rest), Decimal(0))
            rows.append(Row((f"{len(rest):,} more", "", dollars(usd)), mark="dim"))
        whole = sum((one.usd for one in self.groups), Decimal(0))
        rows.append(Row(("all", "", dollars(whole)), mark="total"))
        columns = (Column(self.by), Column("stacks", 8), Column("USD a month", USD))
        return Page((Table(columns, tuple(rows)),))

    def table(self, format_: str) -> Rows:
        """The same rows as csv, all of them."""
        return rows_of(GroupRow, self.groups)

    def document(self) -> Groups:
        """The contract `farebox.fleet-groups/1`."""
        return Groups(self.by, self.groups)


class MoveRow(Struct, frozen=True):
    """One stack of the contract `farebox.fleet-moves/1`."""

    name: str
    before: Decimal | None
    now: Decimal | None
    usd: Decimal


class Moves(Struct, frozen=True):
    """The contract `farebox.fleet-moves/1`."""

    moves: tuple[MoveRow, ...]
    schema: str = "farebox.fleet-moves/1"


class MovesReport(Struct, frozen=True):
    """What moved, most first."""

    moves: tuple[MoveRow, ...]

    def page(self) -> Page:
        """A row for each stack that moved, and the sum."""
        if not self.moves:
            return Page((Sentence("No stack moved."),))
        columns = (
            Column("stack"),
            Column("before", USD),
            Column("now", USD),
            Column("move", USD),
        )
        rows = [
            Row(
                (
                    one.name,
                    "new" if one.before is None else dollars(one.before),
                    "gone" if one.now is None else dollars(one.now),
                    signed_dollars(one.usd),
                )
            )
            for one in self.moves[:MOST_ROWS]
        ]
        whole = sum((one.usd for one in self.moves), Decimal(0))
        rows.append(Row(("all", "", "", signed_dollars(whole)), mark="total"))
        return Page((Table(columns, tuple(rows)),))

    def table(self, format_: str) -> Rows:
        """The same rows as csv, all of them."""
        return rows_of(MoveRow, self.moves)

    def document(self) -> Moves:
        """The contract `farebox.fleet-moves/1`."""
        return Moves(self.moves)


class GapRow(Struct, frozen=True):
    """One kind of gap of the contract `farebox.fleet-gaps/1`."""

    code: str
    type: str
    times: int
    stacks: int


class Gaps(Struct, frozen=True):
    """The contract `farebox.fleet-gaps/1`."""

    gaps: tuple[GapRow, ...]
    percent: Decimal
    schema: str = "farebox.fleet-gaps/1"


class GapsReport(Struct, frozen=True):
    """What has no figure in the fleet, most often first, and its share of all charges."""

    gaps: tuple[GapRow, ...]
    percent: Decimal

    def page(self) -> Page:
        """A row for each type and reason."""
        if not self.gaps:
            return Page((Sentence("Every charge of the fleet has a figure."),))
        columns = (
            Column("type"),
            Column("why", 16),
            Column("times", 8),
            Column("stacks", 8),
        )
        rows = tuple(
            Row((one.type, one.code, f"{one.times:,}", f"{one.stacks:,}"))
            for one in self.gaps[:MOST_ROWS]
        )
        share = self.percent.quantize(PERCENT)
        said = f"{share} % of the fleet's charges have no figure."
        return Page((Sentence(said), Table(columns, rows)))

    def table(self, format_: str) -> Rows:
        """The same rows as csv, all of them."""
        return rows_of(GapRow, self.gaps)

    def document(self) -> Gaps:
        """The contract `farebox.fleet-gaps/1`."""
        return Gaps(self.gaps, self.percent.quantize(PERCENT))
