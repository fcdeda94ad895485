"""A delivery held against what the store has: what is new, changed, gone or the same."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from sys import intern

from msgspec import Struct

from farebox.prices.deliveries import DatedPrice, Slice
from farebox.prices.errors import StoreError
from farebox.prices.store.rows import (
    Entry,
    identity,
    in_force,
    on_day,
    text_of,
    tiers_of,
)
from farebox.prices.store.slices import Stored, key_of
from farebox.prices.store.sources import Sources
from farebox.prices.text import write_tiers
from farebox.prices.values import Price, Source

_DAY = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d))?", re.ASCII)

Delivered = DatedPrice | list[DatedPrice]
"""What was delivered for one key: nearly always one price."""


class Difference(Struct):
    """What a slice has, and what was delivered that is not the same."""

    part: Slice
    stored: dict[str, Stored]
    other: dict[str, Delivered]
    """Identity to what was delivered, where it is new or changed."""
    same: dict[str, Delivered | str]
    """Identities that were delivered as they are; only their day, of a whole slice."""
    spelled: dict[str, str]
    """Identity to the usage type's newest spelling, where only that changed."""

    @property
    def gone(self) -> list[str]:
        """Identities of a whole slice that have a price and were not delivered.

        A whole delivery of spot is of every zone's pool; a region's own figure, which
        has no zone, comes from a feed of its own and does not go with them.
        """
        by_zone = self.part.purchase == "spot"
        return [
            one
            for one, known in self.stored.items()
            if known.text
            and one not in self.same
            and one not in self.other
            and not (by_zone and not one.split("\t")[1])
        ]


def compare_slice(
    name: str,
    part: Slice,
    stored: dict[str, Stored],
    delivered: Iterable[DatedPrice],
    day: str,
    *,
    whole: bool,
) -> Difference:
    """Hold a slice against its delivery, which is read once. Raises StoreError."""
    read = _Reading(name, part, stored, day, whole=whole)
    for dated in delivered:
        read.take(dated)
    return read.difference()


class _Reading:
    """A delivery while it is read: which keys it has as the store does, and which not."""

    def __init__(
        self,
        name: str,
        part: Slice,
        stored: dict[str, Stored],
        day: str,
        *,
        whole: bool,
    ) -> None:
        self._name, self._part, self._stored = name, part, stored
        self._day, self._whole = day, whole
        self._other: dict[str, Delivered] = {}
        self._same: dict[str, Delivered | str] = {}
        self._spelled: dict[str, str] = {}

    def take(self, dated: DatedPrice) -> None:
        """Hold one price against the store. Raises StoreError."""
        key = dated.price.key
        if not self._part.holds(key):
            raise StoreError(
                f"{self._name} delivered {key}, which is not in its part of AWS"
            )
        if dated.effective_from:
            _check_day(self._name, dated.effective_from)
        one = identity(key)
        if one in self._other:
            before = self._other[one]
            if not isinstance(before, list):
                before = self._other[one] = [before]
            before.append(dated)
        elif one in self._same:
            self._other[one] = [*self._first(one, dated.price.source), dated]
        else:
            self._take_first(one, dated)

    def _take_first(self, one: str, dated: DatedPrice) -> None:
        """The first price of a key: the same as the store's, or another."""
        known = self._stored.get(one)
        if known is None:
            if one.count("\t") != 3 or "\n" in one:
                raise StoreError(
                    f"{self._name} delivered a key with a tab or a line break: "
                    f"{dated.price.key!r}"
                )
            self._other[one] = dated
        elif dated.effective_from[:10] <= self._day and (
            on_day(known.text, self._day)
            == f"{dated.price.unit}\t{write_tiers(dated.price.tiers)}"
        ):
            self._same[one] = intern(dated.effective_from) if self._whole else dated
            usage_type = dated.price.key.usage_type
            if usage_type != (known.usage_type or one.partition("\t")[0]):
                self._spelled[one] = usage_type
        else:
            self._other[one] = dated

    def _first(self, one: str, source: Source) -> list[DatedPrice]:
        """What was the same of a key, taken back: another price of it has come."""
        first = self._same.pop(one)
        if isinstance(first, str):
            known = self._stored[one]
            price = before_of(self._part, one, known, source, self._day)
            first = DatedPrice(price, first)
        return first if isinstance(first, list) else [first]

    def difference(self) -> Difference:
        """What came, at the end; a key with several prices may still be the same."""
        for one, prices in list(self._other.items()):
            known = self._stored.get(one)
            if known is None and not isinstance(prices, list):
                continue
            entries = entries_of(
                self._name, prices, known, self._day, whole=self._whole
            )
            if known is not None and text_of(entries) == on_day(known.text, self._day):
                self._same[one] = prices
                del self._other[one]
        return Difference(
            self._part, self._stored, self._other, self._same, self._spelled
        )


