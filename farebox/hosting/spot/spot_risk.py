"""What spot machines save and what their interruptions cost users.

    lambda = -ln(1 - f)   interruptions per VM-month; f, reclaimed a month, from the
                          Spot Advisor's bucket
    USD per user-month = [ (s P_spot + (1-s) P_rest) hours (1+h)
                           + s lambda (overlap/60) P_spot + rest of a machine ] / n
    downtime minutes per user-month = s lambda ((1-q) fast + q slow + restart)
    restart = ((n + 1)/2 start + (v + 1)/2 attach) / 60
    session kills per user-year = 12 s lambda p,  cold restarts = 12 s lambda
    headroom to lose a pool with share m of the machines = m / (1-m)

A pool is a type in a zone. Its machines go together, so it fails as one: with less
headroom than the largest pool asks for, the users that find no spare machine go the
slow way. docs/economics.md has the units, the sources and what is left out.
"""

from decimal import Decimal
from math import log1p

from msgspec import Struct

from farebox.hosting.errors import ConfigError

ONE = Decimal(1)
MINUTES_PER_HOUR = 60
SECONDS_PER_MINUTE = 60
MONTHS_PER_YEAR = 12


def interruptions_per_vm_month(reclaimed: float) -> float:
    """lambda: how often a machine is interrupted, of the share reclaimed in a month."""
    if not 0 <= reclaimed < 1:
        raise ConfigError(
            f"a share reclaimed must be from 0 to under 1, not {reclaimed}"
        )
    return -log1p(-reclaimed)


class MachineMonth(Struct, frozen=True, kw_only=True):
    """What a busy machine costs in a month, and the users who share it.

    `spot_share` of its hours are bought at `usd_spot_hour`, the others at
    `usd_rest_hour`; `headroom` are the spare machines beside it, as a share of one.
    It is interrupted `interruptions` times a month, s lambda of the mix; then the
    next one runs beside it for `overlap_minutes`. `usd_machine_month` is what it has
    beside its hours: root volume, address.
    """

    spot_share: Decimal
    usd_spot_hour: Decimal
    usd_rest_hour: Decimal
    hours: Decimal
    headroom: Decimal
    interruptions: Decimal
    overlap_minutes: Decimal
    usd_machine_month: Decimal
    users_per_vm: Decimal

    def usd_per_user_month(self) -> Decimal:
        """USD that a user pays for it in a month."""
        spot, rest = self.spot_share, ONE - self.spot_share
        hour = spot * self.usd_spot_hour + rest * self.usd_rest_hour
        overlap_hours = self.interruptions * self.overlap_minutes / MINUTES_PER_HOUR
        return (
            hour * self.hours * (ONE + self.headroom)
            + overlap_hours * self.usd_spot_hour
            + self.usd_machine_month
        ) / self.users_per_vm


class Waits(Struct, frozen=True, kw_only=True):
    """How long an interruption keeps users waiting.

    `fast_minutes` pass until a spare machine takes the volumes over, `slow_minutes`
    where a machine must be found first; then come `attach_seconds` for each volume and
    `start_seconds` for each container, one after the other.
    """

    fast_minutes: float
    slow_minutes: float
    attach_seconds: float
    start_seconds: float

    def restart_minutes(self, containers: int, volumes: int) -> float:
        """Minutes that a user waits, on average, for its turn on the new machine.

        The boot script takes volumes and starts containers one after the other, so a
        user waits for half of them and itself: the fuller the machine, the longer.
        """
        starts = (containers + 1) / 2 * self.start_seconds
        attaches = (volumes + 1) / 2 * self.attach_seconds
        return (starts + attaches) / SECONDS_PER_MINUTE


def downtime_minutes_per_user_month(
    interruptions: float,
    waits: Waits,
    *,
    slow_share: float,
    containers: int,
    volumes: int,
) -> float:
    """Minutes in a month that a user waits for a machine, `slow_share` the slow way.

    `containers` and `volumes` are those of one machine.
    """
    found = (1 - slow_share) * waits.fast_minutes + slow_share * waits.slow_minutes
    return interruptions * (found + waits.restart_minutes(containers, volumes))


def session_kills_per_user_year(interruptions: float, active_share: float) -> float:
    """How often in a year an interruption ends a session that is going on."""
    return MONTHS_PER_YEAR * interruptions * active_share


def cold_restarts_per_user_year(interruptions: float) -> float:
    """How often in a year a user's container starts anew on another machine."""
    return MONTHS_PER_YEAR * interruptions


def headroom_to_lose(share: float) -> float:
    """Spare machines, as a share of the busy ones, that replace a pool of this share.

    Of k equal pools that is 1/(k-1).
    """
    if not 0 <= share < 1:
        raise ConfigError(f"a pool's share must be from 0 to under 1, not {share:g}")
    return share / (1 - share)


def slow_share_at(headroom: float, needed: float, at_least: float) -> float:
    """Share of interruptions that go the slow way when the largest pool is lost."""
    if needed <= 0:
        return at_least
    return max(at_least, 1 - min(1.0, headroom / needed))
