"""Where a program makes its resources: the document's own places, else their names.

A name is a guess, and marked: it holds only where one line of the file has it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from msgspec import Struct

from farebox.editor.costs import Cost

YAML = (".yaml", ".yml")
TEXTS = (".py", ".ts", ".js", ".mts", ".mjs")
"""Files whose resources can be found by name, by how their names end."""


class Place(Struct, frozen=True):
    """A line, counted from 0, with what it makes; `by_name` where only names told."""

    line: int
    costs: tuple[Cost, ...]
    by_name: bool


def places(path: str, text: str, costs: Iterable[Cost]) -> list[Place]:
    """The lines of a file that make resources. `path` is below the project's folder."""
    known: dict[int, list[Cost]] = {}
    guessed: dict[int, list[Cost]] = {}
    lines = text.splitlines()
    for cost in costs:
        file, _, number = cost.subject.source_position.rpartition(":")
        if number.isdecimal():
            if file == path and 0 < int(number) <= len(lines):
                known.setdefault(int(number) - 1, []).append(cost)
        elif (line := _line_of(cost.subject.name, path, lines)) is not None:
            guessed.setdefault(line, []).append(cost)
    found = [Place(line, tuple(some), False) for line, some in known.items()]
    found += [
        Place(line, tuple(some), True)
        for line, some in guessed.items()
        if line not in known
    ]
    return sorted(found, key=lambda place: place.line)


def _line_of(name: str, path: str, lines: list[str]) -> int | None:
    """The one line that the name stands on as a resource's; None without or with more."""
    suffix = PurePosixPath(path).suffix
    if suffix in YAML:
        found = list(_keys_of_resources(name, lines))
    elif suffix in TEXTS:
        literal = re.compile(rf"""(["'`]){re.escape(name)}\1""")
        found = [at for at, line in enumerate(lines) if literal.search(line)]
    else:
        return None
    return found[0] if len(found) == 1 else None


def _keys_of_resources(name: str, lines: list[str]) -> Iterator[int]:
    """Lines with the name as a key directly below `resources:` of Pulumi YAML."""
    key = re.compile(rf"""(\s+)(["']?){re.escape(name)}\2:\s*(#.*)?$""")
    inside, depth = False, ""
    for at, line in enumerate(lines):
        if line[:1] not in ("", " ", "\t", "#"):
            inside, depth = line.startswith("resources:"), ""
        elif inside and line.strip() and not line.lstrip().startswith("#"):
            depth = depth or line[: len(line) - len(line.lstrip())]
            found = key.match(line)
            if found and found[1] == depth:
                yield at
