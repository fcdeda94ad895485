"""The columns of an export by their plain names; what an export has not is empty.

An export's SQL may leave out any column, months differ in the columns that they have,
and each format spells names and tags in its own way.
"""

import re
from collections.abc import Iterable

import ibis
from ibis import Table
from ibis.expr.types import StringColumn, Value

MONEY = "decimal(38, 12)"
"""US dollars and quantities: exact, and finer than any rate of AWS."""

ACCOUNT_DIGITS = 12

DAY_LETTERS = len("2026-10-01")

TAG_MAPS = ("resource_tags", "tags")
"""Columns that hold all tags of a row in one map."""


def plain_name(column: str) -> str:
    """A column as Athena names it: `lineItem/UsageType` is `line_item_usage_type`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.replace("/", "_"))
    return re.sub(r"[^a-z0-9]+", "_", text.lower())


class Columns:
    """The columns that a file has, by plain name; what it has not is NULL.

    What was asked for is kept by its name in the file: `texts` and maps as they are,
    times as `days`, and `figures`.
    """

    def __init__(self, table: Table, *, joined: bool = False) -> None:
        self.table = table
        self.joined = joined
        self.texts: dict[str, Value] = {}
        self.days: dict[str, Value] = {}
        self.figures: dict[str, Value] = {}
        self.names: dict[str, str] = {}
        for name in table.columns:
            plain = plain_name(name)
            self.names.setdefault(plain.replace("_", "") if joined else plain, name)

    def has(self, *names: str) -> bool:
        """Whether the file has one of the columns."""
        return any(name in self.names for name in names)

    def text(self, *names: str) -> StringColumn:
        """The first of the columns that says something, as text; empty for none."""
        own = [self.names[name] for name in names if name in self.names]
        self.texts |= {name: self.table[name] for name in own}
        found = [self.table[name].cast("string").nullif("") for name in own]
        return ibis.coalesce(*found, "") if found else ibis.literal("")

    def day(self, name: str) -> StringColumn:
        """The day of a time, in UTC, as 2026-10-01; empty for none."""
        if name not in self.names:
            return ibis.literal("")
        own = self.names[name]
        time = self.table[own]
        stamp = time.type().is_timestamp()
        day = time.date() if stamp else time.cast("string").substr(0, DAY_LETTERS)
        self.days[own] = day
        return ibis.coalesce(day.cast("string"), "")

    def account(self, *names: str) -> StringColumn:
        """An account's id, with the zeros that a column of numbers has lost."""
        found = self.text(*names)
        short = (found != "") & (found.length() < ACCOUNT_DIGITS)
        return short.ifelse(found.lpad(ACCOUNT_DIGITS, "0"), found)

    def money(self, *names: str) -> Value:
        """The first of the columns that has a figure, exactly; NULL for none."""
        own = [self.names[name] for name in names if name in self.names]
        found = {name: _figure(self.table[name]) for name in own}
        self.figures |= found
        if not found:
            return ibis.null().cast(MONEY)
        return ibis.coalesce(*found.values())

    def maps(self, *names: str) -> list[Value]:
        """Columns that hold maps, also where they are JSON texts."""
        found = []
        for name in names:
            if name in self.names:
                column = self.table[self.names[name]]
                self.texts[self.names[name]] = column
                if column.type().is_string():
                    text = column.nullif("").try_cast("json")
                    column = text.try_cast("map<string, string>")
                found.append(column)
        return found

    def keys(self, tags: Iterable[str]) -> frozenset[str]:
        """Those spellings of the tags that the maps have, in one reading of them.

        A look-up costs each row of a bill, and most spellings stand on none.
        """
        spellings = {s for tag in tags for s in tag_spellings(tag)}
        found: set[str] = set()
        for each in self.maps(*TAG_MAPS):
            keys = self.table.select(key=each.keys().unnest()).distinct()
            known = keys.filter(keys.key.isin(sorted(spellings)))
            found |= {row["key"] for row in known.to_pyarrow().to_pylist()}
        return frozenset(found)

    def tag(self, tags: Iterable[str], keys: frozenset[str]) -> StringColumn:
        """What a row says under any of the tags, in maps that have `keys`; else empty."""
        found: list[Value] = []
        maps = self.maps(*TAG_MAPS)
        for spelling in (s for tag in tags for s in tag_spellings(tag)):
            if spelling in keys:
                found += [each.get(spelling, "").nullif("") for each in maps]
            column = f"resource_tags_{plain_name(spelling)}"
            if column in self.names:
                found.append(self.text(column).nullif(""))
        return ibis.coalesce(*found, "") if found else ibis.literal("")


def _figure(column: Value) -> Value:
    """A column as decimals, NULL where it has none."""
    # DuckDB's reader of CSV takes over a cast of a bare column, and fails at what is none.
    said = column.nullif("") if column.type().is_string() else column
    return said.try_cast(MONEY)


def tag_spellings(tag: str) -> tuple[str, ...]:
    """How a bill may spell a tag's key, in a map or as a column of its own."""
    plain = re.sub(r"[^a-z0-9]+", "_", tag.lower())
    snake = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).lower())
    if tag.startswith("aws:"):
        return tuple(dict.fromkeys((tag, plain, snake)))
    keys = (tag, f"user:{tag}", f"user_{plain}", f"user_{snake}", plain)
    return tuple(dict.fromkeys(keys))
