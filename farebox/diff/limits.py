"""Limits of a change: how much it may add to the bill, and which limits it breaks."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from farebox.bill.budget import FIGURE, NOISE, LimitError, figure

if TYPE_CHECKING:
    from farebox.diff.statements import StatementDiff

ZERO = Decimal(0)
LIMIT = re.compile(rf"\+?{FIGURE}\s*(%|USD)\s*(/\s*user)?", re.IGNORECASE)

Unit = Literal["%", "USD", "USD/user"]


class Limit(Struct, frozen=True):
    """How much a change may add a month: percent, US dollars, or those per user."""

    amount: Decimal
    unit: Unit

    def __str__(self) -> str:
        space = "" if self.unit == "%" else " "
        return f"{self.amount:f}{space}{self.unit}"


def parse_limit(text: str) -> Limit:
    """`5%`, `50USD` or `0.10USD/user`. Raises LimitError."""
    found = LIMIT.fullmatch(text.strip())
    if found is None or (found[2] == "%" and found[3]):
        raise LimitError(
            f"{text!r} is no limit: give one like 5%, 50USD or 0.10USD/user"
        )
    unit: Unit = "%" if found[2] == "%" else "USD/user" if found[3] else "USD"
    return Limit(figure(found[1]), unit)


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
