"""Text that a terminal can hold: so many columns wide, and nothing that moves it."""

from collections.abc import Iterator
from re import compile
from textwrap import wrap
from unicodedata import combining, east_asian_width

UNUSUAL = compile("[^\\u0000-\\u02ff\\u2013-\\u2026\\u2500-\\u257f]")
"""Characters that may take two columns or none: not Latin, dashes or box lines."""


def cells(text: str) -> int:
    """Columns that the text takes on a terminal."""
    if not UNUSUAL.search(text):
        return len(text)
    return sum(_cell(character) for character in text)


def printable(text: str) -> str:
    """The text with what would move the cursor or hide text replaced by �."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "�" for c in text)


def clip(text: str, room: int) -> str:
    """The text in at most `room` columns, with … where it was cut."""
    return fitted(text, room)[0]


def fitted(text: str, room: int) -> tuple[str, int]:
    """The text as `clip` cuts it, and how many columns it then takes."""
    text = printable(text)
    taken = len(text) if text.isascii() else cells(text)
    if taken <= room:
        return text, taken
    kept, taken = "", 0
    for character in text:
        wide = _cell(character)
        if taken + wide > room - 1:
            break
        kept += character
        taken += wide
    return f"{kept}…", taken + 1


def paragraph(
    sentence: str,
    width: int,
    *,
    indent: str = "",
    hanging: str = "",
    unbroken: bool = False,
) -> Iterator[str]:
    """The sentence in lines of at most `width` columns, printable throughout.

    A word that is longer than a line is broken, unless it stays `unbroken`.
    """
    sentence = printable(" ".join(sentence.split()))
    if not UNUSUAL.search(sentence):
        yield from wrap(
            sentence,
            width,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_on_hyphens=False,
            break_long_words=not unbroken,
        )
        return
    line, empty = indent, True
    for word in sentence.split():
        if not empty and cells(line) + 1 + cells(word) > width:
            yield line
            line, empty = hanging, True
        line += word if empty else f" {word}"
        empty = False
        while not unbroken and cells(line) > width:
            kept = _first(line, width)
            yield kept
            line = hanging + line[max(len(kept), len(hanging) + 1) :]
    if not empty:
        yield line


def _first(line: str, width: int) -> str:
    """As much of the line's start as `width` columns hold."""
    taken = 0
    for place, character in enumerate(line):
        taken += _cell(character)
        if taken > width:
            return line[:place]
    return line


def _cell(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
