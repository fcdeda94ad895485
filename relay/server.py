"""One pod of the relay: connections, and the frames that pass between them.

Nothing is stored and nothing waits: a frame for a name that is not connected is answered
with LOST, and a recipient that does not read is cut off before it holds up a sender.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from aiohttp import WSMsgType, web

from relay.frames import HEADER_BYTES, MOST_BYTES, BadFrame, Frame, Kind, pack, unpack
from relay.tokens import NAME, proves

HEARTBEAT_SECONDS = 50.0
"""A load balancer forgets a connection that is silent for 350 s, home routers sooner."""
BACKLOG_BYTES = 512 * 1024
"""What one recipient may leave unread. A stream sends 16 parts of 64 KiB unread at most,
of which the kernel's own buffers hold half."""
REPLACED, SLOW = 4000, 4001
"""Close codes: another connection took the name; the recipient did not read."""

Taker = Callable[[Frame], Awaitable[None]]


class Connection:
    """One open WebSocket, and how frames are put on it."""

    def __init__(self, name: str, socket: web.WebSocketResponse, request: web.Request):
        """Never let a send wait: a connection over its backlog is cut off instead."""
        assert request.transport is not None
        self.name, self.socket, self._transport = name, socket, request.transport
        request.transport.set_write_buffer_limits(high=4 * BACKLOG_BYTES)

    async def put(self, data: bytes) -> bool:
        """Send a packed frame; False where the recipient is closed or does not read."""
        if self.socket.closed or self._transport.is_closing():
            return False
        if self._transport.get_write_buffer_size() > BACKLOG_BYTES:
            self._transport.abort()
            return False
        try:
            await self.socket.send_bytes(data)
        except ConnectionError:
            return False
        return True


class Relay:
    """The connections of one pod. `me` is the pod's own name among pods."""

    def __init__(self, key: bytes, me: str = "@alone") -> None:
        """Begin without connections; a mesh and visitors are joined from outside."""
        self.key, self.me = key, me
        self.here: dict[str, Connection] = {}
        self.streams: dict[int, Taker] = {}
        self.on_change: Callable[[Kind, str], Awaitable[None]] | None = None
        self.elsewhere: Callable[[str, bytes], Awaitable[bool]] | None = None
        self._numbers = count(1)

    def open_stream(self, handler: Taker) -> int:
        """A stream of this pod; what is sent to it goes to `handler`."""
        number = next(self._numbers) % 2**32
        self.streams[number] = handler
        return number

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket for as long as it lives."""
        name = request.match_info["name"]
        if not NAME.fullmatch(name):
            raise web.HTTPBadRequest(text="a name is letters, digits and hyphens\n")
        if not proves(request.headers.get("Authorization", ""), name, self.key):
            raise web.HTTPUnauthorized(text="the token does not prove this name\n")
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS,
            compress=False,
            max_msg_size=MOST_BYTES + HEADER_BYTES,
        )
        await socket.prepare(request)
        connection = Connection(name, socket, request)
        before, self.here[name] = self.here.get(name), connection
        if before is not None:
            await before.socket.close(code=REPLACED)
        elif self.on_change:
            await self.on_change(Kind.HERE, name)
        try:
            await self._serve(connection)
        finally:
            if self.here.get(name) is connection:
                del self.here[name]
                if self.on_change:
                    await self.on_change(Kind.GONE, name)
        return socket

    async def _serve(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type != WSMsgType.BINARY:
                break
            try:
                frame = unpack(message.data)
            except BadFrame:
                break
            if frame.kind >= Kind.HERE:
                break
            if not await self.send(connection.name, frame):
                lost = Frame(Kind.LOST, frame.name, frame.stream)
                if frame.kind != Kind.LOST and not await connection.put(pack(lost)):
                    break

    async def send(self, sender: str, frame: Frame) -> bool:
        """Deliver a frame of `sender`; False where its recipient is not connected."""
        data = pack(frame._replace(name=sender))
        return await self.deliver(frame.name, data) or (
            self.elsewhere is not None and await self.elsewhere(frame.name, data)
        )

    async def deliver(self, name: str, data: bytes) -> bool:
        """Deliver packed bytes to a name of this pod."""
        if name == self.me:
            frame = unpack(data)
            handler = self.streams.get(frame.stream)
            if handler is not None:
                await handler(frame)
            return handler is not None
        connection = self.here.get(name)
        return connection is not None and await connection.put(data)


async def ready(_request: web.Request) -> web.Response:
    """What the probes of Kubernetes and the load balancer ask for."""
    return web.Response(text="ready\n")


async def close_all(relay: Relay) -> None:
    """Close every connection, so that each is opened anew on another pod."""
    connections = list(relay.here.values())
    await asyncio.gather(*(one.socket.close(code=1012) for one in connections))
