"""Every idea that Farebox has for a stack, in one list."""

from collections.abc import Iterator

from farebox.advice.databases import support, zones
from farebox.advice.idea import Finder, Idea
from farebox.advice.machines import families, speed, volumes
from farebox.advice.network import (
    addresses,
    endpoints,
    one_gateway,
    public_addresses,
)
from farebox.advice.stored import colder, retention
from farebox.prices.commitments import Way
from farebox.quote.basket import Basket

FINDERS: tuple[Finder, ...] = (
    volumes,
    speed,
    families,
    addresses,
    public_addresses,
    endpoints,
    one_gateway,
    support,
    zones,
    retention,
    colder,
)

PLANS = tuple(
    Way(family, 1, "no")
    for family in ("standard", "compute", "ec2-instance", "database")
)
"""Ways to commit that ask for the least: one year, nothing upfront."""


def ideas(basket: Basket) -> Iterator[Idea]:
    """Every idea for every resource of a stack in the order of its urns, then plans."""
    for resource in sorted(basket.graph.resources, key=lambda each: each.urn):
        if resource.custom and resource.operation != "read":
            for find in FINDERS:
                yield from find(resource, basket)
    for way in PLANS:
        what = "reservations" if way.family == "standard" else f"{way.family} plan"
        yield Idea(
            f"{what} for a year",
            "",
            "whole stack",
            f"buy it for what runs all month: fare price --plan {way.term}",
            "it is paid for a year, whether what it covers runs or not",
            None,
            plan=way,
        )
