"""The wide book's text: a volume for each service, in sections by region.

    farebox.prices-volume/2 AmazonECR
    sections 2
    eu-west-1,on-demand,EU-,1,54,5f2c...
    us-east-1,on-demand,,1,47,91ab...
    [eu-west-1 on-demand EU-]
    TimedStorage-ByteHrs,GB-Mo,,0.1,ecr
    [us-east-1 on-demand]
    TimedStorage-ByteHrs,GB-Mo,,0.1,ecr

A section's line in the head: region, purchase, the prefix that its usage types have on
the bill, how many prices, how many bytes, and the SHA-256 of those bytes. A line of
prices: usage type without that prefix, unit, then for each operation the operation, US
dollars per unit (tiers as in text.py) and source id, empty for that of the price before.
Sections follow one another as the head lists them, and lines are sorted, so a look-up
reads one section and finds its line by halves.

A section of reservations has in the place of the dollars a figure for each of the terms
of commitments.py, or `-`; of savings plans the term and the figure, `database-1yr-no-
upfront=0.08`. Those volumes lie in a folder of their own, with an index that the book's
index has the hash of: nothing of them is read, counted or gone through unless asked for.

The index names every volume with the length and the hash of its head, all sources with
how many prices each has, and the hash of the curated rows; its own hash is the book's id.
So no byte of a price is used that the id does not vouch for.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices.aliases import listed_name
from farebox.prices.commitments import RESERVATIONS
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.values import Price, PriceKey, Purchase, Source, tiers_of

INDEX_FORMAT = "farebox.prices-index/1"
VOLUME_FORMAT = "farebox.prices-volume/2"
INDEX_FILE = "book.index"
CURATED, PLANS = "curated", "plans"
"""How the index calls the rows entered one by one, and the folder of commitments."""

_PART = 3
"""How many fields a price has in its line, after usage type and unit."""

COMMITTED = frozenset(("reserved", "savings-plan"))


class SectionHead(Struct, frozen=True):
    """What a volume's head says of a section, and where the section begins."""

    region: str
    purchase: Purchase
    prefix: str
    count: int
    begin: int
    end: int
    hash: str


class Section:
    """One service's prices of a region and a purchase that share a prefix."""

    def __init__(self, service: str, head: SectionHead, lines: list[str]) -> None:
        self.service = service
        self.head = head
        self._lines = lines

    def prices(self, sources: Mapping[str, Source], start: str = "") -> Iterator[Price]:
        """The prices whose lines begin so: with a usage type without prefix."""
        return (
            price
            for line in self.starting(start)
            for price in self._prices(line, sources)
        )

    def starting(self, start: str) -> Iterator[str]:
        """The lines that begin so."""
        lines = self._lines
        for place in range(bisect_left(lines, start), len(lines)):
            if not lines[place].startswith(start):
                break
            yield lines[place]

    def like(self, sources: Mapping[str, Source], words: list[str]) -> Iterator[Price]:
        """The prices in whose lines each word, in small letters, is."""
        head = self.head
        place = f"{self.service} {head.region} {head.purchase}".lower()
        left = [word for word in words if word not in place]
        for line in self._lines:
            text = f"{head.prefix}{line}".lower()
            if all(word in text for word in left):
                yield from self._prices(line, sources)

    def units(self) -> Iterator[tuple[str, str]]:
        """Each usage type, without prefix, as the region's list spells it, and its unit."""
        for line in self._lines:
            usage_type, unit, _ = line.split(",", 2)
            yield usage_type, unit

    def source_ids(self) -> Iterator[str]:
        """The source id of each price."""
        return (name for line in self._lines for *_, name in _parts(line))

    @property
    def is_sorted(self) -> bool:
        """Whether the lines stand in the order by which they are found."""
        return self._lines == sorted(set(self._lines))

    def _prices(self, line: str, sources: Mapping[str, Source]) -> Iterator[Price]:
        head = self.head
        usage_type, unit, _ = line.split(",", 2)
        for operation, figures, name in _parts(line):
            key = PriceKey(
                self.service,
                head.region,
                head.prefix + usage_type,
                operation,
                head.purchase,
            )
            source = sources[name]
            if head.purchase in COMMITTED:
                for term, dollars in _terms(figures):
                    of_term = replace(key, term=term)
                    yield Price(of_term, tiers_of(dollars), unit, source)
            else:
                yield Price(key, tiers_of(figures), unit, source)


def _parts(line: str) -> Iterator[tuple[str, str, str]]:
    """Operation, figures and source id of each price of a line."""
    fields = line.split(",")
    last = ""
    for place in range(2, len(fields), _PART):
        operation, figures, name = fields[place : place + _PART]
        last = name or last
        yield operation, figures, last


def _terms(figures: str) -> Iterator[tuple[str, str]]:
    """The terms that have a figure, and US dollars an hour of each."""
    for how, figure in zip(RESERVATIONS, figures.split(" "), strict=False):
        term, _, dollars = figure.rpartition("=")
        if figure != "-":
            yield term or how.term, dollars


