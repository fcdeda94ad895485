"""Watches the record and changes HAProxy's routes, within a second or two.

The record is asked for what changed; the worker is told the difference. Either may be
away: the other goes on, and what was missed is made up for.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from passepartout.proxy.install import MAPS
from passepartout.proxy.report import REPORT_SECONDS, Send, lines_of
from passepartout.proxy.routes import Routes, marks_of, tls_of
from passepartout.proxy.runtime import ProxyError, Runtime
from passepartout.users.records import Machine, Volume
from passepartout.users.store import START, Store

WATCH_SECONDS = 1.0
SAVE_SECONDS = 10.0
"""How old the file may be that a worker starts with; what it lacks is told to it."""
MARK_SECONDS = 30.0
LOAD_TRIES = 60
log = logging.getLogger("passepartout.proxy")


class Report(NamedTuple):
    """Where reports go, and how many users a machine has places for."""

    send: Send
    places: int


class Watcher:
    """Keeps a worker's maps, and the certificates of machines that it trusts.

    `routes.map` is by name, `marks.map` and `tls.map` by address.
    """

    def __init__(
        self,
        store: Store,
        runtime: Runtime,
        routes: Routes,
        folder: Path,
        report: Report | None = None,
    ) -> None:
        """Keep the maps of `folder`, and the worker behind `runtime`."""
        self._report, self._next_report = report, 0.0
        self._store, self._runtime, self._folder = store, runtime, folder
        self._routes = routes
        self._cursor = START
        self._read_once = False
        self._marks: dict[str, str] = {}
        self._unsaved = False
        self._pending: dict[str, str | None] = {}
        self._worker = 0
        self._has: dict[str, dict[str, str]] = {kind: {} for kind in MAPS}
        self._tls: dict[str, str] = {}
        self._certificates = self._trusted = ""
        self._next_mark = self._next_save = 0.0

    def load(self) -> bool:
        """Read the whole record and write the files that a worker starts with.

        False where the record does not answer: the files stay as they were left.
        """
        self._read()
        if self._read_once:
            self._mark()
            self.save()
        return self._read_once

    def step(self, now: float) -> None:
        """One round: read what changed, tell the worker, save and mark when it is time."""
        self._read()
        if not self._read_once:
            return  # what the worker has is all that is known
        if now >= self._next_mark:
            self._mark()
            self._next_mark = now + MARK_SECONDS
        if self._report and now >= self._next_report:
            self._say(self._report)
            self._next_report = now + REPORT_SECONDS
        try:
            self._tell()
        except ProxyError as error:
            self._worker = 0
            log.warning("%s", error)
        if self._unsaved and now >= self._next_save:
            self.save()
            self._next_save = now + SAVE_SECONDS

    def _read(self) -> None:
        """What the record says; while it does not answer the routes stay as they are."""
        try:
            found = self._store.changes(self._cursor)
        except Exception as error:  # a driver's own kind, and none ends the proxy
            log.warning("the record does not answer: %s", error)
            return
        changed = self._routes.take(found.records)
        self._cursor = found.cursor
        self._read_once = True
        self._pending |= changed
        self._unsaved |= bool(changed)

    def _mark(self) -> None:
        try:
            machines = list(self._store.every(Machine))
        except Exception as error:
            log.warning("the record does not tell its machines: %s", error)
            return
        marks = marks_of(machines, time.time())
        for address in marks.keys() - self._marks.keys():
            log.warning("the machine at %s is silent; its routes stay", address)
        self._marks = marks
        self._tls, self._certificates = tls_of(machines)

    def _say(self, report: Report) -> None:
        """Tell how the stack is; a log that is away costs a minute's line."""
        try:
            report.send(
                lines_of(
                    self._routes.users(),
                    self._store.every(Machine),
                    self._store.every(Volume),
                    report.places,
                    time.time(),
                )
            )
        except Exception as error:
            log.warning("the report is not taken: %s", error)

    def _tell(self) -> None:
        worker = self._runtime.pid()
        if worker != self._worker:
            # It read the files when it started: what it has is asked, not assumed.
            for kind in self._has:
                self._has[kind] = self._runtime.entries(self._map(kind))
            self._worker, self._trusted = worker, ""
            self._pending = _difference(self._has["routes"], self._routes.by_name)
        self._change("routes", self._pending)
        self._pending = {}
        self._change("marks", _difference(self._has["marks"], self._marks))
        if self._certificates and self._certificates != self._trusted:
            path = str(self._folder / "machines.pem")
            self._runtime.trust(path, self._certificates)
            self._trusted = self._certificates
            self._unsaved = True
        # A machine is asked by TLS only once it is trusted.
        self._change("tls", _difference(self._has["tls"], self._tls))

    def _change(self, kind: str, wanted: Mapping[str, str | None]) -> None:
        had = self._has[kind]
        self._runtime.change(self._map(kind), had, wanted)
        for name, value in wanted.items():
            if value is None:
                had.pop(name, None)
            else:
                had[name] = value

    def _map(self, kind: str) -> str:
        return str(self._folder / f"{kind}.map")

    def save(self) -> None:
        """Write both maps beside themselves and put them in place whole."""
        if self._certificates:
            _put(self._folder / "machines.pem", [self._certificates])
        values = (self._routes.by_name, self._marks, self._tls)
        for kind, found in zip(MAPS, values, strict=True):
            lines = (f"{name} {value}\n" for name, value in found.items())
            _put(Path(self._map(kind)), lines)
        self._unsaved = False


def _put(path: Path, lines: Iterable[str]) -> None:
    """Write a file that is whole, whenever somebody reads it."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _difference(
    had: Mapping[str, str], wanted: Mapping[str, str]
) -> dict[str, str | None]:
    """Names to be set, and names to be taken out, which have None."""
    changed: dict[str, str | None] = {
        name: value for name, value in wanted.items() if had.get(name) != value
    }
    return changed | dict.fromkeys(had.keys() - wanted.keys())


def watch(
    watcher: Watcher,
    ready: Callable[[], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Load, say that a worker may start, and go on for ever.

    A record that stays silent ends the wait: then the worker starts with what was left.
    """
    for _ in range(LOAD_TRIES):
        if watcher.load():
            break
        sleep(WATCH_SECONDS)
    ready()
    while True:
        started = time.monotonic()
        watcher.step(started)
        sleep(max(0.0, WATCH_SECONDS - (time.monotonic() - started)))
