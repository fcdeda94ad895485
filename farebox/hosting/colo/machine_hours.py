"""What an hour of a tier's machine costs on demand, and under the plans of the book.

The keys are those that the rules rate a stack with, so a model and `fare price` read
the same prices.
"""

from collections.abc import Mapping

from farebox.hosting.colo.colo_inputs import PLANS_OFF, shipped_inputs
from farebox.hosting.uncertainty import Input
from farebox.prices import Price, PriceBook, PriceKey
from farebox.prices.commitments import Family, Way, Years, rate_of

Plans = Mapping[str, Price]
"""The book's own price of an hour for each way to commit that it has."""

YEARS: Mapping[str, Years] = {"plan-1-year": 1, "plan-3-year": 3}
MOVABLE: tuple[Family, ...] = ("compute", "convertible")
"""What may move to other machines while it lasts, as a tier's do: a compute plan does, a
convertible reservation is exchanged. Nothing is paid upfront."""


def on_demand_price(book: PriceBook, region: str, instance_type: str) -> Price | None:
    """The price of an hour on demand, None where the book has none."""
    usage_type = f"BoxUsage:{instance_type}"
    return book.find(PriceKey("AmazonEC2", region, usage_type, "RunInstances"))


def plan_prices(
    book: PriceBook, on_demand: Price, inputs: Mapping[str, Input]
) -> Plans:
    """The book's price of an hour under each plan, by the way to buy.

    A plan is missing where the book has no rate, and where a person's own input says
    what it takes off: then it is on demand less that.
    """
    found: dict[str, Price] = {}
    for rest, years in YEARS.items():
        if is_given(inputs, rest):
            continue
        prices = (
            rate_of(book, on_demand.key, Way(family, years)) for family in MOVABLE
        )
        price = next((one for one in prices if one is not None), None)
        if price is not None:
            found[rest] = price
    return found


def is_given(inputs: Mapping[str, Input], rest: str) -> bool:
    """Whether a person's own input says what a plan takes off."""
    return inputs[PLANS_OFF[rest]] != shipped_inputs()[PLANS_OFF[rest]]
