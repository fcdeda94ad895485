"""Advice for `fare advise`: what would save, with its risk and the change."""

from decimal import Decimal

from msgspec import Struct

from farebox.reports.figures import dollars
from farebox.reports.page.page import Block, Column, Page, Row, Sentence, Table, Title


class AdviceRow(Struct, frozen=True):
    """One advice of the contract `farebox.advice/1`: US dollars saved a month."""

    kind: str
    urn: str
    name: str
    change: str
    risk: str
    usd_saved: Decimal


class AdviceDocument(Struct, frozen=True):
    """The contract `farebox.advice/1`."""

    project: str
    stack: str
    usd_per_month: Decimal
    usd_with_all: Decimal
    usd_saved: Decimal
    advice: tuple[AdviceRow, ...]
    schema: str = "farebox.advice/1"


class AdviceReport(Struct, frozen=True):
    """What a stack costs, what would save, and what all of it together would."""

    project: str
    stack: str
    usd: Decimal
    usd_with_all: Decimal
    rows: tuple[AdviceRow, ...]

    def page(self) -> Page:
        """A row for each advice, most first."""
        if not self.rows:
            said = (
                "No change that Farebox knows would cost less. It looks at volumes, "
                "generations, Graviton, addresses, endpoints, versions, standbys, plans, "
                "and, where use is given, at IOPS, logs and classes of S3."
            )
            return Page((Sentence(said),))
        table = Table(
            (Column("resource and change"), Column("saves, USD/month", 18)),
            tuple(
                Row(
                    (f"{one.name} {one.change}", dollars(one.usd_saved)),
                    notes=(Sentence(f"risk: {one.risk}", "dim", indent=4, hanging=2),),
                )
                for one in self.rows
            ),
            whole=True,
        )
        saved = self.usd - self.usd_with_all
        blocks: tuple[Block, ...] = (
            Title("What would cost less for the same work"),
            table,
            Sentence(
                f"The best of each together: {dollars(self.usd)} -> "
                f"{dollars(self.usd_with_all)} USD a month, {dollars(saved)} less.",
                mark="total",
            ),
        )
        return Page(blocks)

    def document(self) -> AdviceDocument:
        """The contract `farebox.advice/1`."""
        saved = self.usd - self.usd_with_all
        named = (self.project, self.stack)
        return AdviceDocument(*named, self.usd, self.usd_with_all, saved, self.rows)
