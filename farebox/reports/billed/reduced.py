"""Bills that were added up where they lie, for `fare bill reduce`."""

from msgspec import Struct

from farebox.billed.reducing import Reduced
from farebox.reports.figures import dollars
from farebox.reports.page.page import Column, Page, Row, Table


class Reducing(Struct, frozen=True):
    """The contract `farebox.bill-reduced/1`."""

    months: tuple[Reduced, ...]
    schema: str = "farebox.bill-reduced/1"


class ReducedReport(Struct, frozen=True):
    """Months that were added up by the day, with what became of their rows."""

    months: tuple[Reduced, ...]

    def page(self) -> Page:
        """A row for each month."""
        columns = (
            Column("month"),
            Column("rows", 16),
            Column("added up to", 14),
            Column("aside", 10),
            Column("unblended", 20),
        )
        rows = (
            Row(
                (
                    one.month,
                    f"{one.rows:,}",
                    f"{one.reduced:,}",
                    f"{one.aside:,}" if one.aside else "",
                    dollars(one.usd),
                )
            )
            for one in self.months
        )
        return Page((Table(columns, tuple(rows)),))

    def document(self) -> Reducing:
        """The contract `farebox.bill-reduced/1`."""
        return Reducing(self.months)
