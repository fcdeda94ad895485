"""The search for the fullest packing: few trials, because each one costs a convolution."""

from collections.abc import Callable
from math import floor


def largest_without(excess: Callable[[int], float], *, near: int, most: int) -> int:
    """The largest n in 0..most whose `excess` is 0 or less; it must cross 0 once.

    It starts at `near` and follows the slope, which is almost straight for the log of
    a probability, inside a bracket that always shrinks.
    """
    low, high = 0, most + 1
    below: tuple[int, float] | None = None
    above: tuple[int, float] | None = None
    probe, turn = min(max(near, 1), most), 0
    while high - low > 1:
        value = excess(probe)
        if value <= 0:
            low, below = probe, (probe, value)
        else:
            high, above = probe, (probe, value)
        turn += 1
        if below and above and turn < 8:
            slope = (above[1] - below[1]) / (above[0] - below[0])
            guess = below[0] + floor(-below[1] / slope)
            probe = guess if guess > low else low + 1
        elif below and above:
            probe = (low + high) // 2
        else:
            # One side only: step on, twice as far each time.
            step = 2 ** (turn + 1)
            probe = probe + step if below else probe - step
        probe = min(max(probe, low + 1), high - 1)
    return low
