"""A price list's CSV, read line by line: five lines about it, a header, rows.

Offers and savings plans share this form. The columns differ by service, region and
year, so they are found by name. Nothing is read whole: 450 MB pass in blocks.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from pricing_fetch.errors import Damaged, NoRoom
from pricing_fetch.net import limits
from pricing_fetch.net.unpacking import unpacked

_BLOCK = 1 << 20
_ABOUT = ("FormatVersion", "Disclaimer", "Publication Date", "Version", "OfferCode")
_FORMAT = "v1.0"
_ENDS = (b'"', b",")
"""How a row of an offer ends: anything else may be a text that goes on below."""


class About(Struct, frozen=True):
    """What a price list says of itself in its first five lines."""

    published: str
    version: str
    offer_code: str


Keep = Callable[[bytes], bool]


class PriceFile:
    """One CSV that was downloaded: `about`, `columns` and the rows, read once.

    An open file is read from its start, wherever it stands.

    Raises Damaged, naming the line, for everything that is not in the known shape.
    """

    def __init__(self, file: Path | BinaryIO, *, name: str, max_bytes: int) -> None:
        self.name = name
        self._lines = _lines(file, name, max_bytes)
        self._number = 0
        found = [self._next_row("its first five lines") for _ in _ABOUT]
        names = tuple(row[0] for row in found if row)
        if names != _ABOUT or any(len(row) != 2 for row in found):
            raise self.error(
                1, "this is no price list: its first five lines are not those of one"
            )
        if found[0][1] != _FORMAT:
            raise self.error(
                1,
                f"format {found[0][1]!r}, but only {_FORMAT} is known; update farebox",
            )
        self.about = About(found[2][1], found[3][1], found[4][1])
        self.columns = tuple(self._next_row("its header"))

    def error(self, number: int, reason: str) -> Damaged:
        """The error for a line of the file, counted from 1."""
        return Damaged(
            f"{self.name}, line {number:,}: {reason}; nothing of it was taken"
        )

    def indexes(self, *names: str) -> list[int]:
        """Where the columns stand. Raises Damaged where one is missing or there twice."""
        for name in names:
            count = self.columns.count(name)
            if count != 1:
                raise self.error(
                    self._number,
                    f"the column {name!r} is {'missing' if not count else 'there twice'}",
                )
        return [self.columns.index(name) for name in names]

    def index(self, name: str) -> int | None:
        """Where a column stands that not every list has."""
        count = self.columns.count(name)
        if count > 1:
            raise self.error(self._number, f"the column {name!r} is there twice")
        return self.columns.index(name) if count else None

    def rows(self, keep: Keep) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of every row whose raw line `keep` wants.

        Lines that are not wanted are not looked at further: nine of ten rows of EC2's
        list are reserved instances, and parsing them would take most of the time.
        """
        width = len(self.columns)
        first = self._number + 1
        for number, line in enumerate(self._lines, first):
            self._number = number
            if not keep(line):
                if line[-1:] not in _ENDS:
                    self._closed(line)
            else:
                fields = self._parsed(line)
                if len(fields) != width:
                    raise self.error(
                        number,
                        f"the row has {len(fields)} fields where the header has {width}",
                    )
                yield number, fields
        if self._number < first:
            raise self.error(first, "the list has no row at all")

    def _next_row(self, what: str) -> list[str]:
        line = next(self._lines, None)
        self._number += 1
        if line is None:
            raise self.error(self._number, f"the file ends before {what}")
        return self._parsed(line)

    def _closed(self, line: bytes) -> bytes:
        """The line, and those after it while a quote is open."""
        while line.count(b'"') % 2:
            following = next(self._lines, None)
            if following is None or len(line) > limits.LINE_BYTES:
                raise self.error(self._number, "a quoted text does not end")
            line = b"%b\n%b" % (line, following)
        return line

    def _parsed(self, line: bytes) -> list[str]:
        """The fields of a row."""
        line = self._closed(line)
        try:
            return next(csv.reader((line.decode(),), strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise self.error(
                self._number, f"this is no line of CSV ({error})"
            ) from error


def _pieces(file: Path | BinaryIO) -> Iterator[bytes]:
    try:
        if isinstance(file, Path):
            with file.open("rb") as opened:
                yield from _pieces(opened)
            return
        file.seek(0)
        while piece := file.read(_BLOCK):
            yield piece
    except OSError as error:
        raise NoRoom(
            f"{getattr(file, 'name', file)}: the download cannot be read back "
            f"({error.strerror}); fetch it again"
        ) from error


def _lines(file: Path | BinaryIO, name: str, max_bytes: int) -> Iterator[bytes]:
    """The lines without their ends. Raises Damaged where the last one has no end."""
    rest = b""
    number = 0
    for piece in unpacked(_pieces(file), name=name, max_bytes=max_bytes):
        lines = piece.split(b"\n")
        lines[0] = rest + lines[0]
        rest = lines.pop()
        if len(rest) > limits.LINE_BYTES:
            raise Damaged(
                f"{name}, line {number + len(lines) + 1:,}: a line of more than "
                f"{limits.LINE_BYTES >> 10} KiB is no row; nothing of it was taken"
            )
        number += len(lines)
        if lines and lines[0].endswith(b"\r"):
            lines = [line.removesuffix(b"\r") for line in lines]
        yield from lines
    if rest:
        raise Damaged(
            f"{name}, line {number + 1:,}: the file is cut off here, its last line does "
            "not end; nothing of it was taken"
        )


def field_is(
    columns: Sequence[str], name: str, value: str, simple: Sequence[str]
) -> Keep:
    """A fast test whether a raw line has that value in the column `name`.

    It holds where only the columns `simple`, which never have a comma or a quote, stand
    before it; else every line is kept, and the parsed row decides.
    """
    index = columns.index(name) if name in columns else -1
    if index < 0 or not set(columns[:index]) <= set(simple):
        return lambda _: True
    wanted = (f'"{value}"'.encode(), value.encode())
    splits = index + 1

    def keep(line: bytes) -> bool:
        fields = line.split(b",", splits)
        return len(fields) <= index or fields[index] in wanted

    return keep


def field_is_not(
    columns: Sequence[str], name: str, value: str, simple: Sequence[str]
) -> Keep:
    """The same the other way: only lines that surely have the value are passed over."""
    if name not in columns or not set(columns[: columns.index(name)]) <= set(simple):
        return lambda _: True
    index = columns.index(name)
    passed_over = (f'"{value}"'.encode(), value.encode())
    splits = index + 1

    def keep(line: bytes) -> bool:
        fields = line.split(b",", splits)
        return len(fields) <= index or fields[index] not in passed_over

    return keep
