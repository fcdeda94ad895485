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
    other: dict[str, Delivered] = {}
    same: dict[str, Delivered | str] = {}
    spelled: dict[str, str] = {}
    for dated in delivered:
        key = dated.price.key
        if not part.holds(key):
            raise StoreError(f"{name} delivered {key}, which is not in its part of AWS")
        if dated.effective_from:
            _check_day(name, dated.effective_from)
        one = identity(key)
        before = other.get(one)
        known = stored.get(one)
        if before is not None:
            before = other[one] = before if isinstance(before, list) else [before]
            before.append(dated)
            continue
        if known is None:
            if one.count("\t") != 3 or "\n" in one:
                raise StoreError(
                    f"{name} delivered a key with a tab or a line break: {key!r}"
                )
            other[one] = dated
            continue
        if one in same:
            first = same.pop(one)
            if isinstance(first, str):
                price = before_of(part, one, known, dated.price.source, day)
                first = DatedPrice(price, first)
            other[one] = [*(first if isinstance(first, list) else [first]), dated]
            continue
        if dated.effective_from[:10] <= day and on_day(known.text, day) == (
            f"{dated.price.unit}\t{write_tiers(dated.price.tiers)}"
        ):
            same[one] = intern(dated.effective_from) if whole else dated
            if key.usage_type != (known.usage_type or one.partition("\t")[0]):
                spelled[one] = key.usage_type
        else:
            other[one] = dated
    for one, prices in list(other.items()):
        known = stored.get(one)
        if known is None and not isinstance(prices, list):
            continue
        text = text_of(entries_of(name, prices, known, day, whole=whole))
        if known is not None and text == on_day(known.text, day):
            same[one] = prices
            del other[one]
    return Difference(part, stored, other, same, spelled)


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
