"""What can go wrong when prices are fetched; each names the source and the way out.

* FetchError
  - NotReached     no connection, a time-out, a server error that outlasted the retries
  - Denied         no credentials, expired ones, or a permission that is missing
  - Throttled      the source asked for a pause that is longer than the retries
  - Damaged        an answer that is cut off, no CSV or JSON, or not in the known shape
  - TooLarge       an answer beyond the size that the source may have
  - NoRoom         the disk is full, or the folder cannot be written
  - NotListed      the source does not have what was asked for
    - NotSold      AWS has the service, but not in that region
  - NotAllowed     an address that is neither AWS's nor a mirror that the user named
"""

from farebox.errors import OutsideFailed


class FetchError(OutsideFailed):
    """Base of everything that this package raises: the refresh keeps what it had."""


class NotReached(FetchError):
    """The source could not be reached, or failed on its side, after all retries."""


class Denied(FetchError):
    """AWS refused the call: credentials, their age, a permission, or the clock."""


class Throttled(FetchError):
    """The source throttled for longer than the retries last."""


class Damaged(FetchError):
    """The answer is not what the source answers: cut off, or in another shape."""


class TooLarge(FetchError):
    """The answer passes the limit for this source, packed or unpacked."""


class NoRoom(FetchError):
    """The download cannot be written: the disk is full or the folder is not ours."""


class NotListed(FetchError):
    """The source answers, but does not have the region or service asked for."""


class NotSold(NotListed):
    """AWS lists the service or the plan, but not for that region."""


class NotAllowed(FetchError):
    """The address is not on the list of hosts, not https, or holds a password."""
