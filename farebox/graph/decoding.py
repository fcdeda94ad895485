"""From the bytes of a file to typed values, and what to say when that fails.

The bytes are decoded in one pass that keeps the named fields only. What is looked at
twice, to find a good sentence, is a document that has already failed.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from farebox.graph.errors import UnreadableDocument
from farebox.graph.unpacking import unpacked

T = TypeVar("T")

BYTES_SHOWN = 40
"""How much of a text that is no JSON a message quotes."""

UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def json_bytes(data: bytes, name: str) -> bytes:
    """The document in UTF-8, from its first `{` on. Raises UnreadableDocument.

    PowerShell redirects in UTF-16, a wrapper script may print lines of its own before
    the document, and a backend packs it with gzip.
    """
    data = unpacked(data, name)
    if data[:1] == b"{" and data[1:2] != b"\0":
        return data
    text = _utf_8(data, name)
    if not text.strip():
        raise UnreadableDocument(
            f"{name} is empty: the command that should have written it may have failed"
        )
    start = 0
    while start >= 0:
        line = text[start : start + BYTES_SHOWN].lstrip()
        if line[:1] == b"{":
            return text[start:].lstrip()
        end = text.find(b"\n", start)
        start = end + 1 if end >= 0 else -1
    if text.lstrip().startswith((b"Previewing ", b"Updating ")):
        raise UnreadableDocument(
            f"{name} is what Pulumi shows to people: run "
            "`pulumi preview --json --show-sames` and give that"
        )
    if text.lstrip()[:1] == b"[":
        raise UnreadableDocument(f"{name} is a list, not the document of one stack")
    shown = text.strip()[:BYTES_SHOWN].decode("utf-8", "replace")
    raise UnreadableDocument(f"{name} is not JSON: it begins with {shown!r}")


def _utf_8(data: bytes, name: str) -> bytes:
    if data.startswith(UTF_8_MARK):
        return data[len(UTF_8_MARK) :]
    try:
        if data.startswith(UTF_16_MARKS):
            return data.decode("utf-16").encode()
        if data[1:2] == b"\0":
            return data.decode("utf-16-le").encode()
    except UnicodeError as error:
        raise UnreadableDocument(
            f"{name} begins as UTF-16 text and breaks off: write it as UTF-8"
        ) from error
    return data


def decode(decoder: "msgspec.json.Decoder[T]", data: bytes, name: str) -> T:
    """The document as the decoder's type. Raises UnreadableDocument.

    Text after the document is dropped, unless it is JSON too.
    """
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError) as error:
        end = _end_of_document(error)
        if end is None:
            raise UnreadableDocument(_what_is_wrong(error, data, name)) from error
    if data.find(b"{", end) >= 0:
        raise UnreadableDocument(
            f"{name} holds more than one JSON document: give them one by one"
        )
    return decode(decoder, data[:end], name)


def _end_of_document(error: Exception) -> int | None:
    """Where the document ended, when only the text after it is wrong."""
    _, found, after = str(error).partition("trailing characters (byte ")
    # The decoder has read the first byte that is too much.
    return int(after.rstrip(")")) - 1 if found else None


def _what_is_wrong(error: Exception, data: bytes, name: str) -> str:
    if isinstance(error, UnicodeDecodeError):
        return _not_utf_8(data, name)
    if isinstance(error, RecursionError):
        return f"{name} nests its values too deep to be a Pulumi document"
    said = str(error)
    if "truncated" in said:
        return (
            f"{name} is cut off at byte {len(data):,}: run the command that wrote it "
            "again"
        )
    if isinstance(error, msgspec.ValidationError):
        return f"{name} is no document as Pulumi writes it: {_plain(said)}"
    return f"{name} is not JSON: {said.removeprefix('JSON is malformed: ')}"


def _not_utf_8(data: bytes, name: str) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        place = f" at byte {error.start:,}"
    else:
        place = ""
    return f"{name} is not UTF-8 text{place}: write it again as UTF-8"


def _plain(said: str) -> str:
    """`Expected `object`, got `str` - at `$.steps[3]`` in the house's words."""
    what, _, place = said.partition(" - at ")
    where = place.strip("`").removeprefix("$.").removeprefix("$") or "the document"
    return f"{where}: {what[:1].lower()}{what[1:]}"


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop the search for reference cycles while many objects are made.

    JSON has no cycles, and searching for them is half of the time of a large stack.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


def top_level_keys(data: bytes, name: str) -> dict[str, Any]:
    """The top-level keys of the document, their values undecoded."""
    return decode(_KEYS, data, name)


_KEYS: "msgspec.json.Decoder[dict[str, Any]]" = msgspec.json.Decoder(
    dict[str, msgspec.Raw]
)
