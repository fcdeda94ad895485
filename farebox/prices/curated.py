"""The curated rows: prices entered one by one, each from the best source there was.

They are a book of their own, small enough to be read whole (the tests do, and a new
store begins with it). The embedded book reads only what it is asked for: the text is
held to the hash of the book's index, its lines are sorted, so a price is found by halves.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from farebox.prices.aliases import listed_name
from farebox.prices.book import PriceBook
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.prefixes import prefixes
from farebox.prices.reading import SOURCE_FIELDS
from farebox.prices.text import parse_book
from farebox.prices.values import Price, PriceKey, Source, tiers_of

CURATED_FILE = "aws.prices"
"""The rows' file in `farebox/prices/data`, in the form of any book's file."""


def curated_path() -> Path:
    """Where the curated rows lie."""
    return Path(__file__).with_name("data") / CURATED_FILE


@cache
def curated_book() -> PriceBook:
    """The curated rows as a book, read whole and validated.

    Raises InvalidPriceBook when the installed file was changed or damaged.
    """
    return parse_book(
        curated_path().read_text(encoding="utf-8"),
        kind="embedded",
        name=f"farebox/prices/data/{CURATED_FILE}",
    )


class CuratedRows:
    """The lines of the curated rows, made into prices when they are asked for."""

    def __init__(self, path: Path, digest: str) -> None:
        data = path.read_bytes()
        if sha256(data).hexdigest() != digest:
            raise InvalidPriceBook(
                f"the embedded price book was changed or damaged ({path.name} does not"
                " have the hash that the book's index states); install farebox again"
            )
        lines = data.decode().split("\n")
        count = int(lines[1].partition(" ")[2])
        self._sources: dict[str, Source] = {}
        for line in lines[2 : 2 + count]:
            name, *rest = line.split(",", SOURCE_FIELDS - 1)
            self._sources[name] = Source(*rest)
        self._lines = lines[3 + count : -2]

    def __len__(self) -> int:
        return len(self._lines)

    def of_usage_type(self, key: PriceKey) -> Iterator[Price]:
        """The prices of a usage type without prefix, in its region and purchase."""
        names = {
            key.usage_type,
            listed_name(key.service, key.region, key.usage_type),
        }
        for name in names:
            for prefix in prefixes(key.region):
                start = f"{key.service},{key.region},{prefix}{name},"
                for price in self.starting(start):
                    if price.key.purchase == key.purchase:
                        yield price

    def starting(self, start: str) -> Iterator[Price]:
        """The prices whose lines begin so."""
        lines = self._lines
        for place in range(bisect_left(lines, start), len(lines)):
            if not lines[place].startswith(start):
                break
            yield self._price(lines[place])

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """All of them."""
        return tuple(map(self._price, self._lines))

    @property
    def services(self) -> set[str]:
        """The services that have a price here."""
        return {line.partition(",")[0] for line in self._lines}

    @cached_property
    def spot_prices(self) -> tuple[Price, ...]:
        """Those of spot."""
        return tuple(self._price(line) for line in self._lines if ",spot," in line)

    def counts_in(
        self, regions: Collection[str] | None = None
    ) -> Counter[tuple[Source, str]]:
        """How many prices stand on a source, per kind of age limit (ages.py)."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self._lines:
            if regions is None or line.split(",", 2)[1] in regions:
                kind = "spot" if ",spot," in line else "list"
                found[line.rpartition(",")[2], kind] += 1
        return Counter(
            {(self._sources[name], kind): n for (name, kind), n in found.items()}
        )

    def _price(self, line: str) -> Price:
        service, region, usage_type, operation, purchase, zone_id, *rest = line.split(
            ","
        )
        unit, dollars, source_id = rest
        purchase, _, term = purchase.partition(":")
        key = PriceKey(
            service,
            region,
            usage_type,
            operation,
            purchase,  # type: ignore[arg-type]  # the text was checked
            zone_id,
            term,
        )
        return Price(key, tiers_of(dollars), unit, self._sources[source_id])
