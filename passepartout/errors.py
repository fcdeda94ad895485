"""What can go wrong while users are hosted, each with what to do about it."""


class HostedError(Exception):
    """Base of everything that this package raises on purpose."""


class Conflict(HostedError):
    """Somebody else wrote an item since it was read; read again and decide anew."""


class NoRoom(HostedError):
    """No open volume has a free place."""


class Refused(HostedError):
    """What was asked for would lose data or run a user twice."""
