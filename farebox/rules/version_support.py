"""Until when AWS supports a version of an engine, and from when it charges for it.

The table ships with the package and is read when it is first asked for. It is made by
`make facts`; its sources are endoflife.date (2026-08-22) and two packages that copy
AWS's release calendars, named in each row.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

FILE = Path(__file__).with_name("data") / "version_support.csv"


class Support(Struct, frozen=True):
    """What is known of a version; None for a day that AWS has not named.

    `charged_from` is the first day that extended support is charged, `dearer_from` the
    first of its third year's rate; both None where AWS asks no fee for the engine, or
    has not said. For a Lambda runtime `standard_ends` is the day of its deprecation.
    """

    version: str
    standard_ends: date | None
    extended_ends: date | None
    charged_from: date | None
    dearer_from: date | None
    source: str
    as_of: str

    def is_extended(self, on: date) -> bool:
        """Whether standard support is over on that day."""
        return self.standard_ends is not None and on > self.standard_ends


def support(engine: str, version: str) -> Support | None:
    """The support of the version, or of the shortest form of it that the table has.

    `engine` is the table's name, as `postgres`, `kubernetes`, `redis`, `opensearch`,
    `docdb` or `runtime` (Lambda); `16.4` is found as `16`. None for what it does not
    have: an older version, a newer one, another engine.
    """
    known = versions(engine)
    parts = version.strip().split(".")
    for count in range(len(parts), 0, -1):
        found = known.get(".".join(parts[:count]))
        if found is not None:
            return found
    return None


def versions(engine: str) -> dict[str, Support]:
    """Every version of an engine that the table has."""
    return _table().get(engine, {})


@cache
def _table() -> dict[str, dict[str, Support]]:
    found: dict[str, dict[str, Support]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["engine"], {})[row["version"]] = Support(
                row["version"],
                _day(row["standard_ends"]),
                _day(row["extended_ends"]),
                _day(row["charged_from"]),
                _day(row["dearer_from"]),
                row["source"],
                row["as_of"],
            )
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
