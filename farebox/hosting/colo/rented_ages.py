"""How old the figures of rented servers and hardware are: the inputs of `fare host colo`."""

from collections.abc import Mapping
from datetime import date

from farebox.hosting.colo.colo_inputs import shipped_inputs
from farebox.hosting.uncertainty import Input
from farebox.prices.age_rows import AgeRow
from farebox.prices.ages import RENTED_MAX_AGE_DAYS, age_days
from farebox.prices.values import Source

KIND = "rented"


def rented_ages(
    on: date, inputs: Mapping[str, Input] | None = None
) -> tuple[AgeRow, ...]:
    """A row for each dated figure, oldest first; of the shipped table by default.

    Figures without a date are assumptions: they have no age. Raises DataError when the
    shipped table is damaged.
    """
    rows = []
    for one in (shipped_inputs() if inputs is None else inputs).values():
        if one.as_of:
            days = age_days(Source(one.source, one.as_of), on)
            stale = int(days > RENTED_MAX_AGE_DAYS)
            rows.append(
                AgeRow(one.name, KIND, one.as_of, days, RENTED_MAX_AGE_DAYS, 1, stale)
            )
    return tuple(sorted(rows, key=lambda row: (-row.age_days, row.name)))