class Volume:
    """One service's file; its sections are read, and held to their hash, when asked."""

    def __init__(self, path: Path, service: str, size: int, digest: str) -> None:
        self.service = service
        self._path = path
        self._sections: dict[int, Section] = {}
        head = _part(path, 0, size, digest).splitlines()
        if head[0] != f"{VOLUME_FORMAT} {service}":
            raise damaged(path.name)
        self.heads: tuple[SectionHead, ...] = tuple(_heads(head[2:], size))
        self._places: dict[tuple[str, str], list[int]] = {}
        for place, one in enumerate(self.heads):
            self._places.setdefault((one.region, one.purchase), []).append(place)

    def sections(
        self, region: str | None = None, purchase: str | None = None
    ) -> Iterator[Section]:
        """The sections of a region and a purchase; None stands for every one."""
        for (where, how), places in self._places.items():
            if region in (None, where) and purchase in (None, how):
                yield from map(self._section, places)

    def of_usage_type(
        self, key: PriceKey, sources: Mapping[str, Source]
    ) -> Iterator[Price]:
        """The prices of a usage type without prefix, whatever their operation."""
        listed = listed_name(key.service, key.region, key.usage_type)
        for place in self._places.get((key.region, key.purchase), ()):
            section = self._section(place)
            yield from section.prices(sources, f"{key.usage_type},")
            if listed != key.usage_type:
                yield from section.prices(sources, f"{listed},")

    def _section(self, place: int) -> Section:
        found = self._sections.get(place)
        if found is None:
            head = self.heads[place]
            text = _part(self._path, head.begin, head.end, head.hash)
            lines = text.split("\n")[1:-1]
            found = self._sections[place] = Section(self.service, head, lines)
        return found


class Index:
    """What the wide book has: its volumes, its sources, and its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        data = _bytes(folder / INDEX_FILE)
        self.id = f"sha256:{sha256(data).hexdigest()}"
        lines = data.decode().split("\n")
        if lines[0] != INDEX_FORMAT or lines[-2:] != ["end", ""]:
            raise damaged(INDEX_FILE)
        self.curated_hash = lines[1].removeprefix(f"{CURATED} ")
        volumes = data.replace(f"{lines[1]}\n".encode(), b"", 1)
        self.volumes_id = f"sha256:{sha256(volumes).hexdigest()}"
        """The id of the volumes alone, whatever the curated rows are."""
        self._plans_hash = lines[2].removeprefix(f"{PLANS} ")
        count = int(lines[3].partition(" ")[2])
        self.sources: dict[str, Source] = {}
        self.counts: dict[str, int] = {}
        for line in lines[4 : 4 + count]:
            name, rows, url, as_of, version, note = line.split(",", 5)
            self.sources[name] = Source(url, as_of, version, note)
            self.counts[name] = int(rows)
        self._heads: dict[str, tuple[int, str]] = {}
        for line in lines[5 + count : -2]:
            service, size, digest = line.split(",")
            self._heads[service] = int(size), digest
        self._volumes: dict[str, Volume] = {}

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have a volume, sorted."""
        return tuple(self._heads)

    @cached_property
    def count(self) -> int:
        """How many prices the volumes have."""
        return sum(self.counts.values())

    def volume(self, service: str) -> Volume | None:
        """The service's volume, or None. Raises InvalidPriceBook for a changed file."""
        found = self._volumes.get(service)
        if found is None and service in self._heads:
            path = self._folder / f"{service}.prices"
            found = Volume(path, service, *self._heads[service])
            self._volumes[service] = found
        return found

    def of_usage_type(self, key: PriceKey) -> Iterator[Price]:
        """The prices of a usage type without prefix, whatever their operation.

        Of reservations and savings plans those of all terms.
        """
        if key.purchase in COMMITTED and self._plans_hash:
            return self.plans.of_usage_type(key)
        volume = self.volume(key.service)
        return iter(()) if volume is None else volume.of_usage_type(key, self.sources)

    @cached_property
    def plans(self) -> "Index":
        """The index of reservations and savings plans. Raises InvalidPriceBook."""
        found = Index(self._folder.parent / PLANS)
        if found.id != f"sha256:{self._plans_hash}":
            raise damaged(f"{PLANS}/{INDEX_FILE}")
        return found

    def sections(
        self, region: str | None = None, purchase: str | None = None
    ) -> Iterator[Section]:
        """Every volume's sections of a region and a purchase; None for every one."""
        for service in self._heads:
            volume = self.volume(service)
            assert volume is not None  # it is in the index
            yield from volume.sections(region, purchase)

    def prices(self, region: str | None = None) -> Iterator[Price]:
        """All prices, or a region's."""
        for section in self.sections(region):
            yield from section.prices(self.sources)


def _heads(lines: list[str], begin: int) -> Iterator[SectionHead]:
    for line in lines:
        region, purchase, prefix, count, size, digest = line.split(",")
        end = begin + int(size)
        yield SectionHead(
            region, cast(Purchase, purchase), prefix, int(count), begin, end, digest
        )
        begin = end


def _part(path: Path, begin: int, end: int, digest: str) -> str:
    """The bytes of a file between two places. Raises InvalidPriceBook where they differ."""
    try:
        with path.open("rb") as file:
            file.seek(begin)
            data = file.read(end - begin)
    except OSError as error:
        raise _unreadable(path, error) from error
    if sha256(data).hexdigest() != digest:
        raise damaged(path.name)
    return data.decode()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InvalidPriceBook:
    return InvalidPriceBook(
        f"the embedded price book cannot be read ({path.name}: {error.strerror});"
        " install farebox again"
    )


def damaged(name: str) -> InvalidPriceBook:
    """The error for a file of the embedded book that is not what was released."""
    return InvalidPriceBook(
        f"the embedded price book was changed or damaged ({name} does not have the hash"
        " that the book's index states); install farebox again"
    )
