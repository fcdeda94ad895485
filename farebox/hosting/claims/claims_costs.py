"""Claims about what a user costs: lines and totals (C09, C11, C15-C18, C22-C28, C45)."""

from decimal import Decimal

from farebox.hosting.claims.claim_inputs import (
    LACKING,
    alone,
    assumed,
    levels,
    line_inputs,
    priced,
    range_text,
    stated,
)
from farebox.hosting.claims.claim_values import Check, Finding, Ground
from farebox.hosting.paper.paper_figures import Said
from farebox.hosting.ranges import total
from farebox.hosting.tiers.tiers import LINES, TierCost, line_of
from farebox.prices import PriceKey

RELAY_FACTOR = 2
NEXT_TO_NOTHING = Decimal("0.005")
"""Half a cent: less is 0.00 in the paper's own figures."""

ZERO = Decimal(0)


def storage(ground: Ground) -> Finding:
    """C09: the paper's GB at the price of gp3."""
    gb = ground.paper.breakdown.gb_per_user
    said = ground.paper.breakdown.lines["storage"]
    key = PriceKey("AmazonEC2", ground.region, "EBS:VolumeUsage.gp3")
    price = ground.book.find(key)
    if price is None:
        return Finding(
            paper=range_text(said),
            holds=None,
            because=f"the book has no price for {key}",
        )
    usd = gb * price.usd_per_unit
    return Finding(
        paper=range_text(said),
        holds=usd == said.low,
        because=f"{gb} GB at {price.usd_per_unit} is {usd:f}",
        number=alone(usd),
        inputs=(
            stated(ground, "storage of a user", gb, "GB", said.said),
            priced(ground, price),
        ),
    )


def counted(*names: str, of: str) -> Check:
    """C11, C16, C45: the paper has a line for what these lines charge."""

    def check(ground: Ground) -> Finding:
        cost = ground.cost()
        ours = total(cost.lines[name] for name in names)
        known = ground.paper.breakdown.lines
        stands = any(name in known for name in names)
        small = ours.likely < NEXT_TO_NOTHING
        unknown = cost.lower_bound and small and not stands
        return Finding(
            paper="a line" if stands else "0",
            holds=None if unknown else stands or small,
            because=f"{LACKING if unknown else ''}{of} cost {ours.likely:.4f} a user at {cost.users:,} users; the"
            f" paper has {'a line' if stands else 'no line'} for it",
            inputs=line_inputs(ground, cost, names),
            number=levels(ours),
        )

    return check


def egress(ground: Ground) -> Finding:
    """C15: traffic at tiered prices, and the GB that the paper's dollars buy."""
    cost = ground.cost()
    said = ground.paper.breakdown.lines["egress"]
    ours = cost.lines["egress"]
    key = PriceKey("AWSDataTransfer", ground.region, "DataTransfer-Out-Bytes")
    price = ground.book.find(key)
    if price is None:
        return Finding(
            paper=range_text(said),
            holds=None,
            because=f"the book has no price for {key}",
        )
    charges = [line for line in cost.statement.lines if line_of(line) == "egress"]
    free = sum((line.quantity for line in charges if not line.usd_per_unit), ZERO)
    bought = free + gb_for(
        [(tier.from_quantity, tier.usd_per_unit) for tier in price.tiers],
        said.low * cost.users,
    )
    each = bought / cost.users
    return Finding(
        paper=range_text(said),
        holds=ours.likely <= said.low,
        because=f"{said.low} buys {each:.2f} GB a user; what the usage file has costs"
        f" {ours.likely:.4f} ({ours.low:.4f} to {ours.high:.4f}). It is assumed, not"
        " measured",
        inputs=(
            stated(ground, "egress", said.low, "USD/user-month", said.said),
            priced(ground, price),
            assumed("GB that it buys", each, "GB/user-month", "worked out here"),
            *line_inputs(ground, cost, ("egress",)),
        ),
        number=levels(ours),
    )


def gb_for(tiers: list[tuple[Decimal, Decimal]], usd: Decimal) -> Decimal:
    """GB that so many dollars buy, tier by tier."""
    gb = ZERO
    for place, (start, rate) in enumerate(tiers):
        last = place + 1 == len(tiers)
        room = None if last else tiers[place + 1][0] - start
        if rate == 0 and room is None:
            return gb
        if room is None or usd < room * rate:
            return gb + usd / rate
        gb, usd = gb + room, usd - room * rate
    return gb


