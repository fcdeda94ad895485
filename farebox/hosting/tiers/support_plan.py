"""AWS's support plans: a minimum, or percents of what AWS charges, whichever is more.

The percents fall in bands, as taxes rise. What is negotiated is not modelled.

Source: https://aws.amazon.com/premiumsupport/pricing/
"""

from decimal import Decimal
from typing import NamedTuple

from farebox.hosting.ranges import NOTHING, ZERO, Range

HUNDRED = Decimal(100)


class SupportPlan(NamedTuple):
    """USD a month at least; bands as (percent, USD of charges that it ends at).

    The last band's end is None: it has none.
    """

    usd_at_least: Decimal
    bands: tuple[tuple[Decimal, Decimal | None], ...]


def _bands(
    *bands: tuple[str, str | None],
) -> tuple[tuple[Decimal, Decimal | None], ...]:
    return tuple(
        (Decimal(percent), None if end is None else Decimal(end))
        for percent, end in bands
    )


PLANS = {
    "developer": SupportPlan(Decimal(29), _bands(("3", None))),
    "business": SupportPlan(
        Decimal(100),
        _bands(("10", "10000"), ("7", "80000"), ("5", "250000"), ("3", None)),
    ),
    "enterprise": SupportPlan(
        Decimal(15_000),
        _bands(("10", "150000"), ("7", "500000"), ("5", "1000000"), ("3", None)),
    ),
}
"""Plans by the name that a tier's `support_plan` has."""


def support_usd(plan: str, usd_charged: Decimal) -> Decimal:
    """USD a month of a plan for what AWS charges in the month; nothing for `none`."""
    if plan == "none":
        return ZERO
    found = PLANS[plan]
    usd, begin = ZERO, ZERO
    for percent, end in found.bands:
        within = usd_charged if end is None else min(usd_charged, end)
        usd += max(ZERO, within - begin) * percent / HUNDRED
        begin = within
    return max(found.usd_at_least, usd)


def support_per_user(plan: str, per_user: Range, users: int) -> Range:
    """USD per user-month of a plan, from what AWS charges per user-month."""
    if plan == "none":
        return NOTHING
    count = Decimal(users)
    return Range(
        *(
            support_usd(plan, usd * count) / count
            for usd in (per_user.low, per_user.likely, per_user.high)
        )
    )
