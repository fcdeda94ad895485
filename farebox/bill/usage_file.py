"""Reads a usage file, and refuses what nobody would ever read.

* UsageError   the file cannot be read, or a key or a figure in it cannot be meant
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, cast

from msgspec import Struct

from farebox.bill.assumptions import Assumption
from farebox.bill.statement import UsageStatus
from farebox.bill.usage import Entry, UsageFile, Value
from farebox.bill.usage_limits import why_too_much
from farebox.errors import FareboxError
from farebox.files.figures import figure_in, looks_like_a_figure
from farebox.files.yaml_text import (
    Node,
    YamlError,
    compose,
    kind_of,
    line_of,
    pairs,
    read_text,
)

Values = Mapping[str, Value]

VERSIONS = ("1", "0.1")
SECTIONS = (
    "version",
    "resource_type_default_usage",
    "resource_usage",
    "account_usage",
)
LEVELS = ("low", "likely", "high")
RANGE_KEYS = frozenset((*LEVELS, "unit", "source", "status"))
LARGEST = Decimal(10) ** 18
"""No account's month comes near it: a larger figure is a mistake."""
STATUSES = ("usage-file", "measured", "assumed")


class UsageError(FareboxError):
    """The usage file cannot be read, or something in it cannot be meant."""


def read_usage(path: Path) -> UsageFile:
    """The usage file at `path`. Raises UsageError, which names file and line."""
    try:
        text = read_text(path)
    except YamlError as error:
        raise UsageError(str(error)) from error
    return parse_usage(text, path=str(path))


def parse_usage(text: str, *, path: str = "usage file") -> UsageFile:
    """The usage file in `text`; `path` is what errors call it. Raises UsageError."""
    try:
        return _Reader(path).file(compose(text, name=path))
    except YamlError as error:
        raise UsageError(str(error)) from error


class _Place(Struct, frozen=True):
    """A node of the file, for messages."""

    path: str
    line: int

    def refuse(self, sentence: str) -> NoReturn:
        raise UsageError(f"{self.path}:{self.line}: {sentence}")


