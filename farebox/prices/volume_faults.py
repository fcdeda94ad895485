"""All that can be wrong with the embedded book's volumes: what `fare prices verify` reads."""

from collections import Counter
from collections.abc import Iterable, Iterator

from farebox.prices.aliases import bare_key
from farebox.prices.embedded import EmbeddedBook, embedded_book
from farebox.prices.errors import InvalidPriceBook
from farebox.prices.laws import broken_laws
from farebox.prices.reading import FREE
from farebox.prices.values import Price, PriceKey
from farebox.prices.volumes import Index


def volume_faults() -> list[str]:
    """A sentence for each fault of the embedded book's volumes; empty where none is."""
    try:
        book = embedded_book()
        prices = list(book.volumes.prices())
        unsorted = list(_unsorted(book.volumes.plans))
    except InvalidPriceBook as error:
        return [str(error)]
    return [
        *unsorted,
        *_faults(book, prices),
        *_unlawful(book.curated.prices, prices),
    ]


def _unsorted(index: Index) -> Iterator[str]:
    """Sections in which a look-up by halves may miss a line; each is read whole."""
    for section in index.sections():
        if not section.is_sorted:
            yield f"{section.service} in {section.head.region}: lines out of order"


def _faults(book: EmbeddedBook, prices: Iterable[Price]) -> Iterator[str]:
    seen: set[PriceKey] = {bare_key(price.key) for price in book.curated.prices}
    counts: Counter[str] = Counter()
    yield from _unsorted(book.volumes)
    for section in book.volumes.sections():
        counts.update(section.source_ids())
    if counts != Counter(book.volumes.counts):
        yield "the index counts other prices of a source than the volumes have"
    for price in prices:
        key = bare_key(price.key)
        if key in seen:
            yield f"a second price for {key}"
        seen.add(key)
        starts = [tier.from_quantity for tier in price.tiers]
        if starts[0] or starts != sorted(set(starts)):
            yield f"the tiers of {key} do not rise from 0"
        rates = [tier.usd_per_unit for tier in price.tiers]
        if min(rates) < 0 or not (all(rates) or price.source.note.startswith(FREE)):
            yield f"{key} at {min(rates)} from a source that does not say it is free"


def _unlawful(curated: Iterable[Price], prices: Iterable[Price]) -> Iterator[str]:
    for _, reason in broken_laws([*curated, *prices]):
        yield reason
