"""On which lines of an estimate a bill's charges of use stand: by resource, by key.

First what has an owner, on the owner's lines or those that it is made with; then what the
bill names no resource of, on the lines of its key; last the untagged volumes and addresses
that come with what the stack launches.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from farebox.billed.charges import Charge
from farebox.billed.launchers import LAUNCHING
from farebox.billed.owners import Owner, Owners
from farebox.billed.pairs import HOURLY, Month, quantity_of
from farebox.billed.places import Lines, Place

ZERO = Decimal(0)

Named = tuple[str, str]
"""A project and its stack."""

ADDRESS = "PublicIPv4:InUseAddress"
UNTAGGED = ("EBS:Volume", ADDRESS)
"""What comes with machines and load balancers, and AWS puts no tag on."""

MOST_MORE = Decimal("1.02")
"""How much more than estimated may still be what came with them."""


class Placed(Struct):
    """A charge of use, whose it is, and the place it is held against, if any."""

    charge: Charge
    owner: Owner
    place: Place | None = None


class Placing(Struct):
    """All charges of use, and the places that several resources share.

    `accounts` are those in which the stack has something.
    """

    used: list[Placed]
    shares: dict[Place, list[Place]]
    accounts: frozenset[str]

    def without_owner(self) -> Iterator[Placed]:
        """What has neither owner nor place, in the stack's accounts.

        Where nothing is found by its name, every account may be the stack's.
        """
        for one in self.used:
            here = not self.accounts or one.charge.account in self.accounts
            if one.place is None and one.owner.how == "none" and here:
                yield one


def placing(
    billed: Iterable[Charge],
    owners: Owners,
    lines: Lines,
    month: Month,
    stacks: Collection[Named],
) -> Placing:
    """Find the place of each charge of use; some have none.

    `stacks` are the projects and stacks that are estimated.
    """
    used = [Placed(charge, owners.of(charge)) for charge in billed]
    accounts = frozenset(one.charge.account for one in used if one.owner.urn)
    found = Placing(used, {}, accounts)
    for one in used:
        if one.owner.urn:
            one.place = _place(one.charge, one.owner, owners, lines)
    # Traffic and the like is estimated for the account, and billed to who sent it.
    for one in found.without_owner():
        if not of_other_stacks(one.charge, stacks):
            one.place = lines.at("", one.charge)
    taken = {one.place for one in used if one.place is not None}
    _without_resource(found, lines, taken)
    _untagged(found, lines, taken, month)
    return found


def of_other_stacks(charge: Charge, stacks: Collection[Named]) -> bool:
    """Whether tags name a stack, and none of these; one of its two tags may be missing."""
    said = charge.parents
    return bool(said.stack or said.project) and not any(
        said.stack in ("", stack) and said.project in ("", project)
        for project, stack in stacks
    )


def _place(charge: Charge, owner: Owner, owners: Owners, lines: Lines) -> Place | None:
    """The lines of the estimate that a charge with an owner is held against."""
    for urn in (owner.urn, *owners.near(owner.urn)):
        place = lines.at(urn, charge)
        if place is not None:
            return place
    return _made_for(charge, owner, owners, lines) or lines.at("", charge)


def _made_for(
    charge: Charge, owner: Owner, owners: Owners, lines: Lines
) -> Place | None:
    """The one place of what is made for the owner: a cluster's group, an address.

    A node that only names its cluster is of the cluster's group; Karpenter's is not.
    """
    said = charge.parents
    node = owner.how == "parent" and not (said.claim or said.fleet)
    if not node and not charge.usage_type.endswith(ADDRESS):
        return None
    found = {
        place
        for urn in owners.made_for(owner.urn)
        if (place := lines.at(urn, charge)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _without_resource(found: Placing, lines: Lines, taken: set[Place]) -> None:
    """Hold what the bill names no resource of against the lines of its key.

    Several resources of one key share it, but those that have charges by name.
    """
    for one in found.without_owner():
        charge = one.charge
        if charge.resource or _of_another(charge):
            continue
        like = lines.like(charge)
        left = [place for place in like if place not in taken]
        if left:
            one.place = _shared(found.shares, left)
        else:
            one.place = like[0] if len(like) == 1 else None
        if one.place is not None:
            one.owner = replace(one.owner, how="key")
    taken |= {place for places in found.shares.values() for place in places}


def _shared(shares: dict[Place, list[Place]], places: Sequence[Place]) -> Place:
    """The place that several share; each is in one share at most."""
    for whole, parts in shares.items():
        if any(place in parts for place in places):
            return whole
    whole = (" ".join(urn for urn, _ in places), places[0][1])
    shares[whole] = list(places)
    return whole


def _of_another(charge: Charge) -> bool:
    """Whether a row's tags say that some stack or person made it."""
    said = charge.parents
    by_aws = "AutoScaling" in said.created_by or "AWSServiceRole" in said.created_by
    return bool(said.stack or said.project or (said.created_by and not by_aws))


def _untagged(found: Placing, lines: Lines, taken: set[Place], month: Month) -> None:
    """Give untagged volumes and addresses to those whose estimate they are.

    Only their quantity tells: together they are no more than what the estimate has for
    what launches machines, or for addresses, and nothing was billed for that.
    """
    groups: dict[tuple[Place, ...], list[Placed]] = {}
    for one in found.without_owner():
        places = tuple(_left(one.charge, lines, taken))
        if places and not _of_another(one.charge):
            groups.setdefault(places, []).append(one)
    for places, group in groups.items():
        own = [line for place in places for line in lines.places[place]]
        most = quantity_of(own) * month.part * MOST_MORE
        if HOURLY.search(own[0].unit) and month.estimated_hours:
            most = most * month.hours / month.estimated_hours
        if sum((one.charge.amount for one in group), ZERO) > most:
            continue
        alone = len(places) == 1
        whole = places[0] if alone else _shared(found.shares, places)
        urn, name = (whole[0], own[0].subject.name) if alone else ("", "")
        for one in group:
            one.place, one.owner = whole, Owner(urn, name, "key")


def _left(charge: Charge, lines: Lines, taken: set[Place]) -> Iterator[Place]:
    """The places of an untagged charge's key for which nothing was billed."""
    for place in lines.like(charge):
        usage_type, type_ = place[1].usage_type, lines.places[place][0].subject.type
        if place in taken or not usage_type.startswith(UNTAGGED):
            continue
        if usage_type == ADDRESS or type_ in LAUNCHING:
            yield place


__all__ = ["Named", "Placed", "Placing", "of_other_stacks", "placing"]
