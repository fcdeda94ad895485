"""Memory as it was measured: one row per container and minute, in a CSV file.

Only the busiest hour counts, the 60 minutes in which containers held most on average.
In each of its minutes the containers of that minute are the distribution that a
machine's users are drawn from, so what moves them together in time (cron at the full
hour, a mass reconnect) is in the result without a correlation. Users are independent
within a minute.

    P(overflow) = mean over minutes m of P(n draws from m hold more than usable)
    kills per user-year = 525,600 x mean over m and containers c of
                          P(usable - next_c < the others hold <= usable - now_c)

A gap is an error: a container that is not seen for a minute might have been killed.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil, floor, inf, log
from pathlib import Path
from typing import TYPE_CHECKING

from farebox.hosting.errors import ConfigError
from farebox.hosting.packing.capacity import RARE_OVERFLOW
from farebox.hosting.packing.convolution import Pmf, Sum
from farebox.hosting.searching import largest_without

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

MINUTES_PER_YEAR = 525_600
BUSY_MINUTES = 60
GRID_PER_GIB = 32
"""Coarser than that of the models: the sample's own grain is wider than 1/32 GiB."""
NEGLIGIBLE = 25.0
"""exp(-25) = 1e-11: less than any sample can tell."""

GIB_OF_UNIT = {"gib": 1.0, "mib": 1 / 1024, "bytes": 1 / 1024**3}
"""The third column names its unit."""

ONE_MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=100)


class MeasuredMemory:
    """Containers of the busiest hour: `points[m]` holds the memory of each in minute m.

    Memory is in grid points, rounded up; a container that is not there in a minute is
    NaN. `starts` is the first of the minutes.
    """

    def __init__(self, points: "Array", starts: datetime) -> None:
        import numpy as np

        self.starts = starts
        self.minutes, self.containers = points.shape
        self._points = points
        self._most = int(np.nanmax(points))
        self._known: dict[tuple[int, float], tuple[float, float]] = {}

    def mean_gib(self) -> float:
        """GiB that a container holds on average in the busiest hour."""
        import numpy as np

        return float(np.nanmean(self._points)) / GRID_PER_GIB

    def overflow_probability(self, users: int, usable: float) -> float:
        """P(so many users together hold more than `usable` GiB)."""
        return self._felt(users, usable)[0]

    def kills_per_user_year(self, users: int, usable: float) -> float:
        """How often in a year of busiest hours a user's container is killed."""
        return self._felt(users, usable)[1]

    def users(
        self, usable: float, *, kills: float | None, overflow: float | None
    ) -> int:
        """The most users that meet a kill target, an overflow eps or both."""
        ceiling = min(RARE_OVERFLOW if kills is not None else 1.0, overflow or 1.0)

        def excess(users: int) -> float:
            chance, felt = self._felt(users, usable)
            missed = log(max(chance, 1e-30) / ceiling)
            if kills is not None:
                missed = max(missed, log(max(felt, 1e-30) / kills))
            return missed

        import numpy as np

        least = max(1.0, float(np.nanmin(self._points))) / GRID_PER_GIB
        most = floor(usable / least + 1e-9) if usable > 0 else 0
        near = floor(0.8 * usable / max(self.mean_gib(), 1 / GRID_PER_GIB))
        return largest_without(excess, near=near, most=most)

    def with_overhead(self, mib: float) -> "MeasuredMemory":
        """The same containers, each with `mib` more on the machine."""
        extra = ceil(mib / 1024 * GRID_PER_GIB - 1e-9)
        return MeasuredMemory(self._points + extra, self.starts)

    def _felt(self, users: int, usable: float) -> tuple[float, float]:
        """Overflow and kills of so many users; worked out once for each."""
        if users < 1:
            return 0.0, 0.0
        asked = (users, usable)
        if asked not in self._known:
            self._known[asked] = self._worked_out(users, usable)
        return self._known[asked]

    def _worked_out(self, users: int, usable: float) -> tuple[float, float]:
        """Overflow and kills, from the sum of all users but one in each minute."""
        import numpy as np

        room = floor(usable * GRID_PER_GIB + 1e-9)
        fits = [
            Sum(
                _distribution(row[~np.isnan(row)]),
                users - 1,
                room,
                most=self._most,
                negligible=NEGLIGIBLE,
            )
            for row in self._points
        ]
        overflow = float(
            np.mean(
                [
                    1 - other.leaves(row[~np.isnan(row)]).mean()
                    for other, row in zip(fits, self._points, strict=True)
                ]
            )
        )
        killed: list[float] = []
        for other, now, then in zip(
            fits[:-1], self._points[:-1], self._points[1:], strict=True
        ):
            both = ~np.isnan(now) & ~np.isnan(then)
            if both.any():
                crossed = other.leaves(now[both]) - other.leaves(then[both])
                killed.append(float(np.maximum(0.0, crossed).mean()))
        per_minute = sum(killed) / len(killed) if killed else 0.0
        return min(1.0, max(0.0, overflow)), per_minute * MINUTES_PER_YEAR


