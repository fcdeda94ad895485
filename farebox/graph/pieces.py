"""A long document as Pulumi indents it, decoded a piece at a time.

A document of 100,000 resources has 300 MB, of which pricing needs a fraction. Pulumi
writes each resource of the list in lines of its own, so that the list can be cut
between two of them, and a piece is forgotten once it is decoded. JSON has no line breaks
inside of texts: a cut in a wrong place leaves a bracket open and is no JSON, and then
the document is read whole, as any other is.
"""

from collections.abc import Callable
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")

PIECE_BYTES = 1 << 18
"""Small enough for a processor's cache, which is faster than memory."""

ITEM_BYTES = 1 << 22
"""A document with a longer item is read whole: looking for its end again and again
would take long."""

LONG_BYTES = 1 << 24
"""Shorter files are read whole."""

INDENT = b"    "
BEGINNING = b"{\n" + INDENT + b'"'


class LongFile(Struct, frozen=True):
    """A document too long to be held whole while it is decoded."""

    path: Path

    def read(self) -> bytes:
        """All of it. Raises OSError."""
        return self.path.read_bytes()


def is_long(path: Path) -> bool:
    """Whether a file is worth reading in pieces, and begins as Pulumi's. Raises OSError."""
    with path.open("rb") as file:
        begins = file.read(len(BEGINNING)) == BEGINNING
        return begins and file.seek(0, SEEK_END) > LONG_BYTES


class Listed(Struct, Generic[T], frozen=True):
    """A document's list, decoded, and the document without what the list holds."""

    items: list[T]
    rest: bytes


def in_pieces(
    file: BinaryIO, key: str, depth: int, decoded: Callable[[bytes], list[T]]
) -> Listed[T] | None:
    """The list under a key that stands `depth` objects deep.

    `decoded` makes the items of a piece that is a JSON list, and raises ValueError for
    what is none. None for a document that is not as Pulumi indents it, or that cannot
    be decoded: whoever reads it whole can say what is wrong. Raises OSError.
    """
    file.seek(0)
    opening = b"\n" + INDENT * depth + b'"%b": [' % key.encode()
    head, found, begun = file.read(PIECE_BYTES).partition(opening)
    if not found:
        return None
    items: list[T] = []
    try:
        rest = _decode(file, begun, depth, decoded, items)
    except (ValueError, RecursionError):
        return None
    return None if rest is None else Listed(items, head + opening + rest)


def _decode(
    file: BinaryIO,
    begun: bytes,
    depth: int,
    decoded: Callable[[bytes], list[T]],
    items: list[T],
) -> bytes | None:
    """Decode the list to its end; give what follows it, None where no end is found."""
    item = b"\n" + INDENT * (depth + 1)
    between = item + b"}," + item + b"{"
    while more := file.read(PIECE_BYTES):
        begun += more
        cut = begun.rfind(between)
        if cut < 0:
            if len(begun) > ITEM_BYTES:
                return None
            continue
        cut += len(item) + 1
        try:
            items += decoded(b"[" + begun[:cut] + b"]")
        except ValueError:
            break  # The list may end before the cut, which is in another one then.
        begun = begun[cut + 1 :]
    end = begun.find(b"\n" + INDENT * depth + b"]")
    if end < 0:
        return None
    items += decoded(b"[" + begun[:end] + b"]")
    return begun[end:] + file.read()
