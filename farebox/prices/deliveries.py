"""What a source of prices delivers to the store, and what the store says of it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct, field

from farebox.prices.values import Price, PriceKey, Purchase, Source


class Slice(Struct, frozen=True, order=True):
    """A part of the book that one source covers whole."""

    service: str
    region: str
    purchase: Purchase

    def holds(self, key: PriceKey) -> bool:
        """Whether the key belongs to this part."""
        return (key.service, key.region, key.purchase) == (
            self.service,
            self.region,
            self.purchase,
        )


class DatedPrice(Struct, frozen=True, gc=False):
    """A price and the day from which AWS charges it.

    `effective_from` is `2026-11-01` or an instant of UTC such as
    `2026-11-01T00:00:00Z`; empty where the source does not say: then always.
    """

    price: Price
    effective_from: str = ""


class Fact(Struct, frozen=True):
    """Something that is no price: a quota, a score, an instance type's limits.

    `kind` is `instance-type`, `zone-offering`, `advisor`, `placement-score`, `quota`,
    `zone` or `spot-history`; `region` may be empty; `subject` names it inside; `json`
    is its value.
    """

    kind: str
    region: str
    subject: str
    json: str
    source: Source


class Delivery(Struct, frozen=True):
    """What one source gave in one refresh.

    `name` is the source's own, such as `AmazonEC2 us-east-1`. `source.as_of` is when
    the figures were true at the latest: now for a list whose version was just checked,
    the feed's own date for a feed that has one. With `unchanged` the source said that
    nothing changed since the last delivery: no prices follow and the slice is
    confirmed. `whole` is the slice that the prices cover: what they lack is gone; None
    for single look-ups, which take nothing away.
    """

    name: str
    source: Source
    whole: Slice | None = None
    prices: Iterable[DatedPrice] = ()
    facts: tuple[Fact, ...] = ()
    unchanged: bool = False
    version: str = ""
    """What `LastDelivery.version` tells the next refresh, where it is more than the
    source's own: a list's version and how it was read."""
    etag: str = ""
    content_hash: str = ""
    """`sha256:` of the bytes as they came."""
    byte_count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Reason to how many rows were left out for it; filled while prices are read."""
    files: tuple[Path, ...] = ()
    """Downloads that are deleted once the refresh is committed."""


class LastDelivery(Struct, frozen=True):
    """What the store remembers of a source's last good delivery: ask only for newer."""

    name: str
    version: str
    etag: str
    content_hash: str
    as_of: str
    seen_at: str
    price_count: int


class Comparison(Struct, frozen=True):
    """A delivery held against what the store has, before anything is written."""

    delivery: Delivery
    new: tuple[DatedPrice, ...]
    changed: tuple[tuple[Price, DatedPrice], ...]
    """The price in force before, and what was delivered for the same key."""
    gone: tuple[Price, ...]
    unchanged_count: int

    @property
    def delivered_count(self) -> int:
        """How many prices the delivery holds."""
        return len(self.new) + len(self.changed) + self.unchanged_count
