"""`--plan`, `--coverage` and `--adjustments`: how a stack's use is bought.

They hold alike for an estimate and for one that is held against a bill.
"""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from farebox.cli.errors import remark
from farebox.cli.options.common import Figure

if TYPE_CHECKING:
    from farebox.bill.statement import Statement
    from farebox.quote.quote import Quote

TERMS = tuple(
    f"{years}yr-{upfront}-upfront"
    for years in (1, 3)
    for upfront in ("no", "partial", "all")
)
FAMILIES = ("", "convertible-", "compute-", "ec2-instance-", "sagemaker-")
PLANS = (
    *(family + term for family in FAMILIES for term in TERMS),
    "database-1yr-no-upfront",
)
"""How `--plan` names `farebox.prices.commitments`; without a family a standard one."""

OPTIONS = (
    click.option(
        "--plan",
        type=click.Choice(PLANS),
        metavar="TERM",
        help="Rate as reserved (1yr-no-upfront, 3yr-all-upfront, …, convertible-1yr-…) or "
        "under a savings plan (compute-1yr-no-upfront, ec2-instance-3yr-…, sagemaker-…, "
        "database-1yr-no-upfront).",
    ),
    click.option(
        "--coverage",
        type=Figure(Decimal(100)),
        default="100",
        show_default=True,
        metavar="PERCENT",
        help="How much of what runs all month --plan is to cover.",
    ),
    click.option(
        "--adjustments",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Negotiated discounts, each shown as a line, and rates of plans "
        "(docs/prices.md).",
    ),
)


class Buying(Struct, frozen=True):
    """What the options say: a plan's name, the percentage it covers, a file of discounts."""

    plan: str | None
    coverage: Decimal
    adjustments: Path | None

    def __bool__(self) -> bool:
        return self.plan is not None or self.adjustments is not None


def buying_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def take_buying(asked: dict[str, Any]) -> Buying:
    """What a command was asked with; it leaves the other options."""
    return Buying(*(asked.pop(name) for name in Buying.__struct_fields__))


def bought(quoted: "Quote", buying: Buying) -> "Statement":
    """The statement under the plan, then after the file's discounts."""
    if not buying:
        return quoted.statement
    from farebox.bill.adjustments_file import Adjustments, read_adjustments
    from farebox.prices.commitments import RESERVATIONS, SAVINGS_PLANS
    from farebox.rating.adjusted import adjusted
    from farebox.rating.commitment import Commitment, committed

    plan, adjustments = buying.plan, buying.adjustments
    file = read_adjustments(adjustments) if adjustments else Adjustments(1)
    statement = quoted.statement
    if plan is None and file.plan_rates:
        remark(f"the plan_rates of {adjustments} count only with --plan")
    if plan is not None:
        term = f"standard-{plan}" if plan in TERMS else plan
        [how] = [one for one in (*RESERVATIONS, *SAVINGS_PLANS) if one.term == term]
        commitment = Commitment(how, buying.coverage, file.plan_rates)
        statement = committed(statement, quoted.book, commitment)
    return adjusted(statement, file.adjustments)
