"""A client's connection to the local server, where its faults are done."""

import gzip
import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tests.aws.exchange import CHUNK, Asked, Reply, content, first_bytes
from tests.aws.messages import empty_page, refusal

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hotel Wi-Fi"
FROZEN_SINCE = "Mon, 13 May 2024 10:00:00 GMT"


class Fault(Struct):
    """A fault that is still to be done: to which requests, how often and how."""

    name: str
    path: str
    times: int
    how: dict[str, Any]


class Answering(Protocol):
    """What a connection asks: which fault is due, and what the answer is."""

    stopping: Event

    def take(self, asked: Asked) -> Fault | None:
        """Note the request, and the fault that is due for it."""

    def answer(self, asked: Asked) -> Reply:
        """The handler's answer."""


class Listener(ThreadingHTTPServer):
    """Takes connections, each in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are everyday life here; their threads just end."""


class Connection(BaseHTTPRequestHandler):
    """One client's connection: reads requests, does faults, writes replies."""

    aws: Answering
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
        fault = self.aws.take(asked)
        if fault is None:
            self._send(asked, self.aws.answer(asked))
        elif fault.name == "time-out":
            self._stay_silent(fault.how.get("seconds", 3600))
        elif fault.name == "refuse":
            self._hang_up()
        else:
            instead = _instead(fault, asked)
            reply = self.aws.answer(asked) if instead is None else instead
            self._send(asked, reply, fault.name, fault.how)

    do_POST = do_HEAD = do_PUT = do_GET  # noqa: N815

    def _send(
        self,
        asked: Asked,
        reply: Reply,
        fault: str = "",
        how: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        ahead = how.get("seconds", 3600) if fault == "skew" else 0
        date = {"Date": formatdate(time.time() + ahead, usegmt=True)}
        headers = date | reply.headers | (date if ahead else {})
        if fault == "frozen-etag":
            headers |= {"ETag": '"frozen"', "Last-Modified": FROZEN_SINCE}
            if "if-none-match" in asked.headers:
                self._write(Reply(304), headers, iter(()), None)
                return
        status, length, parts = content(asked, reply, headers)
        length, parts = self._spoilt(length, parts, fault, how)
        if asked.method == "HEAD":
            parts = iter(())
        cut = fault in ("reset", "truncate")
        self._write(replace(reply, status=status), headers, parts, length, cut=cut)
        if fault == "reset":
            self._reset()
        elif cut:
            self._hang_up()

    def _spoilt(
        self,
        length: int | None,
        parts: Iterator[bytes],
        fault: str,
        how: Mapping[str, Any],
    ) -> tuple[int | None, Iterator[bytes]]:
        """The announced length and the bytes, as the fault has them."""
        if fault == "gzip-no-header":
            packed = gzip.compress(b"".join(parts), 1)
            return len(packed), iter((packed,))
        if fault == "wrong-length" and length is not None:
            self.close_connection = True
            return length + how.get("by", -7), parts
        if fault in ("reset", "truncate"):
            after = how.get("after", (length or 2 * CHUNK) // 2)
            return length, first_bytes(parts, after)
        if fault == "slow":
            pause = how.get("pause", 0.02)
            return length, self._drip(parts, how.get("size", 1024), pause)
        return length, parts

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


def _instead(fault: Fault, asked: Asked) -> Reply | None:
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
