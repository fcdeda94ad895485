"""The book and the day of a command about tiers' plans, and what is to be said of it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from farebox.cli.errors import remark

if TYPE_CHECKING:
    from farebox.prices import PriceBook


def plan_prices(
    prices: str | None,
    *,
    as_of: date | None,
    on: date | None,
    tiers: Sequence[str] = (),
) -> "tuple[PriceBook, date]":
    """As `farebox.quote.plans` finds them; its remarks are told on standard error."""
    from farebox.quote import plans

    found = plans.plan_prices(prices, as_of=as_of, on=on, tiers=tiers)
    remark(*found.remarks)
    return found.book, found.on
