"""A spot pool's price over time, as AWS told it: read, cut, averaged over time, merged.

The store keeps it as a fact of kind `spot-history`, by region and `r6a.4xlarge use1-az1`.
AWS tells the last 90 days only, so what it tells is merged with what the store has.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby, pairwise

from msgspec import DecodeError, Struct, ValidationError, json

from farebox.prices.errors import StoreError
from farebox.prices.timeline import Step, Timeline, instant_of
from farebox.prices.values import Source

KIND = "spot-history"
"""The kind of the facts."""

EVERY_CHANGE_DAYS = 180
"""Days with every change; of an older day (UTC) the lowest, highest and last price stay."""

KEPT_DAYS = 730
"""Days after which a change is dropped; so a pool has at most 1,650 points more than
the changes of 180 days, about 60 kB."""

Point = tuple[str, str | None]
"""From an instant of UTC on, US dollars an hour; None while it is not known."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class SpotSeries(Struct, frozen=True):
    """The price of one pool up to `until`, in US dollars an hour.

    `steps` are oldest first, each another price than the one before; None is a time
    that nobody asked about. There is at least one price.
    """

    steps: tuple[Step, ...]
    until: datetime
    source: Source

    @property
    def points(self) -> tuple[tuple[datetime, Decimal], ...]:
        """Every change and its US dollars an hour, without times that are not known."""
        return tuple(
            (step.at, step.usd_per_unit)
            for step in self.steps
            if step.usd_per_unit is not None
        )

    def between(self, start: datetime, end: datetime) -> "SpotSeries | None":
        """The part from `start` to `end`; None where no price of it is known."""
        end = min(end, self.until)
        kept: list[Step] = []
        for step in self.steps:
            if step.at > end:
                break
            if step.at <= start:
                kept = [Step(start, step.usd_per_unit)]
            else:
                kept.append(step)
        if kept and kept[0].usd_per_unit is None:
            del kept[0]
        if not kept or kept[0].at > end:
            return None
        return SpotSeries(tuple(kept), end, self.source)

    @property
    def mean(self) -> Decimal:
        """US dollars an hour on average, each price weighted with its time."""
        seconds = self._seconds
        if not seconds:
            return self.points[-1][1]
        return sum((usd * span for usd, span in self._spans()), Decimal(0)) / seconds

    @property
    def least(self) -> Decimal:
        """The lowest US dollars an hour."""
        return min(usd for _, usd in self.points)

    @property
    def most(self) -> Decimal:
        """The highest US dollars an hour."""
        return max(usd for _, usd in self.points)

    @property
    def hours(self) -> Decimal:
        """For how long the price is known."""
        return Decimal(self._seconds) / 3600

    def hours_at_most(self, usd_per_hour: Decimal) -> Decimal:
        """For how long the price was at or under that."""
        spans = self._spans()
        return Decimal(sum(span for usd, span in spans if usd <= usd_per_hour)) / 3600

    def share_at_most(self, usd_per_hour: Decimal) -> Decimal:
        """The share of the hours in which the price was at or under that."""
        if not self.hours:
            return Decimal(int(self.points[-1][1] <= usd_per_hour))
        return self.hours_at_most(usd_per_hour) / self.hours

    def timeline(self, seen: Timeline | None = None) -> Timeline:
        """The steps, and after their end those of what the store saw itself."""
        later = [step for step in seen.steps if step.at > self.until] if seen else []
        while later and later[0].usd_per_unit == self.steps[-1].usd_per_unit:
            del later[0]
        return Timeline((*self.steps, *later), seen.coming if seen else ())

    @property
    def _seconds(self) -> int:
        return sum(span for _, span in self._spans())

    def _spans(self) -> Iterator[tuple[Decimal, int]]:
        """Each price and the seconds for which it held."""
        ends = [*(step.at for step in self.steps[1:]), self.until]
        for step, end in zip(self.steps, ends, strict=True):
            if step.usd_per_unit is not None:
                yield step.usd_per_unit, (end - step.at) // _SECOND


def subject_of(instance_type: str, zone_id: str) -> str:
    """What the fact of a pool is called in its region."""
    return f"{instance_type} {zone_id}"


def read_points(text: str, subject: str) -> list[Point]:
    """The points of a fact. Raises StoreError for what is none."""
    try:
        points = json.decode(text, type=list[Point])
        for at, usd in points:
            instant_of(at)
            if usd is not None and not 0 < Decimal(usd) < Decimal("Infinity"):
                raise ValueError
    except (DecodeError, ValidationError, ValueError, InvalidOperation) as error:
        raise StoreError(
            f"the store's spot history of {subject[:80]} cannot be read; fetch it again"
            " with fare refresh --only spot-90-days"
        ) from error
    return points


def spot_series(text: str, subject: str, source: Source) -> SpotSeries | None:
    """The series of a fact, which was true at its source's date. Raises StoreError."""
    until = instant_of(source.as_of)
    steps = tuple(
        Step(instant_of(at), None if usd is None else Decimal(usd))
        for at, usd in read_points(text, subject)
    )
    if not steps:
        return None
    series = SpotSeries(steps, until, source)
    return series.between(steps[0].at, until)


def write_points(points: Sequence[Point]) -> str:
    """The JSON of a fact."""
    return json.encode(list(points)).decode()


def merged(
    known: Sequence[Point], known_until: str, found: Sequence[Point], now: datetime
) -> list[Point]:
    """What was known until an instant and what AWS tells now, as one series.

    From the first instant that AWS tells of, AWS is right. If that is after
    `known_until`, nothing is known of the time between. Repeats are dropped, and what
    is old is thinned (EVERY_CHANGE_DAYS, KEPT_DAYS).
    """
    points = list(found)
    if known and points:
        older = [point for point in known if point[0] < points[0][0]]
        gap: list[Point] = []
        if points[0][0] > known_until:
            gap = [(known_until, None)]
        points = [*older, *gap, *points]
    elif known:
        points = list(known)
    return _changes(_thinned(points, now))


def _thinned(points: Sequence[Point], now: datetime) -> Iterator[Point]:
    """Of old days the lowest, the highest and the last price; of too old ones none."""
    every_change = _day(now - EVERY_CHANGE_DAYS * _DAY)
    first_kept = _day(now - KEPT_DAYS * _DAY)
    # The price that was in force when the kept time began stays with it.
    start = max((at for at, _ in points if at < first_kept), default="")
    kept = [point for point in points if point[0] >= start]
    for day, group in groupby(kept, key=lambda point: point[0][:10]):
        of_day = list(group)
        if day >= every_change:
            yield from of_day
            continue
        usd = [Decimal(usd) for _, usd in of_day if usd is not None]
        places = {len(of_day) - 1}
        for end in (min(usd), max(usd)) if usd else ():
            places.add(
                next(
                    place
                    for place, (_, one) in enumerate(of_day)
                    if one is not None and Decimal(one) == end
                )
            )
        yield from (of_day[place] for place in sorted(places))


def _changes(points: Iterator[Point]) -> list[Point]:
    kept = list(points)
    return kept[:1] + [
        after for before, after in pairwise(kept) if _moved(before, after)
    ]


def _moved(before: Point, after: Point) -> bool:
    one, other = before[1], after[1]
    if one is None or other is None:
        return one is not other
    return Decimal(one) != Decimal(other)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
