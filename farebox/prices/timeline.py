"""What a key's price was over time, as the store saw it, and what it will be.

A refresh may have seen several prices of a key at once: what is in force, and what AWS
has published for a later day. The latter counts from its day on, not before.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from farebox.prices.deliveries import DatedPrice
from farebox.prices.values import Source

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""From when a price holds whose source does not say."""


class Seen(Struct, frozen=True):
    """That a price was first seen at an instant; `dated` is None where it was gone."""

    seen_at: str
    dated: DatedPrice | None
    source: Source


class Step(Struct, frozen=True):
    """US dollars per unit of the first tier from an instant on; None: no price."""

    at: datetime
    usd_per_unit: Decimal | None


class Timeline(Struct, frozen=True):
    """The steps of a price up to now, oldest first, and those still to come."""

    steps: tuple[Step, ...]
    coming: tuple[Step, ...]

    @property
    def now(self) -> Decimal | None:
        """US dollars per unit in force now; None where there is no price."""
        return self.steps[-1].usd_per_unit if self.steps else None

    @property
    def least(self) -> Step | None:
        """The first of the lowest prices that there were."""
        priced = [step for step in self.steps if step.usd_per_unit is not None]
        return min(priced, key=_usd, default=None)

    @property
    def most(self) -> Step | None:
        """The first of the highest prices that there were."""
        priced = [step for step in self.steps if step.usd_per_unit is not None]
        return max(priced, key=_usd, default=None)

    def at(self, instant: datetime) -> Decimal | None:
        """US dollars per unit at an instant; None before the first step."""
        found = None
        for step in self.steps:
            if step.at > instant:
                break
            found = step.usd_per_unit
        return found


def timeline(seen: Sequence[Seen], now: datetime) -> Timeline:
    """The steps of what was seen, in the order of the refreshes that saw it."""
    refreshes = [
        (instant_of(seen_at), _schedule([one.dated for one in group]))
        for seen_at, group in groupby(seen, key=lambda one: one.seen_at)
    ]
    steps: list[Step] = []
    coming: list[Step] = []
    for place, (seen_at, schedule) in enumerate(refreshes):
        is_last = place + 1 == len(refreshes)
        until = now if is_last else refreshes[place + 1][0]
        in_force = [step for step in schedule if step.at <= seen_at]
        steps.append(Step(seen_at, in_force[-1].usd_per_unit if in_force else None))
        steps += [step for step in schedule if seen_at < step.at <= until]
        if is_last:
            coming = [step for step in schedule if step.at > max(seen_at, until)]
    return Timeline(tuple(_changes(steps)), tuple(coming))


def instant_of(text: str) -> datetime:
    """The instant of UTC that a day, or a time such as `2026-11-01T00:00:00Z`, is."""
    if not text:
        return BEGINNING
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _schedule(dated: Sequence[DatedPrice | None]) -> list[Step]:
    """One refresh's prices of a key, by the day from which they hold."""
    steps = [
        Step(instant_of(one.effective_from), one.price.usd_per_unit)
        for one in dated
        if one is not None
    ]
    return sorted(steps, key=lambda step: step.at)


def _changes(steps: Sequence[Step]) -> list[Step]:
    """Only the steps at which the price became another one."""
    kept: list[Step] = []
    for step in steps:
        if not kept or step.usd_per_unit != kept[-1].usd_per_unit:
            kept.append(step)
    return kept


def _usd(step: Step) -> Decimal:
    assert step.usd_per_unit is not None  # callers leave steps without a price out
    return step.usd_per_unit
