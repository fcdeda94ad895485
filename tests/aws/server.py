"""A server on this machine that answers as AWS does, and fails as networks do.

It speaks HTTP/1.1 over real sockets. A fault is done where it happens in life: a reset
is a TCP reset, a time-out is silence, a cut answer is a connection closed before the
length that was promised. So nothing that is tested depends on a mock's kindness.

    with AwsServer() as aws:
        aws.serve("/offers/", files(folder))
        aws.fail("reset", path="region_index.json", times=2, after=100)
"""

import gzip
import os
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from types import MappingProxyType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tests.aws.messages import (
    EMPTY_TOKEN,
    empty_page,
    operation_of,
    refusal,
    with_real_token,
)

CHUNK = 1 << 16

FAULTS = (
    "throttle",
    "server-error",
    "time-out",
    "refuse",
    "reset",
    "truncate",
    "wrong-length",
    "gzip-no-header",
    "html",
    "empty-page",
    "expired-token",
    "frozen-etag",
    "skew",
    "slow",
)

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hotel Wi-Fi"
FROZEN_SINCE = "Mon, 13 May 2024 10:00:00 GMT"


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


class _Fault(Struct):
    name: str
    path: str
    times: int
    how: dict[str, Any]


class AwsServer:
    """The server; a context manager. `url` has no slash at its end."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        """Every request in the order of its arrival."""
        self.failed: list[tuple[str, Asked]] = []
        """Every fault that was really done, and to which request."""
        self._handlers: dict[str, Handler] = {}
        self._faults: list[_Fault] = []
        self._lock = Lock()
        self.stopping = Event()
        server = self

        class Connection(_Connection):
            aws = server

        self._http = _Listener(("127.0.0.1", 0), Connection)
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self._http.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        poll = {"poll_interval": 0.02}
        Thread(target=self._http.serve_forever, kwargs=poll, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def serve(self, path_prefix: str, handler: Handler) -> None:
        """Let `handler` answer what begins with the prefix; the longest one wins."""
        self._handlers[path_prefix] = handler

    def forget(self, path_prefix: str) -> None:
        """Drop every handler whose prefix begins so."""
        for prefix in [p for p in self._handlers if p.startswith(path_prefix)]:
            del self._handlers[prefix]

    def fail(self, fault: str, *, path: str = "", times: int = 1, **how: Any) -> None:
        """Do `fault` to the next `times` requests whose path or operation has `path`.

        `how`, by fault: `after` bytes (reset, truncate); `by` bytes (wrong-length);
        `seconds` (time-out, skew); `pause` and `size` (slow); `status`, `code`,
        `message` and `retry_after` (throttle, server-error, expired-token, skew);
        `body` (html).
        """
        if fault not in FAULTS:
            raise ValueError(f"no fault {fault!r}; there are {', '.join(FAULTS)}")
        with self._lock:
            self._faults.append(_Fault(fault, path, times, how))

    def heal(self) -> None:
        """Forget the faults that are still to come."""
        with self._lock:
            self._faults.clear()

    def asked_for(self, part: str) -> list[Asked]:
        """The requests so far whose path or operation has `part`."""
        return [a for a in list(self.asked) if part in a.path or part in a.operation]

    def _take(self, asked: Asked) -> _Fault | None:
        """Note the request, and the fault that is due for it."""
        with self._lock:
            self.asked.append(asked)
            for fault in self._faults:
                if fault.path in asked.path or fault.path in asked.operation:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    self.failed.append((fault.name, asked))
                    return fault
        return None

    def _answer(self, asked: Asked) -> Reply:
        prefixes = [p for p in self._handlers if asked.path.startswith(p)]
        if not prefixes:
            return Reply(404, {}, b"Not Found")
        return self._handlers[max(prefixes, key=len)](with_real_token(asked))


def files(folder: Path, *, below: str = "") -> Handler:
    """Serve the files of a folder; `below` is the part of the path before it."""

    def handler(asked: Asked) -> Reply:
        file = (folder / asked.path.removeprefix(below).lstrip("/")).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            return Reply(404, {}, b"Not Found")
        return Reply(body=file)

    return handler


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are everyday life here; their threads just end."""


