"""Which prices go into one file: a region's, a service's, or those of a stack.

The laws that every book keeps hold for a part of a book too: a machine comes with its
whole family on demand, a spot price with its on-demand price.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from farebox.prices.aliases import bare_key
from farebox.prices.book import PriceBook
from farebox.prices.errors import AmbiguousPrice
from farebox.prices.laws import broken_laws
from farebox.prices.prefixes import without_prefix
from farebox.prices.reading import FREE, URL, is_date, is_term
from farebox.prices.values import GLOBAL, Price, PriceKey, Source

EC2 = "AmazonEC2"
BOX, SPOT = "BoxUsage:", "SpotUsage:"
RUN = "RunInstances"
BROKEN = "a comma or a line break in a field"
UNLAWFUL = "a law of prices that it breaks, or whose other price is left out"

_SEPARATOR = re.compile(r"[,\n\r]")
_LINE_END = re.compile(r"[\n\r]")


class Selected(Struct, frozen=True):
    """What a file can hold of some prices, and what it cannot, by reason."""

    prices: tuple[Price, ...]
    left_out: Mapping[str, tuple[PriceKey, ...]]


def of_places(
    prices: Iterable[Price], regions: Collection[str], services: Collection[str]
) -> list[Price]:
    """The prices of the regions and services; none named means all of them.

    Prices that hold everywhere go with every region.
    """
    return [
        price
        for price in prices
        if (not regions or price.key.region in (*regions, GLOBAL))
        and (not services or price.key.service in services)
    ]


def of_questions(book: PriceBook, asked: Collection[PriceKey]) -> list[Price]:
    """The prices that answer the keys as the whole book does, and what the laws need.

    A spot key without a zone stands for all zones of its type; a key without an
    operation for all operations, so that an ambiguous one stays ambiguous.
    """
    chosen: dict[PriceKey, Price] = {}
    spot_types: set[tuple[str, str]] = set()
    for key in map(bare_key, asked):
        if key.purchase == "spot" and not key.zone_id:
            spot_types.add((key.region, key.usage_type))
        for price in _answers(book, key):
            chosen[price.key] = price
    families = _families([*chosen, *asked])
    for region in sorted({region for region, _ in families}):
        for price in book.compute_prices(region):
            bare = bare_key(price.key)
            of_type = (
                bare.purchase == "spot" and (region, bare.usage_type) in spot_types
            )
            if of_type or _is_listed(price.key, families):
                chosen[price.key] = price
    return list(chosen.values())


def _answers(book: PriceBook, key: PriceKey) -> Sequence[Price]:
    """The price of the key, or all that make the book say that several have it."""
    try:
        found = book.find(key)
    except AmbiguousPrice:
        return [*book.duplicates.get(key, ()), *book.operations(key)]
    if found is None:
        return ()
    exact = bare_key(found.key) == key
    return [found] if exact else [found, *book.operations(key)]


def _families(keys: Iterable[PriceKey]) -> set[tuple[str, str]]:
    """(region, family) of the machines among the keys."""
    families = set()
    for key in keys:
        bare = without_prefix(key.usage_type, key.region)
        if key.service == EC2 and bare.startswith((BOX, SPOT)):
            name = bare.removeprefix(BOX).removeprefix(SPOT)
            families.add((key.region, name.partition(".")[0]))
    return families


def _is_listed(key: PriceKey, families: Collection[tuple[str, str]]) -> bool:
    """Whether the key is the on-demand Linux price of a machine of the families."""
    if key.service != EC2 or key.operation != RUN or key.purchase != "on-demand":
        return False
    return bool(_families([key]) & set(families))


def holdable(prices: Iterable[Price]) -> Selected:
    """What the text form can hold and reads back, and the rest by reason."""
    left_out: dict[str, list[PriceKey]] = {}
    kept: list[Price] = []
    prices = list(prices)
    bare = [bare_key(price.key) for price in prices]
    times = Counter(bare)
    for key, price in zip(bare, prices, strict=True):
        reason = _not_held(price)
        if not reason and times[key] > 1:
            reason = "several prices under one key"
        if reason:
            left_out.setdefault(reason, []).append(price.key)
        else:
            kept.append(price)
    # A price that goes may leave a spot price without the one it is held against.
    while broken := {place for place, _ in broken_laws(kept)}:
        left_out.setdefault(UNLAWFUL, []).extend(kept[x].key for x in sorted(broken))
        kept = [price for place, price in enumerate(kept) if place not in broken]
    return Selected(
        tuple(kept), {reason: tuple(keys) for reason, keys in left_out.items()}
    )


def _not_held(price: Price) -> str:
    """Why the text form cannot hold a price; empty where it can."""
    key, source = price.key, price.source
    fields = (key.service, key.region, key.usage_type, key.operation, price.unit)
    about_source = _source_not_held(source)
    if about_source == BROKEN or _SEPARATOR.search(
        " ".join((*fields, key.zone_id, key.term))
    ):
        return BROKEN
    if not (key.service and key.region and key.usage_type and price.unit):
        return "an empty service, region, usage type or unit"
    if about_source:
        return about_source
    if not is_term(key.purchase, key.term):
        return "a term that is none"
    starts = [tier.from_quantity for tier in price.tiers]
    rates = [tier.usd_per_unit for tier in price.tiers]
    if not all(rates) and not source.note.startswith(FREE):
        return "a price of 0 whose source does not say that it is free"
    if rates and min(rates) < 0:
        return "a price below 0"
    if not starts or starts[0] or (len(starts) > 1 and starts != sorted(set(starts))):
        return "tiers that do not rise from 0"
    return ""


@lru_cache(maxsize=1024)
def _source_not_held(source: Source) -> str:
    """Why the text form cannot hold a source: a list has one for all of its prices."""
    if _SEPARATOR.search(f"{source.url} {source.version}") or _LINE_END.search(
        source.note
    ):
        return BROKEN
    if not URL.fullmatch(source.url) or not is_date(source.as_of):
        return "a source without an address or a date"
    return ""
