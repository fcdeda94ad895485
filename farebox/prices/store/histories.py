"""What the prices of some keys were over time, where a book is the store's."""

from collections.abc import Collection
from datetime import datetime

from farebox.prices.book import PriceBook
from farebox.prices.timeline import Timeline, timeline
from farebox.prices.values import PriceKey

STORE = "store"
MOST_HISTORIES = 200
"""Prices whose history is read; more are a list, not a look at a price."""


def histories_of(
    book: PriceBook, keys: Collection[PriceKey], now: datetime
) -> dict[PriceKey, Timeline]:
    """What the store saw of each price; nothing for a book that is not the store's."""
    if book.kind != STORE or len(keys) > MOST_HISTORIES:
        return {}
    from farebox.prices.store import open_store

    with open_store() as store:
        seen = {key: timeline(store.history(key), now) for key in keys}
    for key, line in seen.items():
        if key.zone_id:
            instance_type = key.usage_type.rpartition("SpotUsage:")[2]
            told = book.spot_series(key.region, instance_type, key.zone_id)
            # AWS's own changes, where they reach further back than what was seen here.
            if told and (not line.steps or told.steps[0].at < line.steps[0].at):
                seen[key] = told.timeline(line)
    return seen
