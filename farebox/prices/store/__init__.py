"""The price store: every price that was ever seen, and the book of any day.

A SQLite file in the user's data folder, or PostgreSQL by URL. It only grows: a refresh
is one transaction that writes what changed, so every book that ever was can be had again.
"""

from typing import TYPE_CHECKING

from farebox.extras import require
from farebox.prices.store.location import store_exists
from farebox.prices.store.records import (
    DeliveryRecord,
    Pin,
    Pruned,
    RefreshRecord,
    SliceState,
)
from farebox.prices.timeline import Seen

if TYPE_CHECKING:
    from farebox.prices.store.book import StoreBook
    from farebox.prices.store.refresh import Refresh
    from farebox.prices.store.store import Store

__all__ = [
    "DeliveryRecord",
    "Pin",
    "Pruned",
    "Refresh",
    "RefreshRecord",
    "Seen",
    "SliceState",
    "Store",
    "StoreBook",
    "open_store",
    "store_exists",
]

_LATE = {"Store": "store", "Refresh": "refresh", "StoreBook": "book"}
"""Names whose modules import SQLAlchemy (0.2 s): found when they are first used."""


def open_store(url: str | None = None) -> "Store":
    """The store at a PostgreSQL URL or a file's path; made, seeded or migrated at need.

    None: FAREBOX_PRICES_URL, else `prices.sqlite` in the user's data folder, or in
    FAREBOX_DATA_DIR. Raises StoreError for what cannot be opened, and NotInstalled
    where the extra `live` is missing.
    """
    require("live")
    from farebox.prices.store.location import locate
    from farebox.prices.store.store import Store

    return Store(locate(url))


def __getattr__(name: str) -> object:
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
