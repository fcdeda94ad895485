"""Bills for `fare bill`: what was imported, and what was compared."""

from msgspec import Struct

from farebox.billed.bills import Imported
from farebox.billed.causes import Comparison
from farebox.reports.billed.contract import (
    BilledCharge,
    Comparing,
    Difference,
    Importing,
    Month,
    Paired,
)
from farebox.reports.page.page import Page
from farebox.reports.page.report import Rows


class ImportsReport(Struct, frozen=True):
    """Months of bills, with their sums."""

    months: tuple[Imported, ...]

    def page(self) -> Page:
        """A row for each payer's month."""
        from farebox.reports.billed.pages import imports_page

        return imports_page(self.months)

    def document(self) -> Importing:
        """The contract `farebox.bills/1`."""
        return Importing(
            months=tuple(
                Month(
                    payer=one.payer,
                    month=one.month,
                    rows=one.rows,
                    aside=one.aside,
                    usd=one.usd,
                    currency=one.currency,
                    closed=one.closed,
                    delivery=one.delivery,
                    until=one.until,
                    accounts=one.accounts,
                    lacks=tuple(one.lacks),
                )
                for one in self.months
            )
        )


class ComparisonReport(Struct, frozen=True):
    """A month of a stack against its estimate."""

    comparison: Comparison

    def page(self) -> Page:
        """The causes, then what differs most."""
        from farebox.reports.billed.pages import comparison_page

        return comparison_page(self.comparison)

    def table(self, format_: str) -> Rows:
        """The comparison as csv, or the month's charges as FOCUS."""
        from farebox.reports.billed.tables import csv_rows, focus_rows

        return (csv_rows if format_ == "csv" else focus_rows)(self.comparison)

    def document(self) -> Comparing:
        """The contract `farebox.bill-comparison/1`."""
        held = self.comparison
        return Comparing(
            month=held.month,
            cost=held.cost,
            hours=held.hours,
            estimated_usd=held.estimated_usd,
            billed_usd=held.billed_usd,
            difference_usd=held.difference_usd,
            totals=dict(held.totals),
            causes=tuple(Difference(cause, usd) for cause, usd in held.causes),
            matched_by_id_usd=held.matched_by_id_usd,
            matched_by_parent_usd=held.matched_by_parent_usd,
            matched_by_key_usd=held.matched_by_key_usd,
            part=held.part,
            pairs=tuple(
                Paired(
                    urn=pair.urn or None,
                    name=pair.name,
                    service=pair.key.service,
                    region=pair.key.region,
                    usage_type=pair.key.usage_type,
                    unit=pair.unit,
                    estimated=pair.estimated,
                    billed=pair.billed,
                    estimated_usd=pair.estimated_usd,
                    billed_usd=pair.billed_usd,
                    causes=tuple(Difference(cause, usd) for cause, usd in pair.causes),
                )
                for pair in held.pairs
            ),
            unmatched=tuple(
                BilledCharge(
                    account=one.charge.account,
                    service=one.charge.service,
                    region=one.charge.region,
                    usage_type=one.charge.usage_type,
                    operation=one.charge.operation,
                    resource=one.charge.resource,
                    unit=one.charge.unit,
                    amount=one.charge.amount,
                    usd=one.charge.usd(held.cost),
                    owner=one.owner.name,
                    created_by=one.charge.parents.created_by,
                    cause=one.cause,
                )
                for one in held.unmatched
            ),
        )
