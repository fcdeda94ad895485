"""The keys, prices and histories that `fare prices show` asks a book or the store for."""

from contextlib import suppress

from farebox.cli.errors import BadInput
from farebox.prices import AmbiguousPrice, Price, PriceBook, PriceKey
from farebox.prices.aliases import bare_key
from farebox.prices.embedded import embedded_book
from farebox.prices.search import bare_names, matching_keys, names_of, near_names

STORE, EMBEDDED = "store", "embedded"


def find_prices(book: PriceBook, wanted: str, region: str | None) -> list[Price]:
    """The prices that `wanted` names in the region. Raises BadInput where none is."""
    found = _priced(book, matching_keys(_keys(book, wanted), wanted))
    here = [price for price in found if region in (None, price.key.region)]
    if here:
        return here
    where = f" in {region}" if region else ""
    sentence = f"the {book.kind} book has no price of {wanted[:80]!r}{where}"
    if found:
        regions = sorted({price.key.region for price in found})
        raise BadInput(f"{sentence}; it has some in {', '.join(regions)}")
    near = near_names(_usage_types(book), wanted)
    if near:
        raise BadInput(f"{sentence}; spelled like it are {', '.join(near)}")
    raise BadInput(
        f"{sentence}; give an instance type like r6a.4xlarge, a usage type like "
        "EBS:VolumeUsage.gp3, or a part of a key"
    )


def _priced(book: PriceBook, keys: list[PriceKey]) -> list[Price]:
    """The book's prices of these keys; a key that its day does not have is left out."""
    if book.kind not in (STORE, EMBEDDED):
        wanted = set(keys)
        return [price for price in book if price.key in wanted]
    found = []
    for key in keys:
        # A key of today that the book's day does not have may be several by then.
        with suppress(AmbiguousPrice):
            price = book.find(key)
            if price is not None:
                found.append(price)
    return found


def _usage_types(book: PriceBook) -> list[str]:
    """All usage types that there are, without prefix; of a store without its keys."""
    if book.kind not in (STORE, EMBEDDED):
        return [bare_key(price.key).usage_type for price in book]
    shipped = embedded_book()
    found = {name for service in shipped.services for name in shipped.units_of(service)}
    if book.kind == STORE:
        from farebox.prices.store import open_store

        with open_store() as store:
            found.update(store.usage_types())
    return list(found)


def _keys(book: PriceBook, wanted: str) -> list[PriceKey]:
    """The book's keys; of a store, which has very many, those that may be meant.

    Where the name is a key's own, no part of another's is looked for.
    """
    if book.kind not in (STORE, EMBEDDED):
        return [price.key for price in book]
    shipped = [price.key for price in embedded_book().like(wanted)]
    if book.kind == EMBEDDED:
        return shipped
    from farebox.prices.store import open_store

    with open_store() as store:
        called = store.keys(named=bare_names(wanted))
        keys = [key for key in called if wanted.strip() in names_of(key)]
        if not keys:
            keys = store.keys(words=wanted.split())
    # A key with a price for a later day comes once for each of its prices, and one that
    # the store spells with another prefix than the volumes is still one.
    return list({bare_key(key): key for key in [*shipped, *keys]}.values())
