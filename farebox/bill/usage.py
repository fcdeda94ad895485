"""Usage: what a stack is expected to do in a month, from a usage file.

The file is Infracost's shape and key names where it has them (docs/usage.md). A
figure may be a range: then an estimate is run at each of its levels.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fnmatch import translate
from re import Pattern, compile

from msgspec import Struct

from farebox.bill.assumptions import Assumption, LevelInForce
from farebox.bill.statement import UsageStatus

Value = Assumption | str | Mapping[str, "Value"]


class Given(Struct, frozen=True, gc=False):
    """A figure of use at the level in force, with where it came from."""

    quantity: Decimal
    status: UsageStatus
    source: str


class Usage:
    """What is given for one resource, or for the account in one region.

    Whether its keys can be meant is checked before (`rules.usage_keys`).
    """

    __slots__ = ("_entries", "_level")

    def __init__(
        self,
        entries: Iterable[Mapping[str, Value]],
        level: LevelInForce,
    ) -> None:
        self._entries = tuple(entries)
        self._level = level

    def quantity(self, *path: str) -> Given | None:
        """The figure under a key (`standard`, `storage_gb` for a nested one)."""
        value = self.value(*path)
        if not isinstance(value, Assumption):
            return None
        return Given(self._level.pick(value), value.status, value.source)

    def text(self, *path: str) -> str | None:
        """The text under a key, or None."""
        value = self.value(*path)
        return value if isinstance(value, str) else None

    def assumption(self, *path: str) -> Assumption | None:
        """The whole range under a key, or None where there is no figure."""
        value = self.value(*path)
        return value if isinstance(value, Assumption) else None

    def value(self, *path: str) -> Value | None:
        """The first entry's value under a key; earlier entries are more specific."""
        for entry in self._entries:
            value: Value | None = entry
            for part in path:
                value = value.get(part) if isinstance(value, Mapping) else None
            if value is not None:
                return value
        return None


class Entry(Struct, frozen=True, gc=False):
    """One block of a usage file: what it matches, its keys and their lines.

    `written` is how the file has the pattern, where that is a Terraform address.
    """

    pattern: str
    values: Mapping[str, Value]
    lines: Mapping[str, int] = {}
    written: str = ""


class UsageFile:
    """Usage by resource and by region; `NO_USAGE` has none.

    `resources` match a logical name, `type::name` or a urn, `*` any part of it; the
    later of two matching entries wins, and both win over the default of the type.
    """

    def __init__(
        self,
        *,
        types: Iterable[Entry] = (),
        resources: Iterable[Entry] = (),
        account: Iterable[Entry] = (),
        path: str = "",
    ) -> None:
        self.path = path
        self.types = tuple(types)
        self.resources = tuple(resources)
        self.account = tuple(account)
        self.entries = self.types + self.resources + self.account
        self._exact: dict[str, list[int]] = {}
        self._patterns: list[tuple[int, Pattern[str]]] = []
        self._by_type: dict[str, list[int]] = {}
        for place, entry in enumerate(self.entries):
            if place < len(self.types):
                self._by_type.setdefault(entry.pattern, []).append(place)
            elif place < len(self.types) + len(self.resources):
                if "*" in entry.pattern:
                    self._patterns.append((place, compile(translate(entry.pattern))))
                else:
                    self._exact.setdefault(entry.pattern, []).append(place)

    def of_resource(
        self, urn: str, type_: str, name: str, level: LevelInForce
    ) -> Usage:
        """What is given for a resource, most specific first."""
        if not self.entries:
            return Usage((), level)
        return self._usage(self._places(urn, type_, name), level)

    def matches(self, resources: Iterable[tuple[str, str, str]]) -> dict[int, set[str]]:
        """The types that each entry matches, by its place in `entries`.

        Resources are urn, type and name.
        """
        found: dict[int, set[str]] = {}
        for urn, type_, name in resources:
            for place in self._places(urn, type_, name):
                found.setdefault(place, set()).add(type_)
        return found

    def _places(self, urn: str, type_: str, name: str) -> list[int]:
        """The entries that match a resource, most specific first."""
        places: list[int] = []
        if self._exact or self._patterns:
            names = (name, f"{type_}::{name}", urn)
            for text in names:
                places += self._exact.get(text, ())
            for place, pattern in self._patterns:
                if any(pattern.match(text) for text in names):
                    places.append(place)
            places.sort(reverse=True)
        places += self._by_type.get(type_, ())
        return places

    def of_account(self, region: str, level: LevelInForce) -> Usage:
        """What is given for the account in a region."""
        start = len(self.types) + len(self.resources)
        places = [
            start + number
            for number, entry in enumerate(self.account)
            if entry.pattern == region
        ]
        return self._usage(places, level)

    def _usage(self, places: list[int], level: LevelInForce) -> Usage:
        return Usage([self.entries[place].values for place in places], level)


NO_USAGE = UsageFile()
