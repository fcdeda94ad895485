"""Why a month's bill is not its estimate: each difference by its cause, to the cent.

An estimate is for 730 hours, at list prices, of what the program says; a bill is of a
month of 672 to 744 hours, at what was paid, of what ran. Each charge has one place: the
line of its resource, or a line of its key, or a cause of its own, so that all causes add
up to the whole difference.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from farebox.bill.statement import Statement
from farebox.billed.charges import COSTS, Charge, Cost
from farebox.billed.owners import NOBODY, Owner, Owners
from farebox.billed.pairs import Month, Pair, added_up, pair
from farebox.billed.places import Lines, Place
from farebox.billed.placing import Named, Placed, of_other_stacks, placing
from farebox.billed.says import NOT_USAGE, SAYS, Cause

ZERO = Decimal(0)


class Unmatched(Struct, frozen=True):
    """A charge that stands on no line of the estimate, whose it is, and its cause."""

    charge: Charge
    owner: Owner
    cause: Cause


class Whose(Struct, frozen=True):
    """A charge, whose it is, and its cause; `estimated` where it stands on a line."""

    charge: Charge
    owner: Owner
    cause: str


class Comparison(Struct, frozen=True):
    """A month of a stack: what was estimated, what was billed, and why they differ.

    `estimated_usd` and `billed_usd` are the whole; `causes` add up to their difference.
    `places` are all charges with their owners, `unmatched` those of use without a line.
    """

    month: str
    cost: Cost
    estimated_usd: Decimal
    billed_usd: Decimal
    causes: tuple[tuple[Cause, Decimal], ...]
    pairs: tuple[Pair, ...]
    matched_by_id_usd: Decimal
    matched_by_parent_usd: Decimal
    matched_by_key_usd: Decimal
    unmatched: tuple[Unmatched, ...]
    hours: Decimal
    totals: tuple[tuple[Cost, Decimal], ...]
    places: tuple[Whose, ...]
    part: Decimal = Decimal(1)

    @property
    def difference_usd(self) -> Decimal:
        """US dollars that the bill is above the estimate."""
        return self.billed_usd - self.estimated_usd


def compare(
    statement: Statement,
    owners: Owners,
    billed: Sequence[Charge],
    *,
    month: str,
    hours: Decimal,
    cost: Cost,
    part: Decimal = Decimal(1),
    stacks: Collection[Named] = (),
) -> Comparison:
    """Hold a month's charges against a statement for it.

    `hours` are the month's, `part` how much of it is billed yet. `stacks` are the
    projects and stacks whose statement it is, by default the statement's own.
    """
    own = stacks or [(statement.project, statement.stack)]
    lines = Lines(statement.lines)
    frame = Month(hours, statement.hours_per_month, cost, part)
    usage = [charge for charge in billed if charge.class_ == "usage"]
    found = placing(usage, owners, lines, frame, own)
    used = found.used
    pairs = _pairs(used, lines, found.shares, frame)
    unmatched = tuple(
        Unmatched(one.charge, one.owner, _cause(one, found.accounts, own))
        for one in used
        if one.place is None
    )
    causes = [cause for pair in pairs for cause in pair.causes]
    causes += [(one.cause, one.charge.usd(cost)) for one in unmatched]
    others = [
        (c, NOT_USAGE.get(c.class_, "not classified"))
        for c in billed
        if c.class_ not in ("usage", "split")
    ]
    causes += [(cause, charge.usd(cost)) for charge, cause in others]
    sums = dict(added_up(causes))
    return Comparison(
        month=month,
        cost=cost,
        estimated_usd=statement.usd_per_month,
        billed_usd=sum((c.usd(cost) for c in billed if c.class_ != "split"), ZERO),
        causes=tuple((cause, sums[cause]) for cause in SAYS if cause in sums),
        pairs=pairs,
        matched_by_id_usd=_usd(used, "id", cost),
        matched_by_parent_usd=_usd(used, "parent", cost),
        matched_by_key_usd=_usd(used, "key", cost),
        unmatched=unmatched,
        hours=hours,
        places=(
            *(Whose(x.charge, x.owner, "estimated") for x in used if x.place),
            *(Whose(x.charge, x.owner, x.cause) for x in unmatched),
            *(Whose(charge, NOBODY, cause) for charge, cause in others),
        ),
        totals=tuple((way, sum((c.usd(way) for c in billed), ZERO)) for way in COSTS),
        part=part,
    )


def _usd(used: Iterable[Placed], how: str, cost: Cost) -> Decimal:
    return sum((one.charge.usd(cost) for one in used if one.owner.how == how), ZERO)


def _pairs(
    used: Iterable[Placed],
    lines: Lines,
    shares: dict[Place, list[Place]],
    month: Month,
) -> tuple[Pair, ...]:
    """Each place of the estimate beside its charges, shared ones once."""
    groups: dict[Place, list[Charge]] = {}
    for one in used:
        if one.place is not None:
            groups.setdefault(one.place, []).append(one.charge)
    shared = {place for places in shares.values() for place in places}
    whole = {place: [place] for place in lines.places if place not in shared} | shares
    found = []
    for whose, places in whole.items():
        own = [line for place in places for line in lines.places[place]]
        urn, key = whose if len(places) == 1 else ("", whose[1])
        name, charges = _name(places, lines), groups.get(whose, ())
        found.append(pair(urn, name, key, own, charges, month))
    return tuple(found)


def _name(places: Sequence[Place], lines: Lines) -> str:
    names = [lines.places[place][0].subject.name for place in places]
    return names[0] if len(names) == 1 else f"{len(names)} resources together"


def _cause(one: Placed, here: Collection[str], stacks: Collection[Named]) -> Cause:
    """Why a charge of use stands on no line."""
    owner, charge = one.owner, one.charge
    if owner.how == "id":
        return "not estimated"
    if owner.how == "several":
        return "of several"
    if charge.parents.stack or charge.parents.project:
        if of_other_stacks(charge, stacks):
            return "of other stacks"
        if owner.how == "none":
            return "no longer in the state"
    if owner.urn:
        return "made by the stack, not estimated"
    if here and charge.account not in here:
        return "of other accounts"
    if owner.how == "parent":
        return "made by others"
    return "not in the stack" if charge.resource else "no resource named"


__all__ = ["Comparison", "Named", "Pair", "Unmatched", "Whose", "compare"]
