"""100,000 names and 1,000 changes a minute: memory, workers, and nobody's connection.

The changes of five minutes are made as fast as the worker takes them.
"""

import random
import threading
import time
from pathlib import Path

from tests.haproxy.proxy import (
    STREAM_PARTS,
    Book,
    Machines,
    Proxy,
    configure,
    running,
    watcher,
)

NAMES = 100_000
CHANGES_A_ROUND, ROUNDS = 170, 30
"""A round is a watch of the record: with ten seconds' changes at once, 30 times."""
ROOM_KIB = 4 * 1024
"""What the worker may grow by between the first round and the last."""


class Visitor(threading.Thread):
    """Asks for one user over one connection until told to end; counts what went wrong."""

    def __init__(self, proxy: Proxy, user: int, ends: threading.Event) -> None:
        super().__init__(daemon=True)
        self.proxy, self.user, self.ends = proxy, user, ends
        self.answers = 0
        self.wrong: list[str] = []

    def run(self) -> None:
        with self.proxy.open() as opened:
            while not self.ends.is_set():
                try:
                    status, _, _ = self.proxy.get(self.user, over=opened)
                except (OSError, ValueError, IndexError) as error:
                    self.wrong.append(repr(error))
                    return
                self.answers += 1
                if status != 200:
                    self.wrong.append(str(status))
                time.sleep(0.02)


def test_five_minutes_of_changes_cost_no_memory_and_no_connection(
    haproxy: str, tmp_path: Path
) -> None:
    draw, book, machines = random.Random(14), Book(), Machines(4)
    port = configure(tmp_path)
    for user in range(NAMES):
        book.put(user, machines.ports[user % 4])
    watch = watcher(book, tmp_path)
    started = time.monotonic()
    assert watch.load()
    with running(haproxy, tmp_path, port) as proxy:
        assert time.monotonic() - started < 30
        watch.step(0.0)
        worker, workers = proxy.runtime.pid(), proxy.workers()
        ends = threading.Event()
        # Users whom no change touches keep one connection; others move beneath it.
        visitors = [Visitor(proxy, user, ends) for user in range(20)]
        stream = proxy.open()
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: 1.example.com\r\n\r\n")
        for visitor in visitors:
            visitor.start()
        memory, slowest = [], 0.0
        for number in range(ROUNDS):
            for _ in range(CHANGES_A_ROUND):
                change(book, draw, machines.ports)
            began = time.monotonic()
            watch.step(float(number))
            slowest = max(slowest, time.monotonic() - began)
            memory.append(proxy.kib())
        ends.set()
        for visitor in visitors:
            visitor.join(10)
        assert [visitor.wrong for visitor in visitors] == [[]] * len(visitors)
        assert all(visitor.answers > 10 for visitor in visitors)
        assert (proxy.runtime.pid(), proxy.workers()) == (worker, workers)
        assert memory[-1] - memory[ROUNDS // 10] < ROOM_KIB, memory
        assert slowest < 10.0
        # The stream that was open all the time is whole.
        got = b""
        while not got.endswith(b"0\r\n\r\n"):
            part = stream.recv(65_536)
            assert part, "the stream was cut"
            got += part
        assert got.count(b"ok") == STREAM_PARTS
        print(
            f"worker {memory[0]} to {memory[-1]} KiB, slowest round {slowest:.2f} s,"
            f" {time.monotonic() - started:.0f} s in all"
        )
        assert_alike(proxy, book, tmp_path)


def change(book: Book, draw: random.Random, ports: list[int]) -> None:
    """A user that no visitor asks for moves, waits, goes, or one is new."""
    user = draw.randrange(100, NAMES + 500)
    kind = draw.random()
    if kind < 0.7:
        book.put(user, draw.choice(ports))
    else:
        book.put(user, None, "waiting" if kind < 0.9 else "removed")


def assert_alike(proxy: Proxy, book: Book, folder: Path) -> None:
    """The worker's map is the record's, name by name."""
    wanted: dict[str, str] = {}
    for record in book.changes("0").records:
        name = f"{record.label}.example.com"
        if record.state == "removed":
            wanted.pop(name, None)
        else:
            wanted[name] = f"{record.address}:{record.port}" if record.route else "wait"
    assert proxy.runtime.entries(f"{folder}/routes.map") == wanted
