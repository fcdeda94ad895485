"""Brings a machine's journal to CloudWatch, and stops nothing when it cannot.

It is a process of its own, so that whatever becomes of it the agent goes on. What is
read waits in memory, up to SPOOL_BYTES; then reading stops, and journald, whose files are
bounded too, keeps what comes. The cursor on disk is that of the last line that
CloudWatch took: after a crash a line may be there twice, and none is lost that journald
has. What is left out is counted, and the log itself says so.
"""

import json
import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from passepartout.logs.cloudwatch import (
    BATCH_BYTES,
    BATCH_EVENTS,
    BATCH_MS,
    Event,
    Poison,
)
from passepartout.logs.journal import CURSOR, JournalFailed, Line, Unreadable, line_of

_log = logging.getLogger("passepartout.logs")

SPOOL_BYTES = 4 * BATCH_BYTES
ROUND_LINES = 20_000
"""Lines read in one round, those that are left out with them."""
TICK = 5.0
"""Seconds between rounds that find everything told."""
MOST_WAIT = 300.0
"""Seconds between tries of a CloudWatch that does not answer."""
SOURCE_LINES = 1_000
"""Lines a minute of one program of the machine, the kernel for example."""
SAID = 20
"""Users and programs that one line about left out lines names."""


class Source(Protocol):
    """A journal (`journal.Journal`)."""

    def after(self, cursor: str) -> Iterator[bytes]:
        """See `Journal.after`."""

    def lately(self) -> Iterator[bytes]:
        """See `Journal.lately`."""


class Sink(Protocol):
    """What keeps events (`cloudwatch.Stream`)."""

    def put(self, events: Sequence[Event]) -> int:
        """See `Stream.put`."""


class _Waiting(NamedTuple):
    event: Event
    cursor: str


class Shipper:
    """Reads, bounds and sends; `round` is one look."""

    def __init__(
        self,
        source: Source,
        sink: Sink,
        place: Path,
        *,
        user_lines: int,
        now: Callable[[], float],
    ) -> None:
        """`place` is the cursor's file; a user may have `user_lines` a minute."""
        self._source = source
        self._sink = sink
        self._place = place
        self._user_lines = user_lines
        self._now = now
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._minute = 0
        self._lines: Counter[str] = Counter()
        self._over: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._said = now()
        self._pause = 0.0
        self._cursor = self._saved = ""
        self._lost = False
        if place.exists():
            self._saved = place.read_text("ascii", "replace")
            # A machine that lost power may have a file of nothing, or of zeros.
            self._lost = not CURSOR.fullmatch(self._saved)
            self._cursor = "" if self._lost else self._saved
            if self._lost:
                self._left_out["cursors lost"] += 1

    def round(self) -> float:
        """Read what is new, send what waits; seconds until the next round."""
        more = self._fill()
        self._say()
        if not self._send():
            self._pause = min(MOST_WAIT, 2 * self._pause or 1.0)
            return self._pause
        self._pause = 0.0
        self._save(self._cursor)
        return 0.0 if more else TICK

    # --- reading -----------------------------------------------------------------------

    def _fill(self) -> bool:
        """Read until the spool is full; whether there may be more."""
        source = self._source
        lines = source.lately() if self._lost else source.after(self._cursor)
        try:
            return self._read(lines)
        except (JournalFailed, OSError) as why:
            _log.warning("journal: %s", why)
            if self._lost or "cursor" not in str(why):
                return False
            # Of files that are gone, or cut short by a crash.
            self._lost = True
            self._left_out["cursors lost"] += 1
            return True

    def _read(self, lines: Iterator[bytes]) -> bool:
        for number, raw in enumerate(lines):
            if self._bytes >= SPOOL_BYTES or number >= ROUND_LINES:
                lines.close()  # type: ignore[attr-defined]  # a generator's
                return True
            self._take(raw)
        return False

    def _take(self, raw: bytes) -> None:
        try:
            line = line_of(raw)
        except Unreadable as why:
            self._left_out["unreadable lines"] += 1
            self._cursor = why.cursor or self._cursor
            return
        self._cursor, self._lost = line.cursor, False
        if not self._may(line):
            return
        if line.text is None:
            self._left_out["texts over 4,096 bytes"] += 1
        self._keep(Event(line.at_ms, _told(line)))

    def _may(self, line: Line) -> bool:
        """Whether who says it has not said too much within this minute of the journal."""
        minute = line.at_ms // 60_000
        if minute != self._minute:
            self._minute = minute
            self._lines.clear()
        who, most = line.source, SOURCE_LINES
        if line.user:
            who, most = f"user {line.user}", self._user_lines
        self._lines[who] += 1
        if self._lines[who] <= most:
            return True
        self._over[who] += 1
        return False

    def _keep(self, event: Event) -> None:
        self._waiting.append(_Waiting(event, self._cursor))
        self._bytes += event.size

    def _say(self) -> None:
        """Once a minute at most: what was left out since the last time."""
        now = self._now()
        if now - self._said < 60 or not (self._over or self._left_out):
            return
        self._said = now
        told = {
            "source": "passepartout-logs",
            "level": "warning",
            "message": "left out; what journald kept is on the machine",
            **self._left_out,
            "lines over bounds": self._over.total(),
            "of": dict(self._over.most_common(SAID)),
        }
        self._over.clear()
        self._left_out.clear()
        self._keep(Event(int(now * 1_000), json.dumps(told)))

    # --- sending -----------------------------------------------------------------------

    def _send(self) -> bool:
        """Send all that waits, batch by batch; False where one could not be sent."""
        while count := batch(self._waiting):
            taken = [self._waiting[place] for place in range(count)]
            try:
                refused = self._put([one.event for one in taken])
            except Exception as why:
                _log.warning("CloudWatch: %s", why)
                return False
            if refused:
                self._left_out["lines that CloudWatch refused"] += refused
            for _ in range(count):
                self._bytes -= self._waiting.popleft().event.size
            self._save(taken[-1].cursor)
        return True

    def _put(self, events: Sequence[Event]) -> int:
        """Send events; how many are refused. Of a call that is, halves are tried."""
        try:
            return self._sink.put(events)
        except Poison as why:
            if len(events) == 1:
                _log.warning("CloudWatch: %s", why)
                return 1
        half = len(events) // 2
        return self._put(events[:half]) + self._put(events[half:])

    def _save(self, cursor: str) -> None:
        """Keep how far CloudWatch has come. A full disk costs lines told twice."""
        if cursor == self._saved:
            return
        new = self._place.with_suffix(".new")
        try:
            with new.open("w") as file:
                file.write(cursor)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._place)
        except OSError as why:
            _log.warning("%s: %s", self._place, why)
            return
        self._saved = cursor


def batch(waiting: Sequence[_Waiting]) -> int:
    """How many of the first events fit into one call."""
    size, first, last = 0, float("inf"), float("-inf")
    for count, (event, _) in enumerate(waiting):
        size += event.size
        first, last = min(first, event.at_ms), max(last, event.at_ms)
        if count == BATCH_EVENTS or size > BATCH_BYTES or last - first > BATCH_MS:
            return count
    return len(waiting)


def _told(line: Line) -> str:
    """A line as the log has it: JSON, so that no text can pretend to be another's."""
    text = "(over 4,096 bytes)" if line.text is None else line.text
    who = {"user": line.user} if line.user else {"source": line.source}
    return json.dumps({**who, "level": line.level, "message": text}, ensure_ascii=False)
