"""A server on this machine that answers as AWS does, and fails as networks do.

It speaks HTTP/1.1 over real sockets. A fault is done where it happens in life: a reset
is a TCP reset, a time-out is silence, a cut answer is a connection closed before the
length that was promised. So nothing that is tested depends on a mock's kindness.

    with AwsServer() as aws:
        aws.serve("/offers/", files(folder))
        aws.fail("reset", path="region_index.json", times=2, after=100)
"""

import ssl
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Self

from tests.aws.connection import Connection, Fault, Listener
from tests.aws.exchange import Asked, Handler, Reply
from tests.aws.messages import EMPTY_TOKEN, with_real_token

FAULTS = (
    "throttle",
    "server-error",
    "time-out",
    "refuse",
    "reset",
    "truncate",
    "wrong-length",
    "gzip-no-header",
    "html",
    "empty-page",
    "expired-token",
    "frozen-etag",
    "skew",
    "slow",
)


class AwsServer:
    """The server; a context manager. `url` has no slash at its end."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        """Every request in the order of its arrival."""
        self.failed: list[tuple[str, Asked]] = []
        """Every fault that was really done, and to which request."""
        self._handlers: dict[str, Handler] = {}
        self._faults: list[Fault] = []
        self._lock = Lock()
        self.stopping = Event()
        server = self

        class Connected(Connection):
            aws = server

        self._http = Listener(("127.0.0.1", 0), Connected)
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self._http.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        poll = {"poll_interval": 0.02}
        Thread(target=self._http.serve_forever, kwargs=poll, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def serve(self, path_prefix: str, handler: Handler) -> None:
        """Let `handler` answer what begins with the prefix; the longest one wins."""
        self._handlers[path_prefix] = handler

    def forget(self, path_prefix: str) -> None:
        """Drop every handler whose prefix begins so."""
        for prefix in [p for p in self._handlers if p.startswith(path_prefix)]:
            del self._handlers[prefix]

    def fail(self, fault: str, *, path: str = "", times: int = 1, **how: Any) -> None:
        """Do `fault` to the next `times` requests whose path or operation has `path`.

        `how`, by fault: `after` bytes (reset, truncate); `by` bytes (wrong-length);
        `seconds` (time-out, skew); `pause` and `size` (slow); `status`, `code`,
        `message` and `retry_after` (throttle, server-error, expired-token, skew);
        `body` (html).
        """
        if fault not in FAULTS:
            raise ValueError(f"no fault {fault!r}; there are {', '.join(FAULTS)}")
        with self._lock:
            self._faults.append(Fault(fault, path, times, how))

    def heal(self) -> None:
        """Forget the faults that are still to come."""
        with self._lock:
            self._faults.clear()

    def asked_for(self, part: str) -> list[Asked]:
        """The requests so far whose path or operation has `part`."""
        return [a for a in list(self.asked) if part in a.path or part in a.operation]

    def take(self, asked: Asked) -> Fault | None:
        """Note the request, and the fault that is due for it."""
        with self._lock:
            self.asked.append(asked)
            for fault in self._faults:
                if fault.path in asked.path or fault.path in asked.operation:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    self.failed.append((fault.name, asked))
                    return fault
        return None

    def answer(self, asked: Asked) -> Reply:
        """What the handler with the longest prefix answers."""
        prefixes = [p for p in self._handlers if asked.path.startswith(p)]
        if not prefixes:
            return Reply(404, {}, b"Not Found")
        return self._handlers[max(prefixes, key=len)](with_real_token(asked))


def files(folder: Path, *, below: str = "") -> Handler:
    """Serve the files of a folder; `below` is the part of the path before it."""

    def handler(asked: Asked) -> Reply:
        file = (folder / asked.path.removeprefix(below).lstrip("/")).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            return Reply(404, {}, b"Not Found")
        return Reply(body=file)

    return handler


__all__ = ["EMPTY_TOKEN", "FAULTS", "Asked", "AwsServer", "Reply", "files"]
