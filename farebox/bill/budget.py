"""Budgets of a stack, and whether they hold.

A total that leaves charges out counts as it stands: the sentences say so.
"""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from farebox.errors import FareboxError

if TYPE_CHECKING:
    from farebox.bill.statement import Statement

NOISE = Decimal("1e-9")
"""US dollars that a budget or a limit is not broken by: the last digits of a share of a tier."""

FIGURE = r"\$?\s*([0-9][0-9,_]*(?:\.[0-9]+)?|\.[0-9]+)"
BUDGET = re.compile(rf"{FIGURE}\s*(?:USD)?\s*(/\s*user)?", re.IGNORECASE)


class LimitError(FareboxError):
    """A budget or a limit is not given as one, or cannot be checked."""


class Budget(Struct, frozen=True):
    """US dollars that a stack may cost a month, in whole or per user."""

    usd: Decimal
    per_user: bool = False


class Spending(Struct, frozen=True):
    """What a budget is held against: the month's US dollars, of the same kind."""

    usd: Decimal
    over_by: Decimal

    @property
    def holds(self) -> bool:
        """Whether the budget is kept."""
        return self.over_by <= NOISE


def parse_budget(text: str) -> Budget:
    """`500`, `500USD` or `0.50/user`. Raises LimitError."""
    found = BUDGET.fullmatch(text.strip())
    if found is None:
        raise LimitError(
            f"{text!r} is no budget: give US dollars a month like 500, or per user "
            "like 0.50/user"
        )
    return Budget(figure(found[1]), per_user=bool(found[2]))


def spending(statement: "Statement", budget: Budget) -> Spending:
    """The statement's US dollars held against the budget.

    Raises LimitError for a budget per user of a stack whose users are not known.
    """
    usd = statement.usd_per_month
    if budget.per_user:
        if not statement.users:
            raise LimitError(
                "a budget per user needs users: give --users, or set farebox:users in "
                "the stack's config"
            )
        usd = usd / statement.users
    return Spending(usd, usd - budget.usd)


def figure(text: str) -> Decimal:
    """The figure that FIGURE found, without its separators of thousands."""
    return Decimal(text.replace(",", "").replace("_", ""))
