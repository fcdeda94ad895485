"""Budgets of a stack and limits of a change, and whether they hold.

A total that leaves charges out counts as it stands: the sentences say so.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from farebox.errors import FareboxError

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.diff.statements import StatementDiff

ZERO = Decimal(0)
NOISE = Decimal("1e-9")
"""US dollars that a limit is not broken by: the last digits of a share of a tier."""

FIGURE = r"\$?\s*([0-9][0-9,_]*(?:\.[0-9]+)?|\.[0-9]+)"
BUDGET = re.compile(rf"{FIGURE}\s*(?:USD)?\s*(/\s*user)?", re.IGNORECASE)
LIMIT = re.compile(rf"\+?{FIGURE}\s*(%|USD)\s*(/\s*user)?", re.IGNORECASE)

Unit = Literal["%", "USD", "USD/user"]


class LimitError(FareboxError):
    """A budget or a limit is not given as one, or cannot be checked."""


class Budget(Struct, frozen=True):
    """US dollars that a stack may cost a month, in whole or per user."""

    usd: Decimal
    per_user: bool = False


class Limit(Struct, frozen=True):
    """How much a change may add a month: percent, US dollars, or those per user."""

    amount: Decimal
    unit: Unit

    def __str__(self) -> str:
        space = "" if self.unit == "%" else " "
        return f"{self.amount:f}{space}{self.unit}"


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
    return Budget(_figure(found[1]), per_user=bool(found[2]))


def parse_limit(text: str) -> Limit:
    """`5%`, `50USD` or `0.10USD/user`. Raises LimitError."""
    found = LIMIT.fullmatch(text.strip())
    if found is None or (found[2] == "%" and found[3]):
        raise LimitError(
            f"{text!r} is no limit: give one like 5%, 50USD or 0.10USD/user"
        )
    unit: Unit = "%" if found[2] == "%" else "USD/user" if found[3] else "USD"
    return Limit(_figure(found[1]), unit)


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


def broken_limits(
    diff: "StatementDiff", limits: Sequence[Limit]
) -> list[tuple[Limit, Decimal | None]]:
    """The limits that the whole change breaks, with what it adds in their unit.

    The addition is None in percent of a base that costs nothing. Less than before
    never breaks a limit. Raises LimitError for a limit per user where users are not
    known on both sides.
    """
    broken: list[tuple[Limit, Decimal | None]] = []
    for limit in limits:
        added: Decimal | None = diff.usd
        if limit.unit == "USD/user":
            added = diff.usd_per_user
            if added is None:
                raise LimitError(
                    f"a limit of {limit} needs the users of both sides: give --users, "
                    "or set farebox:users in the stack's config"
                )
        elif limit.unit == "%" and diff.usd > NOISE:
            added = diff.usd / diff.usd_base * 100 if diff.usd_base else None
        elif limit.unit == "%":
            added = ZERO
        if added is None or added > limit.amount + NOISE:
            broken.append((limit, added))
    return broken


def _figure(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("_", ""))
