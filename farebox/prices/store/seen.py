"""What was seen of a key over time, and which keys there are."""

from collections.abc import Collection, Sequence
from itertools import groupby

from msgspec.structs import replace
from sqlalchemy import func, or_, select

from farebox.prices.deliveries import DatedPrice
from farebox.prices.store.connections import Database
from farebox.prices.store.rows import identity, tiers_of
from farebox.prices.store.schema import KEY, PRICE, REFRESH, SLICE
from farebox.prices.store.slices import rows_as_of, slice_of
from farebox.prices.store.sources import Sources
from farebox.prices.timeline import Seen
from farebox.prices.values import Price, PriceKey

_FIELDS = (
    *(SLICE.c.service, SLICE.c.region, SLICE.c.purchase),
    *(KEY.c.usage_type, KEY.c.bare_usage_type, KEY.c.operation),
    *(KEY.c.zone_id, KEY.c.term),
)
"""What a person's words are looked for in."""


def history(database: Database, sources: Sources, key: PriceKey) -> list[Seen]:
    """Every price that was seen for a key, oldest first; None where it was gone."""
    bare, zone_id, term, operation = identity(key).split("\t")
    part = slice_of(key)
    rows = database.read(
        select(KEY.c.usage_type, PRICE, REFRESH.c.seen_at)
        .join_from(KEY, PRICE, PRICE.c.key_id == KEY.c.id)
        .join(SLICE, SLICE.c.id == KEY.c.slice_id)
        .join(REFRESH, REFRESH.c.seq == PRICE.c.seq)
        .where(
            SLICE.c.service == part.service,
            SLICE.c.region == part.region,
            SLICE.c.purchase == part.purchase,
            KEY.c.bare_usage_type == bare,
            KEY.c.zone_id == zone_id,
            KEY.c.term == term,
            KEY.c.operation == operation,
        )
        .order_by(PRICE.c.seq, PRICE.c.effective_from)
    )
    found: list[Seen] = []
    before: list[tuple[str, str | None]] = []
    for _, group in groupby(rows, key=lambda row: row.seq):
        seen = list(group)
        now = [(row.unit, row.tiers) for row in seen]
        # An announced price that came into force is told once; one that was
        # withdrawn is told by the prices that are left.
        told = set(before) if before[-len(now) :] == now else set()
        before = now
        for row in seen:
            if (row.unit, row.tiers) in told or (row.tiers is None and row.unit):
                continue
            source = sources[row.source_id]
            dated = None
            if row.tiers is not None:
                named = replace(key, usage_type=row.usage_type)
                price = Price(named, tiers_of(row.tiers), row.unit, source)
                dated = DatedPrice(price, row.effective_from)
            found.append(Seen(row.seen_at, dated, source))
    return found


def keys(
    database: Database,
    *,
    region: str | None,
    service: str | None,
    like: str | None,
    words: Sequence[str],
    named: Collection[str],
    limit: int | None,
) -> list[PriceKey]:
    """Keys that have a price now, sorted; `like` is a part of the usage type.

    Each of `words` is a part of one of the key's fields; of `named`, usage types
    without prefix, one is the key's. Names are found by the index, whatever the size
    of the store; parts are looked for in every key.
    """
    statement = rows_as_of(None).join(SLICE, SLICE.c.id == KEY.c.slice_id)
    statement = statement.add_columns(SLICE.c.service, SLICE.c.region, SLICE.c.purchase)
    if region is not None:
        statement = statement.where(SLICE.c.region == region)
    if service is not None:
        statement = statement.where(SLICE.c.service == service)
    if like is not None:
        statement = statement.where(
            func.lower(KEY.c.bare_usage_type).contains(like.lower(), autoescape=True)
        )
    if named:
        # Slice by slice, as the keys are indexed: else every key is looked at.
        statement = statement.where(
            KEY.c.slice_id.in_(select(SLICE.c.id)),
            KEY.c.bare_usage_type.in_(sorted(named)),
        )
    for word in words:
        found_in = (
            func.lower(field).contains(word.lower(), autoescape=True)
            for field in _FIELDS
        )
        statement = statement.where(or_(*found_in))
    statement = (
        statement.where(PRICE.c.tiers.is_not(None))
        .order_by(
            SLICE.c.service,
            SLICE.c.region,
            SLICE.c.purchase,
            KEY.c.bare_usage_type,
            KEY.c.zone_id,
            KEY.c.term,
            KEY.c.operation,
        )
        .distinct()
    )
    if limit is not None:
        statement = statement.limit(limit)
    return [
        PriceKey(
            row.service,
            row.region,
            row.usage_type,
            row.operation,
            row.purchase,
            row.zone_id,
            row.term,
        )
        for row in database.read(statement)
    ]


def usage_types(database: Database) -> list[str]:
    """Every usage type that was ever seen, without its region's prefix."""
    rows = database.read(select(KEY.c.bare_usage_type).distinct())
    return [row.bare_usage_type for row in rows]
