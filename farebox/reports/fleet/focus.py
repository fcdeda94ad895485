"""Every charge of a fleet as FOCUS 1.2, with the stack that it is of."""

from collections.abc import Iterable, Iterator
from datetime import date

from farebox.bill.statement import LineItem
from farebox.reports.exports.focus import COLUMNS, focus_rows_of
from farebox.reports.page.report import Rows

OWN = ("x_Stack", "x_PulumiProject", "x_PulumiStack")
"""What a stack is called in the fleet, and its own names."""

Charged = tuple[tuple[str, str, str], LineItem]
"""A stack by the columns of `OWN`, and a charge of it."""


def fleet_rows(charges: Iterable[Charged], on: date) -> Rows:
    """The charges in the month of a day."""
    return (*COLUMNS, *OWN), _rows(charges, on)


def _rows(charges: Iterable[Charged], on: date) -> Iterator[dict[str, str]]:
    for names, line in charges:
        whose = dict(zip(OWN, names, strict=True))
        for row in focus_rows_of([line], on):
            yield row | whose
