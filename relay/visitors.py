"""Visitors of a user who hosts at home: their requests go to the home and come back.

The host name tells the user: `name.domain` is the home that is connected as `name`. A
request is a stream: its head, its body in parts, an end; the answer comes the same way.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from relay.frames import MOST_BYTES, Frame, Kind
from relay.server import Relay
from relay.tokens import NAME

WINDOW = 16
"""Parts that may be under way unanswered: 1 MiB of a stream."""
ANSWER_SECONDS = 60.0
log = logging.getLogger("relay")
HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate"),
        *("proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Headers of one connection, which are not passed on (RFC 9110, 7.6.1)."""


class Stream:
    """One side of a stream: parts go out within the window, and come in in order."""

    def __init__(self, relay: Relay, name: str) -> None:
        """Open a stream to a home."""
        self._relay, self._name = relay, name
        self._window = asyncio.Semaphore(WINDOW)
        self._came: asyncio.Queue[Frame] = asyncio.Queue(WINDOW + 4)
        self._number = relay.open_stream(self._take)

    async def _take(self, frame: Frame) -> None:
        if frame.name != self._name:  # another home guesses at numbers of streams
            return
        if frame.kind == Kind.TAKEN:
            self._window.release()
            return
        try:
            self._came.put_nowait(frame)
        except asyncio.QueueFull:  # the home does not keep to the window
            self.close()

    async def send(self, kind: Kind, payload: bytes = b"") -> None:
        """Send one part; ConnectionError where the home is not connected."""
        frame = Frame(kind, self._name, self._number, payload)
        if not await self._relay.send(self._relay.me, frame):
            raise ConnectionError(f"{self._name} is not connected")

    async def send_body(self, parts: AsyncIterator[bytes]) -> None:
        """Send a body as the home takes it, then its end."""
        async for part in parts:
            for start in range(0, len(part), MOST_BYTES):
                await self._window.acquire()
                await self.send(Kind.DATA, part[start : start + MOST_BYTES])
        await self.send(Kind.END)

    async def next(self) -> Frame:
        """What comes next; ConnectionError where the home is gone or silent."""
        try:
            frame = await asyncio.wait_for(self._came.get(), ANSWER_SECONDS)
        except TimeoutError:
            raise ConnectionError(f"{self._name} does not answer") from None
        if frame.kind == Kind.LOST:
            raise ConnectionError(f"{self._name} is gone")
        return frame

    def close(self) -> None:
        """Forget the stream; what still comes is answered with LOST."""
        self._relay.streams.pop(self._number, None)


class Visitors:
    """Answers requests for host names of a domain through the users' homes."""

    def __init__(self, relay: Relay, domain: str, own_host: str = "") -> None:
        """Serve `name.domain` for every name that is connected, but the relay's own."""
        self._relay, self._end, self._own = relay, f".{domain}", own_host

    def name_of(self, host: str) -> str:
        """The user whom a host name means; empty where it means none."""
        host = host.partition(":")[0].lower()
        label, found, rest = host.partition(self._end)
        homes = found and not rest and host != self._own
        return label if homes and NAME.fullmatch(label) else ""

    async def visit(self, request: web.Request) -> web.StreamResponse:
        """Pass one request to the home that its host name means."""
        name = self.name_of(request.host)
        if not name:
            raise web.HTTPNotFound(text="no such name\n")
        stream = Stream(self._relay, name)
        sending: asyncio.Task[None] | None = None
        try:
            await stream.send(Kind.OPEN, _head(request))
            sending = asyncio.create_task(
                stream.send_body(request.content.iter_chunked(MOST_BYTES))
            )
            answer = _answer_of(await stream.next())
            await answer.prepare(request)
            await _pass_body(request, stream, answer)
        except ConnectionError as error:
            raise web.HTTPBadGateway(text=f"{error}\n") from None
        finally:
            stream.close()
            if sending is not None:
                sending.cancel()
        return answer


def _answer_of(frame: Frame) -> web.StreamResponse:
    """Status and headers as a home says them; ConnectionError where it says neither."""
    try:
        head = json.loads(frame.payload)
        answer = web.StreamResponse(status=int(head["status"]))
        for key, value in head["headers"]:
            if key.lower() not in HOP_BY_HOP:
                answer.headers.add(key, value)
        _ = answer.content_length
    except (ValueError, KeyError, TypeError):
        raise ConnectionError("the home's answer cannot be read") from None
    return answer


async def _pass_body(
    request: web.Request, stream: Stream, answer: web.StreamResponse
) -> None:
    """The body, as long as the home said: an answer that has begun cannot become another.

    A body that breaks off ends the visitor's connection, which tells that it is not whole.
    """
    length, sent = answer.content_length, 0
    try:
        while (frame := await stream.next()).kind == Kind.DATA:
            sent += len(frame.payload)
            if length is not None and sent > length:
                raise ConnectionError("the home sends more than it said")
            await answer.write(frame.payload)
            await stream.send(Kind.TAKEN)
        if length is not None and sent < length and request.method != "HEAD":
            raise ConnectionError("the home sends less than it said")
        await answer.write_eof()
    except ConnectionError as error:
        log.info("an answer breaks off: %s", error)
        if request.transport is not None:
            request.transport.abort()


def _head(request: web.Request) -> bytes:
    """A request's head for the home, with the visitor's address as the proxy gave it."""
    headers = [
        [key, value]
        for key, value in request.headers.items()
        if key.lower() not in HOP_BY_HOP
    ]
    head = {"method": request.method, "path": request.path_qs, "headers": headers}
    return json.dumps(head).encode("ascii")
