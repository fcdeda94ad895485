"""A price over time: its line of bars, with its lowest, its highest and its last."""

from collections.abc import Iterator
from datetime import datetime

from farebox.prices.timeline import Timeline
from farebox.reports.figures import rate
from farebox.reports.sparkline import dated_sparkline, day, usd_of

DAYS = len("2026-11-23  2026-11-23")
"""Columns of the two days beside a line of bars."""


def chart_lines(line: Timeline, now: datetime, *, width: int) -> Iterator[str]:
    """The chart and the sentences that go with it, each within `width` columns."""
    least, most = line.least, line.most
    if len(line.steps) > 1:
        yield dated_sparkline(line, now, width=max(10, min(48, width - DAYS)))
    current = "gone" if line.now is None else f"now {rate(line.now)}"
    since = f"since {day(line.steps[-1].at)}"
    if len(line.steps) == 1:
        yield f"{current} {since}, when it was first seen"
    else:
        yield f"{current} {since}, {_changes(len(line.steps) - 1)} seen"
    if least is not None and most is not None and usd_of(least) != usd_of(most):
        yield (
            f"min {rate(usd_of(least))} on {day(least.at)}, "
            f"max {rate(usd_of(most))} on {day(most.at)}"
        )
    for step in line.coming:
        yield f"then {rate(usd_of(step))} from {day(step.at)}: published, not charged yet"


def _changes(number: int) -> str:
    return "1 change" if number == 1 else f"{number:,} changes"
