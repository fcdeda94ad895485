"""A price book: look-ups that give exactly one price, or an error."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from farebox.prices.ages import is_stale_source, kind_of
from farebox.prices.aliases import bare_key
from farebox.prices.errors import AmbiguousPrice, PriceNotFound
from farebox.prices.prefixes import without_prefix
from farebox.prices.values import GLOBAL, Price, PriceKey, Source

if TYPE_CHECKING:
    from farebox.prices.spot_series import SpotSeries

_MACHINES = ("BoxUsage:", "SpotUsage:")


class PriceBook:
    """Prices under AWS's own keys, with the hash of their text as the book's id.

    `kind` says where the book came from: `embedded`, `file`, `store` or `live`.
    """

    def __init__(self, prices: Iterable[Price], *, book_id: str, kind: str) -> None:
        self.prices: tuple[Price, ...] = tuple(prices)
        self.id = book_id
        self.kind = kind
        index: dict[PriceKey, Price] = {}
        several: dict[PriceKey, list[Price]] = {}
        for price in self.prices:
            key = bare_key(price.key)
            if key in index:
                several.setdefault(key, [index[key]]).append(price)
            else:
                index[key] = price
        self._index = index
        self.duplicates = several
        """Keys without prefix that have more than one price, with those prices."""

    lacks = ""
    """What is added to the sentence on a price that the book does not have."""

    def prices_beneath(self) -> Iterator[Price]:
        """Prices that a look-up finds and an iteration does not go through."""
        return iter(())

    def __len__(self) -> int:
        return len(self.prices)

    def __iter__(self) -> Iterator[Price]:
        return iter(self.prices)

    def price(self, key: PriceKey) -> Price:
        """The one price of `key`, whose usage type may lack the region's prefix.

        Where a key names no operation, or the list tells none apart, the operation
        does not decide: then all prices of the usage type must be the same one.
        Raises PriceNotFound or AmbiguousPrice; it never takes another region's
        price, the first of several, or 0.
        """
        found = self._index.get(key)
        if found is None:
            key = bare_key(key)
            found = self._exact(key)
            if found is None:
                return self._of_any_operation(key)
        if self.duplicates:
            several = self.duplicates.get(bare_key(key))
            if several is not None:
                raise AmbiguousPrice(f"the book has {len(several)} prices for {key}")
        return found

    def find(self, key: PriceKey) -> Price | None:
        """The one price of `key`, or None where the book has none.

        Raises AmbiguousPrice where it has several.
        """
        try:
            return self.price(key)
        except PriceNotFound:
            return None

    def operations(self, key: PriceKey) -> Sequence[Price]:
        """The prices that differ from the key in nothing but operation and prefix."""
        return self._operations(bare_key(key))

    def compute_prices(self, region: str) -> list[Price]:
        """The region's prices of machines on demand and on spot, in the book's order."""
        return [
            price
            for price in self
            if price.key.region == region
            and price.key.service == "AmazonEC2"
            and without_prefix(price.key.usage_type, region).startswith(_MACHINES)
        ]

    def _exact(self, key: PriceKey) -> Price | None:
        """The price of that very key, whose usage type has no prefix."""
        return self._index.get(key)

    def _operations(self, key: PriceKey) -> Sequence[Price]:
        """The prices that differ from the key, which has no prefix, in operation only."""
        return self._by_usage_type.get(without_operation(key), ())

    def _of_any_operation(self, key: PriceKey) -> Price:
        """The price of the usage type where its operation does not decide."""
        found = self._operations(key)
        if key.operation:
            found = [price for price in found if not price.key.operation]
        if not found:
            raise PriceNotFound(f"the book has no price for {key}")
        if len({(price.tiers, price.unit) for price in found}) > 1:
            names = sorted(price.key.operation for price in found)
            shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
            raise AmbiguousPrice(
                f"the book has {len(found)} prices for {key}, one for each operation"
                f" ({shown})"
            )
        return found[0]

    @cached_property
    def _by_usage_type(self) -> dict[PriceKey, list[Price]]:
        found: dict[PriceKey, list[Price]] = {}
        for key, price in self._index.items():
            found.setdefault(without_operation(key), []).append(price)
        return found

    def spot_zones(self, region: str, instance_type: str) -> tuple[str, ...]:
        """The zone ids, sorted, that have a Linux spot price of the type."""
        return self.spot_zone_ids.get((region, instance_type), ())

    def spot_series(
        self, region: str, instance_type: str, zone_id: str
    ) -> "SpotSeries | None":
        """The pool's price over time; None, for only a store keeps it."""
        return None

    @cached_property
    def as_of(self) -> str:
        """The newest date that a price of the book carries."""
        return max((source.as_of for source, _ in self._by_source), default="")

    @cached_property
    def spot_zone_ids(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(region, instance type) to the zone ids that have a Linux spot price."""
        zones: dict[tuple[str, str], list[str]] = {}
        for key in self._index:
            if key.purchase == "spot" and key.zone_id:
                instance_type = key.usage_type.removeprefix("SpotUsage:")
                zones.setdefault((key.region, instance_type), []).append(key.zone_id)
        return {place: tuple(sorted(ids)) for place, ids in zones.items()}

    @cached_property
    def zone_ids(self) -> dict[str, tuple[str, ...]]:
        """Region to every zone id that the book has any spot price for."""
        zones: dict[str, set[str]] = {}
        for (region, _), ids in self.spot_zone_ids.items():
            zones.setdefault(region, set()).update(ids)
        return {region: tuple(sorted(ids)) for region, ids in zones.items()}

    @cached_property
    def instance_types(self) -> frozenset[str]:
        """Every instance type that has an on-demand price in any region."""
        return frozenset(
            key.usage_type.removeprefix("BoxUsage:")
            for key in self._index
            if key.usage_type.startswith("BoxUsage:")
        )

    def stale(self, on: date) -> int:
        """How many prices of the book are older on that day than their kind's limit."""
        return sum(
            count
            for (source, kind), count in self._by_source.items()
            if is_stale_source(source, kind, on)
        )

    def source_counts(
        self, regions: Collection[str] = ()
    ) -> Mapping[tuple[Source, str], int]:
        """How many prices stand on a source, per kind of age limit (`spot`, `list`).

        With `regions` only the prices there; those of no region go with every one.
        """
        if not regions:
            return self._by_source
        return Counter(
            (price.source, kind_of(price.key))
            for price in self.prices
            if price.key.region in (*regions, GLOBAL)
        )

    @cached_property
    def _by_source(self) -> Counter[tuple[Source, str]]:
        """How many prices stand on a source, per kind of age limit."""
        return Counter((price.source, kind_of(price.key)) for price in self.prices)


def without_operation(key: PriceKey) -> PriceKey:
    """The key with no operation."""
    return replace(key, operation="") if key.operation else key
