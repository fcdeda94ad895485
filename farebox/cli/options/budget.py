"""Limits that a user sets on the command line: a budget, and how much may be added."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from farebox.bill.budget import Budget
    from farebox.diff.limits import Limit


class BudgetParam(click.ParamType["Budget"]):
    """US dollars a month: `500`, or per user: `0.50/user`."""

    name = "budget"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Budget":
        """The budget, or a usage error that shows the forms."""
        from farebox.bill.budget import Budget, LimitError, parse_budget

        if isinstance(value, Budget):
            return value
        try:
            return parse_budget(str(value))
        except LimitError as error:
            self.fail(str(error), param, ctx)


class LimitParam(click.ParamType["Limit"]):
    """How much a change may add: `5%`, `50USD` or `0.10USD/user`."""

    name = "limit"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Limit":
        """The limit, or a usage error that shows the forms."""
        from farebox.bill.budget import LimitError
        from farebox.diff.limits import Limit, parse_limit

        if isinstance(value, Limit):
            return value
        try:
            return parse_limit(str(value))
        except LimitError as error:
            self.fail(str(error), param, ctx)
