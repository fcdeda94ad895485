"""The contract between the stack and a user's image, as checks that run its entry point.

docs/image.md says what an image must do and why. The checks start the entry point as a
machine would, with a home and a port of its own and nothing else of this environment.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 30.0
"""From the start to the first good answer."""
ANSWER_SECONDS = 1.0
"""For one answer."""
STOP_SECONDS = 30.0
"""From SIGTERM to the end; the machine kills after 45."""
HEALTH_PATH = "/healthy"
KEY = "canary-key-9f31c7"
"""What stands in the key's file: it must not come out again."""


class Broken(Exception):
    """The entry point breaks the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the tier packs for: resident memory at rest, in MiB; `rest` in seconds."""

    idle_mib: int = 1024
    rest: float = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause of the contract; `why` is empty where it holds."""

    clause: str
    why: str


class EntryPoint:
    """One run of a command, with `{port}` and `{home}` of it filled in."""

    def __init__(self, command: Sequence[str], home: Path) -> None:
        """Start it. Raises Broken when it cannot be started at all."""
        self.port = _free_port()
        filled = [
            part.replace("{port}", str(self.port)).replace("{home}", str(home))
            for part in command
        ]
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  # until `close`
        try:
            self._process = subprocess.Popen(
                filled,
                env=_environment(self.port, home),
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as why:
            self._output.close()
            raise Broken(f"it cannot be started: {why}") from why

    def output(self) -> str:
        """All that it has written so far."""
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(0)
        text = self._output.read(size).decode(errors="replace")
        self._output.seek(0, os.SEEK_END)
        return text

    def wait_ready(self) -> None:
        """Wait for the first good answer. Raises Broken without one."""
        until = time.monotonic() + READY_SECONDS
        why = "nothing listens"
        while time.monotonic() < until:
            if self._process.poll() is not None:
                said = self.output().strip().splitlines()[-1:] or ["nothing"]
                raise Broken(
                    f"it ended with code {self._process.returncode}, and said: {said[0]}"
                )
            try:
                self.ask("127.0.0.1")
                return
            except (OSError, Broken) as problem:
                why = str(problem)
            time.sleep(0.05)
        raise Broken(f"not ready after {READY_SECONDS:.0f} s: {why}")

    def ask(self, address: str) -> None:
        """Ask for its health. Raises Broken or OSError without a good answer."""
        url = f"http://{address}:{self.port}{HEALTH_PATH}"
        try:
            with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
                code = answer.status
        except urllib.error.HTTPError as why:
            code = why.code
        if code != 200:
            raise Broken(f"{HEALTH_PATH} answers {code}, not 200")

    def memory_mib(self) -> float:
        """Resident memory of it and all that it started."""
        pages = 0
        for process in Path("/proc").iterdir():
            if not process.name.isdecimal():
                continue
            with suppress(OSError, ValueError):
                stat = (process / "stat").read_text().rpartition(")")[2].split()
                if int(stat[3]) == self._process.pid:  # the session that it leads
                    pages += int((process / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> None:
        """SIGTERM, as a machine that drains. Raises Broken when it does not end well."""
        began = time.monotonic()
        self._process.terminate()
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as why:
            raise Broken(f"it runs {STOP_SECONDS:.0f} s after SIGTERM") from why
        if code not in (0, 128 + signal.SIGTERM, -signal.SIGTERM):
            took = time.monotonic() - began
            raise Broken(f"it ended with code {code}, {took:.1f} s after SIGTERM")

    def kill(self) -> None:
        """End it and all that it started, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End it, and forget what it wrote."""
        self.kill()
        self._output.close()


def check(command: Sequence[str], bounds: Bounds | None = None) -> list[Finding]:
    """Run every clause on an entry point, each with a home of its own."""
    bounds = bounds or Bounds()
    clauses: dict[str, Callable[[Sequence[str], Path], None]] = {
        f"serves {HEALTH_PATH} on PORT within 30 s, with an empty home": _serves,
        "listens on every address, not on loopback alone": _listens_everywhere,
        "ends well within 30 s of SIGTERM": _ends,
        "starts again on the home that it left": _starts_again,
        "starts again after it was killed": _survives_a_kill,
        "leaves alone what it did not write": _leaves_alone,
        "needs no key, and tells it to nobody": _keeps_the_key,
        f"rests within {bounds.idle_mib:,} MiB": lambda what, home: _rests(
            what, home, bounds
        ),
    }
    return [Finding(name, _why(clause, command)) for name, clause in clauses.items()]


def _why(clause: Callable[[Sequence[str], Path], None], command: Sequence[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        try:
            clause(command, Path(folder))
        except (Broken, OSError) as why:
            return str(why)
    return ""


def _run(command: Sequence[str], home: Path, then: Callable[[EntryPoint], None]) -> str:
    """Start, wait until it is ready, do something with it; what it wrote."""
    running = EntryPoint(command, home)
    try:
        running.wait_ready()
        then(running)
        return running.output()
    finally:
        running.close()


def _serves(command: Sequence[str], home: Path) -> None:
    _run(command, home, lambda running: None)


def _listens_everywhere(command: Sequence[str], home: Path) -> None:
    # Whoever listens on 127.0.0.1 alone does not hear 127.0.0.2.
    _run(command, home, lambda running: running.ask("127.0.0.2"))


def _ends(command: Sequence[str], home: Path) -> None:
    _run(command, home, EntryPoint.stop)


def _starts_again(command: Sequence[str], home: Path) -> None:
    _run(command, home, EntryPoint.stop)
    _run(command, home, EntryPoint.stop)


def _survives_a_kill(command: Sequence[str], home: Path) -> None:
    _run(command, home, EntryPoint.kill)
    _run(command, home, EntryPoint.stop)


def _leaves_alone(command: Sequence[str], home: Path) -> None:
    note = home / "notes" / "mine"
    note.parent.mkdir()
    note.write_text("kept")
    _run(command, home, EntryPoint.stop)
    if not note.is_file() or note.read_text() != "kept":
        raise Broken("a file of the user's is changed or gone")


def _keeps_the_key(command: Sequence[str], home: Path) -> None:
    _run(command, home, EntryPoint.stop)
    key = home / ".secrets" / "llm-key"
    key.parent.mkdir(mode=0o700, exist_ok=True)
    key.write_text(KEY)
    if KEY in _run(command, home, EntryPoint.stop):
        raise Broken("the key is in its output, which the machine keeps as a log")


def _rests(command: Sequence[str], home: Path, bounds: Bounds) -> None:
    def measure(running: EntryPoint) -> None:
        time.sleep(bounds.rest)
        held = running.memory_mib()
        if held > bounds.idle_mib:
            raise Broken(f"it holds {held:,.0f} MiB at rest")

    _run(command, home, measure)


def _environment(port: int, home: Path) -> dict[str, str]:
    """What a container has, and the path of this machine's programs."""
    return {
        "HOME": str(home),
        "PORT": str(port),
        "PASSEPARTOUT_USER": "7",
        "LLM_KEY_FILE": str(home / ".secrets" / "llm-key"),
        "PATH": os.environ.get("PATH", os.defpath),
    }


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("", 0))
        port: int = tried.getsockname()[1]
        return port
