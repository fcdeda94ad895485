"""Which prices go into one file: a region's, a service's, or those of a stack.

The laws that every book keeps hold for a part of a book too: a machine comes with its
whole family on demand, a spot price with its on-demand price.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from farebox.prices.book import PriceBook, bare_key
from farebox.prices.errors import AmbiguousPrice
from farebox.prices.laws import broken_laws
from farebox.prices.prefixes import without_prefix
from farebox.prices.reading import FREE, TERM, URL, is_date
from farebox.prices.values import Price, PriceKey

GLOBAL = "global"
EC2 = "AmazonEC2"
BOX, SPOT = "BoxUsage:", "SpotUsage:"
RUN = "RunInstances"
UNLAWFUL = "a law of prices that it breaks, or whose other price is left out"


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
    times = Counter(bare_key(price.key) for price in prices)
    for price in prices:
        reason = _not_held(price)
        if not reason and times[bare_key(price.key)] > 1:
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
    words = (*fields, key.zone_id, key.term, source.url, source.version)
    if any("," in word for word in words) or any(
        "\n" in word or "\r" in word for word in (*words, source.note)
    ):
        return "a comma or a line break in a field"
    if not all((key.service, key.region, key.usage_type, price.unit)):
        return "an empty service, region, usage type or unit"
    if not URL.fullmatch(source.url) or not is_date(source.as_of):
        return "a source without an address or a date"
    if (key.purchase == "savings-plan") != bool(TERM.fullmatch(key.term)):
        return "a term that is none"
    if not (
        source.note.startswith(FREE) or all(tier.usd_per_unit for tier in price.tiers)
    ):
        return "a price of 0 whose source does not say that it is free"
    if any(tier.usd_per_unit < 0 for tier in price.tiers):
        return "a price below 0"
    starts = [tier.from_quantity for tier in price.tiers]
    if not starts or starts[0] or starts != sorted(set(starts)):
        return "tiers that do not rise from 0"
    return ""
