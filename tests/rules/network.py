"""One resource at a time through its rule, with a frozen book: for laws and odd input."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from farebox.bill.assumptions import exactly
from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import Entry, UsageFile
from farebox.graph import Resource, ResourceGraph
from farebox.rating.estimate import estimate
from tests.casebook import frozen_book

BOOK = frozen_book()
ON = date(2026, 11, 23)


def resource(type_: str, name: str = "it", /, **inputs: Any) -> Resource:
    """A resource of us-east-1, its urn `type::name`."""
    return Resource(f"{type_}::{name}", type_, name, inputs, "us-east-1")


def statement_of(
    *resources: Resource, hours: str = "730", usage: Mapping[str, int] | None = None
) -> Statement:
    """The statement of a few resources; the usage holds for each of them."""
    values = {key: exactly(Decimal(value)) for key, value in (usage or {}).items()}
    return estimate(
        ResourceGraph(resources),
        BOOK,
        UsageFile(resources=[Entry("*", values)] if values else []),
        Terms(on=ON, hours_per_month=Decimal(hours)),
    )
