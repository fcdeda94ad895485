"""A diff for `fare diff`, and a drift for `fare drift`."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from farebox.diff.contract import DiffOf
from farebox.diff.drift import Drift
from farebox.diff.drift_contract import DriftOf
from farebox.diff.statements import StatementDiff
from farebox.prices import PriceKey
from farebox.prices.timeline import Timeline
from farebox.reports.page.page import Page


class DiffReport(Struct, frozen=True):
    """What a change does to the bill."""

    diff: StatementDiff

    def page(self) -> Page:
        """Before, after and change of what changes."""
        from farebox.reports.change.diff_page import diff_page

        return diff_page(self.diff)

    def document(self) -> DiffOf[str]:
        """The contract `farebox.diff/1`."""
        from farebox.reports.change.diff_json import diff_document

        return diff_document(self.diff)


class DriftReport(Struct, frozen=True):
    """What the market did to the bill, and how much was allowed, if anything.

    `histories` are what the prices that moved were until `now`, where a store has it.
    """

    drift: Drift
    threshold_percent: Decimal | None
    now: datetime | None = None
    histories: Mapping[PriceKey, Timeline] = {}

    def page(self) -> Page:
        """Old, new and move of what moved."""
        from farebox.reports.change.drift_page import drift_page

        return drift_page(self.drift, self.now, self.histories)

    def document(self) -> DriftOf[str]:
        """The contract `farebox.drift/1`."""
        from farebox.reports.change.drift_json import drift_document

        return drift_document(self.drift, self.threshold_percent)
