"""Holds the facts against the curated rows: what goes beneath them, and what differs."""

from collections.abc import Iterable

from msgspec import Struct

from farebox.prices import Price, PriceBook
from farebox.prices.aliases import bare_key
from farebox.prices.book import without_operation
from farebox.prices.laws import broken_laws
from farebox.prices.values import PriceKey


class Merged(Struct, frozen=True):
    """What no curated row has, and how many facts say the same as one."""

    prices: tuple[Price, ...]
    agreed: int
    conflicts: tuple[tuple[Price, Price], ...]
    """A curated row and the fact that says another figure for the same charge."""
    unlawful: tuple[tuple[Price, str], ...]
    """Facts that break a law of prices, and how: they are left out."""


def beneath(curated: PriceBook, facts: Iterable[Price]) -> Merged:
    """The facts that no curated row says already.

    A curated row stands for a fact of the same usage type if the operations are the
    same, or one of the two has none: then its list tells no operations apart.
    """
    by_usage_type: dict[PriceKey, list[Price]] = {}
    for price in curated:
        named = without_operation(bare_key(price.key))
        by_usage_type.setdefault(named, []).append(price)
    kept, agreed, conflicts = [], 0, []
    for fact in facts:
        rows = by_usage_type.get(without_operation(bare_key(fact.key)), ())
        same = [row for row in rows if _is_same(row.key.operation, fact.key.operation)]
        if not same:
            kept.append(fact)
        for row in same:
            if (row.tiers, row.unit) == (fact.tiers, fact.unit):
                agreed += 1
            else:
                conflicts.append((row, fact))
    curated_rows = list(curated)
    rows = [*curated_rows, *kept]
    broken = dict(broken_laws(rows))
    unlawful = [(rows[place], why) for place, why in sorted(broken.items())]
    lawful = [
        fact
        for place, fact in enumerate(kept, len(curated_rows))
        if place not in broken
    ]
    return Merged(tuple(lawful), agreed, tuple(conflicts), tuple(unlawful))


def _is_same(one: str, other: str) -> bool:
    return one == other or not one or not other
