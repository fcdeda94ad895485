"""How the agent tells that it is alive: to systemd, and to whoever may ask its port."""

import json
import os
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from passepartout.agent.agent import Agent

STALE = 60.0
"""Seconds after a step for which the agent counts as healthy."""


def notify(message: str) -> None:
    """Tell systemd; nothing where no systemd started this process."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.sendto(message.encode(), address)


class Health:
    """Serves `/healthy` and `/routes` on the machine's own address."""

    def __init__(self, agent: Agent) -> None:
        """Nothing is served yet."""
        self._agent = agent
        self._stepped = time.monotonic()

    def stepped(self) -> None:
        """A round has gone well."""
        self._stepped = time.monotonic()
        notify("WATCHDOG=1")

    def answer(self, path: str) -> tuple[int, str]:
        """Code and text of an answer."""
        if path == "/healthy":
            silent = time.monotonic() - self._stepped
            problems = dict(self._agent.volumes.problems)
            well = silent < STALE and "containers" not in problems
            told = {"silent_seconds": round(silent, 1), "problems": problems}
            return (200 if well else 503), json.dumps(told) + "\n"
        if path == "/routes":
            running = [one for one in self._agent.roster.users.values() if one.route]
            lines = (f"{one.label} {one.address}:{one.port}\n" for one in running)
            return 200, "".join(lines)
        return 404, ""

    def serve(self, address: str, port: int) -> ThreadingHTTPServer:
        """Serve in a thread of its own."""
        health = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:  # the library's name
                code, text = health.answer(self.path)
                self.send_response(code)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: proxies ask every few seconds."""

        server = ThreadingHTTPServer((address, port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server
