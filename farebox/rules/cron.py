"""How often an AWS cron expression fires in a month of the statement's hours.

Six fields: minutes, hours, day of the month, month, day of the week, year. An average
month is a twelfth of a year of 365 days, so 730 hours.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from collections.abc import Sequence
from decimal import Decimal

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAYS_PER_YEAR = Decimal(sum(DAYS))
HOURS_PER_YEAR = DAYS_PER_YEAR * 24
DAYS_PER_WEEK = 7
MONTHS = [
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
EVERY = ("*", "?")


def cron_runs_per_month(fields: str, hours_per_month: Decimal) -> Decimal | None:
    """Runs in a month; None for `L`, `W`, `#`, a year, or what is no expression."""
    parts = fields.upper().split()
    if len(parts) != 6 or parts[5] != "*":
        return None
    minutes = _values(parts[0], 0, 59)
    hours = _values(parts[1], 0, 23)
    dates = _values(parts[2], 1, 31)
    months = _values(parts[3], 1, 12, MONTHS)
    weekdays = _values(parts[4], 1, 7, WEEKDAYS)
    if not (minutes and hours and dates and months and weekdays):
        return None
    if parts[2] in EVERY:
        days = sum((Decimal(DAYS[month - 1]) for month in months), Decimal(0))
        days = days * len(weekdays) / DAYS_PER_WEEK
    elif parts[4] in EVERY:
        days = Decimal(
            sum(1 for month in months for day in dates if day <= DAYS[month - 1])
        )
    else:
        return None
    return len(minutes) * len(hours) * days * hours_per_month / HOURS_PER_YEAR


def _values(
    field: str, low: int, high: int, names: Sequence[str] = ()
) -> set[int] | None:
    """The numbers that a field means, at least one; None where it is not simple."""
    if field in EVERY:
        return set(range(low, high + 1))
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, 1, high) if slash else 1
        first, dash, last = span.partition("-")
        start = low if first == "*" else _number(first, low, high, names, low)
        if dash:
            end = _number(last, low, high, names, low)
        else:
            end = high if slash or first == "*" else start
        if step is None or start is None or end is None or start > end:
            return None
        found.update(range(start, end + 1, step))
    return found


def _number(
    text: str, low: int, high: int, names: Sequence[str] = (), first: int = 0
) -> int | None:
    if text in names:
        return names.index(text) + first
    if not text.isascii() or not text.isdigit() or len(text) > 2:
        return None
    return int(text) if low <= int(text) <= high else None


__all__ = ["cron_runs_per_month"]
