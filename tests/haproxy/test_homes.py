"""A visitor reaches a user who hosts at home: through the proxy, the relay, the tunnel."""

import asyncio
from pathlib import Path

from tests.haproxy.proxy import DOMAIN, Book, configure, running, watcher
from tests.relay.running import pods, run
from tests.relay.test_visitors import home


def test_a_visitor_goes_all_the_way_to_a_home(haproxy: str, tmp_path: Path) -> None:
    async def test() -> None:
        async with pods() as relay, home(relay):
            address = relay.relays[0].me[1:]
            port = configure(tmp_path, relay=address)
            watcher(Book(), tmp_path).load()
            with running(haproxy, tmp_path, port) as proxy:
                status, headers, text = await asyncio.to_thread(
                    proxy.get, "alice", "/page?a=b"
                )
                assert (status, text) == (200, "GET /page?a=b")
                # The visitor's address is the connection's, not what it claims.
                assert headers["x-saw"] == f"alice.{DOMAIN} 127.0.0.1"
                status, _, text = await asyncio.to_thread(proxy.get, "bob")
                assert (status, text) == (502, "bob is not connected\n")

    run(test)