def _distribution(points: "Array") -> Pmf:
    """The containers of one minute as a distribution on the grid."""
    import numpy as np

    first = int(points.min())
    return first, np.bincount((points - first).astype(int)) / len(points)


# --- the file -----------------------------------------------------------------


def read_measured(path: Path) -> MeasuredMemory:
    """The busiest hour of a CSV file. Raises ConfigError, which names the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: it cannot be read as text: {error}") from error
    return parse_measured(text.splitlines(), name=str(path))


def parse_measured(lines: Iterable[str], *, name: str) -> MeasuredMemory:
    """The busiest hour of CSV lines `time,container,gib` (or `mib`, `bytes`)."""
    from csv import reader

    rows = reader(lines)
    header = [cell.strip().lower() for cell in next(rows, [])]
    if (
        len(header) != 3
        or header[:2] != ["time", "container"]
        or (header[2] not in GIB_OF_UNIT)
    ):
        raise ConfigError(
            f"{name}:1: the columns must be time,container,gib (or mib, or bytes)"
        )
    unit = GIB_OF_UNIT[header[2]]
    seen: dict[str, dict[datetime, float]] = {}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        time, container, gib = _row(row, unit, f"{name}:{number}")
        of_container = seen.setdefault(container, {})
        if time in of_container:
            raise ConfigError(
                f"{name}:{number}: container {container!r} is here twice at {time}"
            )
        of_container[time] = gib
    if len(seen) < 2 or max(map(len, seen.values()), default=0) < 2:
        raise ConfigError(
            f"{name}: at least two containers over two minutes are needed to tell a"
            " distribution"
        )
    for container, of_container in seen.items():
        _refuse_gaps(name, container, sorted(of_container))
    return _busiest(seen, name)


def _row(row: list[str], unit: float, place: str) -> tuple[datetime, str, float]:
    if len(row) != 3:
        raise ConfigError(f"{place}: {len(row)} cells; time, container, memory are 3")
    try:
        time = datetime.fromisoformat(row[0].strip())
    except ValueError:
        raise ConfigError(
            f"{place}: {row[0]!r} is no time like 2026-11-23T10:00"
        ) from None
    try:
        size = float(row[2]) * unit
    except ValueError:
        size = -1.0
    if not 0 <= size < inf:
        raise ConfigError(f"{place}: {row[2]!r} is no memory of 0 or more")
    if time.tzinfo is not None:
        time = time.astimezone(UTC).replace(tzinfo=None)
    # Collectors scrape at some second of each minute, with jitter; the minute counts.
    return time.replace(second=0, microsecond=0), row[1].strip(), size


def _refuse_gaps(name: str, container: str, times: list[datetime]) -> None:
    for before, after in pairwise(times):
        if after - before != ONE_MINUTE:
            missing = (after - before) // ONE_MINUTE - 1
            raise ConfigError(
                f"{name}: container {container!r} has a gap of {missing:,} minutes after"
                f" {before.isoformat(timespec='minutes')}; a row for each minute is"
                " needed, so fill it, or leave that container out"
            )


def _busiest(seen: dict[str, dict[datetime, float]], name: str) -> MeasuredMemory:
    import numpy as np

    first = min(min(times) for times in seen.values())
    last = max(max(times) for times in seen.values())
    if last - first > LONGEST:
        raise ConfigError(
            f"{name}: its containers lie {(last - first).days:,} days apart; give at most"
            f" {LONGEST.days}, or look at the years of its times"
        )
    rows = np.full(((last - first) // ONE_MINUTE + 1, len(seen)), np.nan)
    for column, times in enumerate(seen.values()):
        start = (min(times) - first) // ONE_MINUTE
        rows[start : start + len(times), column] = [times[t] for t in sorted(times)]
    present = ~np.isnan(rows)
    count = present.sum(axis=1)
    sums = np.where(present, rows, 0.0).sum(axis=1)
    means = np.divide(sums, count, where=count > 0, out=np.zeros(len(rows)))
    span = min(BUSY_MINUTES, len(rows))
    hourly = np.convolve(means, np.ones(span), mode="valid")
    begin = int(np.argmax(hourly))
    hour = rows[begin : begin + span]
    there = present[begin : begin + span]
    points = np.ceil(hour * GRID_PER_GIB - 1e-9)
    return MeasuredMemory(
        points[there.any(axis=1)][:, there.any(axis=0)], first + begin * ONE_MINUTE
    )
