"""Why a month's bill is not its estimate: each difference by its cause, to the cent.

An estimate is for 730 hours, at list prices, of what the program says; a bill is of a
month of 672 to 744 hours, at what was paid, of what ran. Each charge has one place: the
line of its resource, or a line of its key, or a cause of its own, so that all causes add
up to the whole difference.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.bill.statement import Statement
from farebox.billed.charges import COSTS, Charge, Cost
from farebox.billed.launchers import LAUNCHING
from farebox.billed.owners import NOBODY, Owner, Owners
from farebox.billed.pairs import HOURLY, Month, Pair, added_up, pair
from farebox.billed.places import Lines, Place
from farebox.billed.says import NOT_USAGE, SAYS, Cause

ZERO = Decimal(0)

Named = tuple[str, str]
"""A project and its stack."""

UNTAGGED = ("EBS:Volume", "PublicIPv4:InUseAddress")
"""What a group launches with its machines, and AWS puts no tag on."""

MOST_MORE = Decimal("1.02")
"""How much more than estimated may still be what a group launched."""


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


class _Placed(Struct):
    """A charge of use, whose it is, and the place it is held against, if any."""

    charge: Charge
    owner: Owner
    place: Place | None = None


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
    used = [_placed(c, owners, lines) for c in billed if c.class_ == "usage"]
    taken = {one.place for one in used if one.place is not None}
    shares = _without_resource(used, lines, taken)
    _launched(used, lines, taken, frame)
    pairs = _pairs(used, lines, shares, frame)
    here = {one.charge.account for one in used if one.owner.how in ("id", "parent")}
    unmatched = tuple(
        Unmatched(one.charge, one.owner, _cause(one, here, own))
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


def _usd(used: Iterable[_Placed], how: str, cost: Cost) -> Decimal:
    return sum((one.charge.usd(cost) for one in used if one.owner.how == how), ZERO)


def _placed(charge: Charge, owners: Owners, lines: Lines) -> _Placed:
    """Whose charge it is, and the lines of the estimate that it is held against."""
    owner = owners.of(charge)
    if owner.urn:
        for urn in (owner.urn, *owners.near(owner.urn)):
            place = lines.at(urn, charge)
            if place is not None:
                return _Placed(charge, owner, place)
    # Traffic and the like is estimated for the account, and billed to who sent it.
    return _Placed(charge, owner, lines.at("", charge))


def _without_resource(
    used: Iterable[_Placed], lines: Lines, taken: set[Place]
) -> dict[Place, list[Place]]:
    """Hold what the bill names no resource of against the lines of its key.

    Several resources of one key share it, but those that have charges by name. Each
    place of the estimate is in one share at most; the result is the shares' places.
    """
    shares: dict[Place, list[Place]] = {}
    joined: dict[Place, Place] = {}
    for one in used:
        charge = one.charge
        if one.place is not None or charge.resource or one.owner.how != "none":
            continue
        if _of_another(charge):
            continue
        like = lines.like(charge)
        left = [place for place in like if place not in taken]
        if not left:
            one.place = like[0] if len(like) == 1 else None
        else:
            known = next((joined[place] for place in left if place in joined), None)
            if known is None:
                known = (" ".join(urn for urn, _ in left), left[0][1])
                shares[known] = left
                joined |= dict.fromkeys(left, known)
            one.place = known
        if one.place is not None:
            one.owner = replace(one.owner, how="key")
    taken |= set(joined)
    return shares


def _of_another(charge: Charge) -> bool:
    """Whether a row's tags say that some stack or person made it."""
    said = charge.parents
    by_aws = "AutoScaling" in said.created_by or "AWSServiceRole" in said.created_by
    return bool(said.stack or said.project or (said.created_by and not by_aws))


def _launched(
    used: Iterable[_Placed], lines: Lines, taken: set[Place], month: Month
) -> None:
    """Give untagged volumes and addresses to the group whose estimate they are.

    AWS puts no tag on them, so that only their quantity tells: together they are no
    more than what the estimate has for one group, and nothing was billed for it.
    """
    found: dict[Place, list[_Placed]] = {}
    for one in used:
        charge = one.charge
        if one.place is not None or one.owner.how != "none" or _of_another(charge):
            continue
        places = [place for place in lines.like(charge) if place not in taken]
        places = [p for p in places if lines.places[p][0].subject.type in LAUNCHING]
        if len(places) == 1 and places[0][1].usage_type.startswith(UNTAGGED):
            found.setdefault(places[0], []).append(one)
    for place, group in found.items():
        own = lines.places[place]
        most = sum((line.quantity for line in own), ZERO) * month.part * MOST_MORE
        if HOURLY.search(own[0].unit) and month.estimated_hours:
            most = most * month.hours / month.estimated_hours
        if sum((one.charge.amount for one in group), ZERO) <= most:
            for one in group:
                one.place = place
                one.owner = Owner(place[0], own[0].subject.name, "key")


def _pairs(
    used: Iterable[_Placed],
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


def _cause(one: _Placed, here: set[str], stacks: Collection[Named]) -> Cause:
    """Why a charge of use stands on no line."""
    owner, charge = one.owner, one.charge
    if owner.how == "id":
        return "not estimated"
    if owner.how == "several":
        return "of several"
    if charge.parents.stack or charge.parents.project:
        if not any(_tagged(charge, *stack) for stack in stacks):
            return "of other stacks"
        if owner.how == "none":
            return "no longer in the state"
    if owner.how == "parent":
        return "made by the stack, not estimated" if owner.urn else "made by others"
    if here and charge.account not in here:
        return "of other accounts"
    return "not in the stack" if charge.resource else "no resource named"


def _tagged(charge: Charge, project: str, stack: str) -> bool:
    """Whether tags say that a charge is of a stack; one of the two may be missing."""
    said = charge.parents
    return said.stack in ("", stack) and said.project in ("", project)


__all__ = ["Comparison", "Named", "Pair", "Unmatched", "Whose", "compare"]
