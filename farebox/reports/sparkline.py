"""A price over time as a line of bars, one character for each part of the time."""

from datetime import datetime
from decimal import Decimal

from farebox.prices.timeline import Step, Timeline

BARS = "▁▂▃▄▅▆▇█"
NO_PRICE = "·"
"""What a bar is while the source had no price."""


def sparkline(line: Timeline, now: datetime, *, width: int) -> str:
    """One bar for each part of the time since the first step, lowest to highest.

    A price that never moved is a flat line; a time without a price is dots. A bar
    shows the price at the end of its part.
    """
    first = line.steps[0].at
    span = (now - first).total_seconds()
    least, most = line.least, line.most
    if least is None or most is None or span <= 0:
        return NO_PRICE if least is None else BARS[len(BARS) // 2]
    low, high = usd_of(least), usd_of(most)
    bars = []
    for place in range(1, width + 1):
        usd = line.at(first + (now - first) * place / width)
        if usd is None:
            bars.append(NO_PRICE)
        elif low == high:
            bars.append(BARS[len(BARS) // 2])
        else:
            bars.append(BARS[int((usd - low) * (len(BARS) - 1) / (high - low))])
    return "".join(bars)


def dated_sparkline(line: Timeline, now: datetime, *, width: int) -> str:
    """The line of bars between its first and its last day."""
    return f"{day(line.steps[0].at)} {sparkline(line, now, width=width)} {day(now)}"


def day(instant: datetime) -> str:
    """The day of an instant, as 2026-11-23."""
    return instant.date().isoformat()


def usd_of(step: Step) -> Decimal:
    """US dollars per unit of a step; 0 where there was no price."""
    return step.usd_per_unit if step.usd_per_unit is not None else Decimal(0)
