"""A proxy on this machine that opens ways by CONNECT and does nothing else."""

import socket
from contextlib import suppress
from threading import Thread
from typing import Self


class Proxy:
    """A context manager; `asked` has the first line and headers of every request.

    `status` is what it answers: 200 opens the way, anything else refuses it. Every way
    leads to `to`, whatever host was asked for.
    """

    def __init__(self, to: tuple[str, int], status: str = "200 OK") -> None:
        self.asked: list[str] = []
        self.status = status
        self._to = to
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in accept() is only woken by this.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._open, args=(client,), daemon=True).start()

    def _open(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            came = client.recv(1)
            if not came:
                return
            head += came
        self.asked.append(head.decode())
        client.sendall(f"HTTP/1.0 {self.status}\r\n\r\n".encode())
        if not self.status.startswith("200"):
            client.close()
            return
        origin = socket.create_connection(self._to)
        back = Thread(target=_pour, args=(origin, client), daemon=True)
        back.start()
        _pour(client, origin)
        back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while came := source.recv(1 << 16):
            target.sendall(came)
        target.shutdown(socket.SHUT_WR)
