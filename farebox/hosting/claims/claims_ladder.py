"""Claims about growth: break-even, phases, prices, who hosts itself (C29-C36)."""

from decimal import Decimal

from farebox.hosting.claims.claim_inputs import (
    alone,
    levels,
    line_inputs,
    range_text,
    stated,
)
from farebox.hosting.claims.claim_values import (
    Check,
    ClaimInput,
    Finding,
    Ground,
    Number,
)
from farebox.hosting.growth.ladder import Span, margins
from farebox.hosting.paper.paper_figures import Phase, Said
from farebox.hosting.ranges import Range
from farebox.hosting.tiers.tiers import INFRA_LINES, LINES

POINT = Decimal("0.01")
"""The paper's margins are whole points."""
SELF_HOSTED_USERS = 1_000_000
"""What "millions" is at least."""
SELF_HOSTED_MOST = Decimal("0.05")
"""Of what the hosted users pay."""


def break_even(ground: Ground) -> Finding:
    """C29: from how many users on the paper's price carries the team."""
    said, price = ground.paper.break_even_users, ground.paper.breakdown.price
    low, likely, high = (
        None if users is None else Decimal(users)
        for users in ground.curve.break_even_users(price)
    )
    team = ground.terms.overhead
    near = int(likely or said.high)
    holds: bool | None = likely is not None and said.holds(likely)
    if ground.curve.unpriced and likely is not None and likely <= said.high:
        holds = None
    return Finding(
        paper=range_text(said),
        holds=holds,
        because=f"{_lacking(ground)}with the {team.name} team, {_users(likely)} users and all more"
        f" carry it at {price} ({_users(low)} to {_users(high)})",
        unit="users",
        number=Number(likely, low, high),
        inputs=line_inputs(ground, ground.cost(near), LINES),
    )


def _lacking(ground: Ground) -> str:
    """Words before what stands on costs that lack a price."""
    tiers = ", ".join(ground.curve.unpriced)
    return f"the book lacks prices of {tiers}, so cost is more: " if tiers else ""


def _users(count: Decimal | None) -> str:
    return "no number of" if count is None else f"{count:,f}"


def phase_margin(place: int) -> Check:
    """C30-C33: a phase's margins from its own costs and prices, read both ways."""

    def check(ground: Ground) -> Finding:
        phase = ground.paper.phases[place]
        found = margins(
            Span(phase.cost.low, phase.cost.high),
            Span(phase.price.low, phase.price.high),
        )
        paired, full = found.paired, found.full
        inside = all(
            phase.margin.holds(margin, POINT) for margin in (paired.low, paired.high)
        )
        return Finding(
            paper=f"{range_text(phase.margin, scale=100)} %",
            holds=inside,
            by_paper=True,
            because=f"paired {_points(paired)}, over the full range {_points(full)}",
            unit="share",
            number=Number(
                1 - phase.cost.middle / phase.price.middle, full.low, full.high
            ),
            inputs=(
                _said(ground, "cost", phase.cost),
                _said(ground, "price", phase.price),
            ),
        )

    return check


def _points(span: Span) -> str:
    return f"{span.low * 100:.1f} to {span.high * 100:.1f} %"


def _said(ground: Ground, name: str, said: Said) -> ClaimInput:
    return stated(ground, f"{name}, middle", said.middle, "USD/user-month", said.said)


def same_costs(ground: Ground) -> Finding:
    """C34: the ladder's cost and the scaling table's at the same user count."""
    paper = ground.paper
    differing, pairs = [], 0
    for row in paper.scaling:
        phase = phase_of(paper.phases, row.users)
        if phase is None:
            continue
        pairs += 1
        if (phase.cost.low, phase.cost.high, phase.cost.at_least) != (
            row.cost.low,
            row.cost.high,
            row.cost.at_least,
        ):
            differing.append(
                f"{range_text(phase.cost)} and {range_text(row.cost)} at {row.users:,}"
            )
    return Finding(
        paper="one cost",
        holds=not differing,
        by_paper=True,
        because=f"of {pairs} rows {len(differing)} differ: {'; '.join(differing)}"
        if differing
        else f"all {pairs} rows agree",
        unit="rows",
        number=alone(Decimal(len(differing))),
        inputs=tuple(_said(ground, f"cost in {p.name}", p.cost) for p in paper.phases),
    )


def phase_of(phases: tuple[Phase, ...], users: int) -> Phase | None:
    """The last phase that so many users are in."""
    found = [
        phase
        for phase in phases
        if phase.from_users <= users
        and (phase.below_users is None or users < phase.below_users)
    ]
    return found[-1] if found else None


def never_below_cost(ground: Ground) -> Finding:
    """C35: what the lowest price of each phase leaves at its first and last users."""
    curve, first_row = ground.curve, ground.paper.scaling[0].users
    left: dict[tuple[str, int], Range] = {}
    for phase in ground.paper.phases:
        last = min(phase.below_users or curve.most, curve.most)
        for users in {min(max(phase.from_users, first_row), last), last}:
            cost = curve.cost(users, phase.price.low)
            left[phase.name, users] = Range(
                *(phase.price.low - usd for usd in (cost.high, cost.likely, cost.low))
            )
    (name, users), worst = min(left.items(), key=lambda item: item[1].likely)
    below = sorted({place[0] for place, usd in left.items() if usd.likely < 0})
    return Finding(
        paper="0 or more",
        holds=None if ground.curve.unpriced and not below else not below,
        because=f"{_lacking(ground)}least is left in {name} at {users:,} users; price is below cost in"
        f" {', '.join(below) or 'no phase'}",
        inputs=line_inputs(ground, ground.cost(users), LINES),
        number=levels(worst),
    )


def self_hosted(ground: Ground) -> Finding:
    """C36: a million who host themselves, against what the hosted users pay."""
    source, said = ground.self_hosted, ground.paper.self_hosted
    if source is None:
        return Finding(
            paper="next to nothing",
            holds=None,
            because="no tier of this project is self-hosted",
            unit="share of MRR",
        )
    cost = ground.self_hosted_cost(source, SELF_HOSTED_USERS)
    lacking = "the book lacks some of its prices: " if cost.lower_bound else ""
    mrr = ground.users * ground.paper.breakdown.price
    share = cost.total.times(Decimal(SELF_HOSTED_USERS)).over(mrr)
    own = [usd * SELF_HOSTED_USERS / mrr * 100 for usd in (said.low, said.high)]
    holds = share.likely < SELF_HOSTED_MOST
    return Finding(
        paper="next to nothing",
        holds=None if cost.lower_bound and holds else holds,
        because=f"{lacking}{SELF_HOSTED_USERS:,} of them at {cost.total.likely:.4f} beside"
        f" {ground.users:,} hosted users at {ground.paper.breakdown.price}; at the"
        f" paper's own {range_text(said)} it would be {own[0]:.0f} to {own[1]:.0f} %",
        unit="share of MRR",
        inputs=(
            stated(ground, "hosted users", Decimal(ground.users), "users"),
            *line_inputs(ground, cost, INFRA_LINES),
        ),
        number=levels(share),
    )
