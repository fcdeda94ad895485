"""An image's entry point that keeps the contract, or breaks one clause of it by name."""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
HOME = Path(os.environ["HOME"])
STARTED = HOME / "started"
PATH = "/elsewhere" if FAULT == "no health" else "/healthy"


class Handler(BaseHTTPRequestHandler):
    """Says that it is well."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == PATH else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def end(number: int, frame: object) -> None:
    """Write out, and go."""
    if FAULT == "ends badly":
        os._exit(3)
    if FAULT == "marks its home":
        STARTED.unlink(missing_ok=True)
    if FAULT != "ignores SIGTERM":
        os._exit(0)


if FAULT == "starts once" and STARTED.exists():
    sys.exit("this home was used before")
if FAULT == "marks its home" and STARTED.exists():
    sys.exit("it did not end well the last time")
STARTED.touch()
if FAULT == "wants a key" and not Path(os.environ["LLM_KEY_FILE"]).exists():
    sys.exit("no key")
if FAULT == "tells the key" and Path(os.environ["LLM_KEY_FILE"]).exists():
    print(Path(os.environ["LLM_KEY_FILE"]).read_text(), flush=True)
if FAULT == "cleans up":
    for found in HOME.rglob("*"):
        if found.is_file():
            found.unlink()
HELD = bytearray(b"x" * 80 * 2**20) if FAULT == "is large" else b""
if FAULT == "another port":
    os.environ["PORT"] = "0"
if FAULT == "never ready":
    time.sleep(60)
signal.signal(signal.SIGTERM, end)
address = "127.0.0.1" if FAULT == "loopback only" else ""
ThreadingHTTPServer((address, int(os.environ["PORT"])), Handler).serve_forever()
