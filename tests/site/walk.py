"""Walks a page of the docs as a reader would: its files written, its commands run.

A block whose language is followed by title="NAME" is a file. A block of `console` has
commands behind `$` and what each prints; a line `…` stands for any lines, and `…` in a
line for any text. Each section of a page is walked in a folder of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


class File(Struct, frozen=True):
    """A file that the reader writes."""

    name: str
    text: str


class Command(Struct, frozen=True):
    """A command that the reader types, and what the page says that it prints."""

    words: str
    shown: str

    def prints(self, output: str) -> bool:
        """Whether the output is what the page shows."""
        pattern = ""
        for line in self.shown.splitlines():
            if line == "…":
                pattern += r"(?:.*\n)*?"
            else:
                pattern += ".*".join(map(re.escape, line.split("…"))) + r"\n"
        return re.fullmatch(pattern, output) is not None


def sections(page: Path) -> Iterator[tuple[str, list[File | Command]]]:
    """Each section with a block to walk: its heading, its files and commands in order."""
    for part in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.M)[1:]:
        steps = [
            step for block in BLOCK.finditer(part) for step in _steps(*block.groups())
        ]
        if steps:
            yield part.partition("\n")[0], steps


def _steps(language: str, title: str | None, text: str) -> Iterator[File | Command]:
    if title is not None:
        yield File(title, text)
    elif language == "console":
        for typed in re.split(r"^\$ ", text, flags=re.M)[1:]:
            words, _, shown = typed.partition("\n")
            yield Command(words, shown)
