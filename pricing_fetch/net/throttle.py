"""A token bucket: calls at a published rate, with a burst, and never above it."""

import time
from collections.abc import Callable
from threading import Lock

PRICING_BURST, PRICING_PER_SECOND = 10, 5
"""AWS's own limits of the Price List Query API, per account and region.

Source: AWS Billing user guide, "Using the AWS Price List Query API", request throttling.
"""


class TokenBucket:
    """Holds `burst` tokens and gains `per_second` a second; safe between threads.

    `clock` gives seconds that never go back, `sleep` waits that many seconds.
    """

    def __init__(
        self,
        burst: int = PRICING_BURST,
        per_second: float = PRICING_PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._tokens = float(burst)
        self._filled_at = clock()

    def take(self) -> float:
        """Take a token, after a wait if there is none; returns the seconds waited.

        A token that is not there yet is owed: whoever comes later waits longer, so
        threads go in the order in which they asked.
        """
        with self._lock:
            now = self._clock()
            gained = max(0.0, now - self._filled_at) * self._per_second
            self._tokens = min(float(self._burst), self._tokens + gained) - 1
            self._filled_at = now
            wait = -self._tokens / self._per_second if self._tokens < 0 else 0.0
        if wait:
            self._sleep(wait)
        return wait
