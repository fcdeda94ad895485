"""The terms of an estimate: what holds for a whole statement besides prices and use."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

HOURS_PER_MONTH = Decimal(730)
"""365 days x 24 hours / 12 months, the convention of AWS's own calculator.

Source: https://aws.amazon.com/calculator/calculator-assumptions/
"""


class Terms(Struct, frozen=True, kw_only=True):
    """What a statement is made under; every path to a statement passes it on whole.

    `on` is the day that decides what depends on a date, and which prices are stale.
    `hours_per_month` scales what is charged by the hour, second or request rate.
    `users` divide the total; None where nobody counts them. `free_tier` says whether
    this stack gets the account's permanent free allowances, `on_demand_fallback` that
    spot without a price of its own is charged at on demand.
    """

    on: date
    hours_per_month: Decimal = HOURS_PER_MONTH
    users: Decimal | None = None
    free_tier: bool = True
    on_demand_fallback: bool = False
