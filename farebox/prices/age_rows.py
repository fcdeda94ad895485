"""How old a book's prices are, source by source: the newest confirmation counts."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from farebox.prices.ages import MAX_AGE_DAYS, age_days
from farebox.prices.values import Source


class AgeRow(Struct, frozen=True):
    """What one source confirmed of one kind, last on the day `as_of`.

    `count` is how many prices it has, `stale_count` how many of them are over the
    limit: a source's prices may have been confirmed on several days.
    """

    name: str
    kind: str
    as_of: str
    age_days: int
    limit_days: int
    count: int
    stale_count: int

    @property
    def stale(self) -> bool:
        """Whether even the newest confirmation is older than the limit."""
        return self.age_days > self.limit_days


def ages_by_source(counts: Mapping[tuple[Source, str], int], on: date) -> list[AgeRow]:
    """A row for each address and kind, oldest against its limit first.

    `counts` is how many prices stand on a source, per kind.
    """
    of_address: dict[tuple[str, str], list[tuple[Source, int]]] = {}
    for (source, kind), count in counts.items():
        of_address.setdefault((source.url, kind), []).append((source, count))
    rows = [_row(url, kind, counted, on) for (url, kind), counted in of_address.items()]
    return sorted(rows, key=lambda row: (-row.age_days / row.limit_days, row.name))


def _row(name: str, kind: str, counted: list[tuple[Source, int]], on: date) -> AgeRow:
    limit = MAX_AGE_DAYS[kind]
    newest = min((source for source, _ in counted), key=lambda x: age_days(x, on))
    return AgeRow(
        name,
        kind,
        newest.as_of,
        age_days(newest, on),
        limit,
        sum(count for _, count in counted),
        sum(count for source, count in counted if age_days(source, on) > limit),
    )
