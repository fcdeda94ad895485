"""The record in one SQLite file: for one machine, and for tests."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import asdict

from passepartout.errors import Conflict
from passepartout.users.records import Item, Record, key_of
from passepartout.users.store import Changes, T

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
  kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,
  volume TEXT, change INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE INDEX IF NOT EXISTS by_volume ON item (volume);
CREATE INDEX IF NOT EXISTS by_change ON item (change) WHERE kind = 'Record';
CREATE TABLE IF NOT EXISTS call (machine TEXT PRIMARY KEY, number INTEGER NOT NULL);
"""


class SqliteStore:
    """Any number of threads and processes may share the file."""

    def __init__(self, path: str) -> None:
        """Open the file, or make it."""
        self._path = path
        self._own = threading.local()
        with self._open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(_SCHEMA)

    def _open(self) -> sqlite3.Connection:
        """This thread's connection; the statements say where a transaction begins."""
        db: sqlite3.Connection | None = getattr(self._own, "db", None)
        if db is None:
            db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            # A commit is on the disk before anybody is told of it.
            db.execute("PRAGMA synchronous = FULL")
            self._own.db = db
        return db

    def read(self, kind: type[T], key: str) -> T | None:
        """See `Store`."""
        row = self._open().execute(
            "SELECT body FROM item WHERE kind = ? AND key = ?", (kind.__name__, key)
        )
        found = row.fetchone()
        return None if found is None else kind(**json.loads(found[0]))

    def every(self, kind: type[T]) -> Iterator[T]:
        """See `Store`."""
        rows = self._open().execute(
            "SELECT body FROM item WHERE kind = ? ORDER BY key", (kind.__name__,)
        )
        for (body,) in rows.fetchall():
            yield kind(**json.loads(body))

    def users_on(self, volume: str) -> list[Record]:
        """See `Store`."""
        rows = self._open().execute(
            "SELECT body FROM item WHERE volume = ? AND kind = 'Record'", (volume,)
        )
        return [Record(**json.loads(body)) for (body,) in rows.fetchall()]

    def write(self, *items: Item) -> None:
        """See `Store`."""
        db = self._open()
        db.execute("BEGIN IMMEDIATE")
        try:
            (last,) = db.execute("SELECT coalesce(max(change), 0) FROM item").fetchone()
            for item in items:
                self._put(db, item, last + 1)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _put(self, db: sqlite3.Connection, item: Item, change: int) -> None:
        kind, key = type(item).__name__, key_of(item)
        body = json.dumps({**asdict(item), "version": item.version + 1})
        at_home = isinstance(item, Record) and item.state != "removed"
        volume = item.volume if isinstance(item, Record) and at_home else None
        if item.version:
            done = db.execute(
                "UPDATE item SET version = ?, volume = ?, change = ?, body = ?"
                " WHERE kind = ? AND key = ? AND version = ?",
                (item.version + 1, volume, change, body, kind, key, item.version),
            )
        else:
            done = db.execute(
                "INSERT INTO item (kind, key, version, volume, change, body)"
                " VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT DO NOTHING",
                (kind, key, volume, change, body),
            )
        if done.rowcount != 1:
            raise Conflict(f"{kind} {key} is no longer at version {item.version}")

    def changes(self, since: str) -> Changes:
        """See `Store`."""
        rows = self._open().execute(
            "SELECT change, body FROM item WHERE kind = 'Record' AND change > ?"
            " ORDER BY change",
            (int(since),),
        )
        found = rows.fetchall()
        cursor = str(found[-1][0]) if found else since
        return Changes([Record(**json.loads(body)) for _, body in found], cursor)

    def call(self, machine: str) -> None:
        """See `Store`."""
        self._open().execute(
            "INSERT INTO call VALUES (?, 1)"
            " ON CONFLICT (machine) DO UPDATE SET number = number + 1",
            (machine,),
        )

    def calls(self, machine: str) -> int:
        """See `Store`."""
        rows = self._open().execute(
            "SELECT number FROM call WHERE machine = ?", (machine,)
        )
        found = rows.fetchone()
        return 0 if found is None else int(found[0])
