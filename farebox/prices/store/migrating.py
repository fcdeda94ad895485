"""Makes a store's tables, and brings those of an older version to this one."""

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select, text

from farebox.prices.store.proofs import bucket_hashes, deal_again, write_hashes
from farebox.prices.store.schema import (
    BUCKET,
    IMPORT,
    KEY,
    META,
    METADATA,
    PIN,
    SLICE,
    VERSION,
    check_version,
    version_of,
)
from farebox.prices.store.slices import stored_of
from farebox.prices.store.states import last_state


def add_buckets(connection: Connection) -> None:
    """Version 3: each key goes into a bucket, and each slice's buckets get their hashes.

    The hashes are those of the prices as they are now. Books of earlier refreshes have
    none, and are proved by the hash of the whole slice when they are read.
    """
    connection.execute(
        text(f"ALTER TABLE {KEY.name} ADD COLUMN bucket INTEGER NOT NULL DEFAULT 0")
    )
    BUCKET.create(connection)
    deal_again(connection)
    for index in KEY.indexes:
        index.create(connection)
    for row in connection.execute(select(SLICE)).all():
        state = last_state(connection, row.id)
        if state is None:
            continue
        stored = stored_of(connection, row.id)
        hashes = bucket_hashes((one, known.text) for one, known in stored.items())
        write_hashes(connection, row.id, state.seq, hashes)


def _add_imports_and_pins(connection: Connection) -> None:
    IMPORT.create(connection)
    PIN.create(connection)


_STEPS: dict[int, Callable[[Connection], None]] = {
    2: _add_imports_and_pins,
    3: add_buckets,
}
"""Version to the step that makes it from the one before."""


def prepare(connection: Connection, name: str) -> bool:
    """Make or migrate the tables inside a writer's transaction; whether they are new.

    Raises StoreError for a store that a newer farebox wrote.
    """
    if not inspect(connection).has_table(META.name):
        METADATA.create_all(connection)
        connection.execute(META.insert(), {"name": "version", "value": str(VERSION)})
        return True
    found = version_of(connection, name)
    check_version(found, name)
    for version in range(found + 1, VERSION + 1):
        _STEPS[version](connection)
    if found < VERSION:
        connection.execute(
            META.update().where(META.c.name == "version").values(value=str(VERSION))
        )
    return False