class _Connection(BaseHTTPRequestHandler):
    """One client's connection: reads requests, does faults, writes replies."""

    aws: AwsServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer one request, whatever its method."""
        url = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(size),
        )
        fault = self.aws._take(asked)
        if fault is None:
            self._send(asked, self.aws._answer(asked))
        elif fault.name == "time-out":
            self._stay_silent(fault.how.get("seconds", 3600))
        elif fault.name == "refuse":
            self._hang_up()
        else:
            instead = _instead(fault, asked)
            reply = self.aws._answer(asked) if instead is None else instead
            self._send(asked, reply, fault.name, fault.how)

    do_POST = do_HEAD = do_PUT = do_GET  # noqa: N815

    def _send(
        self,
        asked: Asked,
        reply: Reply,
        fault: str = "",
        how: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        headers = {"Date": formatdate(time.time(), usegmt=True)} | reply.headers
        if fault == "skew":
            headers["Date"] = formatdate(
                time.time() + how.get("seconds", 3600), usegmt=True
            )
        if fault == "frozen-etag":
            headers |= {"ETag": '"frozen"', "Last-Modified": FROZEN_SINCE}
            if "if-none-match" in asked.headers:
                self._write(Reply(304), headers, iter(()), None)
                return
        status, length, parts = _content(asked, reply, headers)
        if fault == "gzip-no-header":
            packed = gzip.compress(b"".join(parts), 1)
            length, parts = len(packed), iter((packed,))
        if fault == "wrong-length" and length is not None:
            length += how.get("by", -7)
            self.close_connection = True
        if fault in ("reset", "truncate"):
            parts = _first(parts, how.get("after", (length or 2 * CHUNK) // 2))
        if fault == "slow":
            parts = self._drip(parts, how.get("size", 1024), how.get("pause", 0.02))
        if asked.method == "HEAD":
            parts = iter(())
        cut = fault in ("reset", "truncate")
        self._write(replace(reply, status=status), headers, parts, length, cut=cut)
        if fault == "reset":
            self._reset()
        elif cut:
            self._hang_up()

    def _write(
        self,
        reply: Reply,
        headers: dict[str, str],
        parts: Iterator[bytes],
        length: int | None,
        *,
        cut: bool = False,
    ) -> None:
        in_chunks = length is None and reply.status != 304
        if in_chunks:
            headers["Transfer-Encoding"] = "chunked"
        elif length is not None:
            headers["Content-Length"] = str(length)
        if self.close_connection:
            headers["Connection"] = "close"
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for part in parts:
            if part:
                head = f"{len(part):x}\r\n".encode() if in_chunks else b""
                self.wfile.write(head + part + (b"\r\n" if in_chunks else b""))
        if in_chunks and not cut:
            self.wfile.write(b"0\r\n\r\n")

    def _drip(self, parts: Iterator[bytes], size: int, pause: float) -> Iterator[bytes]:
        for part in parts:
            for start in range(0, len(part), size):
                yield part[start : start + size]
                if self.aws.stopping.wait(pause):
                    return

    def _stay_silent(self, seconds: float) -> None:
        """Say nothing until the client gives up, or the time is over."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.05)
        while time.monotonic() < until and not self.aws.stopping.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self._hang_up()

    def _hang_up(self) -> None:
        """Close the connection in order: the client sees an early end."""
        self.close_connection = True

    def _reset(self) -> None:
        """Close the connection with a TCP reset."""
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.close_connection = True
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in `asked`; nothing is printed."""


def _instead(fault: _Fault, asked: Asked) -> Reply | None:
    """What is answered in place of the handler; None where the handler answers."""
    if fault.name == "html":
        return Reply(200, {"Content-Type": "text/html"}, fault.how.get("body", HTML))
    if fault.name == "empty-page":
        return _reply(empty_page(asked))
    if fault.name in ("throttle", "server-error", "expired-token") or (
        fault.name == "skew" and asked.operation
    ):
        return _reply(refusal(fault.name, asked, fault.how))
    return None


def _reply(parts: tuple[int, dict[str, str], bytes]) -> Reply:
    status, headers, body = parts
    return Reply(status, headers, body)


def _content(
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


def _first(parts: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for part in parts:
        yield part[:limit]
        limit -= len(part)
        if limit <= 0:
            return


__all__ = ["EMPTY_TOKEN", "FAULTS", "Asked", "AwsServer", "Reply", "files"]
