"""The home's end: connects out to the relay and answers visitors from a local server.

    python -m relay.home wss://relay.example.com/connect/alice http://127.0.0.1:8080

The token is read from the environment, RELAY_TOKEN. Nothing at home listens to the world.
"""

import asyncio
import json
import logging
import os
import random
import sys
from collections.abc import AsyncIterator

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType

from relay.frames import MOST_BYTES, Frame, Kind, pack, unpack
from relay.visitors import HOP_BY_HOP, WINDOW

RETRY_SECONDS = (1.0, 30.0)
log = logging.getLogger("relay.home")


class Visit:
    """One visitor's stream at home: parts of the body in, the window of what goes out."""

    def __init__(self) -> None:
        """Begin with an empty body and a full window."""
        self.came: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.window = asyncio.Semaphore(WINDOW)
        self.task: asyncio.Task[None] | None = None


class Home:
    """Answers streams of one WebSocket from the server at `local`."""

    def __init__(self, session: ClientSession, local: str) -> None:
        """Answer from `local`, an address such as http://127.0.0.1:8080."""
        self._session, self._local = session, local.rstrip("/")
        self._visits: dict[tuple[str, int], Visit] = {}

    async def serve(self, relay: ClientWebSocketResponse) -> None:
        """Answer until the relay closes."""
        try:
            async for message in relay:
                if message.type == WSMsgType.BINARY:
                    await self._take(relay, unpack(message.data))
        finally:
            for visit in self._visits.values():
                if visit.task is not None:
                    visit.task.cancel()

    async def _take(self, relay: ClientWebSocketResponse, frame: Frame) -> None:
        key = (frame.name, frame.stream)
        if frame.kind == Kind.OPEN and frame.name.startswith("@"):
            visit = self._visits[key] = Visit()
            visit.task = asyncio.create_task(self._answer(relay, frame, visit))
            visit.task.add_done_callback(lambda _: self._visits.pop(key, None))
        elif (found := self._visits.get(key)) is None:
            return
        elif frame.kind == Kind.DATA:
            found.came.put_nowait(frame.payload)
        elif frame.kind == Kind.END:
            found.came.put_nowait(None)
        elif frame.kind == Kind.TAKEN:
            found.window.release()
        elif found.task is not None:
            found.task.cancel()

    async def _answer(
        self, relay: ClientWebSocketResponse, opened: Frame, visit: Visit
    ) -> None:
        async def send(kind: Kind, payload: bytes = b"") -> None:
            frame = Frame(kind, opened.name, opened.stream, payload)
            await relay.send_bytes(pack(frame))

        async def body() -> AsyncIterator[bytes]:
            while (part := await visit.came.get()) is not None:
                yield part
                await send(Kind.TAKEN)

        head = json.loads(opened.payload)
        has_body = head["method"] not in ("GET", "HEAD", "OPTIONS")
        try:
            async with self._session.request(
                head["method"],
                self._local + head["path"],
                headers=[tuple(pair) for pair in head["headers"]],
                data=body() if has_body else None,
                allow_redirects=False,
            ) as answer:
                pairs = [
                    [key, value]
                    for key, value in answer.headers.items()
                    if key.lower() not in HOP_BY_HOP
                ]
                said = {"status": answer.status, "headers": pairs}
                await send(Kind.OPEN, json.dumps(said).encode("ascii"))
                async for part in answer.content.iter_chunked(MOST_BYTES):
                    await visit.window.acquire()
                    await send(Kind.DATA, part)
                await send(Kind.END)
        except ClientError as error:
            log.warning("%s %s: %s", head["method"], head["path"], error)
            await send(Kind.LOST)


async def stay(url: str, token: str, local: str) -> None:
    """Connect, and again whenever the connection ends, ever more slowly while it fails."""
    wait, longest = RETRY_SECONDS
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession(auto_decompress=False) as session:
        while True:
            try:
                async with session.ws_connect(
                    url, headers=headers, heartbeat=50
                ) as relay:
                    wait = RETRY_SECONDS[0]
                    await Home(session, local).serve(relay)
            except (ClientError, OSError) as error:
                log.warning("no relay: %s", error)
            # A pod that ends sends all its homes away at once; they must not come back so.
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))
            wait = min(longest, wait * 2)


def main() -> None:
    """Run until interrupted."""
    logging.basicConfig(level=logging.INFO)
    if len(sys.argv) != 3:
        raise SystemExit(f"usage: {sys.argv[0]} wss://RELAY/connect/NAME http://LOCAL")
    asyncio.run(stay(sys.argv[1], os.environ["RELAY_TOKEN"], sys.argv[2]))


if __name__ == "__main__":
    main()
