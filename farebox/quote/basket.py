"""What is priced, without the prices: a graph, its usage and its terms.

The same basket at two books is a drift; two baskets are a diff; a basket at the store's
prices tells which of them are to be live.
"""

from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.bill.terms import Terms
from farebox.bill.usage import NO_USAGE, UsageFile
from farebox.graph import ResourceGraph
from farebox.graph.decoding import collector_paused
from farebox.graph.values import number
from farebox.prices import PriceBook
from farebox.rating.estimate import estimate
from farebox.rules.errors import InvalidInput

USERS_KEY = "farebox:users"


class Basket(Struct, frozen=True):
    """All that an estimate needs but the prices."""

    graph: ResourceGraph
    usage: UsageFile
    terms: Terms

    def at(self, book: PriceBook) -> Statement:
        """The statement at the book's prices. Raises EstimateError."""
        with collector_paused():
            return estimate(self.graph, book, self.usage, self.terms)

    def unmatched_usage(self) -> list[str]:
        """A sentence for each usage entry or key that changes nothing of the graph.

        Raises UsageError for a key that nothing is charged by; to ask before an
        estimate.
        """
        return unmatched(self.usage, self.graph)


def usage_at(path: str | Path | None) -> UsageFile:
    """The usage file at the path; no usage without one. Raises UsageError."""
    if path is None:
        return NO_USAGE
    return read_usage(Path(path))


def read_usage(path: Path) -> UsageFile:
    """The usage file at `path`, one of Infracost too. Raises UsageError."""
    from farebox.rules.usage_keys import read_known_usage

    return read_known_usage(path)


def unmatched(usage: UsageFile, *graphs: ResourceGraph) -> list[str]:
    """A sentence for each entry or key that changes nothing of any of the graphs.

    Raises UsageError for a key that nothing is charged by.
    """
    if usage is NO_USAGE:
        return []
    from farebox.rules.usage_keys import check_usage

    return check_usage(usage, *graphs)


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
