"""A price over time as a line of bars, with its lowest, its highest and its last."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from farebox.prices.timeline import Step, Timeline
from farebox.reports.figures import rate

BARS = "▁▂▃▄▅▆▇█"
NO_PRICE = "·"
"""What a bar is while the source had no price."""


def chart(line: Timeline, now: datetime, *, width: int) -> str:
    """One bar for each part of the time since the first step, lowest to highest.

    A price that never moved is a flat line; a time without a price is dots. A bar
    shows the price at the end of its part.
    """
    first = line.steps[0].at
    span = (now - first).total_seconds()
    least, most = line.least, line.most
    if least is None or most is None or span <= 0:
        return NO_PRICE if least is None else BARS[len(BARS) // 2]
    low, high = _usd(least), _usd(most)
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


def chart_lines(line: Timeline, now: datetime, *, width: int) -> Iterator[str]:
    """The chart and the sentences that go with it, each within `width` columns."""
    least, most = line.least, line.most
    first, last = day(line.steps[0].at), day(now)
    if len(line.steps) > 1:
        room = max(10, min(48, width - len(first) - len(last) - 2))
        yield f"{first} {chart(line, now, width=room)} {last}"
    current = "gone" if line.now is None else f"now {rate(line.now)}"
    since = f"since {day(line.steps[-1].at)}"
    if len(line.steps) == 1:
        yield f"{current} {since}, when it was first seen"
    else:
        yield f"{current} {since}, {_changes(len(line.steps) - 1)} seen"
    if least is not None and most is not None and _usd(least) != _usd(most):
        yield (
            f"min {rate(_usd(least))} on {day(least.at)}, "
            f"max {rate(_usd(most))} on {day(most.at)}"
        )
    for step in line.coming:
        yield f"then {rate(_usd(step))} from {day(step.at)}: published, not charged yet"


def day(instant: datetime) -> str:
    """The day of an instant, as 2026-11-23."""
    return instant.date().isoformat()


def _usd(step: Step) -> Decimal:
    return step.usd_per_unit if step.usd_per_unit is not None else Decimal(0)


def _changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number:,} changes"
