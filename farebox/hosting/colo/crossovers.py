"""From which user count on an option stays cheaper than another, in every column.

The cloud is known at a few user counts, the knots, and is straight over 1/users between
them; servers come in whole numbers, so their cost has steps. A scan over user counts
finds the last one at which the other option is still dearer; bisection then closes in
on the count from which on it stays cheaper.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import TYPE_CHECKING

from farebox.hosting.uncertainty import Figure

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

SCAN_STEPS = 48
"""User counts of the scan, evenly spaced by ratio, beside the knots."""
BISECTIONS = 12
"""Halvings of a step of the scan: 4 steps a doubling leave less than 0.01 %."""

Difference = Callable[[Figure], "Array"]
"""USD by which an option is dearer than another at a user count, for each column."""


class Curve:
    """A figure per user in each column, known at knots and straight over 1/users.

    A knot's row may hold several figures, each in every column.
    """

    def __init__(self, users: Sequence[int], rows: Sequence["Array"]) -> None:
        import numpy as np

        self.users = np.array(users, float)
        self.rows = np.stack(rows, axis=-2)
        self.columns = np.arange(self.rows.shape[-1])

    def at(self, users: Figure) -> "Array":
        """The figure at one user count for all columns, or at one for each column.

        Outside of the knots it is what the nearest knot has.
        """
        import numpy as np

        if len(self.users) == 1:
            only: Array = self.rows[..., 0, :]
            return only
        counts = np.clip(users, self.users[0], self.users[-1])
        after = np.clip(np.searchsorted(self.users, counts), 1, len(self.users) - 1)
        low, high = 1 / self.users[after - 1], 1 / self.users[after]
        share = (low - 1 / counts) / (low - high)
        columns = self.columns if np.ndim(counts) else slice(None)
        before, behind = (self.rows[..., at, columns] for at in (after - 1, after))
        found: Array = (1 - share) * before + share * behind
        return found


def scan_users(knots: Sequence[int]) -> "Array":
    """The user counts of a scan: the knots, and steps of even ratio between them."""
    import numpy as np

    steps = np.geomspace(knots[0], knots[-1], SCAN_STEPS)
    return np.unique(np.concatenate([np.round(steps), np.array(knots, float)]))


def stays_cheaper_from(
    scan: "Array", differences: Sequence["Array"], difference: Difference
) -> "Array":
    """The user count, per column, from which on an option stays cheaper.

    `differences` are those at the counts of the scan. A column where the option is
    cheaper at all of them has the first count; one where it is dearer at the last has
    infinity.
    """
    import numpy as np

    dearer = np.stack(differences) > 0
    steps = len(scan)
    last = np.where(dearer.any(0), steps - 1 - np.argmax(dearer[::-1], 0), -1)
    inside = (last >= 0) & (last < steps - 1)
    low = scan[np.clip(last, 0, steps - 2)]
    high = scan[np.clip(last + 1, 1, steps - 1)]
    for _ in range(BISECTIONS):
        middle = np.sqrt(low * high)
        still = difference(middle) > 0
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    found: Array = np.where(inside, high, np.where(last < 0, scan[0], inf))
    return found
