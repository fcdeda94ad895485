"""Why a larger tier costs more a user than a smaller one, where it does.

More users should make a user cheaper: what has a fixed size is shared by more. A tier's
own choices can outweigh that: fewer users on a machine, a type whose price is higher, a
limit on the machines of a zone. The difference of what AWS charges is split by line;
users' machines are split again, into how full they are and what a GiB-hour of them costs:

    packing = USD a GiB-hour x (GiB a user - GiB a user of the smaller tier) x hours
    price = (USD a GiB-hour - that of the smaller tier) x GiB a user of the smaller x hours

Both sum up to the difference of the machines' hours. USD per user-month throughout.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from farebox.hosting.instance_types import instance_type
from farebox.hosting.tiers.tier_gaps import is_machine_hour
from farebox.hosting.tiers.tiers import INFRA_LINES, REASONS, TierCost

ZERO = Decimal(0)


class Rise(Struct, frozen=True, kw_only=True):
    """A part of the difference: of which line, how much, and what stands behind it."""

    line: str
    usd_per_user_month: Decimal
    reason: str


class DearerTier(Struct, frozen=True, kw_only=True):
    """A tier that costs more of AWS a user than the next smaller one, `than`.

    `parts` add up to `usd_per_user_month`, the likely difference; the largest rise
    comes first, what falls comes last.
    """

    tier: str
    than: str
    usd_per_user_month: Decimal
    parts: tuple[Rise, ...]


class _Machines(Struct, frozen=True):
    """The hours of a tier's machines: memory of one, GiB a user, USD a GiB-hour."""

    gib: Decimal
    gib_per_user: Decimal
    usd_per_gib_hour: Decimal
    usd_per_user_month: Decimal


def dearer_tiers(costs: Iterable[TierCost]) -> tuple[DearerTier, ...]:
    """Each hosted tier that costs more a user than the one before it, by users."""
    hosted = sorted(
        (cost for cost in costs if cost.plan.hosted), key=lambda cost: cost.users
    )
    return tuple(
        DearerTier(
            tier=larger.tier,
            than=smaller.tier,
            usd_per_user_month=larger.infra.likely - smaller.infra.likely,
            parts=tuple(
                sorted(
                    _parts(smaller, larger), key=lambda part: -part.usd_per_user_month
                )
            ),
        )
        for smaller, larger in pairwise(hosted)
        if smaller.users < larger.users and larger.infra.likely > smaller.infra.likely
    )


def _parts(smaller: TierCost, larger: TierCost) -> Iterator[Rise]:
    """The difference by line, without the lines that are alike."""
    one, other = _machines(smaller), _machines(larger)
    hours = larger.statement.hours_per_month
    usd_per_gib_hour = other.usd_per_gib_hour
    yield Rise(
        line="compute",
        usd_per_user_month=(
            usd_per_gib_hour * (other.gib_per_user - one.gib_per_user) * hours
        ),
        reason=(
            f"{larger.plan.users_per_vm:,} users on a machine of {_short(other.gib)} GiB"
            f" against {smaller.plan.users_per_vm:,} on {_short(one.gib)}: with spares"
            f" {other.gib_per_user:.2f} GiB a user against {one.gib_per_user:.2f}"
        ),
    )
    yield Rise(
        line="compute",
        usd_per_user_month=(
            (usd_per_gib_hour - one.usd_per_gib_hour) * one.gib_per_user * hours
        ),
        reason=(
            f"a GiB-hour of its machines costs {usd_per_gib_hour:.6f} against"
            f" {one.usd_per_gib_hour:.6f}"
        ),
    )
    for name in INFRA_LINES:
        usd = larger.lines[name].likely - smaller.lines[name].likely
        reason = REASONS[name]
        if name == "compute":
            usd -= other.usd_per_user_month - one.usd_per_user_month
            reason = "root volumes and public addresses of the machines"
        if usd:
            yield Rise(line=name, usd_per_user_month=usd, reason=reason)


def _machines(cost: TierCost) -> _Machines:
    plan, users = cost.plan, Decimal(cost.users)
    gib = Decimal(str(instance_type(plan.instance_types[0]).memory_gib))
    usd = sum(
        (x.usd_per_month for x in cost.statement.lines if is_machine_hour(x)), ZERO
    )
    gib_hours = gib * plan.vms * cost.statement.hours_per_month
    return _Machines(
        gib=gib,
        gib_per_user=gib * plan.vms / users,
        usd_per_gib_hour=usd / gib_hours if gib_hours else ZERO,
        usd_per_user_month=usd / users,
    )


def _short(gib: Decimal) -> str:
    return f"{gib.normalize():f}"
