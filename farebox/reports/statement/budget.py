"""The sentences of a budget that does not hold, and of one that just does."""

from decimal import Decimal

from farebox.bill.budget import Budget, spending
from farebox.bill.statement import Statement
from farebox.reports.figures import dollars, per_user, plain
from farebox.reports.page.fitting import clip
from farebox.reports.statement.view import dearest

NAMED = 3
"""How many lines a sentence names."""

LONGEST_NAME = 60

ONE = Decimal(1)


def over_budget(statement: Statement, budget: Budget) -> str:
    """Empty where the budget holds, else what is over and where it comes from.

    Raises LimitError for a budget per user of a stack whose users are not known.
    """
    spent = spending(statement, budget)
    if spent.holds:
        return ""
    name = (
        f"{statement.project}/{statement.stack}" if statement.project else "the stack"
    )
    return (
        f"over budget: {clip(name, LONGEST_NAME)} costs {_usd(spent.usd, budget)}, "
        f"{_usd(spent.over_by, budget)} more than the budget of "
        f"{_usd(budget.usd, budget)}. Its biggest lines are "
        f"{', '.join(_named(statement))}. {_hidden(statement)}Make one of them "
        "smaller (`fare explain NAME` shows where a figure comes from), or raise the "
        "budget"
    )


def within_lower_bound(statement: Statement, budget: Budget) -> str:
    """Empty, or that a budget holds only for what has a figure."""
    if not statement.lower_bound:
        return ""
    spent = spending(statement, budget)
    return (
        f"within the budget of {_usd(budget.usd, budget)} with {_usd(spent.usd, budget)}. "
        f"{_hidden(statement)}"
    ).rstrip()


def _named(statement: Statement) -> list[str]:
    """The dearest charges as parts of a sentence, with their US dollars a month."""
    return [
        f"{clip(row.label, LONGEST_NAME)} {charge.line.description}"
        f" ({dollars(charge.usd)})"
        for row, charge in dearest(statement)[:NAMED]
    ]


def _hidden(statement: Statement) -> str:
    hidden = sum(entry.hides_cost for entry in statement.unpriced)
    if not hidden:
        return ""
    what = "charge has" if hidden == 1 else "charges have"
    return (
        f"The total is a lower bound: {hidden:,} {what} no figure and would add to it. "
    )


def _usd(usd: Decimal, budget: Budget) -> str:
    if budget.per_user:
        return f"{per_user(usd, ONE)} USD per user and month"
    if usd == usd.to_integral_value():
        return f"{plain(usd)} USD a month" if usd < 1000 else f"{usd:,.0f} USD a month"
    return f"{dollars(usd)} USD a month"
