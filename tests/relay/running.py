"""Pods of the relay in this process, on free ports of the loopback address."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, web

from relay.__main__ import application
from relay.frames import Frame, Kind, pack, unpack
from relay.mesh import Mesh
from relay.server import Relay
from relay.tokens import token_of

KEY = b"0123456789abcdef0123456789abcdef"
DOMAIN = "example.com"


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine; a hang is a failure."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(bounded())


class Pods:
    """Some pods that know each other."""

    def __init__(self) -> None:
        self.relays: list[Relay] = []
        self.meshes: list[Mesh] = []
        self.names: set[str] = set()
        self._runners: list[web.AppRunner] = []

    async def start(self, *, meshed: bool) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        relay = Relay(KEY, f"@127.0.0.1:{listening.getsockname()[1]}")

        async def find() -> set[str]:
            return self.names

        mesh = Mesh(relay, find, 0.05) if meshed else None
        self.meshes += [mesh] if mesh else []
        app = application(relay, DOMAIN, f"relay.{DOMAIN}", mesh)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        self.names.add(relay.me)
        self.relays.append(relay)
        self._runners.append(runner)

    def url(self, pod: int = 0, path: str = "") -> str:
        return f"http://{self.relays[pod].me[1:]}{path}"

    async def stop(self, pod: int) -> None:
        self.names.discard(self.relays[pod].me)
        await self._runners[pod].cleanup()


@asynccontextmanager
async def pods(count: int = 1) -> AsyncIterator[Pods]:
    running = Pods()
    try:
        for _ in range(count):
            await running.start(meshed=count > 1)
        yield running
    finally:
        for number in range(len(running.relays)):
            await running.stop(number)


class Party:
    """One who is connected: sends frames, and reads those that come."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, to: str, payload: bytes, kind: Kind = Kind.MESSAGE) -> None:
        await self.socket.send_bytes(pack(Frame(kind, to, 0, payload)))

    async def read(self) -> Frame:
        return unpack(await self.socket.receive_bytes(timeout=5))


@asynccontextmanager
async def parties(running: Pods, **pod_of: int) -> AsyncIterator[list[Party]]:
    """Parties by name, each connected to the pod of a number."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        yield [
            Party(
                await stack.enter_async_context(
                    session.ws_connect(
                        running.url(pod, f"/connect/{name}"), headers=bearer(name)
                    )
                )
            )
            for name, pod in pod_of.items()
        ]


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(name, KEY)}"}


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something that becomes true by itself."""
    async with asyncio.timeout(10):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)
