"""The steps from an older version of the schema that move rows."""

from sqlalchemy import Connection, select, text

from farebox.prices.store.proofs import bucket_hashes, deal_again, write_hashes
from farebox.prices.store.schema import BUCKET, KEY, SLICE
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
