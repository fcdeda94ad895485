"""The container engine of the simulation: it forks a real process for each container.

It stands beside the agents, as Docker does, so that a killed agent takes no container
with it. A container listens on its port, keeps a journal in its home, and ends by
SIGTERM after what it was doing.

    who            -> the user's number
    write <text>   -> ok, once the line is on the disk; full, where the limit ends it
    read           -> the journal, lines joined by spaces
"""

import fcntl
import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any


def main(path: str) -> None:
    """Serve requests on a socket: each is one line, a container to start."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended containers leave no zombie
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen(256)
        print("ready", flush=True)
        while True:
            asked, _ = server.accept()
            with suppress(OSError):  # a caller that was killed hears no answer
                _serve(server, asked)


def _serve(server: socket.socket, asked: socket.socket) -> None:
    with asked, asked.makefile("rw") as lines:
        line = lines.readline()
        if line.endswith("\n"):
            lines.write(_start(json.loads(line), server, asked) + "\n")


def _start(spec: dict[str, Any], server: socket.socket, asked: socket.socket) -> str:
    """Fork a container; "" when it listens, else why not. An older one goes first.

    Only here: an agent that was killed may have asked for one that another, which took
    it away itself, would not see yet.
    """
    place = Path(spec["containers"]) / f"{spec['user']}.json"
    with suppress(FileNotFoundError):
        _end(json.loads(place.read_text())["pid"])
        place.unlink()
    try:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((spec["address"], spec["port"]))
        listener.listen(64)
    except OSError as why:
        return str(why)
    pid = os.fork()
    if pid == 0:
        try:
            server.close()
            asked.close()
            _run(spec, listener)
        finally:
            os._exit(0)
    listener.close()
    # The engine knows its containers; a caller that dies now leaves none unknown.
    place.with_suffix(".new").write_text(json.dumps({**spec, "pid": pid}))
    place.with_suffix(".new").rename(place)
    return ""


def _end(pid: int) -> None:
    """Kill a container and wait; its number may be another program's by now."""
    told = Path(f"/proc/{pid}/cmdline")
    while True:
        try:
            if sys.argv[1].encode() not in told.read_bytes():
                return
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.001)


def _run(spec: dict[str, Any], listener: socket.socket) -> None:
    home = Path(spec["home"])
    busy, ending = [False], [False]

    def end(_: int, __: object) -> None:
        """End at once, or after what is being done; a stubborn one does not care."""
        if spec["stubborn"]:
            return
        if not busy[0]:
            os._exit(0)
        ending[0] = True

    signal.signal(signal.SIGTERM, end)
    lock = os.open(home / ".lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        Path(spec["violations"]).joinpath(f"two-on-{spec['user']}").touch()
        return
    journal = os.open(home / "journal", os.O_CREAT | os.O_RDWR | os.O_APPEND)
    while not ending[0]:
        busy[0] = False
        client, _ = listener.accept()
        busy[0] = True
        client.settimeout(5)
        with client, client.makefile("rw") as lines:
            lines.write(_answer(lines.readline().rstrip("\n"), spec, journal) + "\n")
            lines.flush()


def _answer(line: str, spec: dict[str, Any], journal: int) -> str:
    verb, _, text = line.partition(" ")
    if verb == "write":
        if os.fstat(journal).st_size + len(text) + 1 > spec["limit"]:
            return "full"
        os.write(journal, f"{text}\n".encode())
        return "ok"
    if verb == "read":
        size = os.fstat(journal).st_size
        return " ".join(os.pread(journal, size, 0).decode().split())
    return str(spec["user"])


if __name__ == "__main__":
    main(sys.argv[1])
