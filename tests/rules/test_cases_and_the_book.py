"""What the cases say of AWS's prices is what the embedded book says, where it has them.

A case holds prices of its own, so that no refresh moves it. Its figures are real ones all
the same: a wrong one, or a unit that the list does not have, would hide a rule's mistake.
"""

from decimal import Decimal
from functools import cache

from farebox.prices import AmbiguousPrice, Price
from farebox.prices.aliases import bare_key
from farebox.prices.embedded import embedded_book
from tests.casebook import case_files, load, price_of

BY_THE_PAGE = {
    # The page has 0.05 for a month; the list rounds its hour up.
    ("AWSSystemsManager", "PS-Advanced-Param-Tier1"),
}
"""(service, usage type) of which a case has the page's figure, and the book the list's."""


@cache
def pairs() -> list[tuple[str, Price, Price]]:
    """A case's name, its price, and the book's of the same key."""
    book = embedded_book()
    found = []
    for path in case_files():
        for row in load(path).get("prices", ()):
            own = price_of(row)
            try:
                listed = book.find(own.key)
            except AmbiguousPrice:
                continue  # The case names no operation where the list tells several.
            if listed is not None:
                found.append((path.name, own, listed))
    return found


def first_paid(price: Price) -> Decimal:
    """US dollars per unit of the first tier that is not free."""
    rates = [tier.usd_per_unit for tier in price.tiers]
    return next((rate for rate in rates if rate), rates[0])


def test_a_case_s_price_is_per_the_unit_that_the_book_has() -> None:
    other = [
        (name, str(own.key), own.unit, listed.unit)
        for name, own, listed in pairs()
        if own.unit != listed.unit
    ]
    assert other == []


def test_a_case_s_first_rate_is_the_book_s() -> None:
    assert len(pairs()) > 300
    other = [
        (name, str(own.key), first_paid(own), first_paid(listed))
        for name, own, listed in pairs()
        if first_paid(own) != first_paid(listed)
        and (own.key.service, bare_key(own.key).usage_type) not in BY_THE_PAGE
    ]
    assert other == []
