"""Ways to commit for one or three years, and their prices.

A reservation's price is what an hour costs over the whole term, upfront payment
included; a savings plan's is what an hour of use counts for against the plan. Both stand
in a book under the key of the use that they discount, with purchase and term.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from farebox.prices.book import PriceBook
from farebox.prices.values import Price, PriceKey

Class = Literal["standard", "convertible"]
Years = Literal[1, 3]
Upfront = Literal["no", "partial", "all"]

HOURS_PER_YEAR = Decimal(8_760)


class Reservation(Struct, frozen=True, order=True):
    """A reservation: its class, how many years, and how much is paid upfront."""

    class_: Class = "standard"
    years: Years = 1
    upfront: Upfront = "no"

    @property
    def term(self) -> str:
        """How a book names it: `standard-1yr-no-upfront`."""
        return f"{self.class_}-{self.years}yr-{self.upfront}-upfront"

    @property
    def hours(self) -> Decimal:
        """The hours of the whole term, as AWS counts them."""
        return HOURS_PER_YEAR * self.years


RESERVATIONS = tuple(
    Reservation(class_, years, upfront)
    for class_, years, upfront in product(
        get_args(Class), get_args(Years), get_args(Upfront)
    )
)
"""All twelve; databases, caches and search have the six standard ones."""


def reserved(book: PriceBook, key: PriceKey, how: Reservation) -> Price | None:
    """The price of an hour of the key's use under a reservation, or None.

    `key` is the on-demand key, with its operation. Upfront is spread over the term:
    of `all` everything is paid at once, which is the rate times `how.hours`; of `no`
    nothing; how a `partial` one is split the sources do not say. Raises AmbiguousPrice.
    """
    return book.find(replace(key, purchase="reserved", term=how.term))


def offered(book: PriceBook, key: PriceKey) -> Iterator[tuple[Reservation, Price]]:
    """Every reservation that the book has for the key's use, with its price."""
    for how in RESERVATIONS:
        price = reserved(book, key, how)
        if price is not None:
            yield how, price
