"""What lies beneath a store's book: the volumes that shipped with farebox.

They are not copied into a store, which would take seconds and a hundred megabytes. A
refresh notes their id, and the id of its book covers it. They answer for the slices that
no list covers whole; where a release brought other volumes, the books of before stand
without them, and a price that they lack is a gap that says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from farebox.prices.aliases import bare_key
from farebox.prices.deliveries import Fact, Slice
from farebox.prices.embedded import embedded_book
from farebox.prices.store.schema import FACT
from farebox.prices.values import Price, PriceKey, Source

KIND = "volumes"
"""The kind of the fact that notes which volumes a refresh had beneath it."""

OTHERS = (
    "; what shipped with the farebox of that refresh is not installed: fare refresh"
    " takes up today's"
)
"""What is added to the sentence on a missing price."""


def volumes_fact(source: Source) -> Fact:
    """Which volumes are installed, as a fact for the store."""
    return Fact(KIND, "", "", embedded_book().volumes.volumes_id, source)


def volumes_at(ask: Callable[[Any], Any], seq: int | None) -> str:
    """The id of the volumes beneath the book of a refresh; None: as it is now.

    Empty where the refresh is of a time before there were any.
    """
    statement = select(FACT.c.json).where(FACT.c.kind == KIND)
    if seq is not None:
        statement = statement.where(FACT.c.seq <= seq)
    for row in ask(statement.order_by(FACT.c.seq.desc()).limit(1)):
        return str(row.json)
    return ""


def hashed(volumes_id: str) -> list[tuple[str, str, str, str]]:
    """What the volumes add to the slices of which a book's id is made."""
    return [(KIND, "", "", volumes_id)] if volumes_id else []


class Beneath:
    """The volumes beneath a book, or nothing where others are installed."""

    def __init__(self, volumes_id: str) -> None:
        volumes = embedded_book().volumes if volumes_id else None
        self.is_other = volumes is not None and volumes.volumes_id != volumes_id
        self._volumes = None if self.is_other else volumes

    def over(self, key: PriceKey, own: Iterable[Price]) -> Mapping[PriceKey, Price]:
        """The prices of a usage type, by bare key: a store's own over the volumes'.

        Of two for one charge the later day's counts. They are for one charge where
        their operations are the same, or one has none: then it tells none apart.
        """
        found = {bare_key(price.key): price for price in own}
        below = self._volumes.of_usage_type(key) if self._volumes else ()
        for price in below:
            bare = bare_key(price.key)
            same = [one for one in found if _is_one_charge(one, bare)]
            if all(_day(found[one]) < _day(price) for one in same):
                for one in same:
                    del found[one]
                found[bare] = price
        return found

    def prices(self, whole: Callable[[Slice], bool]) -> Iterator[Price]:
        """All prices of the slices that no list covers whole."""
        for section in self._volumes.sections() if self._volumes else ():
            head = section.head
            if not whole(Slice(section.service, head.region, head.purchase)):
                assert self._volumes is not None  # it has the section
                yield from section.prices(self._volumes.sources)


def _is_one_charge(one: PriceKey, other: PriceKey) -> bool:
    alike = not one.operation or not other.operation or one.operation == other.operation
    return alike and (one.term, one.zone_id) == (other.term, other.zone_id)


def _day(price: Price) -> str:
    return price.source.as_of
