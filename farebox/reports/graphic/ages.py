"""How old the prices behind a statement are, by service, against their limits."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement
from farebox.prices import PriceKey
from farebox.prices.ages import MAX_AGE_DAYS, age_days, kind_of
from farebox.reports.exports.services import service_name
from farebox.reports.graphic.chart import BLUE, ORANGE, Chart, against_limits, short
from farebox.reports.page.fitting import printable

MOST_NAMED = 2
LONGEST = 2.0
"""Limits that a bar is drawn for at most; what is older still says by how much."""


class Aged(Struct, frozen=True):
    """The prices of a service and kind that a statement uses: how many days old.

    `days` are of the oldest, which is of the day `as_of`; `past` are the usage types
    whose price is older than the limit.
    """

    service: str
    kind: str
    prices: int
    as_of: str
    days: int
    past: tuple[str, ...]

    @property
    def limit(self) -> int:
        """Days after which a price of the kind is stale."""
        return MAX_AGE_DAYS[self.kind]

    @property
    def name(self) -> str:
        """The service, and that the prices are of spot where they are."""
        return f"{self.service}, spot" if self.kind == "spot" else self.service


def ages_of(statement: Statement) -> list[Aged]:
    """The prices in use by service and kind, those nearest to their limit first."""
    on = date.fromisoformat(statement.on)
    groups: dict[tuple[str, str], dict[PriceKey, LineItem]] = {}
    for line in statement.lines:
        place = (service_name(line.key.service), kind_of(line.key))
        groups.setdefault(place, {}).setdefault(line.key, line)
    found = [
        _aged(service, kind, list(lines.values()), on)
        for (service, kind), lines in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.days / one.limit, one.name))


def _aged(service: str, kind: str, lines: Sequence[LineItem], on: date) -> Aged:
    oldest = max(lines, key=lambda line: age_days(line.source, on))
    past = {
        line.key.usage_type
        for line in lines
        if age_days(line.source, on) > MAX_AGE_DAYS[kind]
    }
    return Aged(
        service,
        kind,
        len(lines),
        oldest.source.as_of,
        age_days(oldest.source, on),
        tuple(sorted(past)),
    )


def price_ages(statement: Statement) -> Chart | None:
    """A bar a service: days of its oldest price against the limit."""
    ages = ages_of(statement)
    if not ages:
        return None
    values = [
        {
            "label": short(one.name),
            "share": min(LONGEST, max(0, one.days) / one.limit),
            "whole": 1,
            "color": ORANGE if one.past else BLUE,
            "said": f"{one.days:,} of {one.limit:,} days{', past it' if one.past else ''}",
        }
        for one in ages
    ]
    return Chart(
        "price-ages",
        "How old the prices are, against their limits",
        against_limits(values, right=150),
        ("service", "kind", "prices used", "oldest of", "days", "limit", "past it"),
        tuple(
            (
                printable(one.service),
                one.kind,
                f"{one.prices:,}",
                one.as_of[:10],
                f"{one.days:,}",
                f"{one.limit:,}",
                printable(", ".join(one.past)),
            )
            for one in ages
        ),
        says=_says(ages),
    )


def _says(ages: Sequence[Aged]) -> str:
    past = [one for one in ages if one.past]
    if not past:
        said = "No price in use is older than its limit."
    else:
        names = [
            f"{one.name} ({', '.join(one.past[:MOST_NAMED])}"
            f"{', …' if len(one.past) > MOST_NAMED else ''})"
            for one in past
        ]
        said = (
            f"Older than the limit: {'; '.join(names)}. fare refresh fetches today's."
        )
    return f"{printable(said)} A bar is the oldest price of a service; the line is its limit."
