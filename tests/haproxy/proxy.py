"""HAProxy with the configuration that proxies get, on this machine's loopback."""

import http.server
import random
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from passepartout.proxy.install import begin, certificate, settings_of, written
from passepartout.proxy.routes import Routes
from passepartout.proxy.runtime import ProxyError, Runtime
from passepartout.proxy.watch import Watcher
from passepartout.users.records import Item, Machine, Record
from passepartout.users.store import Changes

DOMAIN = "example.com"
STREAM_PARTS = 150
"""Parts of a stream, a tenth of a second each."""


class Book:
    """A record in memory that counts its changes, as a store of users does."""

    def __init__(self) -> None:
        self._changes: list[Record] = []
        self._last: dict[int, Record] = {}
        self.machines: list[Machine] = []
        self.away = False

    def put(self, user: int, port: int | None, state: str = "running") -> None:
        """Write a user's next version: at a port of this machine, or in a state."""
        before = self._last.get(user)
        record = Record(user=user, volume="vol-1", zone="use1-az1")
        record = replace(
            before or record,
            state=state if port is None else "running",  # type: ignore[arg-type]
            address="127.0.0.1" if port else "",
            port=port or 0,
            version=(before.version if before else 0) + 1,
        )
        self._last[user] = record
        self._changes.append(record)

    def changes(self, since: str) -> Changes:
        if self.away:
            raise ConnectionError("the record is away")
        return Changes(self._changes[int(since) :], str(len(self._changes)))

    def every(self, kind: type[Item]) -> Iterator[Item]:
        return iter(self.machines if kind is Machine else [])


class Machines:
    """Some ports of this machine that tell which port was asked, and by whom."""

    def __init__(self, count: int) -> None:
        self._servers = [
            http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
            for _ in range(count)
        ]
        self.ports = [server.server_address[1] for server in self._servers]
        for server in self._servers:
            # A visitor who goes away is no error.
            server.handle_error = lambda *_: None  # type: ignore[method-assign]
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop(self, place: int) -> None:
        self._servers[place].shutdown()
        self._servers[place].server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/stream":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(STREAM_PARTS):
                self.wfile.write(b"2\r\nok\r\n")
                time.sleep(0.1)
            self.wfile.write(b"0\r\n\r\n")
            return
        port = self.server.server_address[1]  # type: ignore[index]
        body = f"{port} {self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Proxy:
    """A running HAProxy, its socket and its port."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, port: int):
        self.process, self.folder, self.port = process, folder, port
        self.runtime = Runtime(str(folder / "admin.sock"))

    def open(self) -> ssl.SSLSocket:
        trusting = ssl.create_default_context()
        # As the load balancer does: it encrypts and does not look at the name.
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        return trusting.wrap_socket(plain)

    def get(
        self, user: int | str, path: str = "/", *, over: ssl.SSLSocket | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and body for a user's name, on a connection or a new one."""
        opened = over or self.open()
        try:
            opened.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {user}.{DOMAIN}\r\n"
                "X-Forwarded-For: 203.0.113.9\r\n\r\n".encode("ascii")
            )
            reader = opened.makefile("rb")
            status = int(reader.readline().split()[1])
            headers = {}
            while line := reader.readline().strip():
                key, _, value = line.decode("latin-1").partition(": ")
                headers[key.lower()] = value
            size = int(headers.get("content-length", "0"))
            return status, headers, reader.read(size).decode() if size else ""
        finally:
            if over is None:
                opened.close()

    def kib(self) -> int:
        """Resident memory of the worker."""
        status = Path(f"/proc/{self.runtime.pid()}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def workers(self) -> int:
        """Processes that run below the master, itself counted."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return 1 + len(children.read_text().split())


def free_port() -> int:
    """A port that nobody has, nor is given while HAProxy starts.

    The system gives connections of others the ports above these.
    """
    for port in random.sample(range(10_000, 30_000), 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")


def configure(folder: Path, *, relay: str = "127.0.0.1:1") -> int:
    """Write the files of a proxy; the port that it will listen on."""
    port = free_port()
    settings = settings_of(
        {
            "address": "127.0.0.1",
            "port": port,
            "run": folder,
            "state": folder,
            "relay_host": "127.0.0.1",
            "relay_tls": "",
            "max_connections": 2_000,
        }
    )
    text = written("haproxy.cfg", settings).replace("127.0.0.1:443", relay)
    (folder / "haproxy.cfg").write_text(text)
    certificate(folder / "proxy.pem")
    begin(folder, folder / "proxy.pem")
    return port


@contextmanager
def running(haproxy: str, folder: Path, port: int) -> Iterator[Proxy]:
    """HAProxy in the form that its unit starts: a master and one worker."""
    with (folder / "haproxy.log").open("wb") as log:
        command = [haproxy, "-W", "-f", str(folder / "haproxy.cfg")]
        process = subprocess.Popen(command, stderr=log, stdout=log)
    proxy = Proxy(process, folder, port)
    try:
        for _ in range(200):
            try:
                proxy.runtime.pid()
                break
            except ProxyError:
                said = (folder / "haproxy.log").read_text
                assert process.poll() is None, f"HAProxy ended: {said()}"
                time.sleep(0.05)
        yield proxy
    finally:
        process.terminate()
        process.wait(20)


def watcher(book: Book, proxy_folder: Path) -> Watcher:
    return Watcher(
        book,  # type: ignore[arg-type]  # the two calls that a watcher makes
        Runtime(str(proxy_folder / "admin.sock")),
        Routes(DOMAIN),
        proxy_folder,
    )
