"""A service of AWS as the tests know it: operations that answer, page by page."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from farebox.prices.aliases import bare_key
from farebox.prices.values import Price, PriceKey
from tests.aws.protocols import Refusal

Factors = Mapping[str | PriceKey, str | Decimal]
Request = Mapping[str, Any]
Answer = dict[str, Any]
Operation = Callable[[Request], Answer]


class Api(ABC):
    """A service: its botocore name, and its operations by AWS's names."""

    service = ""

    def __init__(self) -> None:
        self.page_rows = 1000
        """How many rows a page has at most, whatever the caller asks for."""

    @abstractmethod
    def operations(self) -> dict[str, Operation]:
        """Operation name to what answers it."""

    def page(
        self, request: Request, rows: Sequence[Any], name: str, token: str = "NextToken"
    ) -> Answer:
        """One page of `rows`; the token is the place in the list."""
        given = str(request.get(token) or "0")
        if not given.isdigit() or int(given) > len(rows):
            raise Refusal("InvalidNextTokenException", "Invalid NextToken")
        start = int(given)
        size = min(int(request.get("MaxResults") or self.page_rows), self.page_rows)
        answer: Answer = {name: list(rows[start : start + size])}
        if start + size < len(rows):
            answer[token] = str(start + size)
        return answer


def moved(price: Price, factors: Factors) -> list[tuple[Decimal, Decimal]]:
    """The tiers (from, dollars) of a price as AWS says them now."""
    key = bare_key(price.key)
    factor = Decimal(factors.get(key, factors.get(key.usage_type, "1")))
    return [(tier.from_quantity, tier.usd_per_unit * factor) for tier in price.tiers]
