"""A price book that notes which prices it was asked for."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from farebox.prices.aliases import bare_key
from farebox.prices.book import PriceBook
from farebox.prices.errors import AmbiguousPrice, PriceNotFound
from farebox.prices.values import Price, PriceKey

if TYPE_CHECKING:
    from farebox.prices.spot_series import SpotSeries


class RecordingBook(PriceBook):
    """Another book's prices, and a note of every key that was asked for.

    `asked` has each key once, without prefix, in the order of the questions, with the
    price that was found or None. A question for a type's spot zones is noted as its
    spot key without a zone.
    """

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self.id = book.id
        self.kind = book.kind
        self.lacks = book.lacks
        self.asked: dict[PriceKey, Price | None] = {}

    def price(self, key: PriceKey) -> Price:
        """The other book's price, or its error; noted in both cases."""
        try:
            found = self.book.price(key)
        except (PriceNotFound, AmbiguousPrice):
            self.asked.setdefault(bare_key(key))
            raise
        self.asked[bare_key(key)] = found
        return found

    def spot_zones(self, region: str, instance_type: str) -> tuple[str, ...]:
        """The other book's zones of the type; noted."""
        self.asked.setdefault(spot_of_type(region, instance_type))
        return self.book.spot_zones(region, instance_type)

    def spot_series(
        self, region: str, instance_type: str, zone_id: str
    ) -> "SpotSeries | None":
        """The other book's series; it is no price."""
        return self.book.spot_series(region, instance_type, zone_id)

    def stale(self, on: date) -> int:
        """How many prices of the other book are stale on that day."""
        return self.book.stale(on)

    def prices_beneath(self) -> Iterator[Price]:
        """Those of the other book."""
        return self.book.prices_beneath()

    def __len__(self) -> int:
        return len(self.book)

    def __iter__(self) -> Iterator[Price]:
        return iter(self.book)

    @cached_property
    def as_of(self) -> str:
        """The newest date of the other book."""
        return self.book.as_of

    @cached_property
    def spot_zone_ids(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The other book's zones; who asks for all of them asks for no price."""
        return self.book.spot_zone_ids

    @cached_property
    def instance_types(self) -> frozenset[str]:
        """The other book's instance types."""
        return self.book.instance_types


def spot_of_type(region: str, instance_type: str) -> PriceKey:
    """The spot key of an instance type in no zone: it stands for all of them."""
    return PriceKey(
        "AmazonEC2", region, f"SpotUsage:{instance_type}", "", purchase="spot"
    )
