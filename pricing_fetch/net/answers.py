"""What an answer's status and first bytes mean, and how long a server asks to wait."""

from datetime import datetime

from urllib3.exceptions import HTTPError

from pricing_fetch.dates import http_date
from pricing_fetch.errors import (
    Damaged,
    Denied,
    FetchError,
    NotListed,
    NotReached,
    Throttled,
)
from pricing_fetch.net import limits

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that say nothing against asking again."""

MOST_OF_A_START = 512
"""How many bytes of an answer are looked at to tell a web page from data."""


class NotYet(Exception):
    """An attempt failed in a way that another attempt may mend."""

    def __init__(
        self, reason: str, *, throttled: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.throttled = throttled
        self.retry_after = retry_after

    def final(self, attempts: int) -> FetchError:
        """What is raised when no attempt is left."""
        kind = Throttled if self.throttled else NotReached
        times = "once" if attempts == 1 else f"{attempts} times"
        return kind(f"{self}, asked {times}; try again later")


def check_status(status: int, name: str) -> None:
    """Raise for everything but 200 and 206."""
    if status in (200, 206):
        return
    if status in (404, 410):
        raise NotListed(f"{name}: there is no such file ({status}); check its name")
    if status in (401, 403, 407):
        raise Denied(
            f"{name}: refused ({status}); price lists need no credentials, so this is "
            "a proxy or a mirror on the way, or the file does not exist"
        )
    raise NotReached(f"{name}: the server answers {status}; try again later")


def check_no_page(start: bytes, name: str) -> None:
    """Raise Damaged where a web page, or a fault in XML, came instead of data."""
    text = start[:MOST_OF_A_START].lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        raise Damaged(
            f"{name}: a web page came instead of prices; a proxy or a login page may "
            "stand between, so open the address in a browser"
        )


def pause_asked(header: str, now: datetime, name: str) -> float | None:
    """Seconds of a Retry-After header, a number or a date; None without one.

    Raises Throttled when it is longer than is waited for.
    """
    header = header.strip()
    if not header:
        return None
    if header.isascii() and header.isdigit():
        seconds = float(header)
    else:
        until = http_date(header)
        if until is None:
            return None
        seconds = max(0.0, (until - now).total_seconds())
    if seconds > limits.LONGEST_RETRY_AFTER_SECONDS:
        raise Throttled(
            f"{name}: the server asks to wait {seconds:,.0f} seconds; try again then"
        )
    return seconds


def what_broke(error: HTTPError) -> str:
    """The failure in plain words: urllib3's own name the object in memory."""
    from urllib3.exceptions import (
        ConnectTimeoutError,
        IncompleteRead,
        NameResolutionError,
        NewConnectionError,
        ReadTimeoutError,
    )

    cause = error.args[1] if len(error.args) > 1 else None
    if isinstance(error, IncompleteRead) or isinstance(cause, IncompleteRead):
        return "the answer was cut off"
    for kind, words in (
        (NameResolutionError, "the host's name is not found"),
        (ConnectTimeoutError, "no connection in time"),
        (ReadTimeoutError, "the server stays silent"),
        (NewConnectionError, "no connection"),
    ):
        if isinstance(error, kind):
            return words
    return "the connection broke"
