"""Prices arranged for reading: by region, on demand first, spot beside it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from farebox.prices import AmbiguousPrice, Price, PriceBook, PriceKey
from farebox.prices.ages import MAX_AGE_DAYS, age_days, kind_of
from farebox.prices.search import short_name
from farebox.prices.timeline import Timeline

EC2 = "AmazonEC2"
_PURCHASES = ("on-demand", "spot", "savings-plan", "reserved")


class ShownPrice(Struct, frozen=True):
    """A price with its age, its share of on demand, and its history in the store.

    `of_on_demand` is None for what is no other way to buy a machine; `history` is
    None where there is no store behind the book.
    """

    price: Price
    age_days: int
    limit_days: int
    of_on_demand: Decimal | None = None
    history: Timeline | None = None

    @property
    def stale(self) -> bool:
        """Whether the price is older than its kind's limit."""
        return self.age_days > self.limit_days


def shown_prices(
    prices: Iterable[Price],
    book: PriceBook,
    on: date,
    histories: Mapping[PriceKey, Timeline],
) -> list[ShownPrice]:
    """The prices in the order of reading, with what belongs to each."""
    return [
        ShownPrice(
            price,
            age_days(price.source, on),
            MAX_AGE_DAYS[kind_of(price.key)],
            _of_on_demand(price, book),
            histories.get(price.key),
        )
        for price in sorted(prices, key=lambda price: _place(price.key))
    ]


def _place(key: PriceKey) -> tuple[object, ...]:
    return (
        key.region,
        key.service,
        short_name(key),
        _PURCHASES.index(key.purchase),
        key.term,
        key.zone_id,
        key.operation,
    )


def _of_on_demand(price: Price, book: PriceBook) -> Decimal | None:
    """The price over its machine's on-demand price for Linux."""
    key = price.key
    if key.service != EC2 or key.purchase == "on-demand":
        return None
    wanted = PriceKey(EC2, key.region, f"BoxUsage:{short_name(key)}", "RunInstances")
    try:
        listed = book.find(wanted)
    except AmbiguousPrice:
        return None
    if listed is None or not listed.usd_per_unit or listed.unit != price.unit:
        return None
    return price.usd_per_unit / listed.usd_per_unit
