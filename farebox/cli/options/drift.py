"""The options that only `fare drift` has."""

from decimal import Decimal
from typing import Any

import click


class PercentParam(click.ParamType["Decimal"]):
    """A share in percent, written `5%` or `5`."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The percent, or a usage error that shows the form."""
        from farebox.bill.budget import LimitError
        from farebox.diff.limits import parse_limit

        if isinstance(value, Decimal):
            return value
        text = str(value).strip()
        try:
            return parse_limit(text if text.endswith("%") else f"{text}%").amount
        except LimitError:
            self.fail(f"{value!r} is not a percentage like 5%", param, ctx)
