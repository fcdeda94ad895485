"""How near the estimates of a stack came to its bills, kept month by month.

A comparison with a closed month leaves a record beside the bills: what was estimated
and what the stack was billed, by service. It is a small file for each stack, so that
the next estimate can say how the last one did without reading a bill.
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from farebox.billed.causes import Pair, Unmatched
from farebox.billed.charges import Cost

FOLDER = "accuracy"
ZERO = Decimal(0)
PERCENT = Decimal("0.1")


class Held(Struct, frozen=True):
    """US dollars of a month that were estimated and billed, of one service or all."""

    estimated_usd: Decimal
    billed_usd: Decimal

    @property
    def percent_low(self) -> Decimal | None:
        """By how much of the bill the estimate was too low; None for an empty bill."""
        if self.billed_usd <= 0:
            return None
        return (self.billed_usd - self.estimated_usd) * 100 / self.billed_usd


class MonthHeld(Struct, frozen=True):
    """One month of a stack against its estimate: as a whole, and by service."""

    month: str
    cost: str
    whole: Held
    services: dict[str, Held]


class StackHeld(Struct, frozen=True):
    """All months of a stack that were compared, the oldest first."""

    project: str
    stack: str
    months: tuple[MonthHeld, ...] = ()


def month_held(
    month: str, cost: Cost, pairs: Iterable[Pair], unmatched: Iterable[Unmatched]
) -> MonthHeld:
    """What a comparison says of a stack's own charges; what is no use is left out."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for pair in pairs:
        sums[pair.key.service][0] += pair.estimated_usd
        sums[pair.key.service][1] += pair.billed_usd
    for one in unmatched:
        if one.owner.urn:
            sums[one.charge.service][1] += one.charge.usd(cost)
    whole = [sum((s[n] for s in sums.values()), ZERO) for n in (0, 1)]
    return MonthHeld(
        month,
        cost,
        Held(*whole),
        {name: Held(*each) for name, each in sorted(sums.items()) if any(each)},
    )


def remember(bills: Path, project: str, stack: str, found: MonthHeld) -> None:
    """Keep a month of a stack; one of the same month and way of counting gives way."""
    before = held(bills, project, stack)
    others = [
        m for m in before.months if (m.month, m.cost) != (found.month, found.cost)
    ]
    months = tuple(sorted((*others, found), key=lambda m: (m.month, m.cost)))
    place = _place(bills, project, stack)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".{os.getpid()}")
    part.write_bytes(msgspec.json.encode(StackHeld(project, stack, months)))
    part.replace(place)


def held(bills: Path, project: str, stack: str) -> StackHeld:
    """What is kept of a stack; nothing where it was never compared."""
    try:
        data = _place(bills, project, stack).read_bytes()
        return msgspec.json.decode(data, type=StackHeld)
    except (OSError, msgspec.DecodeError):
        return StackHeld(project, stack)


def all_held(bills: Path) -> list[StackHeld]:
    """Every stack that was compared, by project and stack."""
    found = []
    for path in (bills / FOLDER).glob("*.json"):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=StackHeld))
        except (OSError, msgspec.DecodeError):
            continue
    return sorted(found, key=lambda one: (one.project, one.stack))


def sentence(found: StackHeld) -> str:
    """How the last month's estimate did, for a statement; empty where none is kept."""
    months = [m for m in found.months if m.cost == "amortised"]
    low = months[-1].whole.percent_low if months else None
    if low is None:
        return ""
    rounded = low.quantize(PERCENT)
    how = "right to 0.1 %"
    if rounded:
        how = f"{abs(rounded):f} % {'low' if rounded > 0 else 'high'}"
    return f"held against the bill of {months[-1].month}, the estimate was {how}"


def _place(bills: Path, project: str, stack: str) -> Path:
    name = sha256(f"{project}\0{stack}".encode()).hexdigest()[:24]
    return bills / FOLDER / f"{name}.json"
