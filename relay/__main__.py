"""Runs one pod: `python -m relay`, with its settings in the environment.

RELAY_KEY_FILE     the file with the key that tokens are made with (32 bytes or more)
RELAY_DOMAIN       homes are reached as names of it
RELAY_HOST         the relay's own host name, where devices and homes connect
RELAY_PORT         where it listens (8080)
RELAY_PODS         the headless Service of all pods; empty for one pod alone
RELAY_POD_ADDRESS  this pod's own address
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from relay.mesh import Mesh, pods_of
from relay.server import Relay, close_all, ready
from relay.visitors import Visitors

LEAST_KEY_BYTES = 32


def application(
    relay: Relay, domain: str, own_host: str = "", mesh: Mesh | None = None
) -> web.Application:
    """Visitors on host names of the domain, the relay's paths on its own and by address."""
    app = web.Application()
    visitors = Visitors(relay, domain, own_host)

    @web.middleware
    async def by_host(request: web.Request, handler: Handler) -> web.StreamResponse:
        if visitors.name_of(request.host):
            return await visitors.visit(request)
        return await handler(request)

    app.middlewares.append(by_host)
    app.router.add_get("/ready", ready)
    app.router.add_get("/connect/{name:.+}", relay.connect)
    if mesh is not None:
        app.router.add_get("/mesh", mesh.accept)

        async def meshed(_app: web.Application) -> AsyncIterator[None]:
            task = asyncio.create_task(mesh.run())
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

        app.cleanup_ctx.append(meshed)

    async def leave(_app: web.Application) -> None:
        await close_all(relay)

    app.on_shutdown.append(leave)
    return app


def main() -> None:
    """Run until SIGTERM, then close every connection so that all come back elsewhere."""
    logging.basicConfig(level=logging.INFO)
    setting = os.environ
    key = Path(setting["RELAY_KEY_FILE"]).read_bytes().strip()
    if len(key) < LEAST_KEY_BYTES:
        raise SystemExit(f"the key has {len(key)} bytes; it needs {LEAST_KEY_BYTES}")
    port = int(setting.get("RELAY_PORT", "8080"))
    relay = Relay(key, f"@{setting.get('RELAY_POD_ADDRESS', '127.0.0.1')}:{port}")
    pods = setting.get("RELAY_PODS", "")
    mesh = Mesh(relay, pods_of(pods, port)) if pods else None
    app = application(relay, setting["RELAY_DOMAIN"], setting["RELAY_HOST"], mesh)
    web.run_app(app, port=port, access_log=None, shutdown_timeout=20)


if __name__ == "__main__":
    main()
