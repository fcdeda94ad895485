"""Ranges and figures of a price list become tiers, or a reason to leave them out."""

import re
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from farebox.prices.values import Tier

ZERO = Decimal(0)
"""Where the first tier begins."""

Range = tuple[Decimal, Decimal | None, Decimal]
"""From a quantity, up to another or None, at US dollars per unit."""


_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_MOST_DIGITS = 40
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)


class Refused(Exception):
    """A row or a key that is left out; the message is the reason."""


def tiers_of(ranges: list[Range], *, per_resource: bool = False) -> tuple[Tier, ...]:
    """The tiers of a term's ranges (start, end or None, dollars per unit), in any order.

    With `per_resource` a single range counts from 0, wherever the list lets it begin.
    Raises Refused where the ranges leave a gap, overlap, or do not run from 0 on.
    """
    if len(ranges) == 1:
        start, end, dollars = ranges[0]
        if end is None and (not start or per_resource):
            return (Tier(ZERO, dollars),)
    ordered = sorted(set(ranges), key=lambda one: one[0])
    whole = not ordered[0][0] and ordered[-1][1] is None
    if not whole or any(one[1] != after[0] for one, after in pairwise(ordered)):
        raise Refused("tiers that leave a gap, overlap, or do not begin at 0")
    if any(end is not None and end <= start for start, end, _ in ordered):
        raise Refused("tiers that leave a gap, overlap, or do not begin at 0")
    return tuple(Tier(start, dollars) for start, _, dollars in ordered)


def decimal(text: str) -> Decimal:
    """A number as the lists write it: `0.0001000000`, `1.0E-4`, `10000000`.

    Raises Refused for any other, and for one that no price or quantity can be: written
    out, `1E+999999` would be a million digits.
    """
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        raise Refused("a figure that is no number")
    found = Decimal(text)
    if found and not -_MOST_DIGITS // 2 < found.adjusted() < _MOST_DIGITS // 2:
        raise Refused("a figure that no price can be")
    if found < 0:
        raise Refused("a figure below 0")
    return found.normalize()


def is_day(text: str) -> bool:
    """Whether the text is a day, `2026-11-01`, or an instant, `2026-11-01T00:00:00Z`."""
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def named(text: str, nothing: str) -> str:
    """A source's word for a reason: short, and nothing that a terminal would act on."""
    if not text.isprintable():
        return "something unreadable"
    return text[:40] or nothing