def entries_of(
    name: str, delivered: Delivered, known: Stored | None, day: str, *, whole: bool
) -> list[Entry]:
    """The rows of a key: what is in force on the day first, then what is to come.

    Where only a price to come is delivered, what the store has in force holds until
    then. A single look-up takes no announced price away. Raises StoreError where two prices
    hold from the same day.
    """
    if isinstance(delivered, DatedPrice):
        start, price = delivered.effective_from, delivered.price
        if start[:10] <= day and (whole or known is None or "\n" not in known.text):
            return [(start, price.unit, write_tiers(price.tiers))]
    prices = delivered if isinstance(delivered, list) else [delivered]
    entries: dict[str, Entry] = {}
    for dated in prices:
        entry = (dated.effective_from, dated.price.unit, write_tiers(dated.price.tiers))
        there = entries.setdefault(entry[0][:10], entry)
        if there[1:] != entry[1:]:
            raise StoreError(
                f"{name} delivered two prices for {dated.price.key}: {there[2]} and"
                f" {entry[2]} USD per {entry[1]}; none is picked"
            )
    if known is not None and not whole:
        for line in on_day(known.text, day).split("\n")[1:]:
            start, unit, tiers = line.split("\t")
            entries.setdefault(start[:10], (start, unit, tiers))
    ordered = sorted(entries.values(), key=itemgetter(0))
    past = [entry for entry in ordered if entry[0][:10] <= day]
    if past:
        return [past[-1], *ordered[len(past) :]]
    held = in_force(on_day(known.text, day)) if known is not None else ""
    unit, _, held_tiers = held.partition("\t")
    if held:
        return [("", unit, held_tiers), *ordered]
    return [("", ordered[0][1], None), *ordered]


def first_of(delivered: Delivered) -> DatedPrice:
    """The first price that was delivered for a key."""
    return delivered[0] if isinstance(delivered, list) else delivered


def before_of(part: Slice, one: str, known: Stored, source: Source, day: str) -> Price:
    """The price that was in force, or announced where none is, as it was stored."""
    text = on_day(known.text, day)
    unit, _, tiers = in_force(text).partition("\t")
    if not unit:
        _, unit, tiers = text.split("\n")[1].split("\t")
    return Price(key_of(part, one, known.usage_type), tiers_of(tiers), unit, source)


def changes(
    difference: Difference, sources: Sources, day: str
) -> tuple[list[DatedPrice], list[tuple[Price, DatedPrice]]]:
    """The new and the changed prices of a difference."""
    new: list[DatedPrice] = []
    changed: list[tuple[Price, DatedPrice]] = []
    for one, delivered in difference.other.items():
        prices: Sequence[DatedPrice]
        prices = delivered if isinstance(delivered, list) else [delivered]
        known = difference.stored.get(one)
        if known is None or not known.text:
            new.extend(prices)
            continue
        lines = set(known.text.split("\n"))
        before = before_of(difference.part, one, known, sources[known.source_id], day)
        for dated in prices:
            line = f"{dated.price.unit}\t{write_tiers(dated.price.tiers)}"
            if line not in lines and f"{dated.effective_from}\t{line}" not in lines:
                changed.append((before, dated))
        if not changed or changed[-1][0] is not before:
            changed.append((before, prices[0]))  # Only the days moved.
    return new, changed


@lru_cache(maxsize=1024)
def _check_day(name: str, effective_from: str) -> None:
    if not _DAY.fullmatch(effective_from):
        raise StoreError(
            f"{name} delivered a price from {effective_from!r} on, which is no date"
        )
