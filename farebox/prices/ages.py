"""How old a price may be before it is called stale: the limits, in one place."""

from datetime import date
from functools import lru_cache

from farebox.prices.values import Price, PriceKey, Source

MAX_AGE_DAYS = {"spot": 7, "list": 180}
"""Days after which a price is stale, per kind.

Spot prices move by the day; list prices of the services that are rated here moved
less than once in two years (shared facts: 248 us-east-1 prices of 2024-08-09 equal
those of 2026-07-20), so half a year asks for a look without crying wolf.
"""

ADVISOR_MAX_AGE_DAYS = 90
"""Days after which the Spot Advisor's interruption buckets are stale.

Each states a month's interruptions, so after three months none of them is current.
"""

RENTED_MAX_AGE_DAYS = 180
"""Days after which a sourced figure of rented servers and hardware is stale.

Rents are listed prices and move like them; memory moved more (the table's range is the
year before October 2026), so half a year is the longest that a figure can be trusted.
"""


def kind_of(key: PriceKey) -> str:
    """`spot` or `list`: the kind whose age limit holds for a price of the key."""
    return "spot" if key.purchase == "spot" else "list"


def age_days(source: Source, on: date) -> int:
    """Days between the price's date and `on`."""
    return (on - _first_day(source.as_of)).days


def is_stale(price: Price, on: date) -> bool:
    """Whether the price is older on that day than its kind's limit."""
    return is_stale_source(price.source, kind_of(price.key), on)


def is_stale_source(source: Source, kind: str, on: date) -> bool:
    """Whether prices of that kind from that source are older than the kind's limit."""
    return age_days(source, on) > MAX_AGE_DAYS[kind]


@lru_cache(maxsize=1024)
def _first_day(as_of: str) -> date:
    """The earliest day that the text can mean: a bare year counts from January 1."""
    text = as_of[:10]
    return date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
