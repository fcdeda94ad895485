"""A graph and its usage file, priced: what the commands and a preview share."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from farebox.bill.statement import Statement
from farebox.bill.terms import HOURS_PER_MONTH, Terms
from farebox.bill.usage import NO_USAGE
from farebox.graph import ResourceGraph
from farebox.graph.decoding import collector_paused
from farebox.graph.values import number
from farebox.prices import PriceBook
from farebox.rating.estimate import estimate
from farebox.rules.errors import InvalidInput

USERS_KEY = "farebox:users"


def price_graph(
    graph: ResourceGraph,
    book: PriceBook,
    usage_path: Path | None = None,
    *,
    on: date,
    users: Decimal | None = None,
    hours_per_month: Decimal = HOURS_PER_MONTH,
    on_demand_fallback: bool = False,
    free_tier: bool = True,
) -> tuple[Statement, list[str]]:
    """The statement, and a sentence for each usage entry that matches nothing.

    `users` are by default those of the stack's config. Raises EstimateError and
    UsageError.
    """
    usage = NO_USAGE
    if usage_path is not None:
        from farebox.bill.usage_file import read_usage

        usage = read_usage(usage_path)
    with collector_paused():
        statement = estimate(
            graph,
            book,
            usage,
            Terms(
                on=on,
                hours_per_month=hours_per_month,
                users=users or users_of(graph),
                on_demand_fallback=on_demand_fallback,
                free_tier=free_tier,
            ),
        )
    if usage is NO_USAGE:
        return statement, []
    from farebox.bill.usage_file import refuse_unread

    return statement, refuse_unread(usage)


def users_of(graph: ResourceGraph) -> Decimal | None:
    """The users that the stack's config names under `farebox:users`, or None.

    Raises InvalidInput where the value is no positive figure.
    """
    text = graph.config.get(USERS_KEY)
    if text is None:
        return None
    users = number(text)
    if not isinstance(users, Decimal) or users <= 0:
        raise InvalidInput(
            f"{USERS_KEY} in the stack's config is {text!r}: give a number of users "
            "above 0"
        )
    return users
