"""One stream of a CloudWatch log group."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

BATCH_BYTES = 1_048_576
"""Of one call: the events' text in UTF-8, and EVENT_BYTES for each.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""
BATCH_EVENTS = 10_000
BATCH_MS = 24 * 3_600_000
"""The longest time that events of one call may be apart."""
EVENT_BYTES = 26


class Event(NamedTuple):
    """A line to keep, and when it was said, in milliseconds since 1970."""

    at_ms: int
    text: str

    @property
    def size(self) -> int:
        """Bytes that CloudWatch counts."""
        return len(self.text.encode()) + EVENT_BYTES


class Poison(Exception):
    """CloudWatch will never take these events, however often they are sent."""


class Stream:
    """A stream that is made when it is first written to; `client` is boto3's."""

    def __init__(self, client: Any, group: str, stream: str) -> None:
        """Nothing is asked yet."""
        self._client = client
        self._group = group
        self._stream = stream
        self._made = False

    def put(self, events: Sequence[Event]) -> int:
        """Keep one batch; how many of it CloudWatch refused as too old or too new.

        Raises Poison where it refuses the call, and what boto3 raises where it does not
        answer: then nothing was kept.
        """
        told, name = self._client.exceptions, {"logGroupName": self._group}
        if not self._made:
            with suppress(told.ResourceAlreadyExistsException):
                self._client.create_log_stream(**name, logStreamName=self._stream)
            self._made = True
        ordered = sorted(events, key=lambda one: one.at_ms)
        try:
            answer = self._client.put_log_events(
                **name,
                logStreamName=self._stream,
                logEvents=[
                    {"timestamp": one.at_ms, "message": one.text} for one in ordered
                ],
            )
        except told.ResourceNotFoundException:
            self._made = False  # somebody deleted it, or the group is not there yet
            raise
        except told.InvalidParameterException as why:
            raise Poison(str(why)) from why
        return _refused(answer.get("rejectedLogEventsInfo") or {}, len(events))


def _refused(info: dict[str, int], count: int) -> int:
    """The first events were too old, those from an index on too new."""
    old = max(
        info.get("tooOldLogEventEndIndex", 0), info.get("expiredLogEventEndIndex", 0)
    )
    return old + count - info.get("tooNewLogEventStartIndex", count)
