"""A stack of a few resources, and what is advised on it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from farebox.advice.advise import Advised, advise, changed, changed_usage
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, Entry, UsageFile, Value
from farebox.graph import Resource, ResourceGraph
from farebox.prices.embedded import embedded_book
from farebox.quote.basket import Basket
from tests.casebook import frozen_book

DAY = date(2026, 11, 23)
VOLUME = "aws:ebs/volume:Volume"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"


Figures = Mapping[str, Mapping[str, Value]]


def resource(type_: str, name: str, **inputs: Any) -> Resource:
    return Resource(f"urn::{name}", type_, name, inputs, "us-east-1", id=name)


def advised(
    *resources: Resource,
    stack: str = "prod",
    wide: bool = False,
    use: Figures | None = None,
) -> Advised:
    """The advice on a stack; each saving is held against the stack priced with it alone."""
    graph = ResourceGraph(resources, project="p", stack=stack)
    usage = UsageFile(
        resources=[Entry(name, given) for name, given in (use or {}).items()]
    )
    basket = Basket(graph, usage if use else NO_USAGE, Terms(on=DAY))
    book = embedded_book() if wide else frozen_book()
    found = advise(basket, basket.at(book), book)
    for one in found.found:
        if one.idea.plan is None:
            after = replace(
                basket,
                graph=changed(graph, [one.idea]),
                usage=changed_usage(basket.usage, [one.idea]),
            )
            alone = after.at(book).usd_per_month
            assert found.usd - alone == one.usd_saved, one.idea.change
    return replace(found, found=tuple(x for x in found.found if x.idea.plan is None))


def told(found: Advised) -> list[tuple[str, str, Decimal]]:
    return [
        (one.idea.name, one.idea.change, one.usd_saved.normalize())
        for one in found.found
    ]
