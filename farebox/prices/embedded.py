"""The price book that ships with farebox: the curated rows, and beneath them all others.

What is read is what is asked for: the section of one service in one region.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from farebox.prices.aliases import bare_key, usual_name
from farebox.prices.book import PriceBook, without_operation
from farebox.prices.curated import CuratedRows, curated_path
from farebox.prices.prefixes import REGION_PREFIX, prefixes
from farebox.prices.values import GLOBAL, Price, PriceKey, Source
from farebox.prices.volumes import Index

_EC2, _BOX, _RUN = "AmazonEC2", "BoxUsage:", "RunInstances"


def volumes_folder() -> Path:
    """Where the index and the volumes lie."""
    return Path(__file__).with_name("data") / "volumes"


@cache
def embedded_book() -> "EmbeddedBook":
    """The embedded book, of kind `embedded`.

    Raises InvalidPriceBook when an installed file was changed or damaged: its index and
    the curated rows at once, any other when it is first read.
    """
    index = Index(volumes_folder())
    return EmbeddedBook(index, CuratedRows(curated_path(), index.curated_hash))


class EmbeddedBook(PriceBook):
    """The curated rows and the volumes; no key is in both."""

    def __init__(self, index: Index, curated: CuratedRows) -> None:
        self.id = index.id
        self.kind = "embedded"
        self.duplicates = {}
        self.volumes = index
        self.curated = curated
        self._index: dict[PriceKey, Price] = {}
        self._known: dict[PriceKey, Mapping[PriceKey, Price]] = {}
        self._units: dict[str, Mapping[str, str]] = {}

    def __len__(self) -> int:
        return len(self.curated) + self.volumes.count

    def __iter__(self) -> Iterator[Price]:
        return iter(self.prices)

    @cached_property
    def prices(self) -> tuple[Price, ...]:  # type: ignore[override]
        """Every price: some 200,000, which takes a second or two."""
        return (*self.curated.prices, *self.volumes.prices())

    def compute_prices(self, region: str) -> list[Price]:
        """The region's Linux prices of machines on demand and on spot."""
        found: list[Price] = []
        for usage in (_BOX, "SpotUsage:"):
            for prefix in prefixes(region):
                start = f"{_EC2},{region},{prefix}{usage}"
                found += self.curated.starting(start)
        volume = self.volumes.volume(_EC2)
        for section in volume.sections(region, "on-demand") if volume else ():
            machines = section.prices(self.volumes.sources, _BOX)
            found += (price for price in machines if price.key.operation == _RUN)
        return found

    def like(self, wanted: str) -> Iterator[Price]:
        """The prices that a name or words may mean (search.py decides), and some more."""
        words = wanted.lower().split()
        for price in self.curated.prices:
            key = price.key
            text = f"{key} {key.zone_id}".lower()
            if all(word in text for word in words):
                yield price
        for section in self.volumes.sections():
            yield from section.like(self.volumes.sources, words)

    @cached_property
    def as_of(self) -> str:
        """The newest date that a price of the book carries."""
        sources = [source for source, _ in self._by_source]
        return max((source.as_of for source in sources), default="")

    @cached_property
    def spot_zone_ids(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """(region, instance type) to the zone ids that have a Linux spot price."""
        zones: dict[tuple[str, str], list[str]] = {}
        for price in self.curated.spot_prices:
            key = bare_key(price.key)
            if key.zone_id:
                instance_type = key.usage_type.removeprefix("SpotUsage:")
                zones.setdefault((key.region, instance_type), []).append(key.zone_id)
        return {place: tuple(sorted(ids)) for place, ids in zones.items()}

    @cached_property
    def instance_types(self) -> frozenset[str]:
        """Every instance type that has an on-demand price in any region."""
        found = {
            bare_key(price.key).usage_type.removeprefix(_BOX)
            for region in REGION_PREFIX
            for prefix in prefixes(region)
            for price in self.curated.starting(f"{_EC2},{region},{prefix}{_BOX}")
        }
        volume = self.volumes.volume(_EC2)
        for section in volume.sections(None, "on-demand") if volume else ():
            lines = section.starting(_BOX)
            found.update(line.partition(",")[0].removeprefix(_BOX) for line in lines)
        return frozenset(found)

    @property
    def services(self) -> list[str]:
        """Every service that has a price, sorted."""
        return sorted({*self.volumes.services, *self.curated.services})

    def units_of(self, service: str) -> Mapping[str, str]:
        """A service's usage types, named as rules do, to their unit; no price is made."""
        known = self._units.get(service)
        if known is not None:
            return known
        found: dict[str, str] = {}
        volume = self.volumes.volume(service)
        for section in volume.sections() if volume else ():
            region = section.head.region
            for name, unit in section.units():
                found[usual_name(service, region, name)] = unit
        for price in self.curated.starting(f"{service},"):
            key = price.key
            found[usual_name(service, key.region, key.usage_type)] = price.unit
        self._units[service] = found
        return found

    def source_counts(
        self, regions: Collection[str] = ()
    ) -> Mapping[tuple[Source, str], int]:
        """How many prices stand on a source, per kind; with `regions` only those there."""
        if not regions:
            return self._by_source
        places = {*regions, GLOBAL}
        counts = self.curated.counts_in(places)
        for place in sorted(places):
            for section in self.volumes.sections(place):
                for name in section.source_ids():
                    counts[self.volumes.sources[name], "list"] += 1
        return counts

    @cached_property
    def _by_source(self) -> Counter[tuple[Source, str]]:
        counts = self.curated.counts_in()
        for name, count in self.volumes.counts.items():
            counts[self.volumes.sources[name], "list"] += count
        return counts

    def _exact(self, key: PriceKey) -> Price | None:
        """The price of that very key, whose usage type has no prefix."""
        found = self._of_usage_type(key).get(key)
        if found is not None:
            self._index[key] = found
        return found

    def _operations(self, key: PriceKey) -> Sequence[Price]:
        """The prices that differ from the key, which has no prefix, in operation only."""
        wanted = without_operation(key)
        return [
            price
            for bare, price in self._of_usage_type(key).items()
            if without_operation(bare) == wanted
        ]

    def _of_usage_type(self, key: PriceKey) -> Mapping[PriceKey, Price]:
        """All prices of a usage type in its region and purchase, by bare key."""
        asked = PriceKey(key.service, key.region, key.usage_type, "", key.purchase)
        found = self._known.get(asked)
        if found is None:
            prices = (
                *self.curated.of_usage_type(asked),
                *self.volumes.of_usage_type(asked),
            )
            found = {bare_key(price.key): price for price in prices}
            self._known[asked] = found
        return found
