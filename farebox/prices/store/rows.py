"""A key's prices over time as one short text, and the hash of a slice's texts.

The text of a key is what is in force, then a line for each price that is still to come:

    GB-Mo<tab>0.08
    2026-12-01<tab>GB-Mo<tab>0.085

The first line is empty where no price is in force; the text is empty for a key that is
gone. Equal texts are equal prices, so slices are held against each other as texts.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, wraps
from hashlib import sha256
from typing import ParamSpec, TypeVar

from farebox.prices.aliases import usual_name
from farebox.prices.errors import StoreError
from farebox.prices.values import PriceKey, Tier

_FIGURE = re.compile(r"\d{1,60}(?:\.\d{1,60})?", re.ASCII)

Given = ParamSpec("Given")
Found = TypeVar("Found")

GONE = ""
"""The text of a key that has no price."""


Entry = tuple[str, str, str | None]
"""From when, per what unit, and the text of the tiers; None where there is no price."""


def identity(key: PriceKey) -> str:
    """What tells a key apart inside its slice, whatever prefix or spelling it has."""
    bare = usual_name(key.service, key.region, key.usage_type)
    return f"{bare}\t{key.zone_id}\t{key.term}\t{key.operation}"


def text_of(entries: Sequence[Entry]) -> str:
    """The text of a key's entries, sorted by date; the first is in force."""
    _, unit, tiers = entries[0]
    head = "" if tiers is None else f"{unit}\t{tiers}"
    if len(entries) == 1:
        return head
    later = [f"{start}\t{unit}\t{tiers}" for start, unit, tiers in entries[1:]]
    return "\n".join([head, *later])


def on_day(text: str, day: str) -> str:
    """The text as it is on a later day: what began by then is in force."""
    if "\n" not in text:
        return text
    head, *later = text.split("\n")
    while later and later[0][:10] <= day:
        head = later.pop(0).partition("\t")[2]
    return "\n".join([head, *later])


def in_force(text: str) -> str:
    """Unit and tiers that are in force, or an empty text."""
    return text.partition("\n")[0]


def slice_hash(texts: Iterable[tuple[str, str]]) -> str:
    """The SHA-256 over a slice's identities and texts, whatever their order."""
    digest = sha256()
    for name, text in sorted(texts):
        if text:
            digest.update(f"{name}\n{text}\n".encode())
    return digest.hexdigest()


def book_hash(slices: Iterable[tuple[str, str, str, str]]) -> str:
    """A book's id: over (service, region, purchase, hash) of its slices."""
    lines = sorted("\t".join(one) + "\n" for one in slices)
    return f"sha256:{sha256(''.join(lines).encode()).hexdigest()}"


@lru_cache(maxsize=16384)
def tiers_of(text: str) -> tuple[Tier, ...]:
    """The tiers of their text. Raises StoreError where it is not what was written."""
    if ":" not in text:
        return (Tier(Decimal(0), _figure(text)),)
    parts = (part.partition(":") for part in text.split(" "))
    return tuple(Tier(_figure(start), _figure(usd)) for start, _, usd in parts)


def _figure(text: str) -> Decimal:
    if not _FIGURE.fullmatch(text):
        raise unreadable(f"a price of {text[:40]!r}")
    return Decimal(text)


def unreadable(what: str) -> StoreError:
    """The error for a row that nothing of farebox's wrote."""
    return StoreError(
        f"the price store has {what}, which it cannot have: something else changed it;"
        " take it from a backup, or move it away and refresh"
    )


def of_rows(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """Turn what a row of another type or form does to `read` into a StoreError.

    SQLite hands over whatever type a damaged row has, in any column.
    """

    @wraps(read)
    def reading(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        try:
            return read(*args, **kwargs)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as e:
            raise unreadable(f"a row of another form ({str(e)[:60]})") from e

    return reading


def entry_on(entries: Sequence[Entry], day: date) -> Entry | None:
    """The entry that is charged on a day, of entries sorted by date."""
    found = entries[0]
    limit = day.isoformat()
    for entry in entries[1:]:
        if entry[0][:10] <= limit:
            found = entry
    return None if found[2] is None else found
