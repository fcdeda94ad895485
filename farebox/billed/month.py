"""A month of a bill: its name and its hours."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

from farebox.billed.errors import BillError

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def month_named(text: str) -> str:
    """The month as a bill names it. Raises BillError for what is none."""
    if not MONTH.fullmatch(text):
        raise BillError(f"{text[:20]!r} is no month; give one as 2026-10")
    return text


def hours_of(month: str) -> Decimal:
    """The hours of a month: 672 to 744, where an estimate has 730."""
    year, number = map(int, month.split("-"))
    return Decimal(24 * monthrange(year, number)[1])


def next_month(month: str) -> str:
    """The month after one."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year}-{number + 1:02}"


def part_of(month: str, until: str) -> Decimal:
    """How much of a month its bill has, by the last day of use that is on it."""
    if not until.startswith(month):
        return Decimal(1)
    year, number = map(int, month.split("-"))
    return Decimal(date.fromisoformat(until).day) / monthrange(year, number)[1]
