"""Why a month's bill is not its estimate: each difference by its cause, to the cent.

An estimate is for 730 hours, at list prices, of what the program says; a bill is of a
month of 672 to 744 hours, at what was paid, of what ran. The difference of each pair
falls apart in a fixed order (hours, then quantity, then price), and what has no
counterpart is a cause of its own, so that all causes add up to the whole difference.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from farebox.bill.statement import LineItem, Statement
from farebox.billed.charges import COSTS, Charge, Cost
from farebox.billed.owners import Owner, Owners
from farebox.prices.aliases import usual_name

ZERO = Decimal(0)
HOURLY = frozenset(
    ("Hrs", "Hours", "hours", "Hourly", "LCU-Hrs", "vCPU-Hours", "GB-Hours")
)
"""Units of what is charged for each hour of a month, long or short."""

Cause = Literal[
    "hours",
    "quantity",
    "price",
    "free allowance",
    "commitment",
    "discount",
    "not estimated",
    "not on the bill",
    "made by the stack, not estimated",
    "not in the stack",
    "marketplace",
    "fees and commitments",
    "tax",
    "credits",
    "not classified",
]

SAYS: dict[Cause, str] = {
    "hours": "the month has other than 730 hours",
    "quantity": "more or less ran, or was used, than the estimate says",
    "price": "the list price is another than the book's",
    "free allowance": "billed at less than the list price, as free tiers are",
    "commitment": "covered by a savings plan or a reservation",
    "discount": "negotiated, bundled or after discounts",
    "not estimated": "resources of the stack, charges that the estimate has no figure for",
    "not on the bill": "estimated, and nothing was billed: stopped, deleted or not yet made",
    "made by the stack, not estimated": "launched by what the stack made",
    "not in the stack": "billed to these accounts, by nothing of this stack",
    "marketplace": "sold by others through AWS",
    "fees and commitments": "support, plans and reservations beside the use they cover",
    "tax": "never part of an estimate",
    "credits": "credits and refunds",
    "not classified": "rows of a type that Farebox does not know",
}
"""Each cause in a few words, in the order in which a report shows them."""

NOT_USAGE: dict[str, Cause] = {
    "commitment": "fees and commitments",
    "fee": "fees and commitments",
    "tax": "tax",
    "credit": "credits",
    "discount": "discount",
    "marketplace": "marketplace",
    "unclassified": "not classified",
}


class Key(Struct, frozen=True):
    """A charge's key as bill and estimate share it, without a region's prefix."""

    service: str
    region: str
    usage_type: str


class Pair(Struct, frozen=True):
    """What was estimated and what was billed under one key for one resource.

    Quantities and US dollars of the month; `causes` say where the difference comes from
    and add up to `billed_usd - estimated_usd`.
    """

    urn: str
    name: str
    key: Key
    estimated_usd: Decimal
    billed_usd: Decimal
    estimated: Decimal
    billed: Decimal
    unit: str
    causes: tuple[tuple[Cause, Decimal], ...]


class Unmatched(Struct, frozen=True):
    """A charge that stands on no line of the estimate, whose it is, and its cause."""

    charge: Charge
    owner: Owner
    cause: Cause


class Comparison(Struct, frozen=True):
    """A month of a stack: what was estimated, what was billed, and why they differ.

    `estimated_usd` and `billed_usd` are the whole; `causes` add up to their difference.
    """

    month: str
    cost: Cost
    estimated_usd: Decimal
    billed_usd: Decimal
    causes: tuple[tuple[Cause, Decimal], ...]
    pairs: tuple[Pair, ...]
    matched_by_id_usd: Decimal
    matched_by_parent_usd: Decimal
    unmatched: tuple[Unmatched, ...]
    hours: Decimal
    totals: tuple[tuple[Cost, Decimal], ...]

    @property
    def difference_usd(self) -> Decimal:
        """US dollars that the bill is above the estimate."""
        return self.billed_usd - self.estimated_usd


def key_of_line(line: LineItem) -> Key:
    """The shared key of an estimate's line."""
    key = line.key
    return Key(key.service, key.region, _bare(key.service, key.region, key.usage_type))


def key_of_charge(charge: Charge) -> Key:
    """The shared key of a bill's charge."""
    region = charge.region or "global"
    usage_type = _bare(charge.service, region, charge.usage_type)
    return Key(charge.service, region, usage_type)


def _bare(service: str, region: str, usage_type: str) -> str:
    return usual_name(service, region, usage_type)


def compare(
    statement: Statement,
    owners: Owners,
    billed: Sequence[Charge],
    *,
    month: str,
    hours: Decimal,
    cost: Cost,
) -> Comparison:
    """Hold a month's charges against a statement for it. `hours` are the month's."""
    lines = _Lines(statement.lines)
    causes: dict[Cause, Decimal] = dict.fromkeys(SAYS, ZERO)
    groups: dict[tuple[str, Key], list[Charge]] = {}
    unmatched: list[Unmatched] = []
    by_id = by_parent = ZERO
    for charge in billed:
        if charge.class_ == "split":
            continue
        if charge.class_ != "usage":
            causes[NOT_USAGE.get(charge.class_, "not classified")] += charge.usd(cost)
            continue
        owner, place = _place(charge, owners, lines)
        if owner.how == "id":
            by_id += charge.usd(cost)
        elif owner.how == "parent":
            by_parent += charge.usd(cost)
        if place is not None:
            groups.setdefault(place, []).append(charge)
            continue
        cause = _without_a_line(owner)
        unmatched.append(Unmatched(charge, owner, cause))
        causes[cause] += charge.usd(cost)
    pairs = [
        _pair(lines.places[place], place, found, _Month(hours, statement, cost))
        for place, found in groups.items()
    ]
    pairs += [
        _not_billed(place, lines) for place in lines.places if place not in groups
    ]
    for pair in pairs:
        for cause, usd in pair.causes:
            causes[cause] += usd
    return Comparison(
        month=month,
        cost=cost,
        estimated_usd=statement.usd_per_month,
        billed_usd=sum((c.usd(cost) for c in billed if c.class_ != "split"), ZERO),
        causes=tuple((cause, usd) for cause, usd in causes.items() if usd),
        pairs=tuple(pairs),
        matched_by_id_usd=by_id,
        matched_by_parent_usd=by_parent,
        unmatched=tuple(unmatched),
        hours=hours,
        totals=tuple(
            (way, sum((getattr(c, way) for c in billed), ZERO)) for way in COSTS
        ),
    )


