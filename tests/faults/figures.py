"""What the 100k tier costs at a book: the figure that no fault may change by a cent."""

from contextlib import chdir
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from farebox.bill.terms import Terms
from farebox.prices import PriceBook
from farebox.quote.basket import Basket, usage_at
from farebox.quote.target import Target, read_target

ROOT = Path(__file__).parents[2]
ON = date(2026, 11, 23)


@cache
def tier() -> Target:
    """The graph of the 100k tier; its program runs once."""
    with chdir(ROOT):
        target = read_target("100k", region=None)
    usage = target.usage_path
    assert usage is not None
    return Target(target.graph, ROOT / usage)


def usd_per_month(book: PriceBook) -> Decimal:
    """US dollars a month of the 100k tier at the book's prices, every resource priced."""
    target = tier()
    usage = usage_at(target.usage_path)
    statement = Basket(target.graph, usage, Terms(on=ON)).at(book)
    assert not statement.unpriced
    return statement.usd_per_month
