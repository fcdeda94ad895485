"""A request as the local server got it, and what it answers: the body, or a part of it."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl

from msgspec import Struct

from tests.aws.messages import operation_of

CHUNK = 1 << 16


class Asked(Struct, frozen=True):
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def operation(self) -> str:
        """`AWSPriceListService.GetProducts`, `DescribeSpotPriceHistory` or empty."""
        return operation_of(self.headers, self.body)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a call in EC2's query protocol."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Reply(Struct, frozen=True):
    """What a handler answers.

    The server adds lengths and dates. For a GET it also adds the ETag of bytes and of
    files, answers 304 to one that still holds, and 206 to a range. An iterator goes out
    in chunks, or with `length` as that many bytes.
    """

    status: int = 200
    headers: dict[str, str] = {}
    body: bytes | Path | Iterable[bytes] = b""
    length: int | None = None
    gzip: bool = False
    """Pack the bytes where the client takes gzip."""


Handler = Callable[[Asked], Reply]


def content(
    asked: Asked, reply: Reply, headers: dict[str, str]
) -> tuple[int, int | None, Iterator[bytes]]:
    """The status, length and parts of the body; adds what the headers need."""
    body = reply.body
    if isinstance(body, Path):
        state = body.stat()
        headers.setdefault("ETag", f'"{state.st_size:x}-{state.st_mtime_ns:x}"')
        headers.setdefault("Last-Modified", formatdate(state.st_mtime, usegmt=True))
        size = state.st_size
    elif isinstance(body, bytes):
        if reply.gzip and "gzip" in asked.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 1, mtime=0)
        if asked.method == "GET" and reply.status == 200:
            headers.setdefault("ETag", f'"{sha256(body).hexdigest()[:32]}"')
        size = len(body)
    else:
        return reply.status, reply.length, iter(body)
    if asked.method != "GET" or reply.status != 200:
        return reply.status, size, _bytes_of(body, 0, size)
    if asked.headers.get("if-none-match") == headers.get("ETag"):
        return 304, None, iter(())
    headers["Accept-Ranges"] = "bytes"
    start = _range_start(asked, headers)
    if start is None:
        return 200, size, _bytes_of(body, 0, size)
    if start >= size:
        headers["Content-Range"] = f"bytes */{size}"
        return 416, 0, iter(())
    headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
    return 206, size - start, _bytes_of(body, start, size)


def _range_start(asked: Asked, headers: dict[str, str]) -> int | None:
    """Where an open range begins; None where the whole body must be sent."""
    unit, _, span = asked.headers.get("range", "").partition("=")
    begin, dash, end = span.partition("-")
    if unit != "bytes" or not begin.isdigit() or not dash or end:
        return None
    still = asked.headers.get("if-range")
    if still is not None and still not in (
        headers["ETag"],
        headers.get("Last-Modified"),
    ):
        return None
    return int(begin)


def _bytes_of(body: bytes | Path, start: int, size: int) -> Iterator[bytes]:
    if isinstance(body, bytes):
        yield body[start:]
        return
    with body.open("rb") as file:
        file.seek(start)
        while part := file.read(CHUNK):
            yield part


def first_bytes(parts: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for part in parts:
        yield part[:limit]
        limit -= len(part)
        if limit <= 0:
            return
