"""Users of a machine against the share that is active, at several kill targets.

Each contour is `memory_users` of the same machine and memory model: the most users
whose containers are killed no more often than that in a user-year.
"""

from collections.abc import Sequence

from msgspec import Struct, structs

from farebox.hosting.packing.capacity import memory_users, usable_gib
from farebox.hosting.plan_values import MemoryModel

SHARES = (0.05, 0.075, 0.1, 0.125, 0.15, 0.2)
"""Shares of users active at the peak hour, from few to many."""
KILLS = (0.01, 0.1, 1.0)
"""Kills per user-year: one in a hundred years, in ten, and each year."""


class Contour(Struct, frozen=True):
    """A kill target per user-year, and (share active, users of a machine) along it."""

    kills_per_user_year: float
    points: tuple[tuple[float, int], ...]


def contours(
    model: MemoryModel,
    memory_gib: float,
    *,
    kills: Sequence[float] = KILLS,
    shares: Sequence[float] = SHARES,
) -> tuple[Contour, ...]:
    """The contours of a machine with so much memory. Raises ConfigError.

    The model's own share of active users and its own target are among those looked at.
    """
    usable = usable_gib(memory_gib)
    targets = sorted({*kills, model.kills_per_user_year})
    looked_at = sorted({*shares, model.active_share})
    return tuple(
        Contour(
            target,
            tuple(
                (
                    share,
                    memory_users(
                        structs.replace(model, active_share=share), usable, kills=target
                    ),
                )
                for share in looked_at
            ),
        )
        for target in targets
    )
