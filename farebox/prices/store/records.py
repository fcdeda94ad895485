"""What the store tells of itself: its slices, refreshes, histories and pins."""

from msgspec import Struct

from farebox.prices.deliveries import Slice
from farebox.prices.values import Source


class SliceState(Struct, frozen=True):
    """A slice as it is now: its prices, and when it last changed or was confirmed.

    `source` is what last confirmed it whole; None where only single prices were added.
    """

    slice: Slice
    source: Source | None
    price_count: int
    seen_at: str


class DeliveryRecord(Struct, frozen=True):
    """What one source did in one refresh. `outcome` is kept, unchanged or failed."""

    name: str
    outcome: str
    version: str = ""
    etag: str = ""
    content_hash: str = ""
    as_of: str = ""
    byte_count: int = 0
    price_count: int = 0
    new_count: int = 0
    changed_count: int = 0
    gone_count: int = 0
    unchanged_count: int = 0
    left_out: dict[str, int] = {}
    reason: str = ""


class RefreshRecord(Struct, frozen=True):
    """One refresh: the book that it left, and what each source did in it."""

    seq: int
    seen_at: str
    by: str
    book_id: str
    deliveries: tuple[DeliveryRecord, ...]


class Pin(Struct, frozen=True):
    """A book that retention never takes apart, and why."""

    book_id: str
    why: str


class Pruned(Struct, frozen=True):
    """How much a retention dropped, and how many refreshes are left."""

    refreshes: int
    prices: int
    refreshes_left: int
