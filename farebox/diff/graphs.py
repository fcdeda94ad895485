"""The diff of two graphs with their books: the split by estimating the head twice."""

from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.diff.statements import StatementDiff, diff_statements
from farebox.graph import ResourceGraph
from farebox.prices import PriceBook


class Side(Struct, frozen=True):
    """One side of a diff: what is there, what it is used for, and at which prices."""

    graph: ResourceGraph
    book: PriceBook
    usage: UsageFile = NO_USAGE
    users: Decimal | None = None


Estimate = Callable[[Side], Statement]
"""Estimates a side; both sides with the same day, hours and options."""


def diff_graphs(base: Side, head: Side, estimate: Estimate) -> StatementDiff:
    """What changes from the base to the head.

    The code's part is the head's graph and usage at the base's prices, less the base;
    the market's part is what the head's own prices make of it. Raises EstimateError.
    """
    after = estimate(head)
    if base.book.id == head.book.id:
        at_base_prices = after
    else:
        at_base_prices = estimate(Side(head.graph, base.book, head.usage, head.users))
    return diff_statements(
        estimate(base),
        after,
        head_at_base_prices=at_base_prices,
        replaced=replaced_in(head.graph),
    )


def replaced_in(graph: ResourceGraph) -> list[str]:
    """The urns of the graph that a deployment deletes and makes anew."""
    return [item.urn for item in graph.resources if item.operation == "replace"]
