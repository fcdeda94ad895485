"""Proves what is read: a hash for each bucket of a slice, checked before a price is given.

A slice may have 100,000 prices of which a stack asks for ten, so its keys are dealt into
buckets by their usage type, some 30 to a bucket, and each bucket has a hash of its own.
A price is read with its whole bucket; where the bucket is not what was written, nothing
of it is given. A book of a time before there were buckets is proved slice by slice.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Select, and_, bindparam, func, select, update

from farebox.prices.errors import StoreError
from farebox.prices.store.bulk import insert_rows
from farebox.prices.store.schema import BUCKET, KEY

BUCKETS = 4096

Ask = Callable[..., Any]
"""Asks the database: a connection's `execute`, or `Database.read`."""


def bucket_of(bare_usage_type: str) -> int:
    """The bucket of a usage type without prefix: all its operations and zones."""
    return crc32(bare_usage_type.encode()) % BUCKETS


def bucket_hashes(texts: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Bucket to the SHA-256 of its identities and texts, of those that have a price."""
    parts: dict[int, list[tuple[str, str]]] = {}
    for name, text in texts:
        if text:
            bucket = bucket_of(name.partition("\t")[0])
            parts.setdefault(bucket, []).append((name, text))
    return {bucket: bucket_hash(part) for bucket, part in parts.items()}


def bucket_hash(texts: Iterable[tuple[str, str]]) -> str:
    """The hash of one bucket's identities and texts; empty where none has a price."""
    lines = sorted(f"{name}\n{text}\n" for name, text in texts if text)
    return sha256("".join(lines).encode()).hexdigest() if lines else ""


def write_hashes(
    connection: Connection, slice_id: int, seq: int, hashes: Mapping[int, str]
) -> None:
    """Write the hashes that a refresh changed; a bucket that lost all has an empty one."""
    changed = differing(hashes, hashes_as_of(connection.execute, slice_id, seq))
    if not changed:
        return
    own = BUCKET.delete().where(
        BUCKET.c.slice_id == slice_id,
        BUCKET.c.seq == seq,
        BUCKET.c.bucket == bindparam("number"),
    )
    connection.execute(own, [{"number": bucket} for bucket in changed])
    rows = ((slice_id, bucket, seq, hashes.get(bucket, "")) for bucket in changed)
    insert_rows(connection, BUCKET, rows)


def differing(hashes: Mapping[int, str], known: Mapping[int, str]) -> list[int]:
    """The buckets whose hashes are not the same, sorted; one without has an empty one."""
    return sorted(
        bucket
        for bucket in {*hashes, *known}
        if hashes.get(bucket, "") != known.get(bucket, "")
    )


def hashes_as_of(ask: Ask, slice_id: int, seq: int) -> dict[int, str]:
    """Every bucket's hash as it was after a refresh; empty before there were any."""
    statement = _newest(bindparam("as_of_seq")).where(
        BUCKET.c.slice_id == bindparam("slice_number")
    )
    rows = ask(statement, {"as_of_seq": seq, "slice_number": slice_id})
    return {row.bucket: row.hash for row in rows}


def _newest(seq: Any) -> Select[Any]:
    """Each bucket's newest hash up to a refresh."""
    earlier = BUCKET.alias("earlier_bucket")
    newest = select(func.max(earlier.c.seq)).where(
        earlier.c.slice_id == BUCKET.c.slice_id,
        earlier.c.bucket == BUCKET.c.bucket,
        earlier.c.seq <= seq,
    )
    return select(BUCKET.c.bucket, BUCKET.c.hash).where(
        and_(BUCKET.c.seq == newest.scalar_subquery())
    )


ONE_HASH = (
    select(BUCKET.c.hash)
    .where(
        BUCKET.c.slice_id == bindparam("slice_number"),
        BUCKET.c.bucket == bindparam("bucket_number"),
        BUCKET.c.seq <= bindparam("as_of_seq"),
    )
    .order_by(BUCKET.c.seq.desc())
    .limit(1)
)
ANY_HASH = (
    select(BUCKET.c.bucket)
    .where(
        BUCKET.c.slice_id == bindparam("slice_number"),
        BUCKET.c.seq <= bindparam("as_of_seq"),
    )
    .limit(1)
)


def deal_again(connection: Connection, slice_id: int | None = None) -> None:
    """Put every key into the bucket of its usage type, where it is in another."""
    statement = select(KEY.c.id, KEY.c.bare_usage_type, KEY.c.bucket)
    if slice_id is not None:
        statement = statement.where(KEY.c.slice_id == slice_id)
    wrong = [
        {"number": number, "right": bucket_of(bare)}
        for number, bare, bucket in connection.execute(statement)
        if bucket != bucket_of(bare)
    ]
    if wrong:
        connection.execute(
            update(KEY)
            .where(KEY.c.id == bindparam("number"))
            .values(bucket=bindparam("right")),
            wrong,
        )


def damaged(what: str) -> StoreError:
    """The error for a part of a store that is not what was written."""
    return StoreError(
        f"the price store is damaged: {what} is not what was written, so nothing is "
        "priced at it. `fare prices verify` lists the damage; `fare refresh --again` "
        "reads every source anew; `--prices embedded` prices without the store"
    )
