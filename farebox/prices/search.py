"""Finds prices by what a person knows of them: a type, a usage type, part of a key."""

from collections.abc import Iterable
from difflib import get_close_matches

from farebox.prices.prefixes import without_prefix
from farebox.prices.values import PriceKey

INSTANCE_PREFIXES = ("BoxUsage:", "SpotUsage:")
"""What stands before an instance type in its usage types."""

MOST_NEAR = 5


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


def near_names(keys: Iterable[PriceKey], wanted: str) -> list[str]:
    """Names of instance types and usage types that are spelled most like `wanted`."""
    names = {short_name(key) for key in keys}
    by_lower = {name.lower(): name for name in sorted(names)}
    near = get_close_matches(wanted.strip().lower(), by_lower, MOST_NEAR, cutoff=0.6)
    return [by_lower[name] for name in near]


def names_of(key: PriceKey) -> set[str]:
    """All that a person calls the charge: usage type, without prefix, instance type."""
    return {
        key.usage_type,
        without_prefix(key.usage_type, key.region),
        short_name(key),
    }


def short_name(key: PriceKey) -> str:
    """The instance type of a machine's price, else the usage type without prefix."""
    bare = without_prefix(key.usage_type, key.region)
    for prefix in INSTANCE_PREFIXES:
        bare = bare.removeprefix(prefix)
    return bare
