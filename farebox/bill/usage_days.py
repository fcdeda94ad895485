"""A month of use from days: the 5th, 50th and 95th percentile of days, as a month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from farebox.bill.assumptions import Assumption

Counts = Literal["sum", "level", "rate"]

PERCENTILES = (Decimal("0.05"), Decimal("0.50"), Decimal("0.95"))
DAYS_A_YEAR, MONTHS = Decimal(365), Decimal(12)
"""A month has 730 hours, as everywhere in a statement."""
DAY_SECONDS = Decimal(86_400)
ZERO = Decimal(0)


def month_of(
    metrics: Sequence[Mapping[date, Decimal]],
    *,
    per: Sequence[Mapping[date, Decimal]] = (),
    counts: Counts,
    unit: Decimal,
    until: date,
    source: str,
) -> Assumption | None:
    """The month that days of metrics, added up, stand for; None where there are none.

    A `sum` of a day is 30.4 times that in a month; a `rate` is that sum by the second;
    a `level` is the month's as it is the day's. From the first day with a figure on, a
    day without one counts as 0, but for a level, which was then not measured. With `per`
    each day's figure is divided by the sum of those.
    """
    by_day = _added(metrics)
    if per:
        whole = _added(per)
        by_day = {
            day: figure / whole[day]
            for day, figure in by_day.items()
            if whole.get(day, ZERO)
        }
    if not by_day:
        return None
    if counts != "level":
        by_day |= {day: ZERO for day in _days(min(by_day), until) if day not in by_day}
    figures = sorted(by_day.values())
    low, likely, high = (
        _month(percentile(figures, share), counts) / unit for share in PERCENTILES
    )
    said = f"{source}, {len(figures)} days before {until.isoformat()}"
    return Assumption(low, likely, high, "", said, "measured")


def _added(metrics: Sequence[Mapping[date, Decimal]]) -> dict[date, Decimal]:
    """The metrics' figures, added up by day."""
    by_day: dict[date, Decimal] = {}
    for metric in metrics:
        for day, figure in metric.items():
            by_day[day] = by_day.get(day, ZERO) + figure
    return by_day


def _month(figure: Decimal, counts: Counts) -> Decimal:
    """A day's figure as a month's."""
    if counts == "sum":
        return figure * DAYS_A_YEAR / MONTHS
    return figure / DAY_SECONDS if counts == "rate" else figure


def percentile(figures: Sequence[Decimal], share: Decimal) -> Decimal:
    """The figure below which a share of the sorted figures lies, between two of them."""
    place = share * (len(figures) - 1)
    below = int(place)
    above = min(below + 1, len(figures) - 1)
    return figures[below] + (figures[above] - figures[below]) * (place - below)


def _days(first: date, until: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((until - first).days))
