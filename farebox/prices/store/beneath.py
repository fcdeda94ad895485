"""What lies beneath a store's book: the volumes that shipped with farebox.

They are not copied into a store, which would take seconds and a hundred megabytes. A
refresh notes their id, and the id of its book covers it. They answer for the slices that
no list covers whole; where a release brought other volumes, the books of before stand
without them, and a price that they lack is a gap that says so.
"""

from collections.abc import Callable, Iterator, Mapping
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

    def of_usage_type(self, key: PriceKey) -> Mapping[PriceKey, Price]:
        """The prices of a usage type without prefix, by bare key."""
        if self._volumes is None:
            return {}
        found = self._volumes.of_usage_type(key)
        return {bare_key(price.key): price for price in found}

    def prices(self, whole: Callable[[Slice], bool]) -> Iterator[Price]:
        """All prices of the slices that no list covers whole."""
        for section in self._volumes.sections() if self._volumes else ():
            head = section.head
            if not whole(Slice(section.service, head.region, head.purchase)):
                assert self._volumes is not None  # it has the section
                yield from section.prices(self._volumes.sources)


def newer(own: Price | None, below: Price | None) -> Price | None:
    """The price of the later day; of one day the store's own."""
    if own is None or below is None:
        return own or below
    return below if below.source.as_of > own.source.as_of else own