def relay(ground: Ground) -> Finding:
    """C17: relay nodes, their cluster and balancer."""
    cost = ground.cost()
    said = ground.paper.breakdown.lines["relay"]
    ours = cost.lines["relay"]
    least, most = said.low / RELAY_FACTOR, said.high * RELAY_FACTOR
    unknown = cost.lower_bound and ours.likely <= most
    nodes = cost.plan.relay
    return Finding(
        paper=range_text(said),
        holds=None if unknown else least <= ours.likely <= most,
        because=f"{LACKING if unknown else ''}{nodes.nodes} {nodes.instance_type}, EKS and a load balancer serve"
        f" {cost.users:,} users; the paper has {said.low / ours.likely:.0f} times as much"
        if ours.likely
        else "the tier has no relay that is charged",
        inputs=line_inputs(ground, cost, ("relay",)),
        number=levels(ours),
    )


def infra(ground: Ground) -> Finding:
    """C18: the paper's subtotal is the sum of its lines."""
    breakdown = ground.paper.breakdown
    added = sum((said.low for said in breakdown.lines.values()), ZERO)
    today = ground.cost().infra
    return Finding(
        paper=range_text(breakdown.infra),
        holds=added == breakdown.infra.low,
        by_paper=True,
        because=f"{' + '.join(str(said.low) for said in breakdown.lines.values())} ="
        f" {added}; at the book's prices infrastructure is {today.likely:.4f}",
        number=alone(added),
        inputs=tuple(
            stated(ground, name, said.low, "USD/user-month", said.said)
            for name, said in breakdown.lines.items()
        ),
    )


def total_cost(ground: Ground) -> Finding:
    """C22: the whole cost of a user at 100,000 users."""
    breakdown = ground.paper.breakdown
    added = (
        breakdown.infra.low + breakdown.overhead.low,
        (breakdown.infra.high + breakdown.overhead.high),
    )
    adds_up = added == (breakdown.total.low, breakdown.total.high)
    return _interval(
        ground,
        ground.cost(),
        breakdown.total,
        because=f"the paper's subtotals add up to {added[0]}-{added[1]}",
        contradicted=not adds_up,
    )


def margin(ground: Ground) -> Finding:
    """C23: what is left of the paper's price at 100,000 users."""
    breakdown = ground.paper.breakdown
    price = breakdown.price
    own = 1 - breakdown.total.high / price, 1 - breakdown.total.low / price
    agrees = own == (breakdown.margin.low, breakdown.margin.high)
    cost = ground.cost()
    ours = ground.curve.margin(cost.users, price)
    unknown = cost.lower_bound and ours.likely >= breakdown.margin.low and agrees
    return Finding(
        paper=f"{range_text(breakdown.margin, scale=100)} %",
        holds=None if unknown else agrees and breakdown.margin.holds(ours.likely),
        by_paper=not agrees,
        because=f"{LACKING if unknown else ''}{price} less {cost.total.likely:.4f} leaves {ours.likely * 100:.1f} %;"
        f" the paper's total leaves {own[0] * 100:.0f}-{own[1] * 100:.0f} %",
        unit="share",
        inputs=line_inputs(ground, cost, LINES),
        number=levels(ours),
    )


def scaling(place: int) -> Check:
    """C24-C28: the cost at the user count of that row."""

    def check(ground: Ground) -> Finding:
        row = ground.paper.scaling[place]
        cost = ground.cost(row.users)
        return _interval(ground, cost, row.cost, because=_split(cost))

    return check


def _split(cost: TierCost) -> str:
    team = cost.lines["overhead"].likely
    return (
        f"tier {cost.tier}: infrastructure {cost.infra.likely:.2f}, team {team:.2f}, card"
        f" fee {cost.lines['card fee'].likely:.2f}"
    )


def _interval(
    ground: Ground,
    cost: TierCost,
    said: Said,
    *,
    because: str,
    contradicted: bool = False,
) -> Finding:
    """The total of a tier lies in the paper's range; a lower bound proves only too much."""
    ours = cost.total
    holds: bool | None = said.holds(ours.likely) and not contradicted
    if cost.lower_bound and (said.at_least or ours.likely <= said.high):
        holds = None
        because = f"{LACKING}{because}"
    return Finding(
        paper=range_text(said),
        holds=holds,
        by_paper=contradicted,
        because=f"{because}; ours is {ours.likely:.2f}",
        inputs=line_inputs(ground, cost, LINES),
        number=levels(ours),
    )