class _Reader:
    """Turns the nodes of one file into entries, with the line of every key."""

    def __init__(self, path: str) -> None:
        self.path = path

    def file(self, root: Node) -> UsageFile:
        if root is None:
            return UsageFile(path=self.path)
        entries: dict[str, list[Entry]] = {}
        for key, place, node in self._pairs(root):
            if key not in SECTIONS:
                place.refuse(f"unknown key {key!r}; {_nearest(key, SECTIONS)}")
            if key == "version":
                if str(node.value) not in VERSIONS:
                    place.refuse(f"version {node.value} is not known; write version: 1")
                continue
            entries[key] = [self._entry(*pair) for pair in self._pairs(node)]
        return UsageFile(
            types=entries.get("resource_type_default_usage", ()),
            resources=entries.get("resource_usage", ()),
            account=entries.get("account_usage", ()),
            path=self.path,
        )

    def _pairs(self, node: Node) -> Iterator[tuple[str, _Place, Node]]:
        place = self._place(node)
        if _is_null(node):
            return
        if node.id != "mapping":
            place.refuse("here a map of keys to values is needed")
        for key_node, value_node in pairs(node, name=self.path):
            yield str(key_node.value), self._place(key_node), value_node

    def _place(self, node: Node) -> _Place:
        return _Place(self.path, line_of(node))

    def _entry(self, pattern: str, _: _Place, node: Node) -> Entry:
        lines: dict[str, int] = {}
        values = {
            key: self._value(key, at, value, lines)
            for key, at, value in self._pairs(node)
        }
        return Entry(pattern, self._nested(values, lines), lines)

    def _nested(self, values: dict[str, Value], lines: dict[str, int]) -> Values:
        """The values with `standard.storage_gb` as `standard: {storage_gb: …}`."""
        if not any("." in key for key in values):
            return values
        found: dict[str, Value] = {k: v for k, v in values.items() if "." not in k}
        for key, value in values.items():
            *outer, last = key.split(".")
            if not outer:
                continue
            block = found
            for name in outer:
                inner = block.get(name, {})
                if not isinstance(inner, Mapping):
                    self._twice(key, lines)
                block[name] = block = dict(inner)
            if last in block:
                self._twice(key, lines)
            block[last] = value
        return found

    def _twice(self, key: str, lines: Mapping[str, int]) -> NoReturn:
        line = max(at for name, at in lines.items() if name.startswith(key))
        _Place(self.path, line).refuse(f"the key {key!r} is here twice")

    def _value(
        self, key: str, place: _Place, node: Node, lines: dict[str, int]
    ) -> Value:
        if node.id == "mapping":
            keys = [str(key_node.value) for key_node, _ in node.value]
            if any(level in keys for level in LEVELS):
                lines[key] = place.line
                return self._range(key, place, node)
            return {
                inner: self._value(f"{key}.{inner}", at, value, lines)
                for inner, at, value in self._pairs(node)
            }
        lines[key] = place.line
        if node.id != "scalar":
            place.refuse(f"{key} is a list; a figure, a range or a text is needed")
        text = str(node.value)
        figure = self._figure(key, place, node)
        if figure is None:
            if _is_null(node):
                place.refuse(f"{key} has no value; give a figure or remove the key")
            return text
        if figure < 0:
            place.refuse(f"{key} is {text}; a quantity cannot be negative")
        self._check_size(key, place, figure)
        return Assumption(figure, figure, figure, status="usage-file")

    def _figure(self, key: str, place: _Place, node: Node) -> Decimal | None:
        """The scalar's figure, from its own text; None where it is no plain number."""
        if node.id != "scalar" or node.style in ("'", '"'):
            return None
        text = str(node.value).replace("_", "")
        figure = figure_in(text)
        if figure is None and looks_like_a_figure(text):
            if "e-" not in text.lower():
                place.refuse(
                    f"{key} is larger than {LARGEST:.0e}: no month has that much"
                )
            place.refuse(f"{key} is too small to count: write 0")
        return figure

    def _check_size(
        self, key: str, place: _Place, figure: Decimal, level: str = ""
    ) -> None:
        if figure > LARGEST:
            place.refuse(f"{key} is larger than {LARGEST:.0e}: no month has that much")
        why = why_too_much(key.removesuffix(level), figure)
        if why is not None:
            place.refuse(f"{key} is {figure:,f}, which cannot be: {why}")

    def _range(self, key: str, place: _Place, node: Node) -> Assumption:
        figures: dict[str, Decimal] = {}
        texts: dict[str, str] = {}
        for name, at, value in self._pairs(node):
            if name not in RANGE_KEYS:
                at.refuse(
                    f"unknown key {name!r} in a range; {_nearest(name, RANGE_KEYS)}"
                )
            if name not in LEVELS:
                texts[name] = str(value.value)
                continue
            figure = self._figure(f"{key}.{name}", at, value)
            if figure is None or figure < 0:
                at.refuse(f"{key}.{name} must be a figure of 0 or more")
            self._check_size(f"{key}.{name}", at, figure, f".{name}")
            figures[name] = figure
        missing = [level for level in LEVELS if level not in figures]
        if missing:
            place.refuse(f"the range of {key} lacks {' and '.join(missing)}")
        low, likely, high = (figures[level] for level in LEVELS)
        if not low <= likely <= high:
            place.refuse(
                f"the range of {key} is not in order: low {low}, likely {likely}, "
                f"high {high}"
            )
        status = texts.get("status", "usage-file")
        if status not in STATUSES:
            place.refuse(f"status {status!r} is not one of {', '.join(STATUSES)}")
        return Assumption(
            low,
            likely,
            high,
            texts.get("unit", ""),
            texts.get("source", ""),
            cast(UsageStatus, status),
        )


def _is_null(node: Any) -> bool:
    return node.id == "scalar" and kind_of(node) == "null"


def _nearest(
    key: str, known: Mapping[str, Any] | tuple[str, ...] | frozenset[str]
) -> str:
    near = get_close_matches(key, sorted(known), 1)
    return (
        f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    )
