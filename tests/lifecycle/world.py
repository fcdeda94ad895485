"""The world of the simulation: zones, machines, volumes, snapshots, in one folder.

What AWS keeps is a small database that every process may open; a volume is a folder,
a container a process. Anything that AWS, the kernel or XFS would never let happen is
written down as a violation.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.lifecycle import engine_daemon

_SCHEMA = """
CREATE TABLE volume (volume TEXT PRIMARY KEY, zone TEXT, holder TEXT,
  pool INTEGER DEFAULT 1, fenced INTEGER DEFAULT 0, retiring INTEGER DEFAULT 0,
  source TEXT DEFAULT '');
CREATE TABLE machine (machine TEXT PRIMARY KEY, zone TEXT, address TEXT,
  state TEXT DEFAULT 'running', notice TEXT DEFAULT '', released INTEGER DEFAULT 0,
  unhealthy TEXT DEFAULT '');
CREATE TABLE snapshot (snapshot TEXT PRIMARY KEY, volume TEXT, at REAL);
CREATE TABLE fault (kind TEXT, key TEXT, PRIMARY KEY (kind, key));
"""


class World:
    """Opened by many processes at once; `make` makes a new one.

    `given` says who holds a share of the file system, where volumes are shares.
    """

    def __init__(self, root: Path) -> None:
        """Open the world in a folder."""
        self.root = root
        self._own = threading.local()
        self.violations = root / "violations"
        self.engine_socket = str(root / "engine")
        self.given: Callable[[str], str] | None = None

    @classmethod
    def make(cls, root: Path) -> "World":
        """An empty world."""
        for name in ("violations", "volumes", "machines", "snapshots", "archive"):
            (root / name).mkdir(parents=True)
        world = cls(root)
        db = sqlite3.connect(root / "world.db")
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)
        db.close()
        return world

    @contextmanager
    def db(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        db = self._open()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._own, "db", None)
        if db is None:
            db = sqlite3.connect(
                self.root / "world.db", timeout=30, isolation_level=None
            )
            db.execute("PRAGMA synchronous = OFF")
            self._own.db = db
        return db

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement, which is a transaction of its own."""
        return self._open().execute(sql, values).fetchall()

    # --- faults and violations ----------------------------------------------------

    def faulty(self, kind: str, key: str) -> bool:
        """Whether a fault is in force."""
        found = self.ask("SELECT 1 FROM fault WHERE kind = ? AND key = ?", kind, key)
        return bool(found)

    def fault(self, kind: str, key: str, on: bool = True) -> None:
        """Begin or end a fault."""
        if on:
            self.ask("INSERT OR IGNORE INTO fault VALUES (?, ?)", kind, key)
        else:
            self.ask("DELETE FROM fault WHERE kind = ? AND key = ?", kind, key)

    def violate(self, what: str) -> None:
        """Write down what must never happen."""
        (self.violations / what).touch()

    # --- volumes -------------------------------------------------------------------

    def add_volume(self, volume: str, zone: str) -> None:
        """A blank volume of the pool."""
        (self.root / "volumes" / volume).mkdir()
        self.ask("INSERT INTO volume (volume, zone) VALUES (?, ?)", volume, zone)

    def holder(self, volume: str) -> str:
        """The machine that a volume is attached to, or ""; of a share the record says."""
        if self.given is not None:
            return self.given(volume)
        found = self.ask("SELECT holder FROM volume WHERE volume = ?", volume)
        return found[0][0] or "" if found else ""

    def snapshot(self, volume: str, at: float) -> str:
        """Copy a volume as it is now."""
        name = f"snap-{volume}-{at:.0f}"
        if not (self.root / "snapshots" / name).exists():
            shutil.copytree(
                self.root / "volumes" / volume, self.root / "snapshots" / name
            )
            self.ask("INSERT INTO snapshot VALUES (?, ?, ?)", name, volume, at)
        return name

    # --- machines ------------------------------------------------------------------

    def machine_folder(self, machine: str) -> Path:
        """Where a machine's mounts and containers are kept."""
        return self.root / "machines" / machine

    def launch(self, machine: str, zone: str, address: str) -> None:
        """A new machine with an empty root disk."""
        for name in ("mounts", "containers", "limits"):
            (self.machine_folder(machine) / name).mkdir(parents=True)
        self.ask(
            "INSERT INTO machine (machine, zone, address) VALUES (?, ?, ?)",
            machine,
            zone,
            address,
        )

    def containers(self, machine: str) -> list[dict[str, Any]]:
        """What the machine's engine knows, with whether each still runs."""
        found = []
        with os.scandir(self.machine_folder(machine) / "containers") as entries:
            paths = [entry.path for entry in entries if entry.name.endswith(".json")]
        for path in paths:
            with suppress(FileNotFoundError), open(path, "rb") as file:
                one = json.loads(file.read())
                found.append({**one, "running": alive(one["pid"])})
        return found

    def power_off(self, machine: str) -> None:
        """All processes of a machine end at once, and nothing is mounted any more."""
        pids = [one["pid"] for one in self.containers(machine) if one["running"]]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_dead(pids)
        for mount in (self.machine_folder(machine) / "mounts").iterdir():
            mount.unlink()
        (self.machine_folder(machine) / "memory.json").unlink(missing_ok=True)

    def terminate(self, machine: str) -> None:
        """The machine is gone, and its volumes are free."""
        self.power_off(machine)
        self.ask("UPDATE machine SET state = 'terminated' WHERE machine = ?", machine)
        self.ask("UPDATE volume SET holder = NULL WHERE holder = ?", machine)


def alive(pid: int) -> bool:
    """Whether a process is there. The engine leaves no zombies."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_dead(pids: list[int], seconds: float = 10) -> list[int]:
    """Wait until processes are gone; those that are not."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.002)
    return left


@contextmanager
def engine(world: World) -> Iterator[None]:
    """The engine process; every container that it started ends with it."""
    daemon = subprocess.Popen(
        [sys.executable, "-S", engine_daemon.__file__, world.engine_socket],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "ready\n"
    try:
        yield
    finally:
        for (machine,) in world.ask("SELECT machine FROM machine"):
            world.power_off(machine)
        os.killpg(daemon.pid, signal.SIGKILL)  # with what it started, known or not
        daemon.wait()
        daemon.stdout.close()


def say(address: str, port: int, line: str) -> str | None:
    """What a container answers to a line; None when nobody does."""
    try:
        with socket.create_connection((address, port), timeout=5) as to:
            to.sendall(f"{line}\n".encode())
            with to.makefile() as answer:
                return answer.readline().rstrip("\n") or None
    except OSError:
        return None
