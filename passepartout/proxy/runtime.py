"""HAProxy's socket: commands to the worker that runs, and its answers."""

import socket
from collections.abc import Iterable, Iterator, Mapping

from passepartout.errors import HostedError

END = "-----END CERTIFICATE-----"
TIMEOUT_SECONDS = 10.0
BATCH_BYTES = 12_000
"""A line of commands must fit HAProxy's buffer, 16 KiB by default."""


class ProxyError(HostedError):
    """HAProxy does not answer, or says no; the message is its own."""


class Runtime:
    """The worker behind a socket path."""

    def __init__(self, path: str) -> None:
        """Use the socket at `path`; nothing is asked yet."""
        self._path = path

    def ask(self, line: str) -> str:
        """The answer to one line of commands, parted by semicolons."""
        try:
            with socket.socket(socket.AF_UNIX) as opened:
                opened.settimeout(TIMEOUT_SECONDS)
                opened.connect(self._path)
                opened.sendall(f"{line}\n".encode("ascii"))
                parts = []
                while part := opened.recv(1 << 20):
                    parts.append(part)
        except OSError as error:
            raise ProxyError(f"HAProxy's socket {self._path}: {error}") from None
        return b"".join(parts).decode("ascii", "replace")

    def pid(self) -> int:
        """The worker's process id: another one has read the files anew."""
        for line in self.ask("show info").splitlines():
            key, _, value = line.partition(":")
            if key == "Pid":
                return int(value)
        raise ProxyError("HAProxy does not tell its process id")

    def entries(self, path: str) -> dict[str, str]:
        """A map as the worker has it: names and values."""
        found = {}
        for line in self.ask(f"show map {path}").splitlines():
            parts = line.split(" ", 2)
            if len(parts) == 3 and parts[0].startswith("0x"):
                found[parts[1]] = parts[2]
        return found

    def change(
        self, path: str, had: Mapping[str, str], wanted: Mapping[str, str | None]
    ) -> None:
        """Bring names of a map to their wanted values, None for none.

        `had` is what the worker has. Raises ProxyError where it refuses one.
        """
        for line in _lines(_commands(path, had, wanted)):
            said = self.ask(line).strip()
            if said:
                raise ProxyError(f"HAProxy refuses a route: {said.splitlines()[0]}")

    def trust(self, path: str, certificates: str) -> None:
        """Let the worker trust these certificates, in PEM, in place of a file's.

        Raises ProxyError where it refuses them. More than a buffer's worth is added in
        parts, which HAProxy takes from 2.7 on.
        """
        first, *more = _parts(certificates)
        for verb, part in (("set", first), *(("add", one) for one in more)):
            said = self.ask(f"{verb} ssl ca-file {path} <<\n{part}")
            if not said.startswith(("transaction", "Success")):
                raise ProxyError(f"HAProxy refuses certificates: {said.strip()}")
        said = self.ask(f"commit ssl ca-file {path}")
        if "Success" not in said:
            raise ProxyError(f"HAProxy refuses certificates: {said.strip()}")


def _parts(certificates: str) -> Iterator[str]:
    """Certificates in texts that each fit HAProxy's buffer."""
    text = ""
    for one in certificates.split(END)[:-1]:
        whole = f"{one.strip()}\n{END}\n"
        if text and len(text) + len(whole) > BATCH_BYTES:
            yield text
            text = ""
        text += whole
    yield text


def _commands(
    path: str, had: Mapping[str, str], wanted: Mapping[str, str | None]
) -> Iterator[str]:
    for name, value in wanted.items():
        if value == had.get(name):
            continue
        if value is None:
            yield f"del map {path} {name}"
        elif name in had:
            yield f"set map {path} {name} {value}"
        else:
            yield f"add map {path} {name} {value}"


def _lines(commands: Iterable[str]) -> Iterator[str]:
    """Commands in lines as long as one may be."""
    line = ""
    for command in commands:
        if line and len(line) + len(command) > BATCH_BYTES:
            yield line
            line = ""
        line = f"{line};{command}" if line else command
    if line:
        yield line
