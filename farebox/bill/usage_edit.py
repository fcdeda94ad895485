"""Figures put into the text of a usage file; its comments and its order stay.

A key behind a `#` is taken out from behind it, a figure that was put in before is put in
anew, an assumption gives way, and a figure that a person knows is never touched: neither is
a key of an entry that is written on one line, which is told.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from farebox.bill.usage_file import UsageError, parse_usage
from farebox.files.yaml_text import YamlError, compose, line_of, pairs

SECTION = "resource_usage"
GIVES_WAY = re.compile(r"source: \"(?:CloudWatch|bill of |assumption\b)[^\"]*\"")
"""The sources of what this module wrote, and of what a person says to be an assumption."""


class Figure(Struct, frozen=True):
    """A figure to put in: the entry's pattern, the key, and the value's text.

    `section` is that of the file: `resource_usage`, or `account_usage`.
    """

    pattern: str
    key: str
    text: str
    pattern_text: str
    section: str = SECTION


class Edited(Struct, frozen=True):
    """The text with the figures in it, how many were put in, and what was not."""

    text: str
    put_in: int
    kept: tuple[str, ...]


def with_figures(text: str, figures: Iterable[Figure], *, path: str) -> Edited:
    """The text with the figures put in. Raises UsageError where it cannot be read."""
    parse_usage(text, path=path)  # a file that cannot be meant is not written to
    put_in = 0
    kept: list[str] = []
    for figure in figures:
        lines = text.split("\n")
        said = _put(lines, figure, path)
        if said:
            kept.append(said)
            continue
        text = "\n".join(lines)
        put_in += 1
    parse_usage(text, path=path)
    return Edited(text, put_in, tuple(kept))


class _Entry(Struct):
    """Where an entry stands: lines from 0, `end` is the first one after it."""

    start: int
    end: int
    indent: str
    on_one_line: bool
    values: Mapping[str, tuple[Any, Any]]


class _Given(Struct):
    """Where a key that the file gives stands: its first and last line, from 0.

    `alone` says whether these lines hold nothing else.
    """

    key: str
    start: int
    end: int
    alone: bool


def _put(lines: list[str], figure: Figure, path: str) -> str:
    """Put a figure into the lines; a sentence where it was not put in."""
    entry = _entry_of(lines, figure, path)
    if entry is None:
        _append(lines, figure, path)
        return ""
    given = _given(figure.key, entry.values, not entry.on_one_line, path)
    if given is not None:
        said = lines[given.start : given.end + 1]
        if not given.alone or not GIVES_WAY.search("\n".join(said)):
            at = (entry.start if entry.on_one_line else given.start) + 1
            return f"{path}:{at}: {figure.key} is kept as it was given"
        indent = said[0][: len(said[0]) - len(said[0].lstrip())]
        lines[given.start : given.end + 1] = [f"{indent}{given.key}: {figure.text}"]
        return ""
    if entry.on_one_line:
        return (
            f"{path}:{entry.start + 1}: {figure.key} is not put in: the entry is "
            "written on one line; write its keys below each other"
        )
    # As `fare usage init` writes it; another comment is a person's, and stays.
    marked = re.compile(rf"\s*# {re.escape(figure.key)}: 0\s*$")
    for at in range(entry.start + 1, entry.end):
        if marked.match(lines[at]):
            lines[at] = f"{entry.indent}{figure.key}: {figure.text}"
            return ""
    lines.insert(entry.start + 1, f"{entry.indent}{figure.key}: {figure.text}")
    return ""


def _entry_of(lines: list[str], figure: Figure, path: str) -> _Entry | None:
    """The entry of exactly the figure's pattern, or None."""
    text = "\n".join(lines)
    root = compose(text, name=path)
    section = _section(root, figure.section, path)
    if section is None or section.id != "mapping":
        return None
    every = list(pairs(section, name=path))
    for place, (key, value) in enumerate(every):
        if key.value != figure.pattern:
            continue
        start = line_of(key) - 1
        last = place + 1 == len(every)
        end = _end(lines, start) if last else line_of(every[place + 1][0]) - 1
        mapping = value.id == "mapping"
        inner = list(pairs(value, name=path)) if mapping else []
        on_one_line = mapping and value.flow_style
        own = " " * (int(inner[0][0].start_mark.column) if inner else 4)
        indent = "    " if on_one_line else own
        values = {str(k.value): (k, v) for k, v in inner}
        return _Entry(start, end, indent, bool(on_one_line), values)
    return None


def _section(root: Any, named: str, path: str) -> Any:
    if root is None:
        return None
    found = {str(key.value): value for key, value in pairs(root, name=path)}
    return found.get(named)


def _end(lines: list[str], start: int) -> int:
    """The line after the last entry: the next one that begins at the left edge."""
    for at in range(start + 1, len(lines)):
        if lines[at] and not lines[at][0].isspace() and not lines[at].startswith("#"):
            return at
    return len(lines)


def _given(
    key: str, values: Mapping[str, tuple[Any, Any]], alone: bool, path: str
) -> _Given | None:
    """Where a key stands, also in a block: `storage_gb` of `standard`."""
    outer, _, last = key.partition(".")
    found = values.get(key) or values.get(outer)
    if found is None:
        return None
    name, value = found
    if not last or key in values or value.id != "mapping":
        end = int(value.end_mark.line)
        return _Given(str(name.value), line_of(name) - 1, end, alone)
    inner = {str(k.value): (k, v) for k, v in pairs(value, name=path)}
    return _given(last, inner, alone and not value.flow_style, path)


def _append(lines: list[str], figure: Figure, path: str) -> None:
    """Write a new entry at the end of its section, or the section too."""
    entry = [f"  {figure.pattern_text}:", f"    {figure.key}: {figure.text}"]
    try:
        root = compose("\n".join(lines), name=path)
    except YamlError as error:
        raise UsageError(str(error)) from error
    named = figure.section
    if root is None or _section(root, named, path) is None:
        while lines and not lines[-1]:
            lines.pop()
        lines += [f"{named}:", *entry, ""]
        return
    keys = {str(key.value): line_of(key) - 1 for key, _ in pairs(root, name=path)}
    start = keys[named]
    end = min((at for at in keys.values() if at > start), default=len(lines))
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    lines[end:end] = entry
