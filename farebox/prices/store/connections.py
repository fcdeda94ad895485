"""Connections to the store: readers that never wait, and one writer at a time."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Row,
    create_engine,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from farebox.extras import missing
from farebox.prices.errors import StoreError, StoreFailed
from farebox.prices.store.location import Location

WAIT_SECONDS = 60
"""How long a writer waits for another one."""

_WRITER_LOCK = 0x6661726562
"""The key of PostgreSQL's advisory lock: "fareb" in ASCII."""


class Database:
    """One store's connections: a reader's that is kept, a writer's for each refresh."""

    def __init__(self, location: Location) -> None:
        self.location = location
        self.is_sqlite = location.path is not None
        self._engine = _sqlite(location) if self.is_sqlite else _postgresql(location)
        # A COPY speaks to the driver itself, whose errors nothing wraps.
        driver: Any = self._engine.dialect.loaded_dbapi
        self._driver_error: type[Exception] = driver.Error
        self._lock = threading.Lock()
        self._reader: Connection | None = None

    def read(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> list[Row[Any]]:
        """All rows of a statement, outside of any transaction. Raises StoreError."""
        with self.reading() as connection:
            return list(connection.execute(statement, values))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The reader's connection, for one thread at a time. Raises StoreError."""
        with self.said(), self._lock:
            if self._reader is None:
                self._reader = self._engine.connect()
                if not self.is_sqlite:
                    self._reader.execution_options(isolation_level="AUTOCOMMIT")
            reader = self._reader
            try:
                yield reader
                reader.rollback()
            except BaseException:
                self._reader = None
                with suppress(DBAPIError):
                    reader.close()
                raise

    @staticmethod
    def tables(connection: Connection) -> list[str]:
        """The names of the tables that there are."""
        return inspect(connection).get_table_names()

    @contextmanager
    def writing(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[Connection]:
        """The one writer's transaction: committed at the end, undone by any exception.

        Waits so long for another writer. Raises StoreError.
        """
        milliseconds = max(1, round(wait_seconds * 1000))
        with self.said(wait_seconds), self._engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK}
                )
            try:
                yield connection
                connection.commit()
            except BaseException:
                with suppress(DBAPIError):
                    connection.rollback()
                raise

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A reader's transaction, which sees the store as it is now to its end.

        Raises StoreError.
        """
        with self.said(), self._engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            connection.rollback()

    @contextmanager
    def said(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Errors of the database become a StoreFailed in one sentence."""
        try:
            yield
        except (DBAPIError, self._driver_error) as error:
            raise StoreFailed(_sentence(error, self.location, wait_seconds)) from None

    def close(self) -> None:
        """Let go of the connections; a later read opens them again."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
        self._engine.dispose()


def _sqlite(location: Location) -> Engine:
    address = f"file:{quote(str(location.path))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _use_wal(connection)
        except UnicodeDecodeError:  # SQLite names the damage by what is damaged.
            raise sqlite3.DatabaseError("malformed") from None
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32000")
        return connection

    # A pool of its kind for files would give the reader's connection to a writer of the
    # same thread, and the reader's next look would undo what is being written.
    return create_engine(
        "sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True
    )


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, so that readers never wait for the writer.

    SQLite does not wait by itself where another process does the same at once.
    """
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == 99:
                raise
            time.sleep(0.05)


def _postgresql(location: Location) -> Engine:
    try:
        url = make_url(location.url)
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "farebox"},
        )
    except ModuleNotFoundError:
        raise StoreError(
            f"the price store {location.name}: {missing('postgresql')}"
        ) from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError(
            f"the price store's URL ({location.name}) cannot be read; write"
            " postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from None


def _sentence(error: Exception, location: Location, wait_seconds: float) -> str:
    """What went wrong and the way out, without any value or password."""
    driver, lost = error, False
    if isinstance(error, DBAPIError):
        driver = error.orig if isinstance(error.orig, Exception) else error
        lost = error.connection_invalidated or not error.statement
    said = str(driver).strip().split("\n")[0]
    low = said.lower()
    state = getattr(driver, "sqlstate", None) or ""
    name = location.name
    if "disk is full" in low or "disk i/o" in low or state == "53100":
        return (
            f"the price store {name} cannot be written ({said}): make room on the disk,"
            " or check it, and refresh again; the prices kept so far are whole"
        )
    if "is locked" in low or state == "55P03":
        return (
            f"another refresh has been writing to the price store {name} for"
            f" {wait_seconds:.2g} s; wait until it ends, or end it, and try again"
        )
    if "not a database" in low or "malformed" in low:
        return (
            f"the price store {name} is damaged ({said}); move the file away, and the"
            " next refresh makes a new one"
        )
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return (
            f"the price store {name} cannot be opened for writing ({said}); check the"
            " rights of the file and its folder, or name another in FAREBOX_PRICES_URL"
        )
    if "no such table" in low or state == "42P01":
        return f"{name} is no price store of farebox, or was emptied; name another one"
    if lost or state[:2] in ("08", "57"):
        return (
            f"the price store {name} cannot be reached ({said}); check the server and"
            " FAREBOX_PRICES_URL"
        )
    return f"the price store {name} failed: {said}"
