"""What spot machines save and what their interruptions cost users.

    lambda = -ln(1 - f)   interruptions per VM-month; f, reclaimed a month, from the
                          Spot Advisor's bucket
    USD per user-month = [ (s P_spot + (1-s) P_rest) hours (1+h)
                           + s lambda (overlap/60) P_spot + rest of a machine ] / n
    downtime minutes per user-month = s lambda ((1-q) fast + q slow)
    session kills per user-year = 12 s lambda p,  cold restarts = 12 s lambda
    headroom to lose a pool with share m of the machines = m / (1-m)

A pool is a type in a zone. Its machines go together, so it fails as one: with less
headroom than the largest pool asks for, the users that find no spare machine go the
slow way. docs/economics.md has the units, the sources and what is left out.
"""

from decimal import Decimal
from math import log1p

from farebox.hosting.errors import ConfigError

ONE = Decimal(1)
MINUTES_PER_HOUR = 60
MONTHS_PER_YEAR = 12


def interruptions_per_vm_month(reclaimed: float) -> float:
    """lambda: how often a machine is interrupted, of the share reclaimed in a month."""
    if not 0 <= reclaimed < 1:
        raise ConfigError(
            f"a share reclaimed must be from 0 to under 1, not {reclaimed}"
        )
    return -log1p(-reclaimed)


def usd_per_user_month(
    *,
    spot_share: Decimal,
    usd_spot_hour: Decimal,
    usd_rest_hour: Decimal,
    hours: Decimal,
    headroom: Decimal,
    interruptions: Decimal,
    overlap_minutes: Decimal,
    usd_machine_month: Decimal,
    users_per_vm: Decimal,
) -> Decimal:
    """USD per user-month; `interruptions` per VM-month of the mix, s lambda.

    `usd_machine_month` is what a machine has beside its hours: root volume, address.
    """
    hour = spot_share * usd_spot_hour + (ONE - spot_share) * usd_rest_hour
    overlap = interruptions * overlap_minutes / MINUTES_PER_HOUR * usd_spot_hour
    return (
        hour * hours * (ONE + headroom) + overlap + usd_machine_month
    ) / users_per_vm


def downtime_minutes_per_user_month(
    interruptions: float, *, slow_share: float, fast_minutes: float, slow_minutes: float
) -> float:
    """Minutes in a month that a user waits for a machine, `slow_share` the slow way."""
    return interruptions * ((1 - slow_share) * fast_minutes + slow_share * slow_minutes)


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
