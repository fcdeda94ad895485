"""How pods find each other and who is where: each pod dials every other one.

A pod sends on the links that it dialled and reads on those that others dialled. Over a
link go the names that are connected to its pod, all of them first, then each change, and
frames for names of the pod that is dialled. Lost with a link is lost: a new link starts
with all names again.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType, web

from relay.frames import BadFrame, Frame, Kind, pack, unpack
from relay.server import Relay
from relay.tokens import POD, proves, token_of

FIND_SECONDS = 3.0
NAMES_A_FRAME = 500
LINK_BYTES = 8 * 1024 * 1024
"""A frame of a link: a frame and names in front, or a few hundred names."""

Finder = Callable[[], Awaitable[set[str]]]
log = logging.getLogger("relay")


class Mesh:
    """The links of one pod to the others, by their names `@address:port`."""

    def __init__(
        self, relay: Relay, find: Finder, find_seconds: float = FIND_SECONDS
    ) -> None:
        """Join a relay; `find` tells the names of all pods, this one among them."""
        self._relay, self._find, self._seconds = relay, find, find_seconds
        self._links: dict[str, ClientWebSocketResponse] = {}
        self.homes: dict[str, str] = {}
        relay.on_change, relay.elsewhere = self._tell, self._forward

    async def run(self) -> None:
        """Dial what is new, for as long as the pod lives."""
        async with ClientSession() as session, asyncio.TaskGroup() as dialling:
            while True:
                try:
                    pods = await self._find()
                except OSError as error:
                    log.warning("pods are not found: %s", error)
                    pods = set()
                for pod in pods - {self._relay.me} - set(self._links):
                    dialling.create_task(self._dial(session, pod))
                await asyncio.sleep(self._seconds)

    async def _dial(self, session: ClientSession, pod: str) -> None:
        headers = {
            "Authorization": f"Bearer {token_of(POD, self._relay.key)}",
            "X-Pod": self._relay.me,
        }
        try:
            async with session.ws_connect(
                f"http://{pod[1:]}/mesh", headers=headers, heartbeat=10
            ) as link:
                self._links[pod] = link
                names = list(self._relay.here)
                for start in range(0, len(names), NAMES_A_FRAME):
                    await link.send_bytes(
                        _names(Kind.HERE, names[start : start + NAMES_A_FRAME])
                    )
                async for _ in link:
                    pass
        except (ClientError, OSError) as error:
            log.info("no link to %s: %s", pod, error)
        finally:
            self._links.pop(pod, None)

    async def _tell(self, kind: Kind, name: str) -> None:
        await asyncio.gather(
            *(_put(link, _names(kind, [name])) for link in list(self._links.values()))
        )

    async def _forward(self, name: str, data: bytes) -> bool:
        pod = name if name.startswith("@") else self.homes.get(name)
        link = self._links.get(pod) if pod else None
        wrapped = pack(Frame(Kind.FORWARD, name, 0, data))
        return link is not None and await _put(link, wrapped)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Read what another pod sends on the link that it dialled."""
        if not proves(request.headers.get("Authorization", ""), POD, self._relay.key):
            raise web.HTTPUnauthorized(text="the token does not prove a pod\n")
        pod = request.headers.get("X-Pod", "")
        link = web.WebSocketResponse(heartbeat=10, max_msg_size=LINK_BYTES)
        await link.prepare(request)
        try:
            async for message in link:
                if message.type != WSMsgType.BINARY:
                    break
                await self._read(pod, unpack(message.data))
        except BadFrame as error:
            log.warning("%s sends what is no frame: %s", pod, error)
        finally:
            self._forget(pod, [one for one, at in self.homes.items() if at == pod])
        return link

    async def _read(self, pod: str, frame: Frame) -> None:
        if frame.kind == Kind.FORWARD:
            if not await self._relay.deliver(frame.name, frame.payload):
                lost = unpack(frame.payload)
                if lost.kind != Kind.LOST:
                    answer = Frame(Kind.LOST, lost.name, lost.stream)
                    await self._relay.send(frame.name, answer)
            return
        names = frame.payload.decode("ascii").split("\n")
        if frame.kind == Kind.HERE:
            self.homes.update(dict.fromkeys(names, pod))
        else:
            self._forget(pod, names)

    def _forget(self, pod: str, names: Iterable[str]) -> None:
        """Names that have meanwhile come to another pod stay."""
        for name in names:
            if self.homes.get(name) == pod:
                del self.homes[name]


async def _put(link: ClientWebSocketResponse, data: bytes) -> bool:
    try:
        await link.send_bytes(data)
    except (ConnectionError, ClientError):
        return False
    return True


def _names(kind: Kind, names: list[str]) -> bytes:
    return pack(Frame(kind, "", 0, "\n".join(names).encode("ascii")))


def pods_of(service: str, port: int) -> Finder:
    """The pods behind a headless Service, as the cluster's DNS names them."""

    async def find() -> set[str]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(service, port, type=socket.SOCK_STREAM)
        return {f"@{address[0]}:{port}" for *_, address in found}

    return find
