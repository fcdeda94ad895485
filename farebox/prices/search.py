"""Finds prices by what a person knows of them: a type, a usage type, part of a key."""

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nsmallest

from farebox.prices.prefixes import REGION_PREFIX, without_prefix
from farebox.prices.values import PriceKey

INSTANCE_PREFIXES = ("BoxUsage:", "SpotUsage:")
"""What stands before an instance type in its usage types."""

MOST_NEAR = 5

MOST_COMPARED = 400
"""How many names are compared letter by letter: a store has tens of thousands."""


def matching_keys(keys: Iterable[PriceKey], wanted: str) -> list[PriceKey]:
    """The keys that an instance type or a usage type names, else those it is part of.

    A usage type counts with and without its region's prefix, a part in any case; of
    several words each must be part of the key.
    """
    text = wanted.strip()
    words = text.lower().split()
    exact, partial = [], []
    for key in keys:
        if text in names_of(key):
            exact.append(key)
        elif words and not exact:
            whole = f"{key} {key.zone_id} {key.term}".lower()
            if all(word in whole for word in words):
                partial.append(key)
    return exact or partial


def near_names(usage_types: Iterable[str], wanted: str) -> list[str]:
    """Names of instance types and usage types that are spelled most like `wanted`.

    The usage types have no prefix. Only the names that share most pairs of letters with
    what is wanted, for their length, are compared at all.
    """
    names = {_short(usage_type) for usage_type in usage_types}
    by_lower = {name.lower(): name for name in sorted(names)}
    text = wanted.strip().lower()
    pairs = _pairs(text)

    def unlike(name: str) -> tuple[float, str]:
        theirs = _pairs(name)
        return -len(pairs & theirs) / (len(pairs) + len(theirs) + 1), name

    close = nsmallest(MOST_COMPARED, by_lower, key=unlike)
    near = get_close_matches(text, close, MOST_NEAR, cutoff=0.6)
    return [by_lower[name] for name in near]


def bare_names(wanted: str) -> frozenset[str]:
    """Every usage type without prefix that a key may have which is called `wanted`.

    A prefix is taken off as each region has it, for a name does not say its region.
    """
    text = wanted.strip()
    bare = {text, *(without_prefix(text, region) for region in REGION_PREFIX)}
    return frozenset(bare | {f"{p}{name}" for p in INSTANCE_PREFIXES for name in bare})


def names_of(key: PriceKey) -> set[str]:
    """All that a person calls the charge: usage type, without prefix, instance type."""
    return {
        key.usage_type,
        without_prefix(key.usage_type, key.region),
        short_name(key),
    }


def short_name(key: PriceKey) -> str:
    """The instance type of a machine's price, else the usage type without prefix."""
    return _short(without_prefix(key.usage_type, key.region))


def _short(bare: str) -> str:
    for prefix in INSTANCE_PREFIXES:
        bare = bare.removeprefix(prefix)
    return bare


def _pairs(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}
