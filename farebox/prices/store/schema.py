"""The store's tables, and their version."""

import re

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
)

from farebox.prices.errors import StoreError

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)

VERSION = 3
"""The version of the schema that this farebox writes."""

METADATA = MetaData()
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its bytes, as in SQLite and in Python."""


def _text(
    name: str, *, primary_key: bool = False, nullable: bool = False
) -> Column[str]:
    return Column(name, _TEXT, primary_key=primary_key, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _number(
    name: str, *, primary_key: bool = False, nullable: bool = False
) -> Column[int]:
    return Column(
        name, Integer, primary_key=primary_key, nullable=nullable, autoincrement=False
    )


META = Table("farebox_meta", METADATA, _text("name", primary_key=True), _text("value"))

SOURCE = Table(
    "farebox_source",
    METADATA,
    _number("id", primary_key=True),
    *(_text("url"), _text("as_of"), _text("version"), _text("note")),
    Index("farebox_source_as_of", "as_of"),
)

SLICE = Table(
    "farebox_slice",
    METADATA,
    _number("id", primary_key=True),
    *(_text("service"), _text("region"), _text("purchase")),
    UniqueConstraint("service", "region", "purchase"),
)

KEY = Table(
    "farebox_price_key",
    METADATA,
    _number("id", primary_key=True),
    _number("slice_id"),
    *(_text("usage_type"), _text("bare_usage_type")),
    *(_text("zone_id"), _text("term"), _text("operation")),
    _number("bucket"),
    UniqueConstraint("slice_id", "bare_usage_type", "zone_id", "term", "operation"),
    Index("farebox_price_key_bucket", "slice_id", "bucket"),
)
"""A key, told apart by its usage type without prefix; `usage_type` is as last seen.

Since version 3 it has a bucket (proofs.py).
"""

PRICE = Table(
    "farebox_price",
    METADATA,
    _number("key_id", primary_key=True),
    _number("seq", primary_key=True),
    _text("effective_from", primary_key=True),
    *(_text("unit"), _text("tiers", nullable=True)),
    _number("source_id"),
    sqlite_with_rowid=False,
)
"""What was seen of a key in a refresh: a row for each day from which a price holds.

The first is in force when it was seen; its `tiers` are NULL where there is no price
then. A key that is gone has such a row alone. Rows are never changed.
"""

REFRESH = Table(
    "farebox_refresh",
    METADATA,
    _number("seq", primary_key=True),
    *(_text("seen_at"), _text("by"), _text("book_id")),
    Index("farebox_refresh_book", "book_id"),
)

DELIVERY = Table(
    "farebox_delivery",
    METADATA,
    _number("seq", primary_key=True),
    _text("name", primary_key=True),
    *(_text("outcome"), _text("version"), _text("etag"), _text("content_hash")),
    *(_text("as_of"), _count("byte_count"), _count("price_count")),
    *(_count("new_count"), _count("changed_count"), _count("gone_count")),
    *(_count("unchanged_count"), _text("left_out"), _text("reason")),
    Index("farebox_delivery_name", "name", "seq"),
)

STATE = Table(
    "farebox_slice_state",
    METADATA,
    _number("slice_id", primary_key=True),
    _number("seq", primary_key=True),
    *(_text("hash"), _count("price_count"), _count("later_count")),
    _number("source_id", nullable=True),
    _text("sources"),
    sqlite_with_rowid=False,
)
"""A slice after a refresh that changed or confirmed it.

`hash` is over its prices, `price_count` those in force when seen, `later_count` the
keys whose first price is still to come, `source_id` what confirmed it whole, `sources`
the JSON of how many prices stand on which source.
"""

BUCKET = Table(
    "farebox_bucket",
    METADATA,
    _number("slice_id", primary_key=True),
    _number("bucket", primary_key=True),
    _number("seq", primary_key=True),
    _text("hash"),
    sqlite_with_rowid=False,
)
"""The hash of a slice's bucket after a refresh that changed it. Since version 3."""

FACT = Table(
    "farebox_fact",
    METADATA,
    *(_text("kind", primary_key=True), _text("region", primary_key=True)),
    *(_text("subject", primary_key=True), _number("seq", primary_key=True)),
    *(_text("delivery"), _text("json"), _number("source_id")),
    sqlite_with_rowid=False,
)

IMPORT = Table(
    "farebox_import",
    METADATA,
    _text("book_id", primary_key=True),
    *(_text("name"), _text("seen_at"), _text("text")),
)
"""Book files that were imported, each as its text: its id gives exactly its prices.

Since version 2.
"""

PIN = Table("farebox_pin", METADATA, _text("book_id", primary_key=True), _text("why"))
"""Books that retention never takes apart. Since version 2."""


def version_of(connection: Connection, name: str) -> int:
    """The version of the schema that the store has. Raises StoreError without one."""
    found = connection.execute(
        select(META.c.value).where(META.c.name == "version")
    ).scalar()
    if found is None or not _NUMBER.fullmatch(str(found)):
        raise StoreError(
            f"the price store {name} does not say its version: something else changed"
            " it; take it from a backup, or move it away and refresh"
        )
    return int(found)


def check_version(found: int, name: str) -> None:
    """Raise StoreError for a store of a newer farebox."""
    if found > VERSION:
        raise StoreError(
            f"the price store {name} was written by a newer farebox (its version is"
            f" {found}, this farebox knows up to {VERSION}); update farebox"
        )


def next_id(connection: Connection, table: Table) -> int:
    """The next free id; only a writer asks, and there is one writer at a time."""
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
