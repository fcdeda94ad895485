"""The schedules of a lifecycle policy: how many snapshots it keeps, and how far apart."""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from farebox.graph import UNKNOWN, Resource
from farebox.rules.charges import ONE
from farebox.rules.shapes import amount, block, blocks, text

HOURS_PER_DAY = Decimal(24)

DAYS = {
    "DAYS": Decimal(1),
    "WEEKS": Decimal(7),
    "MONTHS": Decimal(365) / 12,
    "YEARS": Decimal(365),
}

DEFAULT_POLICY_DAYS = Decimal(1)
DEFAULT_POLICY_RETAIN_DAYS = Decimal(7)
"""How often a default policy snapshots and how long it keeps, where it says neither.

Source: https://docs.aws.amazon.com/ebs/latest/userguide/default-policies.html
"""


class Schedule(Struct, frozen=True):
    """How many snapshots of a volume are kept, and the days between two of them."""

    count: Decimal
    interval_days: Decimal


def schedules_of(resource: Resource, details: dict[str, Any]) -> list[Schedule] | None:
    """The policy's schedules; None where one is unknown or only a cron expression."""
    if resource.input("defaultPolicy") is not None:
        every = amount(resource, details.get("createInterval"), "createInterval")
        keep = amount(resource, details.get("retainInterval"), "retainInterval")
        if every is UNKNOWN or keep is UNKNOWN:
            return None
        interval = every if isinstance(every, Decimal) else DEFAULT_POLICY_DAYS
        days = keep if isinstance(keep, Decimal) else DEFAULT_POLICY_RETAIN_DAYS
        return [_by_age(max(interval, DEFAULT_POLICY_DAYS), days)]
    found = []
    for item in blocks(details.get("schedules")):
        create, retain = block(item.get("createRule")), block(item.get("retainRule"))
        every = amount(resource, create.get("interval"), "createRule.interval")
        if not isinstance(every, Decimal) or every < 1:
            return None
        count = amount(resource, retain.get("count"), "retainRule.count")
        age = amount(resource, retain.get("interval"), "retainRule.interval")
        interval = every / HOURS_PER_DAY
        if isinstance(count, Decimal) and count:
            found.append(Schedule(max(count, ONE), interval))
        elif isinstance(age, Decimal) and text(retain.get("intervalUnit")):
            unit_days = DAYS.get(str(retain["intervalUnit"]))
            if unit_days is None:
                return None
            found.append(_by_age(interval, age * unit_days))
        else:
            return None
    return found or None


def _by_age(interval_days: Decimal, keep_days: Decimal) -> Schedule:
    """A schedule that keeps by age: as many snapshots as are taken in that time."""
    return Schedule(max(keep_days // interval_days, ONE), interval_days)
