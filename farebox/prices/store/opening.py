"""Opens a store: makes the private file, the tables and the first book where needed."""

import os
from pathlib import Path

from farebox.prices.curated import curated_book
from farebox.prices.errors import StoreError
from farebox.prices.store.connections import Database
from farebox.prices.store.location import Location
from farebox.prices.store.migrating import prepare
from farebox.prices.store.refresh import Refresh
from farebox.prices.store.schema import (
    META,
    VERSION,
    check_version,
    version_of,
)

_HEADER = b"SQLite format 3\x00"


def open_database(location: Location) -> Database:
    """The store's database, ready: made, seeded with the embedded book, or migrated.

    Raises StoreError for a file that is no store, or that cannot be made or opened.
    """
    if location.path is not None:
        _make_file(location.path, location.name)
    database = Database(location)
    try:
        _make_ready(database, location)
    except BaseException:
        database.close()
        raise
    return database


def _make_ready(database: Database, location: Location) -> None:
    with database.reading() as connection:
        tables = database.tables(connection)
        found = version_of(connection, location.name) if META.name in tables else None
    if found == VERSION:
        return
    if found is not None:
        check_version(found, location.name)
    elif tables and location.path is not None:
        raise _no_store(location.name, "a database of another program")
    with database.writing() as connection:
        if prepare(connection, location.name):
            day = curated_book().as_of[:10]
            refresh = Refresh(connection, seen_at=f"{day}T00:00:00Z", by="farebox")
            refresh.seed()
            refresh.finish()


def _make_file(path: Path, name: str) -> None:
    """Make the file, for its user alone, in a folder that is made so too."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with open(descriptor, "rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise StoreError(
            f"the price store {name} cannot be opened ({error.strerror}); check its"
            " folder, or name another file in FAREBOX_PRICES_URL"
        ) from None
    if head and head != _HEADER:
        raise _no_store(name, "another kind of file")


def _no_store(name: str, kind: str) -> StoreError:
    return StoreError(
        f"{name} is {kind}, not a price store of farebox; name another file in"
        " FAREBOX_PRICES_URL, or move this one away"
    )
