"""A date of HTTP, whatever a server writes there."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(header: str) -> datetime | None:
    """The instant of a header such as `Last-Modified`, in UTC; None where it is none."""
    try:
        when = parsedate_to_datetime(header)
        if when.tzinfo is None:
            return when.replace(tzinfo=UTC)
        return when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