class _Lines:
    """The lines of a statement by resource and shared key."""

    def __init__(self, lines: Iterable[LineItem]) -> None:
        self.places: dict[tuple[str, Key], list[LineItem]] = {}
        self.of_key: dict[Key, list[tuple[str, Key]]] = {}
        for line in lines:
            place = (line.subject.urn or "", key_of_line(line))
            if place not in self.places:
                self.of_key.setdefault(place[1], []).append(place)
            self.places.setdefault(place, []).append(line)

    def at(self, urn: str, charge: Charge) -> tuple[str, Key] | None:
        """The place of a resource's lines whose operation the charge's can be."""
        key = key_of_charge(charge)
        for region in (key.region, "global"):
            place = (urn, Key(key.service, region, key.usage_type))
            if any(_fits(line, charge) for line in self.places.get(place, ())):
                return place
        return None


def _fits(line: LineItem, charge: Charge) -> bool:
    """An operation that the price list leaves empty is any on the bill."""
    return line.key.operation in ("", charge.operation)


def _place(
    charge: Charge, owners: Owners, lines: _Lines
) -> tuple[Owner, tuple[str, Key] | None]:
    """Whose charge it is, and the lines of the estimate that it is held against."""
    owner = owners.of(charge)
    if owner.urn:
        for urn in (owner.urn, *owners.near(owner.urn)):
            place = lines.at(urn, charge)
            if place is not None:
                return owner, place
    # Traffic and the like is estimated for the account, and billed to who sent it.
    place = lines.at("", charge)
    if place is not None:
        return owner, place
    if owner.how == "none" and not charge.resource:
        # The bill names no resource here: the only one with that key is meant.
        found = lines.of_key.get(key_of_charge(charge), ())
        if len(found) == 1:
            return owner, found[0]
    return owner, None


def _without_a_line(owner: Owner) -> Cause:
    if owner.how == "id":
        return "not estimated"
    if owner.how == "parent":
        return "made by the stack, not estimated"
    return "not in the stack"


class _Month(Struct, frozen=True):
    """Hours of the month and of the estimate, and how the bill is counted."""

    hours: Decimal
    statement: Statement
    cost: Cost


def _pair(
    own: Sequence[LineItem],
    place: tuple[str, Key],
    charges: Sequence[Charge],
    month: _Month,
) -> Pair:
    """The difference of one pair, apart by cause: their sum is the whole of it."""
    cost, estimated_hours = month.cost, month.statement.hours_per_month
    estimated = sum((line.quantity for line in own), ZERO)
    estimated_usd = sum((line.usd_per_month for line in own), ZERO)
    billed = sum((charge.amount for charge in charges), ZERO)
    billed_usd = sum((charge.usd(cost) for charge in charges), ZERO)
    listed_usd = sum((charge.usd("listed") for charge in charges), ZERO)
    rate = estimated_usd / estimated if estimated else own[0].usd_per_unit
    causes: list[tuple[Cause, Decimal]] = []
    expected = estimated_usd
    if own[0].unit in HOURLY and estimated_hours:
        scaled = estimated_usd * month.hours / estimated_hours
        causes.append(("hours", scaled - expected))
        expected = scaled
    at_rate = billed * rate
    causes.append(("quantity", at_rate - expected))
    if listed_usd:
        causes.append(("price", listed_usd - at_rate))
        causes += _from_list(charges, listed_usd, billed_usd, cost)
    else:
        causes.append(("price", billed_usd - at_rate))
    return Pair(
        urn=place[0],
        name=own[0].subject.name,
        key=place[1],
        estimated_usd=estimated_usd,
        billed_usd=billed_usd,
        estimated=estimated,
        billed=billed,
        unit=own[0].unit,
        causes=tuple((cause, usd) for cause, usd in causes if usd),
    )


def _from_list(
    charges: Sequence[Charge], listed_usd: Decimal, billed_usd: Decimal, cost: Cost
) -> Iterable[tuple[Cause, Decimal]]:
    """From the list price to what it cost: commitments, discounts, then allowances."""
    committed = [c for c in charges if c.purchase in ("savings-plan", "reserved")]
    by_commitment = sum((c.usd(cost) - c.usd("listed") for c in committed), ZERO)
    yield "commitment", by_commitment
    discount = ZERO
    if cost == "net":
        discount = sum(
            (c.net - c.unblended for c in charges if c not in committed), ZERO
        )
        yield "discount", discount
    yield "free allowance", billed_usd - listed_usd - by_commitment - discount


def _not_billed(place: tuple[str, Key], lines: _Lines) -> Pair:
    own = lines.places[place]
    usd = sum((line.usd_per_month for line in own), ZERO)
    return Pair(
        urn=place[0],
        name=own[0].subject.name,
        key=place[1],
        estimated_usd=usd,
        billed_usd=ZERO,
        estimated=sum((line.quantity for line in own), ZERO),
        billed=ZERO,
        unit=own[0].unit,
        causes=(("not on the bill", -usd),) if usd else (),
    )
