"""How long a source is waited for."""

from msgspec import Struct


class Patience(Struct, frozen=True):
    """How long to wait for an answer. A live preview is in a hurry, a refresh is not."""

    connect_seconds: float = 5
    read_seconds: float = 30
    """Seconds of silence after which an answer is given up."""
    tries: int = 5
    """Tries of a call in all; the pauses between them grow, with jitter."""
