"""Sources by their numbers, for as long as a refresh or a book lives."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from farebox.prices.ages import age_days
from farebox.prices.errors import StoreError
from farebox.prices.store.rows import unreadable
from farebox.prices.store.schema import SOURCE, next_id
from farebox.prices.values import Source

_FIND = select(SOURCE.c.id).where(
    *(SOURCE.c[name] == bindparam(name) for name in ("url", "as_of", "version", "note"))
)
_AT_ONCE = 500


class Sources:
    """Sources by number, each read once, by whatever asks the database."""

    def __init__(self, ask: Callable[[Select[Any]], Iterable[Any]]) -> None:
        self._ask = ask
        self.known: dict[int, Source] = {}

    def __getitem__(self, number: int) -> Source:
        if number not in self.known:
            self.load([number])
            if number not in self.known:
                raise StoreError(
                    "the price store lost a source of its prices: something else changed"
                    " it; take it from a backup, or move it away and refresh"
                )
        return self.known[number]

    def load(self, numbers: Iterable[int]) -> None:
        """Read those that are not known yet, many at once."""
        wanted = sorted(set(numbers) - self.known.keys())
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            for row in self._ask(select(SOURCE).where(SOURCE.c.id.in_(some))):
                source = Source(row.url, row.as_of, row.version, row.note)
                try:
                    age_days(source, date.min)
                except (ValueError, TypeError):
                    raise unreadable(f"a source of {row.as_of!r:.40}") from None
                self.known[row.id] = source

    def newest(self, one: int, other: int | None) -> int:
        """The number of the source with the later date; `other` where they are equal."""
        if other is None:
            return one
        return one if self[one].as_of > self[other].as_of else other


class SourceNumbers(Sources):
    """A writer's sources: a source that is new is given a number."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.execute)
        self._connection = connection
        self._numbers: dict[Source, int] = {}

    def number(self, source: Source) -> int:
        """The number of a source."""
        found = self._numbers.get(source)
        if found is None:
            found = self._numbers[source] = self._find_or_add(source)
            self.known[found] = source
        return found

    def _find_or_add(self, source: Source) -> int:
        values = {
            "url": source.url,
            "as_of": source.as_of,
            "version": source.version,
            "note": source.note,
        }
        found = self._connection.execute(_FIND, values).scalar()
        if found is None:
            found = next_id(self._connection, SOURCE)
            self._connection.execute(SOURCE.insert(), {"id": found, **values})
        return found
